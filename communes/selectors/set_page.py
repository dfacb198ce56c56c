"""A criteria set as its page shows it: each indicator with what must be reached, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from communes.choices import AttributeKind
from communes.judging import Bar, Measure, bars_for
from communes.models import CriteriaSet, Department
from communes.selectors.appraisal import named
from communes.selectors.criteria import CriterionFacts, IndicatorFacts, SetBook, book_of
from communes.set_words import UNITS, note_beside, words_of


@dataclass(frozen=True)
class Need:
    """One threshold in words, and for whom: "≥ 70 %", "xã nhóm 1, xã có trên 3 trường"."""

    words: str
    units: str = ""
    is_provincial: bool = False


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator as the table shows it."""

    facts: IndicatorFacts
    needs: tuple[Need, ...]
    department: str
    host: str

    @property
    def note(self) -> str:
        """What is known of the threshold besides."""
        has_own = any(need.is_provincial for need in self.needs)
        return note_beside(self.facts.row.threshold_note, has_own=has_own)


@dataclass(frozen=True)
class CriterionRows:
    """A criterion with its indicators."""

    facts: CriterionFacts
    rows: tuple[IndicatorRow, ...]


@dataclass(frozen=True)
class SetPage:
    """`attributes`: what its thresholds differ by, beside the year."""

    criteria: tuple[CriterionRows, ...]
    attributes: tuple[str, ...]

    @property
    def rows(self) -> list[IndicatorRow]:
        return [row for criterion in self.criteria for row in criterion.rows]

    @property
    def verified(self) -> int:
        return sum(row.facts.row.trust == "verified" for row in self.rows)

    @property
    def recalled(self) -> int:
        return len(self.rows) - self.verified

    @property
    def counted(self) -> str:
        return f"{len(self.criteria)} tiêu chí, {len(self.rows)} chỉ tiêu"

    @property
    def without_threshold(self) -> int:
        return sum(not row.needs for row in self.rows)

    @property
    def answering(self) -> str:
        """Whether a department answers for everything; what none does holds every return up."""
        codes = named(row.facts.code for row in self.rows if not row.department)
        return f"chưa giao {codes}, nên phiếu chưa chấp nhận được" if codes else "đã giao mọi chỉ tiêu"

    @property
    def empty_criteria(self) -> list[str]:
        return [one.facts.number for one in self.criteria if not one.rows]


def set_page(
    criteria_set: CriteriaSet, province_id: int | None, year: int, facts: Mapping[str, str] | None = None
) -> SetPage:
    """The set for results of a year, in a province, for such units; without facts every kind of unit is shown."""
    book = book_of(criteria_set, province_id)
    names = dict(Department.objects.values_list("pk", "short_name"))
    rows = {key: _row(one, year, facts or {}, names) for key, one in book.indicators.items()}
    criteria = tuple(CriterionRows(one, tuple(rows[key] for key in one.indicators)) for one in book.criteria)
    return SetPage(criteria, attributes_of(book))


def attributes_of(book: SetBook) -> tuple[str, ...]:
    """What the set's thresholds differ by."""
    found = {bar.attribute for one in book.indicators.values() for bar in one.bars if bar.attribute}
    return tuple(kind for kind in AttributeKind.values if kind in found)


def _row(one: IndicatorFacts, year: int, facts: Mapping[str, str], names: Mapping[int, str]) -> IndicatorRow:
    department = one.department_in(year)
    return IndicatorRow(
        facts=one,
        needs=tuple(needs_of(one.measure, one.bars, facts, year)),
        department=names.get(department, "") if department else "",
        host=host_of(one.row.source),
    )


def needs_of(measure: Measure, bars: Iterable[Bar], facts: Mapping[str, str], year: int) -> list[Need]:
    """What counts in the year for such units; where a kind of unit was not chosen, what differs for each."""
    every = list(bars)
    common = bars_for(every, facts, year)
    found = [_need(measure, bar) for bar in common]
    for kind, value in dict.fromkeys((bar.attribute, bar.attribute_value) for bar in every if bar.attribute):
        if kind not in facts:
            special = bars_for(every, {**facts, kind: value}, year)
            if special != common:
                found += [replace(_need(measure, bar), units=_units(bar, kind, value)) for bar in special]
    return found


def _units(bar: Bar, kind: str, value: str) -> str:
    return ", ".join(word for word in (UNITS.get((kind, value), value), bar.case) if word)


def _need(measure: Measure, bar: Bar) -> Need:
    return Need(words_of(measure, bar), bar.case, bar.is_provincial)


def host_of(source: str) -> str:
    """The site that a source begins with, to name a link by; empty where it is none."""
    first = source.split(";")[0].strip()
    return urlsplit(first).hostname or "" if first.startswith(("http://", "https://")) else ""
