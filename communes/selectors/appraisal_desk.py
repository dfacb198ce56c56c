"""What a department has on its desk: the results on the indicators assigned to it, in every round that is open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from communes.choices import ReviewState, StepKind, Tier, ValueState, Verdict
from communes.judging import sign_of
from communes.models import Remark, Result, Round, Step, Submission, Unit
from communes.selectors import appraisal
from communes.selectors.appraisal_page import VERDICT_KINDS, value_of, why_of
from communes.selectors.criteria import IndicatorFacts, SetBook, book_of
from communes.workflow import TABLE

#: Words of the address: what is on the desk.
WAITING, AGAIN, RETURNED, JUDGED = "cho", "gui-lai", "tra-lai", "xong"
STATES = (
    (WAITING, "Chờ thẩm định"),
    (AGAIN, "Xã gửi lại, chờ thẩm định lại"),
    (RETURNED, "Đang trả lại xã"),
    (JUDGED, "Đã thẩm định"),
)
_ENTERED = (ValueState.ENTERED, ValueState.NOT_APPLICABLE)


@dataclass(frozen=True)
class Duty:
    """A round, its set laid open, and the indicators of it that the person's departments answer for."""

    round: Round
    book: SetBook
    mine: tuple[IndicatorFacts, ...]


def duties_of(user: Any) -> list[Duty]:
    """The rounds that are not locked, the newest first. One query, and those that lay open a set for the first
    time."""
    departments = appraisal.departments_of(user)
    rounds = Round.objects.filter(province__in=departments, locked_at=None)
    found = []
    for row in rounds.select_related("criteria_set__level"):
        book, mine = book_of(row.criteria_set, row.province_id), departments[row.province_id]
        ones = tuple(one for one in book.indicators.values() if one.department_in(row.year) in mine)
        found.append(Duty(row, book, ones))
    return found


def scope_of(duties: list[Duty]) -> Q:
    """The results that these duties are about."""
    found = Q(pk__in=())
    for duty in duties:
        found |= Q(submission__round=duty.round, indicator__in=[one.pk for one in duty.mine])
    return found


def results_of(duties: list[Duty], day: date) -> QuerySet[Result]:
    """Those that were sent, each with `stands` (its review on the day), `sent_again`, `files` and the state of its
    return on the day."""
    states = Submission.objects.filter(pk=OuterRef("submission")).annotate(now=appraisal.state_on(day))
    answered = Step.objects.filter(submission=OuterRef("submission"), kind=StepKind.ANSWER)
    back = Remark.objects.filter(result=OuterRef("pk"), is_return=True).exclude(closed_at=None)
    rows = Result.objects.filter(scope_of(duties), state__in=_ENTERED).annotate(
        stands=appraisal.review_on(day),
        now=Subquery(states.values("now")[:1]),
        sent_again=Exists(back),
        last_answer=Subquery(answered.order_by("-pk").values("at")[:1]),
        files=Count("evidence", filter=Q(evidence__removed_at=None)),
    )
    rows = rows.filter(now__in=TABLE["judge"].before)
    return rows.select_related("submission__round__criteria_set__level", "submission__unit", "indicator")


def on_desk(rows: QuerySet[Result], state: str, user: Any) -> QuerySet[Result]:
    """Those in one of `STATES`, the longest waiting first; of what waits only what the person may judge, who did not
    enter it."""
    where = {
        WAITING: Q(stands=ReviewState.OPEN, sent_again=False) | Q(stands=ReviewState.UNSENT),
        AGAIN: Q(stands=ReviewState.OPEN, sent_again=True),
        RETURNED: Q(stands__in=(ReviewState.RETURNED, ReviewState.ANSWERED)),
        JUDGED: Q(stands=ReviewState.JUDGED),
    }
    since = Coalesce("last_answer", F("submission__submitted_at")) if state == AGAIN else F(_SENT)
    if state in (WAITING, AGAIN):
        rows = rows.exclude(appraisal.entered_of(user))
    rows = rows.filter(where[state]).annotate(since=since)
    return rows.order_by(
        F("since").asc(nulls_first=True), "submission__unit__sort_key", "indicator__position", "pk"
    )


_SENT = "submission__submitted_at"


@dataclass(frozen=True)
class DeskLine:
    """One result on the desk, in words."""

    row: Result
    one: IndicatorFacts
    value: str
    need: str
    verdict: str
    kind: str
    reason: str
    since: datetime | None
    due: date | None

    @property
    def unit(self) -> Unit:
        return self.row.submission.unit


def lines_of(rows: list[Result], duties: list[Duty]) -> list[DeskLine]:
    """Rows of `on_desk` in words; no query."""
    books: Mapping[int, SetBook] = {duty.round.pk: duty.book for duty in duties}
    return [_line(row, books[row.submission.round_id]) for row in rows]


def _line(row: Result, book: SetBook) -> DeskLine:
    one, submission = book.indicators[row.indicator_id], row.submission
    year = submission.round.year
    return DeskLine(
        row=row,
        one=one,
        value=value_of(one, row),
        need=sign_of(one.measure, one.bars_in(submission.facts, year)),
        verdict=str(Verdict(row.verdict).label) if row.verdict else "",
        kind=VERDICT_KINDS[Verdict(row.verdict)] if row.verdict else "",
        reason=why_of(one.judge(row, submission.facts, year).reason),
        since=row.since,  # type: ignore[attr-defined]
        due=submission.round.judge_by,
    )


def districts_of(rounds: Iterable[Round] | QuerySet[Round]) -> list[tuple[str, str]]:
    """Code and newest name of the districts that the units of these rounds lay in (or are), for filters. One query."""
    rows = Submission.objects.filter(round__in=rounds)
    inside = Q(place__in=rows.values("unit__parent")) | Q(place__in=rows.values("unit__place"))
    found = Unit.objects.filter(inside, tier=Tier.DISTRICT).order_by("sort_key", "valid_from")
    return list({unit.code: unit.full_name for unit in found}.items())


def in_district(code: str, prefix: str = "") -> Q:
    """The condition on a unit that it lies, or lay, in the district of the code."""
    places = Unit.objects.filter(tier=Tier.DISTRICT, code=code).values("place")
    return Q(**{f"{prefix}parent__in": places})


def names_of(user: Any, keys: Iterable[int]) -> dict[int, str]:
    """How to call these results in a sentence, of those that the person sees. One query."""
    rows = Result.objects.appraised_by(user).filter(pk__in=list(keys))
    rows = rows.select_related("submission__unit", "indicator")
    return {row.pk: f"{row.submission.unit.full_name}, {row.indicator.code}" for row in rows}
