"""The kinds of sheets of this app."""

from collections.abc import Mapping
from typing import Any

from funding.services import FIRST_YEAR, RIGHT
from funding.sheets.links import MONEY
from funding.sheets.money import YearOfMoney
from ntm.core.dates import today
from ntm.core.forms import BaseForm, WholeNumberField
from ntm.sheets.imports.kinds import Kind, register
from targets.years import home_of, year_of


class _YearForm(BaseForm):
    nam = WholeNumberField(label="Năm", minimum=FIRST_YEAR)

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


def tell() -> None:
    """Called when the applications are ready."""
    register(MoneyKind())
