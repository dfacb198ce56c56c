"""Asking what the system knew at the end of a past day, and what a page says of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from ntm.audit.offers import offered
from ntm.audit.past import Gap, begins, end_of
from ntm.core.dates import format_date, today
from ntm.core.forms import BaseForm, DayField

MOST_ENTRIES = 50


class _PastDay(DayField):
    def check(self, day: date) -> None:
        if day > today():
            raise forms.ValidationError("Chưa đến ngày này.")


class ThenForm(BaseForm):
    """`?luc=2026-11-20`, or as people type it; without it, yesterday."""

    luc = _PastDay(label="Dữ liệu có trong hệ thống đến hết ngày")

    def __init__(self, asked: Any) -> None:
        yesterday = today() - timedelta(days=1)
        super().__init__(asked if asked.get("luc") else {"luc": format_date(yesterday)})


def found_then(user: Any, day: date, read: Callable[[datetime], Any]) -> dict[str, Any]:
    """For the page: what `read` finds of the last moment of the day (it has `moved`, the entries that made the
    difference, newest first); or the sentence why the record cannot say."""
    moment, first = end_of(day), begins()
    if first is None or moment < first:
        since = format_date(first) if first else "chưa có mục nào"
        return {
            "cannot": f"Nhật ký bắt đầu từ {since}; không dựng lại được dữ liệu của ngày {format_date(day)}."
        }
    try:
        then = read(moment)
    except Gap as gap:
        return {
            "cannot": f"Nhật ký không đủ để dựng lại ngày này: mục số {gap.number} không khớp với dữ liệu."
        }
    return {"then": then, "history": offered(user, then.moved[:MOST_ENTRIES]), "moved": len(then.moved)}
