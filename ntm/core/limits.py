"""How many files and searches one person may ask for in a while, over all processes.

Forty lines of our own instead of django-ratelimit, which counts by the cache's `incr`: in the database that is two
steps, so that requests at once are not all counted, and four queries instead of one.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ntm.core.cache import count
from ntm.core.problems import problem

#: Every export's address ends so.
_FILES = (".xlsx", ".csv", ".json")
#: Parameters in which a person types what to look for; picking a year or a level is no search.
SEARCHED = frozenset({"ten", "so", "quyet_dinh", "doi_tuong", "tim", "q"})
EXPORTS, SEARCHES = "exports", "searches"
#: Seconds over which each kind is counted.
_WINDOW = {EXPORTS: 600, SEARCHES: 60}


class RateLimits:
    """Answers 429 with Retry-After to whoever asks for more. Whatever is neither pays nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        kind = kind_of(request)
        if kind is None or not request.user.is_authenticated:
            return None
        window = _WINDOW[kind]
        slot, passed = divmod(int(time.time()), window)
        if count(f"limit:{kind}:{request.user.pk}:{slot}", window) <= settings.RATE_LIMITS[kind]:
            return None
        return problem(request, 429, retry_after=window - passed)


def kind_of(request: HttpRequest) -> str | None:
    """What the request costs; None: nothing."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path.endswith(_FILES):
        return EXPORTS
    return SEARCHES if any(request.GET.get(name) for name in SEARCHED) else None
