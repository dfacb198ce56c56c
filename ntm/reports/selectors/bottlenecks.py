"""What the page about criteria says above its matrix: the average, who has few, and where most are stuck."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse

from communes.selectors.criteria import CriterionFacts
from communes.tallies import FEW, MET, NO_DATA, NOT_EVALUABLE, NOT_MET
from ntm.core.numbers import decimal, integer
from ntm.reports.selectors.criteria import Asked, CriteriaYear, UnitReturn, average_of
from ntm.reports.selectors.figures import Figure

#: How each state is drawn in a bar.
CSS = {MET: "l1", NOT_MET: "l0", NOT_EVALUABLE: "wait", NO_DATA: "na"}
_WORST = 3


@dataclass(frozen=True)
class Worst:
    """An indicator that keeps a criterion from being met, with how many units lack it."""

    code: str
    name: str
    url: str
    missing: Figure


@dataclass(frozen=True)
class Bottleneck:
    """One criterion over all units in scope."""

    number: str
    name: str
    missing: Figure
    not_evaluable: Figure
    no_data: Figure
    met: Figure
    worst: tuple[Worst, ...]

    @property
    def segments(self) -> list[tuple[str, int]]:
        parts = ((MET, self.met), (NOT_MET, self.missing), (NOT_EVALUABLE, self.not_evaluable))
        return [(CSS[state], item.value or 0) for state, item in (*parts, (NO_DATA, self.no_data))]


@dataclass(frozen=True)
class Summary:
    """The numbers of a set in a scope. `average` is over the units that `sent` counts."""

    average: Decimal | None
    total: int
    every: Figure
    sent: Figure
    not_sent: Figure
    few: Figure | None
    full: Figure
    waiting: Figure
    lines: tuple[Bottleneck, ...]

    @property
    def average_words(self) -> str:
        return "" if self.average is None else decimal(self.average, 2)

    @property
    def first(self) -> Bottleneck | None:
        """The criterion that most units do not meet."""
        line = self.lines[0] if self.lines else None
        return line if line and line.missing.value else None


def summary_of(criteria: CriteriaYear, asked: Asked) -> Summary:
    """Of the whole set in the district and level asked for; criterion and result narrow only the matrix."""
    base = Asked(district=asked.district, level=asked.level)
    rows = criteria.members(base)
    total = len(criteria.set_book.criteria)

    def figure(group: str) -> Figure:
        wanted = replace(base, group=group)
        return Figure(len(criteria.members(wanted)), criteria.url(wanted))

    return Summary(
        average=average_of(rows),
        total=total,
        every=Figure(len(rows), criteria.url(base)),
        sent=figure("da-gui"),
        not_sent=figure("chua-gui"),
        few=figure("duoi-15") if total > FEW else None,
        full=figure("du"),
        waiting=figure("cho-cong-nhan"),
        lines=tuple(_lines(criteria, rows, base)),
    )


def _lines(criteria: CriteriaYear, rows: Sequence[UnitReturn], base: Asked) -> Iterable[Bottleneck]:
    missing = _missing_by_indicator(criteria, rows)
    for criterion, counts in criteria.bottlenecks(rows):

        def figure(state: str, number: str = criterion.number, counts: Counter[str] = counts) -> Figure:
            return Figure(counts[state], criteria.url(replace(base, criterion=number, state=state)))

        yield Bottleneck(
            criterion.number,
            criterion.name,
            missing=figure(NOT_MET),
            not_evaluable=figure(NOT_EVALUABLE),
            no_data=figure(NO_DATA),
            met=figure(MET),
            worst=tuple(_worst(criteria, criterion, missing, base)),
        )


def _missing_by_indicator(criteria: CriteriaYear, rows: Iterable[UnitReturn]) -> Counter[int]:
    """By indicator, how many of these units do not meet it."""
    found: Counter[int] = Counter()
    for row in rows:
        verdicts = criteria.verdicts.get(row.pk, {})
        found.update(pk for pk, verdict in verdicts.items() if verdict == "not_met")
    return found


def _worst(
    criteria: CriteriaYear, criterion: CriterionFacts, missing: Counter[int], base: Asked
) -> Iterable[Worst]:
    order = sorted((pk for pk in criterion.indicators if missing[pk]), key=lambda pk: -missing[pk])
    for pk in order[:_WORST]:
        one = criteria.set_book.indicators[pk]
        url = criteria.url(replace(base, indicator=one.code, state=NOT_MET))
        yield Worst(one.code, one.row.name, indicator_url(criteria, one.code), Figure(missing[pk], url))


def indicator_url(criteria: CriteriaYear, code: str) -> str:
    """The page of an indicator."""
    return reverse("reports:criteria-indicator", args=[criteria.year, criteria.choice.key, code])


def headline_of(criteria: CriteriaYear, summary: Summary) -> str:
    """The answer first: the average, and where most are stuck."""
    noun, year = criteria.choice.noun, criteria.year
    if summary.average is None:
        return f"Năm {year} chưa có {noun} nào gửi kết quả theo bộ {criteria.choice.level_name}"
    words = f"Năm {year} bình quân đạt {summary.average_words}/{summary.total} tiêu chí mỗi {noun}"
    if summary.first is None:
        return f"{words}, không {noun} nào còn tiêu chí chưa đạt"
    count = integer(summary.first.missing.value or 0)
    return f"{words}; vướng nhất ở tiêu chí {summary.first.number}: {count} {noun} chưa đạt"


def columns_of(criteria: CriteriaYear, summary: Summary) -> list[Bottleneck]:
    """The same lines in the set's order, for the head and the foot of the matrix."""
    found = {line.number: line for line in summary.lines}
    return [found[row.number] for row in criteria.set_book.criteria]
