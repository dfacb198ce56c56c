"""Rights from assignments: the only source of permissions in the application."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from communes.reach import held_roles
from ntm.accounts.roles import ROLES


class AssignmentBackend(ModelBackend):
    """Signs in by name and password; `has_perm` reads the roles of the user's assignments, once per request."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or not user_obj.is_authenticated:
            return set()
        found: set[str] | None = getattr(user_obj, "_role_permissions", None)
        if found is None:
            roles = {held.role for held in held_roles(user_obj)} & set(ROLES)
            found = user_obj._role_permissions = {p for role in roles for p in ROLES[role].permissions}
        return found

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm in self.get_all_permissions(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(p.startswith(f"{app_label}.") for p in self.get_all_permissions(user_obj))
