"""Entry of this app's tables in the admin, a module per concept."""

from communes.admin import catalogues, units

__all__ = ["catalogues", "units"]
