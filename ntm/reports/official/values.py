"""What stands in one cell of a form, and how it is written."""

from dataclasses import dataclass
from decimal import Decimal

from communes.judging import number
from ntm.core.numbers import integer
from ntm.reports.selectors.figures import Figure


@dataclass(frozen=True)
class Value:
    """A number or a text with the address of its list. None is not known, and `why` says why. `dong`: the exact amount
    behind a number of millions."""

    value: int | Decimal | str | None
    url: str = ""
    why: str = ""
    dong: int | None = None

    @property
    def known(self) -> bool:
        return self.value is not None

    @property
    def words(self) -> str:
        """As a page shows it; empty when it is not known."""
        if isinstance(self.value, Decimal):
            return number(self.value)
        return integer(self.value) if isinstance(self.value, int) else self.value or ""

    @property
    def kept(self) -> str | None:
        """As a snapshot keeps it: digits with a point and no more of them than it needs, or the text."""
        if isinstance(self.value, Decimal):
            return format(self.value.normalize(), "f")
        return None if self.value is None else str(self.value)


def unknown(why: str = "") -> Value:
    return Value(None, why=why)


def of_figure(figure: Figure, why: str = "") -> Value:
    """A count of the dashboard, with its list."""
    return Value(figure.value, figure.url, why)


def millions(dong: int | None, url: str = "", why: str = "") -> Value:
    """An amount in đồng as millions, exactly."""
    if dong is None:
        return unknown(why)
    exact = Decimal(dong) / 1_000_000
    whole = exact.to_integral_value()
    return Value(int(whole) if exact == whole else exact, url, dong=dong)
