"""Where returns stand, as the procedure of `communes.workflow` needs to know it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When

from communes import workflow
from communes.choices import ReviewState, SubmissionState, Tier, ValueState
from communes.models import Department, Evidence, Remark, Result, Submission, Unit
from communes.selectors.criteria import IndicatorFacts, SetBook, book_of
from ntm.core.dates import today

#: Why a cell is not finished, in words.
BLANK, COPIED, DOUBTFUL = (
    "còn trống",
    "chép năm trước, chờ xác nhận",
    "lệch nhiều so với năm trước, chờ xác nhận",
)
_NAMED_AT_MOST, _FIRST = 12, 5
_AGAIN = "chờ xã gửi lại"
_JUDGEABLE = (ValueState.ENTERED, ValueState.NOT_APPLICABLE)


def departments_of(user: Any) -> dict[int, frozenset[int]]:
    """The departments that the user judges for, by the province's place. Read once per request."""
    found: dict[int, frozenset[int]] | None = getattr(user, "_departments", None)
    if found is None:
        rows = user.assignments.standing(today()).filter(role="department").exclude(department=None)
        by_province: dict[int, set[int]] = defaultdict(set)
        for province, department in rows.values_list("unit__province_id", "department_id"):
            by_province[province].add(department)
        found = user._departments = {key: frozenset(value) for key, value in by_province.items()}
    return found


# --- states -------------------------------------------------------------------------------------------------
def _changed_since_accepted() -> Exists:
    later = Q(entered_at__gt=OuterRef("accepted_at")) | Q(judged="")
    return Exists(Result.objects.filter(later, submission=OuterRef("pk")))


def state_on(day: date) -> Case:
    """The state of a submission's row on a day, to annotate with: one whose reopening has passed counts as
    accepted again, or, where values changed meanwhile, as submitted with them."""
    passed = Q(reopened_until__lt=day)
    return Case(
        When(passed & _changed_since_accepted(), then=Value(workflow.after_relock(is_changed=True))),
        When(passed, then=Value(workflow.after_relock(is_changed=False))),
        default=F("state"),
    )


def states() -> list[tuple[str, str]]:
    """For filters: code and words."""
    return [(str(code), str(label)) for code, label in SubmissionState.choices]


def is_over(submission: Submission, day: date) -> bool:
    """Whether it was reopened until a day that has passed."""
    return submission.reopened_until is not None and submission.reopened_until < day


def review_on(day: date) -> Case:
    """How a result's row stands on a day, to annotate with; the same word as `settle`."""
    passed, is_judged = Q(submission__reopened_until__lt=day), ~Q(judged="")
    with_unit = passed & Q(review__in=(ReviewState.RETURNED, ReviewState.ANSWERED))
    redone = Q(submission__state=SubmissionState.DRAFT, review=ReviewState.OPEN)
    redone &= Q(entered_at__gt=F("submission__accepted_at"))
    return Case(
        When(with_unit & is_judged, then=Value(ReviewState.JUDGED)),
        When(
            passed & Q(judged="") & (Q(review=ReviewState.ANSWERED) | redone), then=Value(ReviewState.UNSENT)
        ),
        When(with_unit, then=Value(ReviewState.OPEN)),
        default=F("review"),
    )


def settled_review(row: Result, submission: Submission) -> str:
    """How a result stands once the day of its return's reopening has passed. `submission`: as it is stored."""
    accepted = submission.accepted_at
    redone = submission.state == SubmissionState.DRAFT and row.review == ReviewState.OPEN
    redone = redone and accepted is not None and row.entered_at > accepted
    return workflow.review_after_relock(
        row.review, is_judged=bool(row.judged), is_unsent=redone or row.review == ReviewState.ANSWERED
    )


def is_changed(row: Result, submission: Submission) -> bool:
    """Whether nobody has accepted the result as it stands; also one that was only explained anew: its judgement was
    given up when it was sent again."""
    accepted = submission.accepted_at
    return accepted is None or row.entered_at > accepted or not row.judged


def settle(submission: Submission, rows: Iterable[Result], day: date) -> None:
    """Show, without writing it, what the next write makes true of one whose reopening has passed. `rows`: all of its
    results."""
    if not is_over(submission, day):
        return
    found = list(rows)
    for row in found:
        row.review = settled_review(row, submission)
    changed = any(is_changed(row, submission) for row in found)
    submission.state = workflow.after_relock(is_changed=changed)
    submission.reopened_until, submission.returned = None, 0
    submission.unjudged = sum(row.state in _JUDGEABLE and row.review != ReviewState.JUDGED for row in found)


def standing_districts(units: Iterable[Unit], day: date) -> set[int]:
    """The places of the districts that stand above these communes on the day. One query."""
    parents = {unit.parent_id for unit in units if unit.tier == Tier.COMMUNE and unit.parent_id}
    rows = Unit.objects.on(day).filter(place_id__in=parents, tier=Tier.DISTRICT)
    return set(rows.values_list("place_id", flat=True)) if parents else set()


def has_district(submission: Submission, day: date) -> bool:
    """Whether a district stands above the unit on the day. Asked once of a row, however many ask."""
    known: dict[date, bool] = submission.__dict__.setdefault("_has_district", {})
    if day not in known:
        known[day] = submission.unit.parent_id in standing_districts([submission.unit], day)
    return known[day]


def due_of(submission: Submission) -> date | None:
    """The day until which the unit may enter and send: its own extension, else the round's; None: not set."""
    return submission.due_on or submission.round.enter_by


def facts_without_results(submission: Submission, day: date) -> workflow.Facts:
    """What the procedure needs to know about a submission on a day, without its results."""
    over = is_over(submission, day)
    return workflow.Facts(
        state=_state_now(submission, day) if over else submission.state,
        is_locked=submission.round.is_locked,
        is_reopened=submission.reopened_until is not None and not over,
        is_over=over,
        returned=submission.returned,
        unjudged=submission.unjudged,
    )


def _state_now(submission: Submission, day: date) -> str:
    """The state that `state_on` gives: read along with the row, or asked for."""
    read = getattr(submission, "now", None)
    return read or Submission.objects.annotate(now=state_on(day)).values_list("now", flat=True).get(
        pk=submission.pk
    )


# --- cells --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Unfinished:
    """A cell that keeps a return from being sent, and why."""

    one: IndicatorFacts
    why: str
    row: Result | None = None

    def __str__(self) -> str:
        return f"{self.one.code} ({self.why})"


def unfinished(book: SetBook, rows: Mapping[int, Result]) -> list[Unfinished]:
    """The cells that are blank, copied or doubtful, in the set's order. `rows` by indicator."""
    found = ((one, _why_unfinished(rows.get(key)), rows.get(key)) for key, one in book.indicators.items())
    return [Unfinished(one, why, row) for one, why, row in found if why]


def _why_unfinished(row: Result | None) -> str:
    if row is None or row.state in (ValueState.EMPTY, ValueState.NO_DATA):
        return BLANK
    if row.state == ValueState.COPIED:
        return COPIED
    return DOUBTFUL if row.is_doubtful else ""


def named(cells: Iterable[object], at_most: int = _NAMED_AT_MOST) -> str:
    """The first of them, and how many more."""
    words = [str(cell) for cell in cells]
    more = len(words) - at_most
    return ", ".join(words[:at_most]) + (f" và {more} chỉ tiêu khác" if more > 0 else "")


def unjudged_named(submissions: Iterable[Submission]) -> dict[int, str]:
    """By submission, the first of the entered results that are not judged, each with the department that has to:
    "10 (Sở NN&PTNT), 15.1 (Sở YT) và 3 chỉ tiêu khác". Two queries, none where nothing waits."""
    waiting = {row.pk: row for row in submissions if row.unjudged}
    if not waiting:
        return {}
    rows = Result.objects.filter(submission__in=waiting, state__in=_JUDGEABLE)
    rows = rows.exclude(review__in=(ReviewState.JUDGED, ReviewState.RETURNED)).order_by("indicator__position")
    departments = dict(Department.objects.values_list("pk", "short_name"))
    found: dict[int, list[str]] = defaultdict(list)
    for key, indicator, review in rows.values_list("submission_id", "indicator_id", "review"):
        a_round = waiting[key].round
        one = book_of(a_round.criteria_set, a_round.province_id).indicators[indicator]
        who = departments.get(one.department_in(a_round.year) or 0, "chưa phân công")
        found[key].append(f"{one.code} ({_AGAIN if review == ReviewState.ANSWERED else who})")
    return {key: named(words, at_most=_FIRST) for key, words in found.items()}


def facts_of(
    submission: Submission,
    day: date,
    *,
    has_district: bool,
    questions: int = 0,
    cells: Iterable[Unfinished] | None = None,
    rows: Iterable[Result] = (),
    unjudged: str = "",
) -> workflow.Facts:
    """What the table of steps needs; `unjudged`: of `unjudged_named`. Without `cells` and `rows`: from the stored
    sums, enough to accept."""
    due, is_reopened = due_of(submission), submission.reopened_until is not None
    late = due if due is not None and due < day and not is_reopened else None
    reviews = [row.review for row in rows]
    return workflow.Facts(
        state=submission.state,
        is_locked=submission.round.is_locked,
        has_district=has_district,
        is_reopened=is_reopened,
        blanks=submission.missing if cells is None else len(list(cells)),
        returned=submission.returned,
        answered=reviews.count(ReviewState.ANSWERED),
        unjudged=submission.unjudged,
        unjudged_named=unjudged,
        judged=reviews.count(ReviewState.JUDGED),
        unsent=reviews.count(ReviewState.UNSENT),
        questions=questions,
        late=late,
    )


def open_questions(submissions: Iterable[int]) -> dict[int, int]:
    """How many questions without a return are not answered, by submission. One query."""
    rows = Remark.objects.filter(is_return=False, closed_at=None, result__submission__in=list(submissions))
    found: dict[int, int] = defaultdict(int)
    for key in rows.values_list("result__submission_id", flat=True):
        found[key] += 1
    return found


# --- who entered what, and what was shown -------------------------------------------------------------------
def entered_by(submissions: Iterable[int], person: Any) -> dict[int, list[str]]:
    """The codes of the results that the person entered, or added evidence to, by submission. One query."""
    rows = Result.objects.filter(entered_of(person), submission__in=list(submissions))
    found: dict[int, list[str]] = defaultdict(list)
    for key, code in rows.order_by("indicator__position").values_list("submission_id", "indicator__code"):
        found[key].append(code)
    return found


def entered_by_results(results: Iterable[int], person: Any) -> set[int]:
    """Those of these results that the person entered, or added evidence to. One query."""
    return set(Result.objects.filter(entered_of(person), pk__in=list(results)).values_list("pk", flat=True))


def entered_of(person: Any) -> Q:
    """The condition on a result that the person entered it, or added evidence to it."""
    return Q(entered_by=person) | Q(evidence_of(person))


def evidence_of(person: Any) -> Exists:
    """The condition on a result that the person added evidence to it."""
    return Exists(Evidence.objects.filter(result=OuterRef("pk"), added_by=person))


def evidence_marks(results: Iterable[int]) -> dict[int, str]:
    """The files that stand behind each result, as a form carries them back: "12.15". One query."""
    rows = Evidence.objects.filter(result__in=list(results), removed_at=None).order_by("pk")
    found: dict[int, list[str]] = defaultdict(list)
    for result, key in rows.values_list("result_id", "pk"):
        found[result].append(str(key))
    return {result: ".".join(keys) for result, keys in found.items()}


def file_marks(submissions: Iterable[int]) -> dict[int, str]:
    """The same for whole submissions, by how many files were ever added and how many taken away: neither number
    goes down, so that no change leaves the mark as it was. One query."""
    rows = Evidence.objects.filter(result__submission__in=list(submissions)).values("result__submission")
    counted = rows.annotate(added=Count("pk"), removed=Count("removed_at")).order_by()
    return {row["result__submission"]: f"{row['added']}.{row['removed']}" for row in counted}
