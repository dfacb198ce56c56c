"""One indicator over all units of a round: the entry grid turned sideways."""

from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from communes.choices import Term, ValueState, Verdict
from communes.judging import UNSAID, Finding, Measure, sign_of
from communes.models import CriteriaSet, Result, Submission
from communes.reach import reach_with
from communes.selectors.appraisal import review_on, state_on
from communes.selectors.cell_page import MARKS, in_words, last_results
from communes.selectors.criteria import IndicatorFacts, book_of
from communes.selectors.standing import district_names
from ntm.core.dates import as_of

EMPTY_ONLY, NOT_MET_ONLY = "chua-nhap", "chua-dat"
WhyClosed = Callable[[Submission, Result | None, Any, date], str | None]
_DONE = (ValueState.ENTERED, ValueState.NOT_APPLICABLE)


@dataclass(frozen=True)
class SidewaysRow:
    """A unit's result on the indicator, with last year's. `closed`: why nothing can be typed here, or None."""

    submission: Submission
    one: IndicatorFacts
    district: str
    result: Result | None
    last: Result | None
    closed: str | None

    @property
    def unit_name(self) -> str:
        return self.submission.unit.full_name

    @property
    def unit_code(self) -> str:
        return self.submission.unit.code

    @property
    def sort_key(self) -> str:
        return self.submission.unit.sort_key

    @property
    def version(self) -> int:
        return self.result.version if self.result else 0

    @property
    def url(self) -> str:
        unit, a_round = self.submission.unit, self.submission.round
        address = reverse("communes:cell", args=[unit.code, a_round.year, self.one.code])
        return f"{address}?bo={a_round.criteria_set.key}"

    @property
    def is_done(self) -> bool:
        return self.result is not None and self.result.state in _DONE

    @property
    def finding(self) -> Finding:
        if self.result is None:
            return UNSAID
        return self.one.judge(self.result, self.submission.facts, self.submission.round.year)

    @property
    def threshold(self) -> str:
        bars = self.one.bars_in(self.submission.facts, self.submission.round.year)
        return sign_of(self.one.measure, bars)

    @property
    def verdict(self) -> str:
        return self.result.verdict if self.result else ""

    @property
    def mark(self) -> tuple[str, str]:
        return MARKS.get(self.verdict, ("", ""))

    @property
    def brief(self) -> str:
        """The verdict in short: by how much it is missed, where the threshold says so; a department's word as such."""
        if self.result is not None and self.verdict and self.verdict != self.finding.verdict:
            judged = " (đã thẩm định)" if self.result.judged else ""
            return f"{self.result.get_verdict_display()}{judged}"
        return self.finding.brief[:1].upper() + self.finding.brief[1:]

    @property
    def shown(self) -> str:
        return in_words(self.one.measure, self.result)

    @property
    def last_shown(self) -> str:
        if self.last is None:
            return ""
        asked = self.last.indicator
        return in_words(Measure(self.last.kind, asked.unit_of_measure, tuple(asked.grades)), self.last)


def sideways_rows(
    user: Any, criteria_set: CriteriaSet, code: str, year: int, today: date, why_closed: WhyClosed
) -> list[SidewaysRow]:
    """All units that the person may see, in Vietnamese order. Five queries for any number of units."""
    rows = Submission.objects.visible_to(user).filter(
        round__criteria_set=criteria_set, round__year=year, round__term=Term.YEAR
    )
    known = rows.annotate(now=state_on(today)).select_related("unit", "round")
    found: list[Any] = list(known.order_by("unit__sort_key", "pk"))
    if not found:
        return []
    for row in found:
        row.round.criteria_set = criteria_set
    one_of = {
        row.round.province_id: book_of(criteria_set, row.round.province_id).by_code[code] for row in found
    }
    results = _results(found, next(iter(one_of.values())).pk, today)
    places = [row.unit.place_id for row in found]
    last = last_results(places, found[0].round, code)
    districts = district_names((row.unit for row in found), as_of(year, today))
    reach = reach_with(user, "communes.enter_result")
    return [
        SidewaysRow(
            submission=row,
            one=one_of[row.round.province_id],
            district=districts.get(row.unit.parent_id or 0, ""),
            result=results.get(row.pk),
            last=last.get(row.unit.place_id),
            closed=why_closed(row, results.get(row.pk), user, today) if reach.may_write(row.unit) else "",
        )
        for row in found
    ]


def _results(submissions: list[Submission], indicator: int, today: date) -> dict[int, Result]:
    rows = Result.objects.filter(submission__in=submissions, indicator_id=indicator)
    found: dict[int, Result] = {}
    for row in rows.annotate(stands=review_on(today)).order_by():
        row.review = row.stands
        found[row.submission_id] = row
    return found


def narrowed(
    rows: Iterable[SidewaysRow], asked: dict[str, Any], keep: Container[int] = ()
) -> list[SidewaysRow]:
    """The rows that a filter asks for, and those of the submissions to keep whatever it asks."""
    state, district = asked.get("tinh_trang"), asked.get("huyen")
    return [
        row
        for row in rows
        if row.submission.pk in keep
        or (
            (not district or row.district == district)
            and (state != EMPTY_ONLY or not row.is_done)
            and (state != NOT_MET_ONLY or row.verdict == Verdict.NOT_MET)
        )
    ]


def counts(rows: Iterable[SidewaysRow]) -> list[tuple[str, int]]:
    """How many units stand how, the words of the verdicts first."""
    found = Counter(row.verdict if row.is_done else "" for row in rows)
    words = [(str(verdict.label), found[verdict]) for verdict in Verdict]
    return [(label, number) for label, number in [*words, ("Chưa nhập", found[""])] if number]
