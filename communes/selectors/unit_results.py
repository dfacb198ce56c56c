"""What one unit achieved by each criteria set: criteria met by year, what is missing and by how much, and what it
lacks for the next level."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from communes.choices import ReviewState, SubmissionState, Term
from communes.models import Condition, ConditionCheck, Department, Level, Remark, Result, Submission, Unit
from communes.reach import reach_of
from communes.selectors.criteria import CriterionFacts, IndicatorFacts, book_of
from communes.selectors.findings import Said, said_of
from communes.tallies import MET, NO_DATA, NOT_EVALUABLE, NOT_MET, WORDS, Tally, tallies
from ntm.core.access import may
from ntm.core.provenance import Trust

RETURNED = "tra-lai"


@dataclass(frozen=True)
class Number:
    """A number with the address of its list."""

    value: int
    url: str


@dataclass(frozen=True)
class Line:
    """One indicator of a return in words: who answers for it, what is open about it, where its cell is."""

    code: str
    name: str
    said: Said
    department: str
    review: str
    remarks: tuple[str, ...]
    cell_url: str

    @property
    def is_returned(self) -> bool:
        return self.review == ReviewState.RETURNED


@dataclass(frozen=True)
class Missing:
    """A criterion that is not met, with the indicators that keep it from it."""

    criterion: CriterionFacts
    tally: Tally
    lines: tuple[Line, ...]

    @property
    def state(self) -> str:
        return self.tally.state


class UnitReturn:
    """One return of a unit laid open."""

    def __init__(
        self, row: Submission, results: Iterable[Result], remarks: dict[int, list[str]], names: dict[int, str]
    ) -> None:
        self.row, self.remarks, self.names = row, remarks, names
        self.round = row.round
        self.criteria_set = row.round.criteria_set
        self.book = book_of(self.criteria_set, self.round.province_id)
        self.results = {result.indicator_id: result for result in results}
        verdicts = {key: result.verdict for key, result in self.results.items()}
        inside = {criterion.pk: criterion.indicators for criterion in self.book.criteria}
        self.tallies = tallies(inside, verdicts)

    @property
    def level(self) -> Level:
        return self.criteria_set.level

    @property
    def state_words(self) -> str:
        return str(self.row.get_state_display())

    @property
    def is_sent(self) -> bool:
        return self.row.state != SubmissionState.DRAFT

    @property
    def is_begun(self) -> bool:
        return bool(self.results)

    @property
    def is_illustrative(self) -> bool:
        return any(result.trust == Trust.ILLUSTRATIVE for result in self.results.values())

    def line(self, one: IndicatorFacts) -> Line:
        result = self.results.get(one.pk)
        return Line(
            code=one.code,
            name=one.row.name,
            said=said_of(one, result, self.row.facts, self.round.year),
            department=self.names.get(one.department_in(self.round.year) or 0, ""),
            review=result.review if result else ReviewState.OPEN,
            remarks=tuple(self.remarks.get(result.pk, ())) if result else (),
            cell_url=cell_url(self.row, one.code),
        )

    @property
    def missing(self) -> list[Missing]:
        """What is not met, criterion by criterion in the set's order."""
        found = []
        for criterion in self.book.criteria:
            tally = self.tallies[criterion.pk]
            if tally.state != MET:
                lines = [self.line(self.book.indicators[pk]) for pk in criterion.indicators]
                lacking = tuple(line for line in lines if line.said.state != MET)
                found.append(Missing(criterion, tally, lacking))
        return found

    @property
    def grid_url(self) -> str:
        return grid_url(self.row)

    @property
    def page_url(self) -> str:
        """Where the whole return is read and appraised."""
        return f"/phieu/{self.row.pk}/"

    # --- numbers, each with its list -----------------------------------------------------------------------------
    def list_url(self, kind: str, state: str = "") -> str:
        return results_url(self.row, self.level.code, kind, state)

    @property
    def met(self) -> Number:
        return Number(self.row.criteria_met, self.list_url("tieu-chi", MET))

    @property
    def total(self) -> Number:
        return Number(self.row.criteria_total, self.list_url("tieu-chi"))

    @property
    def counts(self) -> list[tuple[str, str, Number]]:
        """State, words and number of the indicators that are not met, and of those returned; none of nothing."""
        row = self.row
        parts = (
            (NOT_MET, "chỉ tiêu chưa đạt", row.not_met),
            (NOT_EVALUABLE, "chỉ tiêu chưa đánh giá được", row.not_evaluable),
            (NO_DATA, "chỉ tiêu chưa có số liệu", row.missing),
            (RETURNED, "chỉ tiêu bị trả lại", row.returned),
        )
        return [
            (state, words, Number(count, self.list_url("chi-tieu", state)))
            for state, words, count in parts
            if count
        ]


@dataclass(frozen=True)
class YearPoint:
    """Criteria met in one year by one set; nothing is said of a return that was not sent."""

    year: int
    state: str
    is_sent: bool
    met: Number
    total: int


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

    @property
    def others(self) -> list[UnitReturn]:
        """Returns of the year besides the one that the gap is told by."""
        told = self.gap.by if self.gap else None
        return [row for row in self.returns if row is not told and row.round.year == self.year]


def results_url(row: Submission, level: str, kind: str, state: str = "") -> str:
    """The list behind a number of a return: of criteria (`tieu-chi`) or of indicators (`chi-tieu`)."""
    word = {"commune": "xa", "district": "huyen"}[row.unit.tier]
    where = reverse("communes:unit-results", args=[word, row.unit.code, row.round.year])
    asked = {"bo": level, "loai": kind, "kq": state}
    return f"{where}?{urlencode({name: value for name, value in asked.items() if value})}"


def cell_url(row: Submission, code: str) -> str:
    """The page of one cell of the grid."""
    return f"/nhap-lieu/{row.unit.code}/{row.round.year}/{code}/{_set_of(row)}"


def grid_url(row: Submission) -> str:
    """The grid in which the return is entered."""
    return f"/nhap-lieu/{row.unit.code}/{row.round.year}/{_set_of(row)}"


def _set_of(row: Submission) -> str:
    level = row.round.criteria_set.level.code
    return "" if level == "ntm" else f"?{urlencode({'bo': level})}"


# --- reading -------------------------------------------------------------------------------------------------------
def submissions_of(user: Any, place_id: int) -> list[Submission]:
    """Every whole-year return of the place that the user may see, oldest first. One query."""
    rows = Submission.objects.visible_to(user).filter(unit__place_id=place_id, round__term=Term.YEAR)
    rows = rows.select_related("unit", "round__criteria_set__level")
    return list(rows.order_by("round__criteria_set__level__rank", "round__year", "pk"))


def laid_open(rows: Sequence[Submission]) -> list[UnitReturn]:
    """These returns with their results, open remarks and departments. Three queries for any number of them."""
    if not rows:
        return []
    results: dict[int, list[Result]] = defaultdict(list)
    for result in Result.objects.filter(submission__in=[row.pk for row in rows]):
        results[result.submission_id].append(result)
    remarks: dict[int, list[str]] = defaultdict(list)
    open_ones = Remark.objects.filter(result__submission__in=[row.pk for row in rows], closed_at=None)
    for result_id, text in open_ones.order_by("pk").values_list("result_id", "text"):
        remarks[result_id].append(text)
    names = dict(Department.objects.values_list("pk", "short_name"))
    return [UnitReturn(row, results[row.pk], remarks, names) for row in rows]


def results_of(user: Any, unit: Unit, year: int, rank: int | None) -> UnitResults:
    """All that is known of a unit in a year. `rank`: of the level that it holds; None where that is not known.

    A fixed number of queries; those of a criteria set only the first time.
    """
    every = submissions_of(user, unit.place_id)
    returns = laid_open([row for row in every if row.round.year == year] + _last_begun(every, year))
    levels = list(
        Level.objects.filter(
            tier=unit.tier, period__first_year__lte=year, period__last_year__gte=year
        ).order_by("rank", "pk")
    )
    following = next((level for level in levels if level.rank > (rank or 0)), None)
    return UnitResults(
        year=year,
        returns=returns,
        trends=_trends(every),
        gap=_gap(unit, year, following, returns) if following else None,
        is_highest=bool(levels) and following is None,
        may_enter=may(user, "communes.enter_result") and reach_of(user).may_write(unit),
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
        url = results_url(row, level.code, "tieu-chi", MET)
        if sent or row.entered:
            found[level.name].append(
                YearPoint(
                    row.round.year,
                    str(row.get_state_display()),
                    sent,
                    Number(row.criteria_met, url),
                    row.criteria_total,
                )
            )
    return [Trend(name, tuple(points)) for name, points in found.items()]


def _gap(unit: Unit, year: int, level: Level, returns: Sequence[UnitReturn]) -> Gap:
    begun = [row for row in returns if row.is_begun]
    own = next((row for row in begun if row.level.pk == level.pk), None)
    by = own or max(begun, key=lambda row: row.level.rank, default=None)
    conditions = _conditions(unit, year, level)
    return Gap(level.name, by, own is not None, conditions, tuple(_unknown(year, level, by, own, conditions)))


def _conditions(unit: Unit, year: int, level: Level) -> tuple[Checked, ...]:
    """The level's conditions outside the criteria. Two queries."""
    checks = ConditionCheck.objects.filter(
        unit__place_id=unit.place_id, year=year, condition__level_id=level.pk
    )
    by_condition = {check.condition_id: check for check in checks}
    found = []
    for condition in Condition.objects.filter(level_id=level.pk).order_by("position"):
        check = by_condition.get(condition.pk)
        verdict = check.verdict if check else ""
        words = str(check.get_verdict_display()) if check and verdict else ""
        found.append(Checked(condition.name, verdict, words))
    return tuple(found)


def _unknown(
    year: int, level: Level, by: UnitReturn | None, own: UnitReturn | None, conditions: Sequence[Checked]
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


# --- the list behind a number of a return ----------------------------------------------------------------------------
@dataclass(frozen=True)
class CriterionRow:
    """One criterion of a return."""

    number: str
    name: str
    result: str
    met: int
    total: int
    lacking: str
    trust: str


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator of a return. `value` only of numbers."""

    code: str
    name: str
    criterion: str
    shown: str
    value: Decimal | None
    need: str
    result: str
    distance: Decimal | None
    reason: str
    department: str
    review: str
    remarks: str
    trust: str
    url: str


def criterion_rows(found: UnitReturn, state: str = "") -> list[CriterionRow]:
    """The criteria of a return, all or those in a state."""
    rows = []
    for criterion in found.book.criteria:
        tally = found.tallies[criterion.pk]
        if state and tally.state != state:
            continue
        lines = [found.line(found.book.indicators[pk]) for pk in criterion.indicators]
        lacking = ", ".join(line.code for line in lines if line.said.state != MET)
        total = len(criterion.indicators)
        rows.append(
            CriterionRow(
                criterion.number, criterion.name, WORDS[tally.state], tally.met, total, lacking, _trust(found)
            )
        )
    return rows


def indicator_rows(found: UnitReturn, state: str = "") -> list[IndicatorRow]:
    """The indicators of a return, all, those in a state, or those returned."""
    names = {criterion.pk: f"{criterion.number}. {criterion.name}" for criterion in found.book.criteria}
    rows = []
    for one in found.book.indicators.values():
        line = found.line(one)
        if state and not (line.is_returned if state == RETURNED else line.said.state == state):
            continue
        result = found.results.get(one.pk)
        rows.append(
            IndicatorRow(
                code=one.code,
                name=one.row.name,
                criterion=names[one.criterion],
                shown=line.said.shown,
                value=result.value if result and one.row.kind in ("number", "percent") else None,
                need=line.said.need,
                result=line.said.word,
                distance=line.said.distance,
                reason=line.said.reason,
                department=line.department,
                review=str(ReviewState(line.review).label) if result else "",
                remarks="; ".join(line.remarks),
                trust=str(Trust(result.trust).label) if result else "",
                url=line.cell_url,
            )
        )
    return rows


def _trust(found: UnitReturn) -> str:
    if not found.is_begun:
        return ""
    return str((Trust.ILLUSTRATIVE if found.is_illustrative else Trust.VERIFIED).label)
