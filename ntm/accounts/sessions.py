"""Sessions: how long one lasts, the list of a person's own, and ending them.

The limits are the server's: two times stand in the session itself, so that a page reads nothing for them. The later
one is written at most once a minute; a session may therefore end up to a minute early, never late.
"""

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from ntm.accounts.reach import is_administrator
from ntm.audit import log as audit
from ntm.audit.reach import seat_of

_BEGAN, _SEEN = "began", "seen"
_WRITE_AFTER = 60
IDLE, AGE, NO_FACTOR = "idle", "age", "second-factor"


def begin(request: HttpRequest) -> None:
    """At signing in."""
    request.session[_BEGAN] = request.session[_SEEN] = int(time.time())


def idle_minutes(user: Any) -> int:
    """How long this person's session lives without their doing anything; the shorter one for administrators."""
    usual, administrator = settings.SESSION_IDLE_MINUTES, settings.SESSION_IDLE_MINUTES_ADMINISTRATOR
    return min(usual, administrator) if is_administrator(user) else usual


def over(request: HttpRequest) -> str:
    """Why the session is at its end (`IDLE`, `AGE`); empty while it is not. One without its times has none left."""
    now = time.time()
    began, seen = request.session.get(_BEGAN), request.session.get(_SEEN)
    if began is None or seen is None or now - began > settings.SESSION_HOURS * 3600:
        return AGE
    shortest = min(settings.SESSION_IDLE_MINUTES, settings.SESSION_IDLE_MINUTES_ADMINISTRATOR)
    # Roles are asked for only where they can make a difference.
    if now - seen > shortest * 60 and now - seen > idle_minutes(request.user) * 60:
        return IDLE
    return ""


def note_activity(request: HttpRequest) -> None:
    """The person did something."""
    now = int(time.time())
    if now - request.session[_SEEN] >= _WRITE_AFTER:
        request.session[_SEEN] = now
        _seen_now(request.session.session_key)


def close(request: HttpRequest) -> None:
    """End the request's own session at its limit; whoever asks is a visitor from here on."""
    _forget([request.session.session_key])
    request.session.flush()
    request.user = AnonymousUser()


def open_sessions(user: Any) -> list[UserSession]:
    """The person's sessions that would still be let in, the latest used first."""
    now = timezone.now()
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return list(
        UserSession.objects.filter(
            user_id=user.pk,
            session_key__in=alive,
            created_at__gt=now - timedelta(hours=settings.SESSION_HOURS),
            last_seen_at__gt=now - timedelta(minutes=idle_minutes(user)),
        ).order_by("-last_seen_at")
    )


@audit.verb
def end_one(row: UserSession, *, by: Any) -> None:
    """From the list, by its owner."""
    _forget([row.session_key])
    _record("account.session_ended", by)


@audit.verb
def end_others(request: HttpRequest, *, recorded: bool = True) -> int:
    """All of the person's sessions but this one; how many there were. Not `recorded` as part of another event."""
    rows = UserSession.objects.filter(user_id=request.user.pk).exclude(
        session_key=request.session.session_key
    )
    keys = list(rows.values_list("session_key", flat=True))
    _forget(keys)
    if recorded and keys:
        _record("account.other_sessions_ended", request.user)
    return len(keys)


@audit.verb
def end_all(user: Any) -> None:
    """Every session of the person, as part of another event."""
    _forget(UserSession.objects.filter(user_id=user.pk).values_list("session_key", flat=True))


@audit.verb
def _forget(keys: Iterable[str | None]) -> None:
    found = [key for key in keys if key]
    Session.objects.filter(session_key__in=found).delete()
    UserSession.objects.filter(session_key__in=found).delete()


@audit.verb
def _seen_now(key: str | None) -> None:
    UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now())


def _record(action: str, user: Any) -> None:
    audit.record(action, user, by=user, before=audit.snapshot(user), province_id=seat_of(user))
