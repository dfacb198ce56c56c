"""System checks of our own. `manage.py check` and the test suite run them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from ntm.core.access import permission_of

#: The admin asks its site's `has_permission` and each table's own rights before any of its views runs.
_GUARDED_NAMESPACE = "admin"


def walk(patterns: Iterable[Any], prefix: str = "", skip: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern of the project with its full route, but for the namespace to skip."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace == skip:
                continue
            yield from walk(pattern.url_patterns, route, skip)
        else:
            yield route, pattern


def declared_permission(pattern: URLPattern) -> str | None:
    """The permission that the pattern's view declares, or None."""
    return permission_of(pattern.callback)


@register()
def every_view_declares_a_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """ntm.E001: a view that says nothing about who may open it."""
    return [
        Error(
            f"The view of '{route}' declares no permission.",
            hint="Set `permission = 'app.codename'` (or PUBLIC, SIGNED_IN) on the view.",
            id="ntm.E001",
        )
        for route, pattern in walk(get_resolver().url_patterns, skip=_GUARDED_NAMESPACE)
        if declared_permission(pattern) is None
    ]
