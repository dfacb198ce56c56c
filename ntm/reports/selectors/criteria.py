"""A province's year by one criteria set: which unit meets which criterion, and the units behind every number.

One set of returns answers for the matrix, for each number, for the list that it opens and for its file. A return that
was not submitted yet says nothing here: what is still being typed is nobody's result.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse

from communes.choices import AttributeKind, SubmissionState, Term, Tier
from communes.models import CriteriaSet, Result, Round, Submission
from communes.selectors.criteria import CriterionFacts, IndicatorFacts, SetBook, book_of
from communes.selectors.daybook import book_of_scope
from communes.selectors.records import LandUnit
from communes.selectors.yearbook import YearBook
from communes.set_words import UNITS
from communes.tallies import (
    FEW,
    MET,
    NO_DATA,
    NOT_EVALUABLE,
    NOT_MET,
    Tally,
    average,
    is_few,
    is_full,
    state_of_verdict,
    tallies,
)
from ntm.core.provenance import Trust
from ntm.core.scope import Scope
from ntm.reports.selectors.figures import Figure, Figures, unit_url
from ntm.reports.selectors.kept_returns import Kept, kept_returns

#: Which returns a list holds: the word in the address, and the words in its title.
GROUPS = {
    "tat-ca": "Mọi đơn vị của kỳ nhập liệu",
    "da-gui": "Đã gửi kết quả",
    "chua-gui": "Chưa gửi kết quả",
    "duoi-15": f"Đạt dưới {FEW} tiêu chí",
    "du": "Đạt đủ tiêu chí",
    "cho-cong-nhan": "Đạt đủ tiêu chí, chờ công nhận",
}
STATES = (MET, NOT_MET, NOT_EVALUABLE, NO_DATA)
#: Kinds of units, by the attributes that chose their thresholds: the word in the address → attribute, value.
AREAS = {
    "dbkk": (AttributeKind.ESPECIALLY_DIFFICULT, "1"),
    "dtts": (AttributeKind.ETHNIC_MOUNTAIN, "1"),
    "atk": (AttributeKind.ATK, "1"),
    "nhom-1": (AttributeKind.COMMUNE_GROUP, "1"),
    "nhom-2": (AttributeKind.COMMUNE_GROUP, "2"),
    "nhom-3": (AttributeKind.COMMUNE_GROUP, "3"),
}


def words_of_area(area: str) -> str:
    """One of `AREAS` as thresholds name it: "xã an toàn khu"."""
    return UNITS[AREAS[area]]


@dataclass(frozen=True)
class SetChoice:
    """One whole-year round of the year. `key` stands in addresses: the level's code, with the edition where a
    level has been asked by more than one set."""

    key: str
    round: Round

    @property
    def criteria_set(self) -> CriteriaSet:
        return self.round.criteria_set

    @property
    def level_name(self) -> str:
        return self.criteria_set.level.name

    @property
    def noun(self) -> str:
        return "huyện, thành phố" if self.criteria_set.level.tier == Tier.DISTRICT else "xã"


@dataclass(frozen=True, slots=True)
class UnitReturn:
    """A unit's return with what lists show of it. `counted`: it was submitted, so that it says something."""

    pk: int
    place_id: int
    code: str
    name: str
    sort_key: str
    url: str
    district: str
    district_code: str
    level: str
    level_code: str
    rank: int
    state: str
    counted: bool
    met: int
    total: int
    facts: dict[str, str]
    trust: str

    @property
    def is_few(self) -> bool:
        return self.counted and is_few(self.met, self.total)

    @property
    def is_full(self) -> bool:
        return self.counted and is_full(self.met, self.total)


@dataclass(frozen=True)
class Asked:
    """What narrows the returns: the words of an address, checked by the form. `low`, `high`: of an indicator's values;
    `area`: one of `AREAS`; `least`, `most`: criteria met, both included, of submitted returns only."""

    group: str = "tat-ca"
    district: str = ""
    level: str = ""
    criterion: str = ""
    indicator: str = ""
    state: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    area: str = ""
    least: int | None = None
    most: int | None = None


def choices_of(province_id: int, year: int, term: str = Term.YEAR) -> list[SetChoice]:
    """The sets that the province asked its units by in a year; communes first, lower levels first. One query."""
    rows = Round.objects.filter(province_id=province_id, year=year, term=term)
    rows = rows.select_related("criteria_set__level", "criteria_set__document")
    order = sorted(
        rows,
        key=lambda row: (
            row.criteria_set.level.tier,
            row.criteria_set.level.rank,
            -row.criteria_set.revision,
            row.pk,
        ),
    )
    found: dict[str, SetChoice] = {}
    for row in order:
        code = row.criteria_set.level.code
        edition = row.criteria_set.key if row.criteria_set.key != code else f"{code}-1"
        key = code if code not in found else edition
        found.setdefault(key, SetChoice(key, row))
    return list(found.values())


def latest_with_results(province_id: int, before: int) -> int | None:
    """The latest year, not after this one, with a submitted return; else with a round. Two queries at most."""
    rounds = Round.objects.filter(province_id=province_id, term=Term.YEAR, year__lte=before)
    rows = rounds.exclude(submissions=None).order_by("-year")
    sent = Submission.objects.filter(round=OuterRef("pk")).exclude(state=SubmissionState.DRAFT)
    years = rounds.filter(Exists(sent)).order_by("-year").values_list("year", flat=True)
    found: int | None = years.first() or rows.values_list("year", flat=True).first()
    return found


def years_with_rounds(province_id: int) -> list[int]:
    """The years that the province asked its units about. One query."""
    rounds = Round.objects.filter(province_id=province_id, term=Term.YEAR).order_by("year")
    return list(rounds.values_list("year", flat=True).distinct())


def average_of(returns: Iterable[UnitReturn]) -> Decimal | None:
    """Criteria met per unit over the submitted returns; None without any."""
    return average([row.met for row in returns if row.counted])


def list_url(year: int, key: str, **query: str) -> str:
    """The address of the list behind a number."""
    asked = {"bo": key} | {name: value for name, value in query.items() if value}
    return f"{reverse('reports:criteria-list', args=[year])}?{urlencode(asked)}"


class CriteriaYear:
    """The returns of one round. Built in about ten queries, whatever the size of the province or the nation."""

    def __init__(self, scope: Scope, choice: SetChoice, choices: list[SetChoice], book: YearBook) -> None:
        self.scope, self.choice, self.choices, self.year_book = scope, choice, choices, book
        self.set_book: SetBook = book_of(choice.criteria_set, scope.province_id)
        self.figures = Figures(book)
        self.kept = kept_returns(choice.round, scope)
        self.returns = sorted(self._read(), key=lambda row: (row.sort_key, row.code))

    @property
    def year(self) -> int:
        return self.scope.year

    @property
    def fault(self) -> str:
        """Why nothing can be counted on the scope's day; empty where it can."""
        return self.kept.fault

    # --- the returns -----------------------------------------------------------------------------------------
    def _read(self) -> Iterable[UnitReturn]:
        for row in self.kept.rows:
            unit = self.figures.unit(row.place_id)
            if unit is not None:
                yield self._return(unit, row)

    def _return(self, unit: LandUnit, row: Kept) -> UnitReturn:
        book, parent = self.year_book, self.figures.unit(unit.parent_id or 0)
        rank = book.ranks.get(unit.place_id, 0)
        codes = (lvl.code for lvl in book.rules.levels if (lvl.tier, lvl.rank) == (unit.tier, rank))
        counted = row.state != SubmissionState.DRAFT
        return UnitReturn(
            pk=row.pk,
            place_id=unit.place_id,
            code=unit.code,
            name=unit.full_name,
            sort_key=unit.sort_key,
            url=unit_url(unit, self.year, self.scope),
            district=parent.full_name if parent else "",
            district_code=self.figures.district_code(unit.place_id),
            level=self.figures.level_name(unit),
            level_code=next(codes, "chua-dat"),
            rank=rank,
            state=row.state,
            counted=counted,
            met=row.met if counted else 0,
            total=row.total,
            facts=row.facts,
            trust=str(Trust.ILLUSTRATIVE.label)
            if row.made_up
            else str(Trust.VERIFIED.label)
            if counted
            else "",
        )

    @cached_property
    def illustrative(self) -> bool:
        return any(row.trust == Trust.ILLUSTRATIVE.label for row in self.returns)

    # --- what they say ---------------------------------------------------------------------------------------
    @cached_property
    def verdicts(self) -> dict[int, dict[int, str]]:
        """By return and indicator, of the submitted returns. One query."""
        counted = [row.pk for row in self.returns if row.counted]
        found: dict[int, dict[int, str]] = defaultdict(dict)
        for submission, indicator, verdict in self.kept.verdicts(counted):
            found[submission][indicator] = verdict
        return found

    @cached_property
    def tallies(self) -> dict[int, dict[int, Tally]]:
        """By return and criterion."""
        inside = {criterion.pk: criterion.indicators for criterion in self.set_book.criteria}
        verdicts = self.verdicts
        return {row.pk: tallies(inside, verdicts.get(row.pk, {})) for row in self.returns}

    def state_of(self, row: UnitReturn, indicator: IndicatorFacts) -> str:
        """What a return says on an indicator."""
        return state_of_verdict(self.verdicts.get(row.pk, {}).get(indicator.pk, ""))

    def criterion(self, number: str) -> CriterionFacts | None:
        return next((row for row in self.set_book.criteria if row.number == number), None)

    # --- the members of a number -------------------------------------------------------------------------------
    def members(self, asked: Asked) -> list[UnitReturn]:
        """The returns behind a number, in Vietnamese order of names."""
        rows = [row for row in self.returns if self._in_group(row, asked.group)]
        if asked.district:
            rows = [row for row in rows if row.district_code == asked.district]
        if asked.level:
            rows = [row for row in rows if row.level_code == asked.level]
        if asked.area:
            kind, value = AREAS[asked.area]
            rows = [row for row in rows if row.facts.get(kind) == value]
        if asked.least is not None or asked.most is not None:
            rows = [row for row in rows if row.counted and _between(row.met, asked.least, asked.most)]
        if asked.indicator:
            return self._by_indicator(rows, self.set_book.by_code[asked.indicator], asked)
        if asked.state:
            return [row for row in rows if self._has_state(row, asked)]
        return rows

    def _in_group(self, row: UnitReturn, group: str) -> bool:
        if group == "cho-cong-nhan":
            return row.is_full and row.rank < self.choice.criteria_set.level.rank
        tests = {"da-gui": row.counted, "chua-gui": not row.counted, "duoi-15": row.is_few, "du": row.is_full}
        return tests.get(group, True)

    def _has_state(self, row: UnitReturn, asked: Asked) -> bool:
        """Of the criterion asked about; without one, of any."""
        found, criterion = self.tallies[row.pk], self.criterion(asked.criterion)
        if criterion is not None:
            return found[criterion.pk].state == asked.state
        return any(tally.state == asked.state for tally in found.values())

    def _by_indicator(self, rows: list[UnitReturn], one: IndicatorFacts, asked: Asked) -> list[UnitReturn]:
        if asked.state:
            rows = [row for row in rows if self.state_of(row, one) == asked.state]
        if asked.low is not None or asked.high is not None:
            values = {pk: result.value for pk, result in self.answers(one).items()}
            rows = [row for row in rows if _inside(values.get(row.pk), asked.low, asked.high)]
        return rows

    def figure(self, **asked: Any) -> Figure:
        """A number with the address of its list: one set of members for both."""
        wanted = Asked(**asked)
        return Figure(len(self.members(wanted)), self.url(wanted))

    def url(self, asked: Asked) -> str:
        words = {
            "nhom": "" if asked.group == "tat-ca" else asked.group,
            "huyen": asked.district,
            "muc": asked.level,
            "tieu_chi": asked.criterion,
            "chi_tieu": asked.indicator,
            "kq": asked.state,
            "tu": "" if asked.low is None else str(asked.low),
            "den": "" if asked.high is None else str(asked.high),
            "vung": asked.area,
            "dat_tu": "" if asked.least is None else str(asked.least),
            "dat_den": "" if asked.most is None else str(asked.most),
        }
        return list_url(self.year, self.choice.key, **words, **self.scope.query)

    # --- one indicator -----------------------------------------------------------------------------------------
    def answers(self, one: IndicatorFacts) -> dict[int, Result]:
        """The submitted results on one indicator, by return. One query, kept."""
        kept: dict[int, dict[int, Result]] = self.__dict__.setdefault("_answers", {})
        if one.pk not in kept:
            counted = [row.pk for row in self.returns if row.counted]
            kept[one.pk] = {row.submission_id: row for row in self.kept.results(counted, one.pk)}
        return kept[one.pk]

    def bottlenecks(self, rows: Iterable[UnitReturn]) -> list[tuple[CriterionFacts, Counter[str]]]:
        """Each criterion with how many of these returns are in which state; what most do not meet comes first."""
        counts: dict[int, Counter[str]] = {row.pk: Counter() for row in self.set_book.criteria}
        for row in rows:
            for criterion, found in self.tallies[row.pk].items():
                counts[criterion][found.state] += 1
        pairs = [(criterion, counts[criterion.pk]) for criterion in self.set_book.criteria]
        return sorted(pairs, key=lambda pair: (-pair[1][NOT_MET], -pair[1][NOT_EVALUABLE], pair[1][MET]))


def _inside(value: Decimal | None, low: Decimal | None, high: Decimal | None) -> bool:
    return value is not None and (low is None or low <= value) and (high is None or value < high)


def _between(met: int, least: int | None, most: int | None) -> bool:
    return (least is None or least <= met) and (most is None or met <= most)


def criteria_year(scope: Scope, key: str, book: Callable[[], YearBook] | None = None) -> CriteriaYear | None:
    """The year by the set with this key (empty: the first), its first six months by their own round where the province
    asked for them. None where there is no such round. `book`: gives the year to whom has read it already; asked only
    where there is a round."""
    choices = choices_of(scope.province_id, scope.year)
    if scope.is_half_year:
        # Set by set: of one that nobody was asked by then, the year's own round still tells.
        half = {choice.key: choice for choice in choices_of(scope.province_id, scope.year, Term.HALF)}
        choices = [half.pop(choice.key, choice) for choice in choices] + list(half.values())
    chosen = next((choice for choice in choices if choice.key == key or not key), None)
    if chosen is None:
        return None
    return CriteriaYear(scope, chosen, choices, book() if book else book_of_scope(scope, papers=False))
