"""What stands in the returns that are written to, read in as few questions as can be: of one, or of many.

Either way a return's results, last year's values of the indicators that may be questioned, and round and set as they
are now that the return is locked: who held it may have closed the year or set a threshold meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from communes.choices import ValueState
from communes.models import Result, Round, Submission

COLUMNS = tuple(field.attname for field in Result._meta.concrete_fields)
_AT = {name: at for at, name in enumerate(COLUMNS)}
_ID, _INDICATOR, _VALUE = _AT["id"], _AT["indicator_id"], _AT["value"]
_stands = itemgetter(*(_AT[name] for name in ("indicator_id", "state", "verdict", "review")))


class Standing(NamedTuple):
    """Of a result, what the sums need: most cells of a return are only added up."""

    indicator_id: int
    state: str
    verdict: str
    review: str


@dataclass
class Stored:
    """Of one return: the columns of its results by indicator, last year's values by code, when its year was closed, and
    the version of its set."""

    version: int = 0
    locked_at: datetime | None = None
    columns: dict[int, Sequence[Any]] = field(default_factory=dict)
    last_year: dict[str, Decimal] = field(default_factory=dict)

    def standings(self) -> list[Standing]:
        return [Standing._make(_stands(values)) for values in self.columns.values()]

    def take(self, locked_at: datetime | None, version: int, values: Sequence[Any]) -> None:
        """One row of an answer; one comes even where there is no result."""
        self.locked_at, self.version = locked_at, version
        if values[_ID] is not None:
            self.columns[values[_INDICATOR]] = values


def stored_of(submission: Submission, doubtful: Sequence[str]) -> Stored:
    """One query, which begins at the unit's own returns: what it costs does not grow with other units or years.
    `doubtful`: the codes whose last year's values are wanted."""
    found = Stored()
    for of, locked_at, version, code, *values in _of_one(submission, doubtful):
        if of == submission.pk:
            found.take(locked_at, version, values)
        elif values[_VALUE] is not None:
            found.last_year[code] = values[_VALUE]
    return found


def stored_of_many(submissions: Sequence[Submission], doubtful: Collection[str]) -> dict[int, Stored]:
    """The same of many, by key: one query, and one for each round where last year's values are wanted."""
    found = {submission.pk: Stored() for submission in submissions}
    rows = Submission.objects.filter(pk__in=list(found)).order_by().values_list(*_asked("pk"))
    for of, locked_at, version, _, *values in rows.iterator():
        found[of].take(locked_at, version, values)
    if doubtful:
        rounds: dict[Round, dict[int, list[Stored]]] = defaultdict(lambda: defaultdict(list))
        for submission in submissions:
            rounds[submission.round][submission.unit.place_id].append(found[submission.pk])
        for a_round, of_place in rounds.items():
            _last_year(a_round, of_place, doubtful)
    return found


def _last_year(a_round: Round, of_place: Mapping[int, list[Stored]], doubtful: Collection[str]) -> None:
    """`of_place`: the returns of a place in the round, more than one where it became another unit in the year."""
    earlier = Result.objects.filter(
        state=ValueState.ENTERED,
        indicator__code__in=doubtful,
        submission__unit__place_id__in=list(of_place),
        submission__round__year=a_round.year - 1,
        submission__round__term=a_round.term,
        submission__round__criteria_set__level__criteria_sets=a_round.criteria_set_id,
    )
    columns = earlier.order_by().values_list("submission__unit__place_id", "indicator__code", "value")
    for place, code, value in columns.iterator():
        if value is not None:
            for stored in of_place[place]:
                stored.last_year[code] = value


def _of_one(submission: Submission, doubtful: Sequence[str]) -> Iterable[Any]:
    if not doubtful:
        return _own_columns().filter(pk=submission.pk)
    a_round = submission.round
    earlier = Q(results__state=ValueState.ENTERED, results__indicator__code__in=doubtful)
    found = Submission.objects.filter(
        Q(pk=submission.pk) | Q(earlier, round__year=a_round.year - 1),
        unit__place_id=submission.unit.place_id,
        round__year__in=(a_round.year - 1, a_round.year),
        round__term=a_round.term,
        round__criteria_set__level__criteria_sets=a_round.criteria_set_id,
    )
    return found.order_by().values_list(*_asked("results__indicator__code"))


def _asked(code: str) -> tuple[str, ...]:
    """What is read of each result: whose it is, round and set as they are now, its code, its columns."""
    of = ("pk", "round__locked_at", "round__criteria_set__version", code)
    return (*of, *(f"results__{name}" for name in COLUMNS))


@cache
def _own_columns() -> QuerySet[Any, Any]:
    """Prepared once: naming the columns costs as much as asking for them."""
    return Submission.objects.order_by().values_list(*_asked("pk"))
