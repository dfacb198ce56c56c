"""Who may open what: each view declares one permission, and everything undeclared is closed."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.mixins import AccessMixin as DjangoAccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ntm.core.errors import Forbidden, NotAllowed

#: Anyone, signed in or not. Every use is named with its reason in `ntm/access_matrix.yaml`.
PUBLIC = "public"
#: Anyone who is signed in, whatever their roles.
SIGNED_IN = "signed-in"


class Allowed:
    """A yes. Truthy, so that `if can_…():` reads well."""

    reason = ""

    def __bool__(self) -> bool:
        return True


class Denied:
    """A no that carries the sentence to show."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __bool__(self) -> bool:
        return False


class AccessMixin(DjangoAccessMixin):
    """Refuses before the view runs. `permission` for reading; `write_permission` for unsafe methods, if it differs.

    Rows are a second matter: the view's queryset goes through `visible_to(user)`, so that a row out of
    scope is 404 (says nothing) and a row in scope without the right is 403.
    """

    permission: str
    write_permission: str | None = None
    login_required = True
    #: What it writes names its own province (a cell, a return): the one that headed the form's page decides nothing.
    #: Its forms hold no secret, so that what was typed is shown once more where it is refused.
    of_its_row = False
    # Django's form views answer PUT as they answer POST, and its redirects answer everything.
    http_method_names: Sequence[str] = ("get", "head", "options", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        unsafe = request.method not in ("GET", "HEAD", "OPTIONS")
        needed = (unsafe and self.write_permission) or self.permission
        if not may(request.user, needed):
            if not request.user.is_authenticated:
                return self.handle_no_permission()
            raise PermissionDenied
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except NotAllowed as refusal:
            # A verb knows more than the page: the right is there, but not for this row.
            raise Forbidden(refusal.message) from refusal
        return response


def may(user: Any, permission: str) -> bool:
    """Whether this user passes this declaration (PUBLIC, SIGNED_IN or a permission's name)."""
    if permission == PUBLIC:
        return True
    if not user.is_authenticated or not user.is_active:
        return False
    return permission == SIGNED_IN or user.has_perm(permission)


def declared(view: Any, permission: str) -> Any:
    """A package's view with its permission declared, for the URLconf. The package itself guards the view."""
    view.permission = permission
    return view


def permission_of(view: Any) -> str | None:
    """What a view of the URLconf declares, be it a class or a function; None for the admin's own."""
    found: str | None = getattr(view, "permission", None) or getattr(
        getattr(view, "view_class", None), "permission", None
    )
    return found


def by_script(request: HttpRequest) -> bool:
    """Whether a script or a program asks, which wants a short answer and not a page to look at."""
    headers = request.headers
    return (
        "X-Fragment" in headers
        or headers.get("X-Requested-With") == "XMLHttpRequest"
        or headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
        or headers.get("Accept", "").startswith("application/json")
        or request.content_type == "application/json"
        or request.path.endswith(".json")
    )
