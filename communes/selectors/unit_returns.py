"""One return of a unit laid open: its numbers with their lists, what is missing and by how much, and its rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, FilteredRelation, Q
from django.urls import reverse

from communes.choices import ReviewState, SubmissionState, Term
from communes.models import Department, Level, Result, Submission
from communes.reach import reach_of
from communes.selectors.appraisal import settle
from communes.selectors.criteria import CriterionFacts, IndicatorFacts, book_of
from communes.selectors.findings import Said, said_of
from communes.selectors.grid import shown
from communes.selectors.return_links import cell_url, grid_url, page_url
from communes.tallies import MET, NO_DATA, NOT_EVALUABLE, NOT_MET, WORDS, Tally, tallies
from ntm.core.dates import today
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
        return page_url(self.row)

    # --- numbers, each with its list -----------------------------------------------------------------------------
    def list_url(self, kind: str, state: str = "") -> str:
        return results_url(self.row, kind, state)

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


def results_url(row: Submission, kind: str, state: str = "") -> str:
    """The list behind a number of a return: of criteria (`tieu-chi`) or of indicators (`chi-tieu`)."""
    word = {"commune": "xa", "district": "huyen"}[row.unit.tier]
    where = reverse("communes:unit-results", args=[word, row.unit.code, row.round.year])
    asked = {"bo": row.round.criteria_set.key, "loai": kind, "kq": state}
    return f"{where}?{urlencode({name: value for name, value in asked.items() if value})}"


# --- reading -------------------------------------------------------------------------------------------------------
def submissions_of(user: Any, place_id: int) -> list[Submission]:
    """Every whole-year return of the place that the user may see, oldest first. One query; the user's past is read
    only if it must be."""
    rows = Submission.objects.filter(unit__place_id=place_id, round__term=Term.YEAR)
    rows = rows.select_related("unit", "round__criteria_set__level")
    found = rows.order_by("round__criteria_set__level__rank", "round__year", "pk")
    return [row for row in found if reach_of(user).may_read(row.unit)]


def laid_open(rows: Sequence[Submission]) -> list[UnitReturn]:
    """These returns with their results, open remarks and departments. Two queries for any number of them."""
    if not rows:
        return []
    results: dict[int, list[Result]] = defaultdict(list)
    remarks: dict[int, list[str]] = defaultdict(list)
    # A result comes once for each open remark, once without any; its first row tells of it.
    found: Any = Result.objects.filter(submission__in=[row.pk for row in rows])
    found = found.annotate(open_remark=FilteredRelation("remarks", condition=Q(remarks__closed_at=None)))
    found = found.annotate(remark=F("open_remark__text"))
    for result in found.order_by("pk", "open_remark__pk"):
        if result.remark is not None:
            remarks[result.pk].append(result.remark)
        if len(remarks.get(result.pk, ())) < 2:
            results[result.submission_id].append(result)
    day = today()
    for row in rows:
        settle(row, results[row.pk], day)
    names = dict(Department.objects.values_list("pk", "short_name"))
    return [UnitReturn(row, results[row.pk], remarks, names) for row in rows]


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
    """One indicator of a return. `typed`: a number as such, everything else as it is typed, so that a file of the list
    can come back."""

    code: str
    name: str
    criterion: str
    shown: str
    typed: Decimal | str | None
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
                typed=_typed(one, result),
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


def _typed(one: IndicatorFacts, result: Result | None) -> Decimal | str | None:
    if result is not None and one.row.kind in ("number", "percent") and result.value is not None:
        return result.value
    return shown(one, result) or None


def _trust(found: UnitReturn) -> str:
    if not found.is_begun:
        return ""
    return str((Trust.ILLUSTRATIVE if found.is_illustrative else Trust.VERIFIED).label)
