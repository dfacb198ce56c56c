"""What one unit achieved by each criteria set: criteria met by year, and what it lacks for the next level."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from communes.choices import SubmissionState, Verdict
from communes.models import Condition, ConditionCheck, Submission, Unit
from communes.reach import reach_with
from communes.selectors.records import LevelInfo, Rules
from communes.selectors.unit_returns import Number, UnitReturn, laid_open, results_url, submissions_of
from communes.tallies import MET


@dataclass(frozen=True)
class YearPoint:
    """Criteria met in one year by one set; nothing is said of a return that was not sent. `edition`: of the set, where
    it is not the nation's first."""

    year: int
    state: str
    is_sent: bool
    met: Number
    total: int
    edition: str = ""


@dataclass(frozen=True)
class Trend:
    """One level's set over the years."""

    level: str
    points: tuple[YearPoint, ...]


@dataclass(frozen=True)
class Checked:
    """A condition of the next level and how the unit stands on it; empty words: not checked."""

    name: str
    verdict: str
    words: str


@dataclass(frozen=True)
class Gap:
    """What a unit lacks for the next level. `by`: the return that says so; None where none does. `is_own`: it is by
    the next level's own set; else by the highest set with results."""

    level: str
    by: UnitReturn | None
    is_own: bool
    conditions: tuple[Checked, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class UnitResults:
    """The results part of a unit's page."""

    year: int
    returns: list[UnitReturn]
    trends: list[Trend]
    gap: Gap | None
    is_highest: bool
    may_enter: bool
    #: Whether the programme asks anything of the unit on the day.
    is_asked: bool = True

    @property
    def others(self) -> list[UnitReturn]:
        """Returns of the year besides the one that the gap is told by; they too say what is lacking."""
        if not self.is_asked:
            return []
        told = self.gap.by if self.gap else None
        return [row for row in self.returns if row is not told and row.round.year == self.year]


def results_of(user: Any, unit: Unit, year: int, rank: int | None, rules: Rules) -> UnitResults:
    """All that is known of a unit in a year. `rank`: of the level that it holds; None where that is not known; `rules`:
    the year's.

    A fixed number of queries; those of a criteria set only the first time.
    """
    every = submissions_of(user, unit.place_id)
    returns = laid_open([row for row in every if row.round.year == year] + _last_begun(every, year))
    levels = [level for level in rules.levels if level.tier == unit.tier]
    following = next((level for level in levels if level.rank > (rank or 0)), None)
    return UnitResults(
        year=year,
        returns=returns,
        trends=_trends(every),
        gap=_gap(unit, year, following, returns) if following else None,
        is_highest=bool(levels) and following is None,
        may_enter=reach_with(user, "communes.enter_result").may_write(unit),
    )


def _last_begun(rows: Sequence[Submission], year: int) -> list[Submission]:
    """Where nothing is entered in the year: the highest return of the latest year before that has something."""
    if any(row.entered for row in rows if row.round.year == year):
        return []
    begun = [row for row in rows if row.round.year < year and row.entered]
    last = max(begun, key=lambda row: (row.round.year, row.round.criteria_set.level.rank), default=None)
    return [last] if last else []


def _trends(rows: Iterable[Submission]) -> list[Trend]:
    found: dict[str, list[YearPoint]] = defaultdict(list)
    for row in rows:
        level, sent = row.round.criteria_set.level, row.state != SubmissionState.DRAFT
        url = results_url(row, "tieu-chi", MET)
        if sent or row.entered:
            found[level.name].append(
                YearPoint(
                    row.round.year,
                    str(row.get_state_display()),
                    sent,
                    Number(row.criteria_met, url),
                    row.criteria_total,
                    row.round.criteria_set.edition,
                )
            )
    return [Trend(name, tuple(points)) for name, points in found.items()]


def _gap(unit: Unit, year: int, level: LevelInfo, returns: Sequence[UnitReturn]) -> Gap:
    begun = [row for row in returns if row.is_begun]
    own = next((row for row in begun if row.level.pk == level.pk), None)
    by = own or max(begun, key=lambda row: row.level.rank, default=None)
    conditions = _conditions(unit, year, level)
    return Gap(level.name, by, own is not None, conditions, tuple(_unknown(year, level, by, own, conditions)))


def _conditions(unit: Unit, year: int, level: LevelInfo) -> tuple[Checked, ...]:
    """The level's conditions outside the criteria. One query."""
    checks = ConditionCheck.objects.filter(
        unit__place_id=unit.place_id, year=year, condition=OuterRef("pk")
    ).order_by("-pk")
    rows = Condition.objects.filter(level_id=level.pk).annotate(found=Subquery(checks.values("verdict")[:1]))
    return tuple(
        Checked(name, verdict or "", str(Verdict(verdict).label) if verdict else "")
        for name, verdict in rows.order_by("position").values_list("name", "found")
    )


def _unknown(
    year: int, level: LevelInfo, by: UnitReturn | None, own: UnitReturn | None, conditions: Sequence[Checked]
) -> Iterable[str]:
    """What nobody can say from what there is."""
    if by is None:
        yield f"Năm {year} đơn vị chưa có kết quả theo bộ tiêu chí nào, nên chưa biết còn thiếu gì."
    elif by.round.year != year:
        yield (
            f"Năm {year} đơn vị chưa có kết quả; dưới đây là theo bộ {by.level.name} năm {by.round.year}, "
            "lần gần nhất có kết quả."
        )
    elif own is None:
        yield (
            f"Năm {year} đơn vị chưa có kết quả theo bộ {level.name}, nên chưa biết còn thiếu gì của bộ đó; "
            f"dưới đây là theo bộ {by.level.name}, bộ cao nhất có kết quả."
        )
    if by is not None and not by.is_sent:
        yield "Phiếu đang nhập, chưa gửi: số liệu còn có thể thay đổi."
    unchecked = sum(not row.verdict for row in conditions)
    if not conditions:
        yield "Chưa ghi các điều kiện công nhận ngoài tiêu chí của mức này."
    elif unchecked:
        yield f"{unchecked}/{len(conditions)} điều kiện ngoài tiêu chí chưa được kiểm tra."
