"""The sums of submissions, written in the same transaction as what they sum up; and the recount that checks them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from communes.choices import SubmissionState
from communes.judging import Summary, summarise
from communes.models import Result, Submission
from communes.selectors.criteria import SetBook, book_of

FIELDS = tuple(vars(Summary()))
_PORTION = 200


def put_sums(submission: Submission, book: SetBook, results: Iterable[Any]) -> None:
    """Set the sums on the row from these results; they must be all of the submission's. The caller saves."""
    for field, value in vars(summarise(book.standings(results))).items():
        setattr(submission, field, value)


@dataclass(frozen=True)
class Difference:
    """A stored value that a full recount does not confirm."""

    submission: Submission
    what: str
    stored: object
    counted: object

    def __str__(self) -> str:
        return f"{self.submission} {self.what}: đang ghi {self.stored!r}, đếm lại {self.counted!r}"


def differences(submissions: Iterable[Submission]) -> Iterator[Difference]:
    """Recount every submission from its results: verdicts against thresholds (unless the round is locked or the
    submission accepted: those keep the thresholds of their day), and sums against verdicts. Give rows with round
    and criteria set."""
    for portion in _portions(submissions):
        found: dict[int, list[Result]] = defaultdict(list)
        for row in Result.objects.filter(submission__in=portion):
            found[row.submission_id].append(row)
        for submission in portion:
            yield from _of(submission, found[submission.pk])


def _of(submission: Submission, results: list[Result]) -> Iterator[Difference]:
    a_round = submission.round
    book = book_of(a_round.criteria_set, a_round.province_id)
    is_settled = a_round.is_locked or submission.state == SubmissionState.ACCEPTED
    for row in results:
        one = book.indicators[row.indicator_id]
        computed = one.judge(row, submission.facts, a_round.year).verdict
        if row.computed != computed and not is_settled:
            yield Difference(submission, f"{one.code} computed", row.computed, computed)
        counts = row.judged or row.computed
        if row.verdict != counts:
            yield Difference(submission, f"{one.code} verdict", row.verdict, counts)
    for field, value in vars(summarise(book.standings(results))).items():
        if getattr(submission, field) != value:
            yield Difference(submission, field, getattr(submission, field), value)


def _portions(submissions: Iterable[Submission]) -> Iterator[list[Submission]]:
    portion: list[Submission] = []
    for submission in submissions:
        portion.append(submission)
        if len(portion) == _PORTION:
            yield portion
            portion = []
    if portion:
        yield portion
