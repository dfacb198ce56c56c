"""System checks of our own. `manage.py check` and the test suite run them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView

#: Views of packages that guard themselves: the admin by its site's `has_permission`, static files by being public.
_GUARDED_ELSEWHERE = ("django.contrib.admin.", "ntm.admin", "import_export.")


def walk(patterns: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern of the project with its full route."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def declared_permission(pattern: URLPattern) -> str | None:
    """The permission that the pattern's view declares, or None."""
    view = pattern.callback
    found: str | None = getattr(view, "permission", None) or getattr(
        getattr(view, "view_class", None), "permission", None
    )
    return found


@register()
def every_view_declares_a_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """ntm.E001: a view that says nothing about who may open it."""
    return [
        Error(
            f"The view of '{route}' declares no permission.",
            hint="Set `permission = 'app.codename'` (or PUBLIC, SIGNED_IN) on the view.",
            id="ntm.E001",
        )
        for route, pattern in walk(get_resolver().url_patterns)
        if declared_permission(pattern) is None and not _guards_itself(pattern)
    ]


def _guards_itself(pattern: URLPattern) -> bool:
    view = pattern.callback
    owner = getattr(view, "admin_site", None) or getattr(getattr(view, "__self__", None), "admin_site", None)
    name = f"{getattr(view, '__module__', '')}."
    only_redirects = getattr(view, "view_class", None) is RedirectView
    return owner is not None or only_redirects or name.startswith(_GUARDED_ELSEWHERE)
