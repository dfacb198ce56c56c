"""One indicator over all units of a year: what it asks, how the values lie, who does not meet it and by how much."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from communes.choices import IndicatorKind
from communes.judging import Bar, need_of, number, sign_of
from communes.models import Department
from communes.selectors.criteria import IndicatorFacts
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
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Mark:
    """A threshold's line. `at`: its place among the bins, in bins from the left."""

    label: str
    at: float


@dataclass(frozen=True)
class Distribution:
    bins: tuple[Bin, ...]
    marks: tuple[Mark, ...] = ()


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
        whom.append(f"năm {bar.first_year or '…'}–{bar.last_year or '…'}".replace("–…", " trở đi"))
    words = need_of(one.measure, bar)
    return Need(words, "; ".join(whom), "tỉnh" if bar.is_provincial else "", bar.text)


# --- how the values lie ------------------------------------------------------------------------------------------
def distribution(criteria: CriteriaYear, one: IndicatorFacts, bars: Iterable[Bar]) -> Distribution:
    """A histogram of numbers; of answers, one bar for each."""
    code = one.code
    states = {row.pk: criteria.state_of(row, one) for row in criteria.returns}
    values = {pk: result.value for pk, result in criteria.answers(one).items() if result.value is not None}
    if not values:
        return Distribution(())
    if one.row.kind not in (IndicatorKind.NUMBER, IndicatorKind.PERCENT):
        return Distribution(tuple(_answers(criteria, one, values, states)))
    edges = _edges(list(values.values()))
    limits = sorted({bar.value for bar in bars if bar.value is not None})
    bins = []
    for place, low in enumerate(edges[:-1]):
        first, last = place == 0, place == len(edges) - 2
        asked = Asked(indicator=code, low=None if first else low, high=None if last else edges[place + 1])
        if first and last:
            asked = Asked(indicator=code, low=low)
        members = [row.pk for row in criteria.members(asked)]
        label = f"{number(low)}–{number(edges[place + 1])}"
        counts = Counter(states[pk] for pk in members)
        bins.append(
            Bin(label, Figure(len(members), criteria.url(asked)), dict(counts), low, edges[place + 1])
        )
    step = edges[1] - edges[0]
    marks = [Mark(number(limit), float((limit - edges[0]) / step)) for limit in limits]
    return Distribution(tuple(bins), tuple(mark for mark in marks if 0 <= mark.at <= len(bins)))


def _answers(
    criteria: CriteriaYear, one: IndicatorFacts, values: dict[int, Decimal], states: dict[int, str]
) -> Iterable[Bin]:
    names = (
        list(enumerate(one.row.grades)) if one.row.kind == IndicatorKind.GRADED else [(1, "Có"), (0, "Không")]
    )
    for place, name in names:
        asked = Asked(indicator=one.code, low=Decimal(place), high=Decimal(place + 1))
        members = [row.pk for row in criteria.members(asked)]
        counts = Counter(states[pk] for pk in members)
        yield Bin(name, Figure(len(members), criteria.url(asked)), dict(counts))


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
