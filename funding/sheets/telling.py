"""The kinds of sheets of this app."""

from collections.abc import Mapping
from typing import Any

from communes.reach import reach_with
from funding.services import FIRST_YEAR, RIGHT
from funding.sheets.links import MONEY
from funding.sheets.money import YearOfMoney
from ntm.core.dates import today
from ntm.core.forms import BaseForm, WholeNumberField
from ntm.sheets.imports.kinds import Kind, register
from targets.years import year_of


class _YearForm(BaseForm):
    nam = WholeNumberField(label="Năm", minimum=FIRST_YEAR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nam"].maximum = today().year + 1  # type: ignore[attr-defined]


class MoneyKind(Kind):
    """A year: a row for each source."""

    code, title, permission = MONEY, "Nguồn vốn của một năm", RIGHT

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        return _YearForm(data)

    def target(self, user: Any, params: Mapping[str, str]) -> YearOfMoney | None:
        year, province = year_of(params, last=today().year + 1), reach_with(user, RIGHT).home
        return YearOfMoney(user, province, year) if year and province else None


def tell() -> None:
    """Called when the applications are ready."""
    register(MoneyKind())
