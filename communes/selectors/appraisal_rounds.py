"""Rounds and how far their returns have come: each number is the length of the list that it opens."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from communes import workflow
from communes.choices import SetState, SubmissionState
from communes.models import CriteriaSet, Round, Submission
from communes.reach import reach_of
from communes.selectors import appraisal
from communes.selectors.appraisal_desk import in_district

#: Words of the address, beside the states: what has happened up to now, and who is late.
ENTERED, JUDGED, LATE = "du-so-lieu", "da-tham-dinh", "qua-han"
GROUPS = (
    (ENTERED, "Đã nhập đủ chỉ tiêu"),
    *appraisal.states(),
    (JUDGED, "Đã thẩm định xong, chưa chấp nhận"),
    (LATE, "Quá hạn chưa gửi"),
)


@dataclass(frozen=True)
class Share:
    """So many returns of a round, and the list that shows them."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class RoundLine:
    """A round with how many of its returns were accepted, of how many."""

    row: Round
    total: int
    accepted: int
    url: str


def rounds(user: Any) -> QuerySet[Round]:
    rows = Round.objects.visible_to(user)
    return rows.select_related("criteria_set__level__period", "criteria_set__document", "province")


def round_lines(user: Any, day: date) -> list[RoundLine]:
    """Every round that the person sees, the newest first. Two queries."""
    counts = Counter(
        Submission.objects.appraised_by(user)
        .annotate(now=appraisal.state_on(day))
        .order_by()
        .values_list("round_id", "now")
    )
    found = []
    for row in rounds(user):
        here = {state: count for (key, state), count in counts.items() if key == row.pk}
        url = reverse("communes:round", args=[row.pk])
        found.append(RoundLine(row, sum(here.values()), here.get(SubmissionState.ACCEPTED, 0), url))
    return found


def returns_of(a_round: Round, user: Any, day: date) -> QuerySet[Any]:
    """The returns of a round that the person sees, each with its state on the day and its deadline."""
    rows: QuerySet[Any] = Submission.objects.appraised_by(user).filter(round=a_round)
    rows = rows.annotate(now=appraisal.state_on(day), due=Coalesce("due_on", "round__enter_by"))
    return rows.select_related("unit", "round__criteria_set__level").order_by("unit__sort_key", "pk")


def narrowed(rows: QuerySet[Any], day: date, group: str, district: str = "") -> QuerySet[Any]:
    """Of `returns_of`, those of a group of `GROUPS` (empty: all) and a district."""
    if group == JUDGED:
        rows = rows.filter(ready())
    elif group == ENTERED:
        rows = rows.filter(missing=0)
    elif group == LATE:
        rows = rows.filter(now=SubmissionState.DRAFT, due__lt=day, reopened_until=None)
    elif group:
        rows = rows.filter(now=group)
    return rows.filter(in_district(district, "unit__")) if district else rows


def ready() -> Q:
    """Sent, everything judged, nothing returned: what waits for the province alone."""
    return Q(now__in=workflow.TABLE["accept"].before, unjudged=0, returned=0, missing=0)


def shares(a_round: Round, user: Any, day: date) -> list[Share]:
    """How many returns there are, and how many in each group. One query."""
    url = reverse("communes:round-returns", args=[a_round.pk])
    rows = list(returns_of(a_round, user, day))
    found = [Share("Tất cả các phiếu", len(rows), url)]
    for group, label in GROUPS:
        count = sum(_is_in(row, group, day) for row in rows)
        found.append(Share(label, count, f"{url}?{urlencode({'tinh_trang': group})}"))
    return found


def _is_in(row: Any, group: str, day: date) -> bool:
    """The same as `narrowed`, for a row that was read."""
    if group == JUDGED:
        is_sent = row.now in workflow.TABLE["accept"].before
        return is_sent and not (row.unjudged or row.returned or row.missing)
    if group == ENTERED:
        return not row.missing
    if group == LATE:
        is_late = row.due is not None and row.due < day and row.reopened_until is None
        return is_late and row.now == SubmissionState.DRAFT
    return bool(row.now == group)


def sets_to_open(user: Any) -> QuerySet[CriteriaSet]:
    """The published sets that a round of the person's province may ask by."""
    rows = CriteriaSet.objects.visible_to(user).filter(state=SetState.PUBLISHED)
    home = reach_of(user).home
    return rows.filter(Q(province=None) | Q(province=home)).select_related("level__period")


# --- accepting many -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Candidate:
    """A return that was sent: what was shown of it, and what holds it back, if anything."""

    row: Submission
    files: str
    obstacle: str


def candidates(a_round: Round, user: Any, day: date) -> list[Candidate]:
    """Every return of the round that was sent and is not accepted. Seven queries, however many there are."""
    rows = list(returns_of(a_round, user, day).filter(now__in=workflow.TABLE["accept"].before))
    keys = [row.pk for row in rows]
    districts = appraisal.standing_districts([row.unit for row in rows], day)
    questions, marks = appraisal.open_questions(keys), appraisal.file_marks(keys)
    own, unjudged = appraisal.entered_by(keys, user), appraisal.unjudged_named(rows)
    found = []
    for row in rows:
        row.state = row.now
        if row.reopened_until is not None and row.reopened_until < day:
            row.reopened_until, row.returned = None, 0
        facts = appraisal.facts_of(
            row, day, has_district=row.unit.parent_id in districts, questions=questions.get(row.pk, 0),
            unjudged=unjudged.get(row.pk, ""),
        )  # fmt: skip
        why = workflow.obstacle("accept", facts) or ""
        if not why and row.pk in own:
            why = f"Bạn đã nhập hoặc đính kèm minh chứng cho chỉ tiêu {appraisal.named(own[row.pk])}."
        found.append(Candidate(row, marks.get(row.pk, ""), why))
    return found


def names_of(user: Any, keys: Iterable[int]) -> dict[int, str]:
    """The units of these returns, of those that the person sees. One query."""
    rows = Submission.objects.appraised_by(user).filter(pk__in=list(keys)).select_related("unit")
    return {row.pk: row.unit.full_name for row in rows}
