"""The rows of a list behind a number about criteria, and of the matrix."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from communes.choices import IndicatorKind, SubmissionState
from communes.selectors.findings import said_of
from communes.tallies import NO_DATA, WORDS, Tally
from ntm.reports.selectors.criteria import Asked, CriteriaYear, UnitReturn

_STATES = dict(SubmissionState.choices)
_NUMERIC = (IndicatorKind.NUMBER, IndicatorKind.PERCENT)


@dataclass(frozen=True)
class ListRow:
    """One unit behind a number. What does not apply is None or empty."""

    code: str
    name: str
    url: str
    district: str
    level: str
    state: str
    met: int | None
    total: int
    trust: str
    result: str = ""
    lacking: str = ""
    value: Decimal | None = None
    shown: str = ""
    need: str = ""
    distance: Decimal | None = None
    reason: str = ""


def list_rows(criteria: CriteriaYear, asked: Asked) -> list[ListRow]:
    """The members of a number, each with what the list is about."""
    return [_row(criteria, row, asked) for row in criteria.members(asked)]


def _row(criteria: CriteriaYear, row: UnitReturn, asked: Asked) -> ListRow:
    more: dict[str, object] = {}
    if asked.indicator:
        more = _of_indicator(criteria, row, asked.indicator)
    elif asked.criterion and (criterion := criteria.criterion(asked.criterion)):
        found = criteria.tallies[row.pk][criterion.pk]
        more = {
            "result": WORDS[found.state],
            "lacking": ""
            if not row.counted
            else ", ".join(lacking_codes(criteria, row, criterion.indicators)),
        }
    return ListRow(
        row.code, row.name, row.url, row.district, row.level, _STATES[row.state],
        row.met if row.counted else None, row.total, row.trust, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _of_indicator(criteria: CriteriaYear, row: UnitReturn, code: str) -> dict[str, object]:
    one = criteria.set_book.by_code[code]
    result = criteria.answers(one).get(row.pk)
    said = said_of(one, result, row.facts, criteria.year)
    return {
        "result": said.word,
        "value": result.value if result and one.row.kind in _NUMERIC else None,
        "shown": said.shown,
        "need": said.need,
        "distance": said.distance,
        "reason": said.reason,
    }


def lacking_codes(criteria: CriteriaYear, row: UnitReturn, indicators: Iterable[int]) -> list[str]:
    """The codes of the indicators that are not met, in the set's order."""
    found = (criteria.set_book.indicators[pk] for pk in indicators)
    return [one.code for one in found if criteria.state_of(row, one) != "dat"]


@dataclass(frozen=True)
class Cell:
    """One commune × criterion: its state, how many indicators are lacking, and which."""

    state: str
    lacking: int
    codes: str
    number: str


@dataclass(frozen=True)
class MatrixRow:
    """One line of the matrix."""

    unit: UnitReturn
    cells: tuple[Cell, ...]

    @property
    def state_words(self) -> str:
        return _STATES[self.unit.state]


def matrix_rows(criteria: CriteriaYear, returns: Sequence[UnitReturn]) -> list[MatrixRow]:
    """Those that lack most first; those that say nothing last."""
    order = sorted(returns, key=lambda row: (not row.counted, row.met, row.sort_key, row.code))
    return [MatrixRow(row, tuple(_cells(criteria, row))) for row in order]


def _cells(criteria: CriteriaYear, row: UnitReturn) -> Iterator[Cell]:
    found = criteria.tallies[row.pk]
    for criterion in criteria.set_book.criteria:
        one: Tally = found[criterion.pk]
        codes = ""
        if one.lacking and one.state != NO_DATA:
            codes = ", ".join(lacking_codes(criteria, row, criterion.indicators))
        yield Cell(one.state, one.lacking, codes, criterion.number)


def matrix_sheet(
    criteria: CriteriaYear, rows: Iterable[MatrixRow]
) -> tuple[list[str], Iterator[Sequence[object]]]:
    """The matrix as a file: its header, and one line per unit; criteria met are real numbers."""
    header = ["Đơn vị", "Mã", "Thuộc", "Mức hiện có", "Phiếu", "Tiêu chí đạt", "Số tiêu chí", "Mức tin cậy"]
    header += [f"{row.number}. {row.name}" for row in criteria.set_book.criteria]
    return header, (_sheet_row(row) for row in rows)


def _sheet_row(row: MatrixRow) -> Sequence[object]:
    unit = row.unit
    met = unit.met if unit.counted else None
    own = (unit.name, unit.code, unit.district, unit.level, row.state_words, met, unit.total, unit.trust)
    return (*own, *(_cell_words(cell) for cell in row.cells))


def _cell_words(cell: Cell) -> str:
    return f"{WORDS[cell.state]}: {cell.codes}" if cell.codes else WORDS[cell.state]
