"""Narrowing the lists of a year's plan. A copied address shows the same rows."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from ntm.core.dates import today
from ntm.core.days import DayOfYearField
from ntm.core.forms import BaseForm
from targets.choices import TargetKind
from targets.models import Registration, Target
from targets.selectors import levels_of

DIFFICULT = "especially_difficult"
ETHNIC = "ethnic_mountain"
FACTS = {DIFFICULT: "difficult", ETHNIC: "ethnic"}
"""What the address says, and the annotation that holds it."""


def first_day_of(year: int) -> date:
    """From when on a year's plan is asked for: the year before, in which it was approved."""
    return date(year - 1, 1, 1)


class _OfYear(BaseForm):
    """By level, and by revision; no revision named means the one in force on the day. The next year's plan may be asked
    for as it stood in this year."""

    muc = forms.ChoiceField(label="Mức", required=False)
    lan = forms.ChoiceField(label="Lần ban hành", required=False)

    def __init__(self, *args: Any, year: int, revisions: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["muc"].choices = [  # type: ignore[attr-defined]
            ("", "Mọi mức"),
            *((level.code, level.name) for level in levels_of(year)),
        ]
        self.fields["lan"].choices = [  # type: ignore[attr-defined]
            ("", "Lần đang áp dụng"),
            *((str(number), f"Lần {number}") for number in revisions),
        ]
        self.fields["ngay"] = DayOfYearField(year=year, today=today(), first=first_day_of(year))


class TargetFilter(_OfYear):
    """Also by kind of target."""

    loai = forms.ChoiceField(
        label="Cách tính", required=False, choices=[("", "Mọi cách tính"), *TargetKind.choices]
    )

    @staticmethod
    def apply(rows: QuerySet[Target], cleaned: dict[str, Any]) -> QuerySet[Target]:
        if cleaned["muc"]:
            rows = rows.filter(level__code=cleaned["muc"])
        return rows.filter(kind=cleaned["loai"]) if cleaned["loai"] else rows


class RegistrationFilter(_OfYear):
    """Also by what the unit is."""

    thuoc_tinh = forms.ChoiceField(
        label="Đặc điểm",
        required=False,
        choices=[
            ("", "Mọi đơn vị"),
            (DIFFICULT, "Xã đặc biệt khó khăn"),
            (ETHNIC, "Vùng dân tộc thiểu số và miền núi"),
        ],
    )

    @staticmethod
    def apply(rows: QuerySet[Registration], cleaned: dict[str, Any]) -> QuerySet[Registration]:
        """The rows carry the annotations of `registrations_with_facts`."""
        if cleaned["muc"]:
            rows = rows.filter(level__code=cleaned["muc"])
        fact = FACTS.get(cleaned["thuoc_tinh"])
        return rows.filter(**{fact: "1"}) if fact else rows
