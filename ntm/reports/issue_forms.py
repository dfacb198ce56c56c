"""What may be chosen on the pages of report forms."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from ntm.core.dates import format_date, today
from ntm.core.days import DayOfYearForm
from ntm.core.forms import BaseForm
from ntm.core.scope import Scope
from ntm.reports.selectors.criteria import UnitReturn


class YearForm(BaseForm):
    """A year together with its own day: the end of a past one, today in the present one."""

    nam = forms.TypedChoiceField(label="Năm của số liệu", coerce=int)

    def __init__(self, *args: Any, years: range, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = {year: Scope.of(0, year, today()).day for year in reversed(years)}
        self.fields["nam"].choices = [  # type: ignore[attr-defined]
            (year, f"Năm {year}, số liệu đến {format_date(day)}") for year, day in days.items()
        ]


class AskedForm(DayOfYearForm):
    """For which day of the year, and about which commune of the year's round. `returns` None: not to be chosen."""

    def __init__(
        self, data: QueryDict, *, year: int, today: date, returns: Iterable[UnitReturn] | None = None
    ) -> None:
        super().__init__(data, year=year, today=today)
        if returns is not None:
            self.data = {**self.data, "xa": data.get("xa", "")}
            named = (
                (row.code, f"{row.name}{f' ({row.district})' if row.district else ''}") for row in returns
            )
            choices = [("", "Chọn xã"), *named]
            self.fields["xa"] = forms.ChoiceField(label="Xã", required=False, choices=choices)
            self.order_fields(["xa", "ngay"])


class IssueForm(BaseForm):
    """What the person has before them when they issue a form."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
