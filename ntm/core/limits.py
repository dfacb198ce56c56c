"""How many files and searches one person may ask for in a while, over all processes.

Forty lines of our own instead of django-ratelimit, which counts by the cache's `incr`: in the database that is two
steps, so that requests at once are not all counted, and four queries instead of one.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ntm.core.access import PUBLIC, permission_of
from ntm.core.cache import count
from ntm.core.problems import problem
from ntm.core.views import ListPage

#: Every export's address ends so; that of a file somebody uploaded has a part of its own.
_FILES, _UPLOADED = (".xlsx", ".csv", ".json"), "/tep/"
#: What a list's address may say without narrowing it: its page and its order, ours and the admin's.
_NO_FILTER = frozenset({"page", "sort", "p", "o", "all", "e"})
#: The admin's lists, by the end of their routes.
_ADMIN_LISTS = ("_changelist", ":autocomplete")
EXPORTS, SEARCHES = "exports", "searches"
#: Seconds over which each kind is counted.
_WINDOW = {EXPORTS: 600, SEARCHES: 60}


class RateLimits:
    """Answers 429 with Retry-After to whoever asks for more. Whatever is neither pays nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *arguments: Any) -> HttpResponse | None:
        kind = kind_of(request, view)
        if kind is None or not request.user.is_authenticated:
            return None
        window = _WINDOW[kind]
        slot, passed = divmod(int(time.time()), window)
        if count(f"limit:{kind}:{request.user.pk}:{slot}", window) <= settings.RATE_LIMITS[kind]:
            return None
        return problem(request, 429, retry_after=window - passed)


def kind_of(request: HttpRequest, view: Any) -> str | None:
    """What the request costs; None: nothing. A search is any list with any filter set, whatever its name."""
    if request.method not in ("GET", "HEAD") or permission_of(view) == PUBLIC:
        return None
    if request.path.endswith(_FILES) or _UPLOADED in request.path:
        return EXPORTS
    narrowed = any(value for name, value in request.GET.items() if name not in _NO_FILTER)
    return SEARCHES if narrowed and _is_list(request, view) else None


def _is_list(request: HttpRequest, view: Any) -> bool:
    shown = getattr(view, "view_class", None)
    if shown is not None:
        return issubclass(shown, ListPage)
    match = request.resolver_match
    return match is not None and match.view_name.endswith(_ADMIN_LISTS)
