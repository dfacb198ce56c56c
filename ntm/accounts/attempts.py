"""Wrong passwords and wrong codes: under which name they are counted, who is locked now, and lifting a lock.

Both are counted by the package (axes). Passwords by name and address, so that a stranger's guesses lock nobody else
out; codes by name alone, since who gets that far knows the password.
"""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils import timezone

from ntm.core.text import clean

#: Before a name whose codes are counted. Upper case, which no attempted name keeps, so that nobody can type it.
_CODES_OF = "MÃ:"


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name in the one form under which accounts are found, so that its case gives no further guesses.

    The login form calls the field `login`, the backends call it `username`; both count on the same account.
    """
    given = credentials or request.POST
    name = clean(str(given.get("username") or given.get("login") or "")).lower()
    return f"{_CODES_OF}{name}" if is_about_codes(credentials) else name


def is_about_codes(credentials: dict[str, Any] | None) -> bool:
    return bool(credentials and credentials.get("second_factor"))


def counted_by(request: Any, credentials: dict[str, Any] | None = None) -> list[Any]:
    """What axes adds up wrong attempts by."""
    return ["username"] if is_about_codes(credentials) else [["username", "ip_address"]]


def may_try_code(request: HttpRequest, user: Any) -> bool:
    """False while this account's codes are locked; the answer then becomes the page of the lock."""
    if AxesProxyHandler.is_allowed(request, _code_of(user)):
        return True
    request.axes_locked_out = True  # type: ignore[attr-defined]
    return False


def count_wrong_code(request: HttpRequest, user: Any) -> None:
    """As a wrong password is counted; the fifth one locks."""
    user_login_failed.send(sender=__name__, credentials=_code_of(user), request=request)


def count_wrong_password(request: HttpRequest, user: Any) -> None:
    """For one that the backend took for right."""
    user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=request)


def forget(user: Any) -> None:
    """Lift every lock of the account, on whichever address."""
    for name in (user.username, f"{_CODES_OF}{user.username}"):
        reset(username=name)


def forget_codes(user: Any) -> None:
    """After a right code."""
    reset(username=f"{_CODES_OF}{user.username}")


def with_lock(users: QuerySet[Any]) -> QuerySet[Any]:
    """Each account with `is_locked`: whether passwords or codes of it are refused now, from some address or any."""
    passwords = _recent(username=OuterRef("username")).values("ip_address")
    codes = _recent(username=Concat(Value(_CODES_OF), OuterRef("username"))).values("username")
    return users.annotate(
        is_locked=Exists(_summed(passwords)) | Exists(_summed(codes)),
    )


def is_locked(user: Any) -> bool:
    return with_lock(type(user)._default_manager.filter(pk=user.pk)).values_list("is_locked", flat=True).get()


def wrong_from(address: str) -> int:
    """How many wrong attempts of any name came from an address within the time that a lock lasts."""
    found = _recent(ip_address=address).aggregate(total=Sum("failures_since_start"))
    return int(found["total"] or 0)


def _code_of(user: Any) -> dict[str, Any]:
    return {"username": user.username, "second_factor": True}


def _recent(**which: Any) -> QuerySet[Any]:
    return AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - get_cool_off(), **which)


def _summed(grouped: QuerySet[Any]) -> QuerySet[Any]:
    return grouped.annotate(total=Sum("failures_since_start")).filter(total__gte=settings.AXES_FAILURE_LIMIT)
