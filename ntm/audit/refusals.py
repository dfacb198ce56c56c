"""Attempts that were refused: by right (403), by scope (404), without a form's token, too often (429).

A flood cannot fill the record: of one person (a visitor: of one address) so many an hour are entered, then one entry
says that there were more; each stands in the log of the server. A missing row and a foreign one cost the same.
"""

import logging
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone

from ntm.audit.events import REFUSAL
from ntm.audit.log import ANONYMOUS, note, writing
from ntm.audit.reach import home_of
from ntm.audit.selectors import type_label
from ntm.audit.subjects import kind_behind
from ntm.core.cache import count

logger = logging.getLogger("ntm.audit")

MOST_AN_HOUR = 20
#: Of all visitors together, however many addresses they come from.
MOST_OF_VISITORS = 200
STATUSES = frozenset({403, 404, 429})
_LONGEST_WORD = 12
_HOUR = 60 * 60


def refused(request: HttpRequest, response: HttpResponse) -> None:
    """Record the refusal, if it is one and there is room for it. Never spoils the answer, and asks who it was (which
    reads the database) only about an answer that may be one."""
    if response.status_code not in STATUSES or request.resolver_match is None:
        return
    user = getattr(request, "user", None)
    person = user if user is not None and user.is_authenticated else None
    if not _is_refusal(response, request.resolver_match, person):
        return
    try:
        _record(request, response, person)
    except DatabaseError:
        logger.exception("A refused attempt could not be recorded.")


def _is_refusal(response: HttpResponse, match: ResolverMatch, person: Any) -> bool:
    """What no address leads to is nobody's secret; a visitor who meets a missing page was not refused, and one who
    is locked out for wrong passwords or codes is told of by the lock's own entry."""
    if person is None:
        return response.status_code == 403
    return response.status_code != 404 or bool(match.kwargs)


def _record(request: HttpRequest, response: HttpResponse, person: Any) -> None:
    who = str(person.pk) if person else f"-{request.META.get('REMOTE_ADDR', '')}"
    number = _count(who)
    if number > MOST_AN_HOUR + 1 or (person is None and _count("visitors") > MOST_OF_VISITORS):
        return
    by = person or ANONYMOUS
    with writing():
        if number > MOST_AN_HOUR:
            label = f"Hơn {MOST_AN_HOUR} lần trong giờ này; từng lần có trong log của máy chủ"
            note("attempt.many", REFUSAL, label, {}, by=by, province_id=home_of(by))
        else:
            facts = _facts(request, response)
            note("attempt.refused", REFUSAL, facts["route"], facts, by=by, province_id=home_of(by))


def _count(who: str) -> int:
    """How often in this hour, this time included."""
    return count(f"refused:{timezone.now():%Y%m%d%H}:{who}", _HOUR)


def _facts(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "route": _address(request),
        "method": request.method,
        "status": response.status_code,
        "cause": _cause(request, response),
    }
    match = request.resolver_match
    kind = kind_behind(match.view_name) if match else ""
    if kind and match:
        facts["object"] = f"{type_label(kind)} {match.kwargs.get('pk')}"
    return facts


def _address(request: HttpRequest) -> str:
    """The path, unless it holds a word that somebody may have made up: then the pattern of the path."""
    match = request.resolver_match
    words = [str(value) for value in match.kwargs.values()] if match else []
    if all(word.isdecimal() or len(word) <= _LONGEST_WORD for word in words):
        return request.path[:200]
    return f"/{match.route}" if match else ""


def _cause(request: HttpRequest, response: HttpResponse) -> str:
    if getattr(request, "csrf_refused", False):
        return "biểu mẫu thiếu mã xác nhận của trang"
    return {403: "không có quyền", 404: "không có hoặc ngoài phạm vi", 429: "quá số lần cho phép"}[
        response.status_code
    ]
