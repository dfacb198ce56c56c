"""Refusals: what the application says when it does not do as asked."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass
class Refused(Exception):
    """A verb refuses, with the Vietnamese sentence that the user reads.

    `field` names the form field that the sentence stands beside; None puts it at the head of the form.
    """

    message: str
    field: str | None = None

    def __str__(self) -> str:
        return self.message


class NotAllowed(Refused):
    """The person may see the thing but may not do this with it; a page answers 403."""


class Closed(Refused):
    """The row cannot be changed any more, whichever version of it the form was of; a page answers 409."""


class Forbidden(PermissionDenied):
    """403 with a sentence for the person. Of any other exception the page shows no word: it may be a package's, and say
    what is nobody's to know."""


class Missing(Http404):
    """404 with a sentence for the person; as `Forbidden`."""


@dataclass
class Stale(Exception):
    """Somebody saved the row since the form was opened; `current` is the row as it stands now."""

    current: object
    fields: tuple[str, ...] = field(default_factory=tuple)

    def __str__(self) -> str:
        return "Dữ liệu đã được người khác sửa trong lúc bạn đang nhập."


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page that a form without a valid token gets; the same shape as every other refusal."""
    request.csrf_refused = True  # type: ignore[attr-defined]
    return render(request, "403_csrf.html", status=403)
