"""One result as whoever judges it sees it."""

from dataclasses import dataclass
from typing import Any

from communes.choices import ReviewState, ValueState, Verdict
from communes.judging import Held, need_of, show
from communes.models import Evidence, Judgement, Remark, Result
from communes.selectors import appraisal
from communes.selectors.appraisal_page import VERDICT_KINDS, value_of, why_of
from communes.selectors.criteria import IndicatorFacts, book_of
from communes.selectors.return_links import cell_url


@dataclass(frozen=True)
class ResultPage:
    """Everything that the page shows. `mark`: the files behind it, as a form carries them back."""

    row: Result
    one: IndicatorFacts
    value: str
    need: str
    last_year: str
    verdict: str
    kind: str
    reason: str
    review: str
    files: list[Evidence]
    mark: str
    judgements: list[Judgement]
    remarks: list[Remark]
    cell_url: str


def result_of(user: Any, pk: int) -> Result | None:
    """The result, if the person sees its return."""
    rows = Result.objects.appraised_by(user).filter(pk=pk)
    return rows.select_related(
        "submission__round__criteria_set__level", "submission__unit", "indicator__criterion", "entered_by"
    ).first()


def page_of_result(row: Result) -> ResultPage:
    """Six queries."""
    submission = row.submission
    one = book_of(submission.round.criteria_set, submission.round.province_id).indicators[row.indicator_id]
    year, facts = submission.round.year, submission.facts
    files = list(Evidence.objects.filter(result=row, removed_at=None).select_related("added_by"))
    judgements = Judgement.objects.filter(result=row).select_related("by", "department", "document")
    remarks = Remark.objects.filter(result=row).select_related("by", "department", "closed_by")
    return ResultPage(
        row=row,
        one=one,
        value=value_of(one, row),
        need=" hoặc ".join(need_of(one.measure, bar) for bar in one.bars_in(facts, year)),
        last_year=_last_year(row, one),
        verdict=str(Verdict(row.verdict).label) if row.verdict else "Chưa có",
        kind=VERDICT_KINDS[Verdict(row.verdict)] if row.verdict else "wait",
        reason=why_of(one.judge(row, facts, year).reason),
        review=str(ReviewState(row.review).label),
        files=files,
        mark=appraisal.evidence_marks([row.pk]).get(row.pk, ""),
        judgements=list(judgements.order_by("-pk")),
        remarks=list(remarks.order_by("pk")),
        cell_url=cell_url(submission, one.code),
    )


def _last_year(row: Result, one: IndicatorFacts) -> str:
    """The same indicator of the same place a year before, in words; empty where it is not known."""
    a_round = row.submission.round
    earlier = Result.objects.filter(
        submission__unit__place_id=row.submission.unit.place_id,
        submission__round__year=a_round.year - 1,
        submission__round__term=a_round.term,
        submission__round__criteria_set__level_id=a_round.criteria_set.level_id,
        indicator__code=one.code,
        state=ValueState.ENTERED,
    ).first()
    return show(one.measure, Held(earlier.state, earlier.value, earlier.text)) if earlier else ""
