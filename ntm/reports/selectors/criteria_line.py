"""What the year's page says of criteria: the average, who has few, and who meets all but is not recognised yet.

Such units stand beside the counts, never in them: a level comes only from a decision.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from communes.choices import SubmissionState, Term
from communes.models import Submission
from communes.selectors.yearbook import YearBook
from communes.tallies import FEW, average, is_few, is_full
from ntm.core.numbers import decimal
from ntm.reports.selectors.criteria import list_url
from ntm.reports.selectors.figures import Figure, Figures
from ntm.reports.selectors.levels import LevelRow

#: The set that the average is told by.
BASIC = "ntm"
_WAITING = "đạt, chờ công nhận"


@dataclass(frozen=True)
class CriteriaLine:
    """`average`: criteria met per commune that `sent` counts, by the basic set. `waiting`: by level code."""

    average: Decimal
    sent: Figure
    few: Figure
    waiting: dict[str, Figure]

    @property
    def average_words(self) -> str:
        return decimal(self.average, 2)


@dataclass(frozen=True)
class _Sums:
    """The stored sums of one submitted return."""

    place_id: int
    met: int
    total: int


def criteria_line(book: YearBook, figures: Figures) -> CriteriaLine | None:
    """None where nothing was submitted by the basic set. One query."""
    returns = _returns(book, figures)
    basic = returns.get(BASIC, [])
    mean = average([row.met for row in basic])
    if mean is None:
        return None
    year = book.scope.year
    few = [row for row in basic if is_few(row.met, row.total)]
    return CriteriaLine(
        average=mean,
        sent=Figure(len(basic), list_url(year, BASIC, nhom="da-gui")),
        few=Figure(len(few), list_url(year, BASIC, nhom=f"duoi-{FEW}")),
        waiting={
            level.code: Figure(
                sum(
                    is_full(row.met, row.total) and book.ranks.get(row.place_id, 0) < level.rank
                    for row in returns.get(level.code, ())
                ),
                list_url(year, level.code, nhom="cho-cong-nhan"),
            )
            for level in book.rules.levels
        },
    )


def _returns(book: YearBook, figures: Figures) -> dict[str, list[_Sums]]:
    """The submitted ones by level code, of the round that `choices_of` puts first for the level."""
    rows = Submission.objects.filter(
        round__province_id=book.scope.province_id, round__year=book.scope.year, round__term=Term.YEAR
    )
    found: dict[str, dict[tuple[int, int], list[_Sums]]] = defaultdict(lambda: defaultdict(list))
    columns = ("round__criteria_set__level__code", "round__criteria_set__revision", "round_id")
    sums = ("unit__place_id", "criteria_met", "criteria_total", "state")
    for code, revision, key, place_id, met, total, state in rows.order_by().values_list(*columns, *sums):
        asked = found[code][-revision, key]
        if state != SubmissionState.DRAFT and figures.unit(place_id) is not None:
            asked.append(_Sums(place_id, met, total))
    return {code: rounds[min(rounds)] for code, rounds in found.items()}


def with_waiting(rows: Sequence[LevelRow], line: CriteriaLine | None) -> tuple[LevelRow, ...]:
    """The rows with who waits for recognition beside the count, where there is anybody."""
    if line is None:
        return tuple(rows)
    return tuple(
        replace(row, moves=(*row.moves, (_WAITING, figure)))
        if (figure := line.waiting.get(row.code)) and figure.value
        else row
        for row in rows
    )
