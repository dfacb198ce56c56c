"""Evidence: the files behind a result. Added and taken away while the cell is open, never deleted."""

from django.db.models import Q
from django.utils import timezone

from communes.choices import ValueState
from communes.models import Evidence, Result, Submission
from communes.selectors.criteria import IndicatorFacts, book_of
from communes.services.documents import Actor
from communes.services.files import keeps_files_in_step, put_file
from communes.services.results import check_may_enter, closed_because, locked
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.dates import today
from ntm.core.errors import Refused
from ntm.core.text import clean
from ntm.core.uploads import Scan

#: More files than anybody reads; keeps one cell from filling the disk.
MOST_FILES = 20
_SET = "round__criteria_set"


@keeps_files_in_step
@audit.verb
def add_evidence(*, where: Q, code: str, file: Scan, by: Actor) -> Evidence:
    """Put a file behind an indicator of the one submission that `where` finds. An empty cell gets an empty row to
    hold it, which changes no sum.

    Raises `NotAllowed` and `Submission.DoesNotExist` as `results.enter`; refused where the cell is closed, holds
    the same file already, or holds as many as it may.
    """
    submission = locked(where, _SET)
    check_may_enter(submission, by)
    one = _indicator(submission, code)
    row = Result.objects.filter(submission=submission, indicator_id=one.pk).first()
    _refuse_closed(submission, row, by)
    if row is None:
        row = _empty_row(submission, one, by)
    _refuse_twin(row, file)
    evidence = Evidence(result=row, added_by=by if isinstance(by, User) else None)
    put_file(evidence, file)
    evidence.save()
    audit.record("evidence.added", evidence, by=by, province_id=submission.round.province_id)
    return evidence


@audit.verb
def remove_evidence(*, evidence: Evidence, by: Actor) -> Evidence:
    """Take a file away: it is kept and marked, and no longer shown behind the result.

    Raises as `add_evidence`; refused where the cell is closed or the file was taken away before.
    """
    submission = locked(Q(results__evidence=evidence.pk), _SET)
    check_may_enter(submission, by)
    row = Evidence.objects.select_related("result").get(pk=evidence.pk)
    _refuse_closed(submission, row.result, by)
    if row.removed_at is not None:
        raise Refused(f"Tệp “{row.file_name}” đã được gỡ trước đó.")
    before = audit.snapshot(row)
    row.removed_at = timezone.now()
    row.save()
    audit.record("evidence.removed", row, by=by, before=before, province_id=submission.round.province_id)
    return row


def _indicator(submission: Submission, code: str) -> IndicatorFacts:
    a_round = submission.round
    one = book_of(a_round.criteria_set, a_round.province_id).by_code.get(code)
    if one is None:
        raise Refused(f"Bộ tiêu chí này không có chỉ tiêu “{clean(code)[:20]}”.")
    return one


def _refuse_closed(submission: Submission, row: Result | None, by: Actor) -> None:
    closed = closed_because(submission, row, by, today())
    if closed:
        raise Refused(closed)


def _refuse_twin(row: Result, file: Scan) -> None:
    there = dict(row.evidence.filter(removed_at=None).values_list("sha256", "file_name"))
    if file.sha256 in there:
        raise Refused(f"Tệp này đã có trong minh chứng của chỉ tiêu (“{there[file.sha256]}”).", "file")
    if len(there) >= MOST_FILES:
        raise Refused(f"Mỗi chỉ tiêu chỉ kèm được {MOST_FILES} tệp. Hãy gỡ bớt tệp cũ.", "file")


def _empty_row(submission: Submission, one: IndicatorFacts, by: Actor) -> Result:
    row = Result.objects.create(
        submission=submission,
        indicator=one.row,
        kind=one.row.kind,
        state=ValueState.EMPTY,
        entered_by=by if isinstance(by, User) else None,
        entered_at=timezone.now(),
    )
    audit.record("result.opened", row, by=by, province_id=submission.round.province_id)
    return row
