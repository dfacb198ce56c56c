"""A criteria set as the rules need it: its criteria and indicators in order, with their thresholds.

A published set never changes, and whatever is set beside it (thresholds, duties) moves the set's version; so a
book is kept by set, version and province, and nothing else can make it old.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Q

from communes.cells import Reading
from communes.judging import NO, Bar, Finding, Held, Measure, Standing, bars_for, judge
from communes.models import CriteriaSet, Criterion, Duty, Indicator, Result, Threshold


@dataclass(frozen=True)
class CriterionFacts:
    """One criterion and the keys of its indicators, in order."""

    pk: int
    number: str
    name: str
    group: str
    is_key: bool
    indicators: tuple[int, ...]


@dataclass(frozen=True)
class DutyFacts:
    """Which department answers for an indicator from a year to a year (None: on)."""

    department: int
    first_year: int
    last_year: int | None


@dataclass(frozen=True)
class IndicatorFacts:
    """One indicator; `row` holds the rest (name, guidance, trust …) and is not to be changed."""

    pk: int
    code: str
    criterion: int
    row: Indicator
    measure: Measure
    reading: Reading
    bars: tuple[Bar, ...]
    duties: tuple[DutyFacts, ...]

    def department_in(self, year: int) -> int | None:
        """The department of the year: the province's own word, else the set's."""
        for duty in self.duties:
            if duty.first_year <= year and (duty.last_year is None or year <= duty.last_year):
                return duty.department
        return self.row.department_id

    def bars_in(self, facts: Mapping[str, str], year: int) -> list[Bar]:
        return bars_for(self.bars, facts, year)

    def judge(self, result: Result, facts: Mapping[str, str], year: int) -> Finding:
        """What the stored value says against the thresholds of such a unit in the year."""
        held = Held(result.state, result.value, result.text, result.case_id)
        return _judged(self.measure, held, _bars_kept(self.bars, tuple(sorted(facts.items())), year))


@lru_cache(maxsize=4096)
def _bars_kept(bars: tuple[Bar, ...], facts: tuple[tuple[str, str], ...], year: int) -> tuple[Bar, ...]:
    return tuple(bars_for(bars, dict(facts), year))


@lru_cache(maxsize=16_384)
def _judged(measure: Measure, held: Held, bars: tuple[Bar, ...]) -> Finding:
    """Kept: yes and no, and most numbers, are said by many units."""
    return judge(measure, held, bars)


@dataclass(frozen=True)
class SetBook:
    """A set laid open. `indicators` in the set's order, by key; `row` is the set itself and not to be changed."""

    pk: int
    row: CriteriaSet
    criteria: tuple[CriterionFacts, ...]
    indicators: Mapping[int, IndicatorFacts]
    by_code: Mapping[str, IndicatorFacts]

    def standings(self, results: Iterable[Any]) -> list[Standing]:
        """One standing per indicator of the set, whether there is a result or not (a row, or what stands for it)."""
        found = {row.indicator_id: row for row in results}
        return [
            Standing(one.criterion, row.state, row.verdict, row.review)
            if (row := found.get(key)) is not None
            else Standing(one.criterion)
            for key, one in self.indicators.items()
        ]


def book_of(criteria_set: CriteriaSet, province_id: int | None) -> SetBook:
    """The set with the nation's thresholds and those of a province. Four queries the first time, then none."""
    return book_at(criteria_set.pk, criteria_set.version, province_id)


def forget() -> None:
    """Drop what was kept: for tests, where a key comes again with other rows."""
    book_at.cache_clear()


@lru_cache(maxsize=64)
def book_at(set_pk: int, version: int, province_id: int | None) -> SetBook:
    """`book_of`, for who knows only the set's key and its version as it is now."""
    rows = list(Indicator.objects.filter(criteria_set_id=set_pk).order_by("position", "pk"))
    bars, duties = _bars(set_pk, province_id), _duties(set_pk, province_id)
    indicators = {row.pk: _facts(row, bars[row.pk], duties[row.pk]) for row in rows}
    inside: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        inside[row.criterion_id].append(row.pk)
    in_order = Criterion.objects.filter(criteria_set_id=set_pk).order_by("position", "pk")
    criteria = list(in_order.select_related("criteria_set"))
    return SetBook(
        pk=set_pk,
        row=criteria[0].criteria_set if criteria else CriteriaSet.objects.get(pk=set_pk),
        criteria=tuple(
            CriterionFacts(row.pk, row.number, row.name, row.group, row.is_key, tuple(inside[row.pk]))
            for row in criteria
        ),
        indicators=indicators,
        by_code={one.code: one for one in indicators.values()},
    )


def _facts(row: Indicator, bars: list[Bar], duties: list[DutyFacts]) -> IndicatorFacts:
    grades = tuple(row.grades)
    asks_absence = bool(bars) and all(bar.operator == NO for bar in bars)
    return IndicatorFacts(
        pk=row.pk,
        code=row.code,
        criterion=row.criterion_id,
        row=row,
        measure=Measure(row.kind, row.unit_of_measure, grades),
        reading=Reading(row.kind, row.decimals, row.minimum, row.maximum, grades, asks_absence),
        bars=tuple(bars),
        duties=tuple(duties),
    )


def _bars(set_pk: int, province_id: int | None) -> dict[int, list[Bar]]:
    found: dict[int, list[Bar]] = defaultdict(list)
    rows = Threshold.objects.filter(
        Q(province=None) | Q(province_id=province_id), indicator__criteria_set_id=set_pk, is_withdrawn=False
    )
    for row in rows.order_by("pk"):
        found[row.indicator_id].append(
            Bar(
                operator=row.operator,
                value=row.value,
                text=row.text,
                key=row.pk,
                case=row.case,
                attribute=row.attribute,
                attribute_value=row.attribute_value,
                first_year=row.first_year,
                last_year=row.last_year,
                is_provincial=row.province_id is not None,
            )
        )
    return found


def _duties(set_pk: int, province_id: int | None) -> dict[int, list[DutyFacts]]:
    found: dict[int, list[DutyFacts]] = defaultdict(list)
    rows = Duty.objects.filter(province_id=province_id, indicator__criteria_set_id=set_pk)
    for row in rows.order_by("-first_year"):
        found[row.indicator_id].append(DutyFacts(row.department_id, row.first_year, row.last_year))
    return found
