"""Comings and goings in the record: signed in, signed out, wrong, locked.

A wrong name is never written down, since people type passwords into the wrong field; the attempt is, so that it costs
what one at a real account costs. What one address can write is bounded: by the lock for each name, by `_MOST` in all.
"""

from typing import Any

from allauth.account.signals import user_logged_in as fully_in
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from ntm.accounts import attempts, carried, sessions
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.reach import seat_of

_MOST = 100


def connect() -> None:
    """Called when the applications are ready, after axes: its count of an attempt is read here."""
    user_logged_in.connect(_begin, dispatch_uid="ntm-begin")
    fully_in.connect(_signed_in, dispatch_uid="ntm-signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid="ntm-signed-out")
    user_login_failed.connect(_wrong, dispatch_uid="ntm-wrong")


def _begin(sender: Any, request: HttpRequest, **more: Any) -> None:
    sessions.begin(request)


def _signed_in(sender: Any, request: Any, user: User, **more: Any) -> None:
    request.last_person = carried.Last(user.pk)
    carried.remember_token(request, user)
    _record("account.signed_in", user, by=user)


def _signed_out(sender: Any, request: Any, user: User | None, **more: Any) -> None:
    request.signed_out = True
    if user is not None:
        _record("account.signed_out", user, by=user)


def _wrong(sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any) -> None:
    """One entry for each attempt up to the one that locks; none while the lock lasts."""
    count = getattr(request, "axes_failures_since_start", None) or 0
    if not 0 < count <= settings.AXES_FAILURE_LIMIT or attempts.wrong_from(request.axes_ip_address) > _MOST:
        return
    kind = "account.wrong_code" if attempts.is_about_codes(credentials) else "account.wrong_password"
    name = str(credentials.get("username", "")).lower()
    subject = User.objects.filter(username=name).first() or User(pk=0, full_name="Không có tài khoản này")
    _record(kind, subject, by=audit.SYSTEM)
    if count == settings.AXES_FAILURE_LIMIT:
        _record("account.locked", subject, by=audit.SYSTEM)


@audit.verb
def _record(action: str, user: User, *, by: Any) -> None:
    audit.record(action, user, by=by, before=audit.snapshot(user), province_id=seat_of(user))
