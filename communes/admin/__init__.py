"""Entry of this app's tables in the admin, a module per concept."""

from communes.admin import assignments, catalogues, units

__all__ = ["assignments", "catalogues", "units"]
