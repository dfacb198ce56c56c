"""One indicator over all units of a year: what it asks, how the values lie, who does not meet it and by how much."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from communes.choices import IndicatorKind
from communes.judging import Bar, need_of, number, sign_of
from communes.models import Department
from communes.selectors.criteria import IndicatorFacts
from communes.selectors.set_page import host_of
from communes.set_words import note_beside
from communes.tallies import NO_DATA, NOT_EVALUABLE, NOT_MET, WORDS
from ntm.reports.selectors.bottlenecks import indicator_url
from ntm.reports.selectors.criteria import STATES, Asked, CriteriaYear
from ntm.reports.selectors.criteria_rows import ListRow, list_rows
from ntm.reports.selectors.figures import Figure

_BINS_AT_MOST = 12
_STEPS = (Decimal(1), Decimal(2), Decimal(5))


@dataclass(frozen=True)
class Bin:
    """A range of values (or one answer), the units in it, and how many of them are in which state."""

    label: str
    figure: Figure
    counts: dict[str, int]


@dataclass(frozen=True)
class Mark:
    """A threshold's line. `at`: its place among the bins, in bins from the left."""

    label: str
    at: float


@dataclass(frozen=True)
class Distribution:
    """The bins from left to right, the thresholds, and what is written below: words with their place, in bins."""

    bins: tuple[Bin, ...]
    marks: tuple[Mark, ...] = ()
    ticks: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Need:
    """One threshold in words, and whom it is for."""

    words: str
    whom: str
    trust: str
    source: str


@dataclass(frozen=True)
class Part:
    """The units in one state, by name."""

    words: str
    figure: Figure
    rows: tuple[ListRow, ...]


@dataclass(frozen=True)
class IndicatorPageFacts:
    """All that the page shows."""

    one: IndicatorFacts
    criterion_number: str
    criterion_name: str
    department: str
    sign: str
    needs: tuple[Need, ...]
    note: str
    states: dict[str, Figure]
    distribution: Distribution
    not_met: tuple[ListRow, ...]
    others: tuple[Part, ...]
    every: Figure
    previous: tuple[str, str] | None
    following: tuple[str, str] | None

    @property
    def missing(self) -> Figure:
        return self.states[NOT_MET]

    @property
    def host(self) -> str:
        """The site that the indicator is from."""
        return host_of(self.one.row.source)


def indicator_facts(criteria: CriteriaYear, code: str) -> IndicatorPageFacts:
    """Two queries beside those of the year. `KeyError` for a code that the set does not know."""
    one = criteria.set_book.by_code[code]
    criterion = next(row for row in criteria.set_book.criteria if row.pk == one.criterion)
    key = one.department_in(criteria.year)
    department = Department.objects.filter(pk=key).values_list("name", flat=True).first() if key else None
    lists = {state: list_rows(criteria, Asked(indicator=code, state=state)) for state in STATES}
    bars = [bar for bar in one.bars if bar.fits({bar.attribute: bar.attribute_value}, criteria.year)]
    codes = list(criteria.set_book.by_code)
    at = codes.index(code)

    def neighbour(place: int) -> tuple[str, str] | None:
        if not 0 <= place < len(codes):
            return None
        return codes[place], indicator_url(criteria, codes[place])

    states = {
        state: Figure(len(rows), criteria.url(Asked(indicator=code, state=state)))
        for state, rows in lists.items()
    }
    return IndicatorPageFacts(
        one=one,
        criterion_number=criterion.number,
        criterion_name=criterion.name,
        department=department or "",
        sign=sign_of(one.measure, bars),
        needs=tuple(_need(one, bar) for bar in bars),
        note=note_beside(one.row.threshold_note, has_own=any(bar.is_provincial for bar in bars)),
        states=states,
        distribution=distribution(criteria, one, bars),
        not_met=tuple(sorted(lists[NOT_MET], key=lambda row: -(row.distance or 0))),
        others=tuple(
            Part(WORDS[state], states[state], tuple(lists[state])) for state in (NOT_EVALUABLE, NO_DATA)
        ),
        every=criteria.figure(indicator=code),
        previous=neighbour(at - 1),
        following=neighbour(at + 1),
    )


def _need(one: IndicatorFacts, bar: Bar) -> Need:
    whom = [bar.case] if bar.case else []
    if bar.attribute:
        whom.append(f"{bar.attribute}: {bar.attribute_value}")
    if bar.first_year or bar.last_year:
        whom.append(_years(bar.first_year, bar.last_year))
    words = need_of(one.measure, bar)
    return Need(words, "; ".join(whom), "tỉnh" if bar.is_provincial else "", bar.text)


def _years(first: int | None, last: int | None) -> str:
    if first == last:
        return f"năm {first}"
    if first is None:
        return f"đến năm {last}"
    return f"từ năm {first}" if last is None else f"năm {first}–{last}"


# --- how the values lie ------------------------------------------------------------------------------------------
def distribution(criteria: CriteriaYear, one: IndicatorFacts, bars: Sequence[Bar]) -> Distribution:
    """A histogram of numbers; of answers, one bar for each."""
    states = {row.pk: criteria.state_of(row, one) for row in criteria.returns}
    values = [result.value for result in criteria.answers(one).values() if result.value is not None]
    if not values:
        return Distribution(())
    if one.row.kind not in (IndicatorKind.NUMBER, IndicatorKind.PERCENT):
        answers = tuple(_answers(criteria, one, states))
        return Distribution(answers, ticks=tuple((item.label, at + 0.5) for at, item in enumerate(answers)))
    edges = _edges(values)
    bins = tuple(_bins(criteria, one, edges, states))
    limits = sorted({bar.value for bar in bars if bar.value is not None})
    step = edges[1] - edges[0]
    marks = [Mark(number(limit), float((limit - edges[0]) / step)) for limit in limits]
    ticks = tuple((number(edge), float(at)) for at, edge in enumerate(edges))
    return Distribution(bins, tuple(mark for mark in marks if 0 <= mark.at <= len(bins)), ticks)


def _bins(
    criteria: CriteriaYear, one: IndicatorFacts, edges: Sequence[Decimal], states: dict[int, str]
) -> Iterator[Bin]:
    """From each edge to below the next; the first and the last are open, so that none is left out."""
    last = len(edges) - 2
    for place, (low, high) in enumerate(pairwise(edges)):
        asked = Asked(
            indicator=one.code,
            low=low if place or not last else None,
            high=None if place == last else high,
        )
        asked = replace(asked, low=low) if asked.low is None and asked.high is None else asked
        label = f"{number(low)} đến {'' if place == last else 'dưới '}{number(high)}"
        yield _bin(criteria, label, asked, states)


def _bin(criteria: CriteriaYear, label: str, asked: Asked, states: dict[int, str]) -> Bin:
    members = [row.pk for row in criteria.members(asked)]
    counts = Counter(states[pk] for pk in members)
    return Bin(label, Figure(len(members), criteria.url(asked)), dict(counts))


def _answers(criteria: CriteriaYear, one: IndicatorFacts, states: dict[int, str]) -> Iterator[Bin]:
    names = [(1, "Đạt"), (0, "Chưa đạt")]
    if one.row.kind == IndicatorKind.GRADED:
        names = list(enumerate(one.row.grades))
    for place, name in names:
        asked = Asked(indicator=one.code, low=Decimal(place), high=Decimal(place + 1))
        yield _bin(criteria, name, asked, states)


def _edges(values: Sequence[Decimal]) -> list[Decimal]:
    """Round numbers from below the smallest value to at least the largest, at most twelve steps apart."""
    low, high = min(values), max(values)
    step = _step((high - low) / (_BINS_AT_MOST - 2))
    start = (low / step).to_integral_value(ROUND_FLOOR) * step
    count = max(1, int(((high - start) / step).to_integral_value(ROUND_CEILING)))
    return [start + step * place for place in range(count + 1)]


def _step(least: Decimal) -> Decimal:
    """The smallest of 1, 2, 5 × 10ⁿ that is not below."""
    power = Decimal(1).scaleb(least.adjusted()) if least else Decimal(1)
    candidates = [factor * power * scale for scale in (Decimal(1), Decimal(10)) for factor in _STEPS]
    return next(step for step in candidates if step >= least)
