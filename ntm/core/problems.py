"""What is answered when a request cannot be served: a page that needs nothing, or JSON to a script.

The pages stand alone (`templates/layouts/problem.html`): no tag that can fail, no query, no session.
"""

import re
import sys
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.template.loader import render_to_string

from ntm.core.errors import Forbidden, Missing, Stale
from ntm.core.headed import FIELD
from ntm.core.middleware import EveryAnswer, PrivatePages

#: After how many seconds asking again makes sense while the database is away.
RETRY_AFTER = 30
_SENTENCES = {
    400: "Yêu cầu không đọc được.",
    409: "Dữ liệu đã được người khác sửa trong lúc bạn đang làm. Hãy tải lại trang.",
    413: "Nội dung gửi lên quá lớn nên chưa lưu gì.",
    429: "Bạn tra cứu hoặc xuất tệp quá nhiều lần trong thời gian ngắn. Hãy đợi rồi thử lại.",
    500: "Hệ thống gặp lỗi. Việc đang làm dở chưa được lưu.",
    503: "Hệ thống tạm thời không phục vụ được. Việc đang làm dở chưa được lưu; hãy thử lại sau ít phút.",
}
#: What a form brings besides what people type: of itself, ticked, or chosen.
_OURS = re.compile(
    rf"(csrfmiddlewaretoken|{FIELD}|token|versions?|seen|evidence|next|lam|viec|state|act|verdict|picks|criteria|codes"
    r"|case|kept|file)$|(ok|case|row|chon)-"
)
#: Statuses of requests that never reach Django and have a page.
_UNREAD = frozenset({414, 431})
#: SQLite tells of a table or column that is not there in the same class as of a file that it cannot open.
_FAULT_OF_OURS = ("no such table", "no such column", "has no column", "syntax error")

_told: list[Callable[[Any], str]] = []


def tell(why_nothing: Callable[[Any], str]) -> None:
    """Say why a person may do nothing at all today ("" of everybody else); called once, when the applications are
    ready, by the app that knows who holds which role."""
    _told[:] = [why_nothing]


class Conflicts:
    """A verb was told an old version and no form caught it: 409 instead of an error of the server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return problem(request, 409) if isinstance(exception, Stale) else None


def problem(request: HttpRequest, status: int, *, retry_after: int | None = None) -> HttpResponse:
    """The page of a status, or its sentence as JSON where the request came from a script."""
    response: HttpResponse
    if _from_script(request):
        body = {"error": str(status), "sentence": _SENTENCES[status]}
        response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    else:
        response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


class _Unread(HttpRequest):
    """Stands for a request that could not be read, so that its answer gets the headers of every other one."""

    def _get_scheme(self) -> str:
        return "https" if settings.HTTPS else "http"


def unread(status: int) -> HttpResponse:
    """What the server in front of Django refuses by itself: the page of the status, or of its kind."""
    name = status if status in _UNREAD else 500 if status >= 500 else 400
    page = HttpResponse(render_to_string(f"{name}.html"), status=status)
    framed: Any = CSPMiddleware(XFrameOptionsMiddleware(PrivatePages(lambda _: page)))
    return EveryAnswer(framed)(_Unread())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`; a body over the limit is 413, as the standard has it."""
    return problem(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler403`."""
    return _refusal(request, 403, exception if isinstance(exception, Forbidden) else None)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`."""
    return _refusal(request, 404, exception if isinstance(exception, Missing) else None)


def _refusal(request: HttpRequest, status: int, told: Exception | None) -> HttpResponse:
    """Our own sentence, if it was raised with one, and what the person had typed. No menu is made for it."""
    context = {"sentence": str(told or ""), "typed": _typed(request)}
    if status == 403 and _told:
        context["why_nothing"] = _told[0](getattr(request, "user", None))
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The boxes of a form about rows (`AccessMixin.of_its_row`) that hold something: the number of a cell, the text."""
    view = getattr(getattr(request.resolver_match, "func", None), "view_class", None)
    if request.method != "POST" or not getattr(view, "of_its_row", False):
        return []
    sent = [(name, text.strip()) for name, text in request.POST.items() if isinstance(text, str)]
    return [
        (name if name[0].isdigit() else "", text)
        for name, text in sent
        if name and text and not _OURS.match(name)
    ]


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`; a database that cannot be reached or is busy is 503: waiting helps."""
    if is_away(sys.exc_info()[1]):
        return problem(request, 503, retry_after=RETRY_AFTER)
    return problem(request, 500)


def is_away(exception: BaseException | None) -> bool:
    """Whether the database failed rather than the program."""
    if not isinstance(exception, OperationalError | InterfaceError):
        return False
    return not any(words in str(exception) for words in _FAULT_OF_OURS)


def _from_script(request: HttpRequest) -> bool:
    asked = request.headers.get("Accept", "")
    return (
        request.content_type == "application/json"
        or request.path.endswith(".json")
        or ("application/json" in asked and "text/html" not in asked)
    )
