"""The kinds of sheets of this app."""

from collections.abc import Mapping
from typing import Any

from django import forms

from funding.choices import Breakdown, Stage
from funding.models import WHOLE_YEAR
from funding.services import FIRST_YEAR, RIGHT
from funding.sheets.allocations import WHOLE, YearOfAllocations
from funding.sheets.links import ALLOCATIONS, MONEY
from funding.sheets.money import YearOfMoney
from ntm.core.dates import today
from ntm.core.forms import BaseForm, YearField
from ntm.sheets.imports.kinds import Kind, register
from targets.years import home_of, year_of


class _YearForm(BaseForm):
    nam = YearField(label="Năm", minimum=FIRST_YEAR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nam"].maximum = today().year + 1  # type: ignore[attr-defined]


class MoneyKind(Kind):
    """A year: a row for each source."""

    code, title, permission = MONEY, "Nguồn vốn của một năm", RIGHT

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        """For whoever could bring something by it; others are refused here, before they choose a year."""
        home_of(user, RIGHT)
        return _YearForm(data)

    def target(self, user: Any, params: Mapping[str, str]) -> YearOfMoney | None:
        year = year_of(params, last=today().year + 1)
        return YearOfMoney(user, home_of(user, RIGHT), year) if year else None


class _DivisionForm(_YearForm):
    giai_doan = forms.ChoiceField(label="Số liệu", choices=Stage.choices)
    chia = forms.ChoiceField(label="Cách chia", choices=[(WHOLE, "Cả nguồn, không chia"), *Breakdown.choices])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (cleaned.get("giai_doan"), cleaned.get("chia")) == (Stage.YEAR, WHOLE):
            self.add_error("chia", WHOLE_YEAR)
        return cleaned


class AllocationsKind(Kind):
    """A year, a stage and a way of dividing: a row for each source, or for each source and purpose."""

    code, title, permission = ALLOCATIONS, "Phân bổ và thực hiện vốn của một năm", RIGHT

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        """Bound once all of it was asked; an address that names some of it fills these in."""
        home_of(user, RIGHT)
        if data is None or all(name in data for name in _DivisionForm.base_fields):
            return _DivisionForm(data)
        return _DivisionForm(initial=dict(data.items()))

    def params(self, user: Any, asked: Mapping[str, str]) -> dict[str, str] | None:
        """None too for what is no allocation, so that the form says why."""
        found = super().params(user, asked)
        no_such = found is not None and (found["giai_doan"], found["chia"]) == (Stage.YEAR, WHOLE)
        return None if no_such else found

    def target(self, user: Any, params: Mapping[str, str]) -> YearOfAllocations | None:
        year = year_of(params, last=today().year + 1)
        asked = self.form(user, params)
        if year is None or not asked.is_valid():
            return None
        stage, division = asked.cleaned_data["giai_doan"], asked.cleaned_data["chia"]
        return YearOfAllocations(user, home_of(user, RIGHT), year, stage, division)


def tell() -> None:
    """Called when the applications are ready."""
    for kind in (MoneyKind(), AllocationsKind()):
        register(kind)
