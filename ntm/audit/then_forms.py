"""Asking what the system knew at the end of a past day or minute, and what a page says of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from ntm.audit.offers import offered
from ntm.audit.past import Gap, begins
from ntm.core.dates import DateError, end_of, format_date, format_moment, parse_moment, today
from ntm.core.forms import BaseForm

MOST_ENTRIES = 50


class _PastField(forms.CharField):
    """A day up to today, or a minute that has come. The value is its last moment."""

    def prepare_value(self, value: Any) -> Any:
        """However the address names it, it is shown as people write it."""
        try:
            return format_moment(parse_moment(value or ""))
        except DateError:
            return value

    def clean(self, value: Any) -> datetime:
        try:
            moment = parse_moment(super().clean(value))
        except DateError as error:
            raise forms.ValidationError(str(error)) from error
        last = end_of(today())
        if moment > last:
            raise forms.ValidationError("Chưa đến ngày này.")
        if moment != last and moment > timezone.now() + timedelta(minutes=1):
            raise forms.ValidationError("Chưa đến giờ này.")
        return moment


class ThenForm(BaseForm):
    """`?luc=2026-11-20`, `?luc=2026-11-20T14:30`, or as people type it; without it, yesterday."""

    luc = _PastField(
        label="Dữ liệu có trong hệ thống đến hết ngày (hoặc đến giờ, phút)",
        max_length=40,
        widget=forms.TextInput({"placeholder": "20/11/2026 14:30", "autocomplete": "off"}),
    )

    def __init__(self, asked: Any) -> None:
        yesterday = today() - timedelta(days=1)
        super().__init__(asked if asked.get("luc") else {"luc": format_date(yesterday)})


def found_then(user: Any, moment: datetime, read: Callable[[datetime], Any]) -> dict[str, Any]:
    """For the page: what `read` finds of the moment (it has `moved`, the entries that made the difference, newest
    first); or the sentence why the record cannot say."""
    first, asked = begins(), format_moment(moment)
    if first is None or moment < first:
        since = format_date(first) if first else "chưa có mục nào"
        return {"cannot": f"Nhật ký bắt đầu từ {since}; không dựng lại được dữ liệu của ngày {asked}."}
    try:
        then = read(moment)
    except Gap as gap:
        return {
            "cannot": f"Nhật ký không đủ để dựng lại ngày này: mục số {gap.number} không khớp với dữ liệu."
        }
    return {"then": then, "history": offered(user, then.moved[:MOST_ENTRIES]), "moved": len(then.moved)}
