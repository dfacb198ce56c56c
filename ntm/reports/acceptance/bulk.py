"""Results of communes by the commune set, about a tenth of ten full years of the nation; in bulk and unrecorded, as
if they had been there before the record began."""

from collections.abc import Iterable, Sequence
from datetime import date
from random import Random

from django.utils import timezone

from communes.choices import IndicatorKind, ReviewState, SubmissionState, Tier, UnitKind, ValueState, Verdict
from communes.models import CriteriaSet, Place, Result, Round, Submission, Unit
from communes.selectors.criteria import IndicatorFacts, SetBook, book_of
from communes.services.sums import put_sums
from ntm.core.bulk import insert_many
from ntm.core.provenance import Trust

YEARS = (2022, 2023, 2024)
#: Of a province's communes, the share that has a return in each year: together 600,000 results of the nation.
SHARE = 0.4
_MET = 0.93
_BATCH = 500


def basic_set() -> CriteriaSet | None:
    """The nation's commune set of the period of `YEARS`."""
    rows = CriteriaSet.objects.published().filter(
        province=None,
        level__code="ntm",
        level__period__first_year__lte=YEARS[0],
        level__period__last_year__gte=YEARS[-1],
    )
    return rows.select_related("level").order_by("revision").first()


def write_results(
    place: Place, asked: CriteriaSet, dice: Random, years: Iterable[int] = YEARS, share: float = SHARE
) -> int:
    """Accepted returns of a part of the province's communes in each year; how many results that made."""
    book = book_of(asked, place.pk)
    made = 0
    for year in years:
        units = Unit.objects.filter(province=place, tier=Tier.COMMUNE, kind=UnitKind.XA).on(
            date(year, 12, 31)
        )
        chosen = [unit for unit in units if dice.random() < share]
        a_round = Round.objects.create(province=place, year=year, criteria_set=asked)
        pairs = [_return(a_round, unit, book, dice) for unit in chosen]
        rows = Submission.objects.bulk_create([row for row, _ in pairs], batch_size=_BATCH)
        made += _store(rows, [results for _, results in pairs])
    return made


def _return(a_round: Round, unit: Unit, book: SetBook, dice: Random) -> tuple[Submission, list[Result]]:
    """One return with its sums, both not yet saved."""
    row = Submission(round=a_round, unit=unit, state=SubmissionState.ACCEPTED, accepted_at=timezone.now())
    results = [_result(row, one, met=dice.random() < _MET) for one in book.indicators.values()]
    put_sums(row, book, results)
    return row, results


def _result(row: Submission, one: IndicatorFacts, *, met: bool) -> Result:
    verdict = Verdict.MET if met else Verdict.NOT_MET
    values = {IndicatorKind.YES_NO: (1, 0), IndicatorKind.TEXT: (None, None), IndicatorKind.GRADED: (1, 0)}
    return Result(
        submission=row, indicator=one.row, kind=one.row.kind, version=1, state=ValueState.ENTERED,
        value=values.get(IndicatorKind(one.row.kind), (91, 52))[0 if met else 1],
        text="" if one.row.kind != IndicatorKind.TEXT else "Đạt",
        computed=verdict, judged=verdict, verdict=verdict, review=ReviewState.JUDGED,
        trust=Trust.ILLUSTRATIVE, entered_at=row.accepted_at or timezone.now(),
    )  # fmt: skip


def _store(rows: Sequence[Submission], results: Sequence[Sequence[Result]]) -> int:
    for row, of_row in zip(rows, results, strict=True):
        for result in of_row:
            result.submission_id = row.pk
    every = [result for of_row in results for result in of_row]
    insert_many(every)
    return len(every)
