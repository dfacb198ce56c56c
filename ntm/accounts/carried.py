"""What somebody had typed when their session ended: carried through signing in, to be sent again by one button.

It travels sealed in the sign-in page itself, then in the session of whoever signs in, if that is the same person.
Passwords and files do not travel: of a file, its name. Who the person was is known from a sealed cookie of the
browser; that the form was theirs, from its CSRF token, which a new signing in makes worthless. Where somebody signs in
again in a second window first, their session keeps what the token was before, and the form is known by that.
"""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ntm.core.access import by_script

#: Letters that a page of ours may carry; a form with more is sent again by the browser's Back button.
MOST = 200_000
#: The field of the sign-in form.
FIELD = "carried"

_COOKIE = "ntm_person"
_SALT = "ntm.accounts.carried"
_SESSION = "carried"
_TOKEN_BEFORE = "token_before"  # noqa: S105 a key of the session
_OWN_PAGES = "/tai-khoan/"
_NOT_CARRIED = re.compile(r"pass|^again$|^csrfmiddlewaretoken$", re.IGNORECASE)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Carried:
    """`values`: name and value in the order of the form. `files`: field and file name, to be chosen again."""

    person: int
    url: str
    values: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Last:
    """Who was signed in here last and has not signed out, and why their session ended, where that is known."""

    person: int
    reason: str = ""


def last_person(request: HttpRequest) -> Last | None:
    """From the browser's cookie; None in one that nobody was signed in to, or where they signed out."""
    try:
        return Last(**signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT))
    except (signing.BadSignature, TypeError):
        return None


def remember_person(request: HttpRequest, response: HttpResponse, last: Last) -> None:
    """Until the browser is closed; nothing is set again that is there already."""
    if last_person(request) != last:
        response.set_cookie(
            _COOKIE,
            signing.dumps(asdict(last), salt=_SALT),
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def forget_person(response: HttpResponse) -> None:
    response.delete_cookie(_COOKIE, samesite="Lax")


def is_form(request: HttpRequest) -> bool:
    """Whether a person sent a form of a page, not a script, nor a form about signing in itself."""
    return (
        request.method == "POST"
        and request.content_type in _FORMS
        and not by_script(request)
        and not request.path.startswith(_OWN_PAGES)
    )


def pack(request: HttpRequest, person: int) -> str:
    """The form, sealed; empty when it is too large."""
    values = [
        (name, value)
        for name, sent in request.POST.lists()
        if not _NOT_CARRIED.search(name)
        for value in sent
    ]
    files = [(name, file.name or "") for name, sent in request.FILES.lists() for file in sent]
    if sum(len(name) + len(value) for name, value in (*values, *files)) > MOST:
        return ""
    form = Carried(person, request.get_full_path(), values, files)
    return signing.dumps(asdict(form), salt=_SALT, compress=True)


def unpack(sealed: str) -> Carried | None:
    """None for what we did not seal, or sealed longer ago than a session lasts."""
    try:
        found = signing.loads(sealed, salt=_SALT, max_age=settings.SESSION_HOURS * 3600)
        form = Carried(**found)
    except (signing.BadSignature, TypeError):
        return None
    return form if url_has_allowed_host_and_scheme(form.url, allowed_hosts=None) else None


def keep(request: HttpRequest, user: Any) -> bool:
    """Into the session of whoever is signing in, if they typed it: from the sign-in page, or from an earlier signing
    in that was not finished (codes locked). What is another's goes."""
    sealed = request.POST.get(FIELD, "") or request.session.get(_SESSION, "")
    form = unpack(sealed)
    if form is None or form.person != user.pk:
        drop(request)
        return False
    request.session[_SESSION] = sealed
    return True


def is_waiting(request: HttpRequest) -> bool:
    """Whether a signing in that was not finished has left a form in this session, whoever typed it."""
    return unpack(request.session.get(_SESSION, "")) is not None


def remember_token(request: HttpRequest, user: Any) -> None:
    """At signing in: the token of forms that this same person may still have open in other windows."""
    last = last_person(request)
    if last is not None and last.person == user.pk:
        request.session[_TOKEN_BEFORE] = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")


def is_from_before(request: HttpRequest) -> bool:
    """Whether a form that Django has just refused is the person's own, opened before they signed in again."""
    if not (request.user.is_authenticated and is_form(request) and request.session.get(_TOKEN_BEFORE)):
        return False
    check = _TokenBefore(lambda _: HttpResponse())
    return check.process_view(request, lambda _: HttpResponse(), (), {}) is None


class _TokenBefore(CsrfViewMiddleware):
    """Django's whole check, of the origin too, against the earlier token."""

    def _get_secret(self, request: HttpRequest) -> str:
        return str(request.session[_TOKEN_BEFORE])

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def keep_here(request: HttpRequest) -> bool:
    """In the session of the person who sent it just now; False when it is too large."""
    sealed = pack(request, request.user.pk)  # type: ignore[arg-type]
    if sealed:
        request.session[_SESSION] = sealed
    return bool(sealed)


def kept(request: HttpRequest) -> Carried | None:
    """What waits in this session to be sent again by its person."""
    form = unpack(request.session.get(_SESSION, ""))
    return form if form is not None and form.person == request.user.pk else None


def onward(request: HttpRequest) -> str:
    """Where somebody goes on who had to do something else first: to what waits for them, or to their first page."""
    return reverse("send_again") if kept(request) else "/"


def drop(request: HttpRequest) -> None:
    request.session.pop(_SESSION, None)


def drop_if_sent(request: HttpRequest) -> None:
    """Once it is on its way again, the form's own page keeps what was typed."""
    if request.method == "POST" and _SESSION in request.session:
        form = kept(request)
        if form is None or form.url == request.get_full_path():
            drop(request)
