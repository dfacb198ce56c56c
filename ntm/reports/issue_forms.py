"""What may be chosen on the pages of report forms."""

from typing import Any

from django import forms

from ntm.core.dates import format_date, today
from ntm.core.forms import BaseForm
from ntm.core.scope import Scope
from ntm.reports.official.sources import Sources


class YearForm(BaseForm):
    """A year together with its day: the end of a past one, today in the present one."""

    nam = forms.TypedChoiceField(label="Năm của số liệu", coerce=int)

    def __init__(self, *args: Any, years: range, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = {year: Scope.of(0, year, today()).day for year in reversed(years)}
        self.fields["nam"].choices = [  # type: ignore[attr-defined]
            (year, f"Năm {year}, số liệu đến {format_date(day)}") for year, day in days.items()
        ]


class CommuneForm(BaseForm):
    """Which commune of the year's round a form is about."""

    xa = forms.ChoiceField(label="Xã", required=False)

    def __init__(self, *args: Any, sources: Sources, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        returns = sources.now.criteria.returns if sources.now.criteria else []
        named = ((row.code, f"{row.name}{f' ({row.district})' if row.district else ''}") for row in returns)
        self.fields["xa"].choices = [("", "Chọn xã"), *named]  # type: ignore[attr-defined]


class IssueForm(BaseForm):
    """What the person has before them when they issue a form."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
