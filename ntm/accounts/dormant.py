"""Accounts that nobody has come in with for a long time: an administrator looks at them and closes the left over."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

#: After so many days without signing in an account in use is listed.
DAYS = 45


def last_seen(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With `last_seen`: when the person last signed in; of one who never did, when the account was made."""
    return rows.annotate(last_seen=Coalesce("last_login", "created_at"))


def is_dormant(moment: datetime | None = None) -> Q:
    """The condition on rows of `last_seen`: still in use, and nobody came in for `DAYS` days until the moment."""
    return Q(is_active=True, last_seen__lt=(moment or timezone.now()) - timedelta(days=DAYS))


def days_unseen(seen: datetime, moment: datetime | None = None) -> int:
    """Whole days since the person was last seen."""
    return ((moment or timezone.now()) - seen).days


def words(user: Any) -> str:
    """When the person of `last_seen` came in last, and whether that is long ago, for a column."""
    login = user.last_login
    seen = f"{timezone.localtime(login):%d/%m/%Y %H:%M}" if login else "chưa lần nào"
    days = days_unseen(user.last_seen)
    return f"{seen} (không dùng {days} ngày)" if user.is_active and days >= DAYS else seen
