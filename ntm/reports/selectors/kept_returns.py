"""The rows that a round's numbers are made of: as they are stored, or as they stood at the end of another day.

Of an earlier day the record leads back, return by return and result by result: what was entered, judged or sent since
did not count then. Where it does not lead back nothing is counted, and `fault` says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from communes.choices import SubmissionState, Term
from communes.models import Result, Round, Submission
from ntm.audit.log import Snapshot
from ntm.audit.past import Gap, state_at
from ntm.core.dates import end_of, format_date, office_day
from ntm.core.provenance import Trust
from ntm.core.scope import Scope


class Kept(NamedTuple):
    """One return of the round. `made_up`: some of its results only illustrate."""

    pk: int
    place_id: int
    state: str
    met: int
    total: int
    facts: dict[str, str]
    made_up: bool


def kept_returns(a_round: Round, scope: Scope) -> "Stored":
    """Of the year, or of its other day. A round about the first six months tells of them whenever it was answered."""
    is_whole = scope.is_years_day or a_round.term == Term.HALF
    return Stored(a_round) if is_whole else StoodOn(a_round, scope.day)


class Stored:
    """As they are. Each question is one query."""

    fault = ""

    def __init__(self, a_round: Round) -> None:
        made_up = Result.objects.filter(submission=OuterRef("pk"), trust=Trust.ILLUSTRATIVE)
        rows = Submission.objects.filter(round=a_round).order_by().annotate(made_up=Exists(made_up))
        fields = ("pk", "unit__place_id", "state", "criteria_met", "criteria_total", "facts", "made_up")
        self.rows: Iterable[Kept] = [Kept(*row) for row in rows.values_list(*fields)]

    def verdicts(self, submissions: list[int]) -> Iterable[tuple[int, int, str]]:
        """Of each result of these returns: its return, its indicator, and the verdict that counts."""
        return _results(submissions).values_list("submission_id", "indicator_id", "verdict")

    def results(self, submissions: list[int], indicator: int | None = None) -> Iterable[Result]:
        """The results of these returns, or those on one indicator. Not to be saved."""
        rows = _results(submissions)
        return rows.filter(indicator=indicator) if indicator else rows


class StoodOn(Stored):
    """As they stood at the end of a day: four queries more, and two for the results of those that were sent by then."""

    def __init__(self, a_round: Round, day: date) -> None:
        super().__init__(a_round)
        self._day, self._results = day, dict[int, list[Snapshot]]()
        now = {row.pk: row for row in self.rows}
        try:
            then = state_at(Submission, now, end_of(day))
            sent = {pk for pk, values in then.items() if values is not None and self._was_sent(values)}
            self._results = self._read(sent)
        except Gap:
            self.fault = f"nhật ký không dẫn lại được các phiếu như ngày {format_date(day)}"
        if self.fault:
            sent = set()
        self.rows = [_as_it_was(row, then[row.pk] if row.pk in sent else None) for row in now.values()]

    def _was_sent(self, values: Snapshot) -> bool:
        if values["state"] == SubmissionState.DRAFT:
            return False
        if values["submitted_at"] is None:
            self.fault = "có phiếu không rõ ngày gửi"
            return False
        return office_day(datetime.fromisoformat(values["submitted_at"])) <= self._day

    def _read(self, sent: set[int]) -> dict[int, list[Snapshot]]:
        keys = list(_results(sent).values_list("pk", flat=True)) if sent else []
        found: dict[int, list[Snapshot]] = defaultdict(list)
        for values in state_at(Result, keys, end_of(self._day)).values() if keys else ():
            if values is not None:
                found[values["submission_id"]].append(values)
        return found

    def verdicts(self, submissions: list[int]) -> Iterable[tuple[int, int, str]]:
        return (
            (values["submission_id"], values["indicator_id"], values["verdict"])
            for values in self._of(submissions)
        )

    def results(self, submissions: list[int], indicator: int | None = None) -> Iterable[Result]:
        return (
            _made_of(values)
            for values in self._of(submissions)
            if indicator is None or values["indicator_id"] == indicator
        )

    def _of(self, submissions: list[int]) -> Iterator[Snapshot]:
        return (values for pk in submissions for values in self._results.get(pk, ()))


def _results(submissions: Iterable[int]) -> QuerySet[Result]:
    return Result.objects.filter(submission__in=submissions).order_by()


def _as_it_was(row: Kept, then: Mapping[str, Any] | None) -> Kept:
    """One that was not sent by then says nothing, like any draft."""
    if then is None:
        return row._replace(state=SubmissionState.DRAFT, met=0)
    return row._replace(
        state=then["state"], met=then["criteria_met"], total=then["criteria_total"], facts=then["facts"]
    )


def _made_of(values: Snapshot) -> Result:
    """The row that the record tells of."""
    columns = Result._meta.concrete_fields
    return Result(**{one.attname: one.to_python(values[one.attname]) for one in columns})
