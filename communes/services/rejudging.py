"""Judging stored results again after a threshold changed, with the sums, in the same transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from communes.choices import SubmissionState
from communes.models import CriteriaSet, Result, Round, Submission
from communes.selectors.criteria import SetBook, book_of
from communes.services.documents import Actor
from communes.services.sums import FIELDS, put_sums
from ntm.audit import log as audit

_BATCH = 200


def rejudge_set(criteria_set: CriteriaSet, province_id: int, indicators: Iterable[int], *, by: Actor) -> int:
    """Judge what a province has entered on these indicators of a set, and say how many verdicts changed.

    Locked rounds and accepted submissions keep the thresholds of their day. Call inside a verb, with the set's new
    version. A result keeps its version: what was typed is the same, and a department's judgement of it stands.
    """
    rounds = Round.objects.filter(criteria_set=criteria_set, province_id=province_id, locked_at=None)
    open_rounds = list(rounds.order_by("pk").select_for_update(of=("self",), no_key=True))
    waiting = Submission.objects.filter(round__in=open_rounds).exclude(state=SubmissionState.ACCEPTED)
    submissions = list(
        waiting.order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .select_related("unit", "round__criteria_set")
    )
    return rejudge(submissions, book_of(criteria_set, province_id), by=by, indicators=set(indicators))


def rejudge(
    submissions: Sequence[Submission], book: SetBook, *, by: Actor, indicators: set[int] | None = None
) -> int:
    """Judge the results of locked submissions of one set by the thresholds as they are now. By default all results."""
    wanted = {row.pk: row for row in submissions}
    rows = Result.objects.filter(submission__in=wanted)
    if indicators is not None:
        rows = rows.filter(indicator__in=indicators)
    changed = []
    for result in rows.select_related("indicator").order_by("pk"):
        result.submission = wanted[result.submission_id]
        before = audit.snapshot(result)
        if _judge(result, book):
            changed.append((result, before))
    _store(changed, book, by)
    return len(changed)


def _judge(result: Result, book: SetBook) -> bool:
    """Set the verdict that follows now; whether it is another."""
    submission = result.submission
    finding = book.indicators[result.indicator_id].judge(result, submission.facts, submission.round.year)
    verdict = result.judged or finding.verdict
    if (result.computed, result.verdict) == (finding.verdict, verdict):
        return False
    result.computed, result.verdict = finding.verdict, verdict
    return True


def _store(changed: Sequence[tuple[Result, audit.Snapshot]], book: SetBook, by: Actor) -> None:
    if not changed:
        return
    Result.objects.bulk_update([row for row, _ in changed], ["computed", "verdict"], batch_size=_BATCH)
    for row, before in changed:
        province = row.submission.round.province_id
        audit.record("result.rejudged", row, by=by, before=before, province_id=province)
    touched = {row.submission_id: row.submission for row, _ in changed}
    inside: dict[int, list[Result]] = defaultdict(list)
    for row in Result.objects.filter(submission__in=touched):
        inside[row.submission_id].append(row)
    befores = {pk: audit.snapshot(row) for pk, row in touched.items()}
    for pk, submission in touched.items():
        put_sums(submission, book, inside[pk])
        submission.version += 1
    Submission.objects.bulk_update(touched.values(), [*FIELDS, "version"], batch_size=_BATCH)
    for pk, submission in touched.items():
        province = submission.round.province_id
        audit.record("submission.summed", submission, by=by, before=befores[pk], province_id=province)
