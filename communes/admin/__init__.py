"""Entry of this app's tables in the admin, a module per concept."""

from communes.admin import assignments, catalogues, decisions, units

__all__ = ["assignments", "catalogues", "decisions", "units"]
