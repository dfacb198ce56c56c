"""The year as sets of places: the identity over any history, and the rules of the page of a year."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communes.choices import DecisionKind, RecognitionState, Tier, UnitKind
from communes.models import Unit
from communes.selectors.records import Flag, LandUnit, LevelInfo, Rec, Rules, rules_of
from communes.selectors.standing import level_facts
from communes.selectors.yearbook import YearBook, year_book
from ntm.core.scope import Scope
from tests import factories
from tests.conftest import Land

LEVELS = ("ntm", "advanced", "model")
RULES = Rules(
    tuple(LevelInfo(code, Tier.COMMUNE, rank, code, code) for rank, code in enumerate(LEVELS, start=1)),
    frozenset({1}),
    2021,
    inherits=True,
)
YEARS = range(2021, 2026)


@dataclass
class History:
    """A province of five communes to which things happen."""

    units: list[LandUnit] = field(default_factory=list)
    recs: list[Rec] = field(default_factory=list)
    merged: set[int] = field(default_factory=set)

    def open(self, place: int, kind: str, start: date | None) -> None:
        pk = len(self.units) + 1
        self.units.append(
            LandUnit(pk, place, Tier.COMMUNE, kind, f"{pk:05}", f"X{pk}", None, start, None, f"{pk:05}")
        )

    def close(self, place: int, day: date) -> LandUnit | None:
        """End the open version; None where there is none, or where it would end before it began."""
        for at, unit in enumerate(self.units):
            if unit.place_id == place and unit.valid_to is None and (unit.valid_from or date.min) < day:
                self.units[at] = replace(unit, valid_to=day)
                return unit
        return None

    def book(self, year: int) -> YearBook:
        recs = sorted(
            (rec for rec in self.recs if rec.achieved_year <= year), key=lambda rec: rec.achieved_year
        )
        scope = Scope(1, year, date(year, 12, 31))
        return YearBook(scope, RULES, self.units, {}, recs, frozenset(self.merged), frozenset())


places = st.integers(1, 6)
days = st.dates(date(2021, 1, 2), date(2025, 12, 31))
operations = st.lists(
    st.one_of(
        st.tuples(
            st.just("recognise"),
            places,
            st.sampled_from(LEVELS),
            st.sampled_from(YEARS),
            st.booleans(),
            st.booleans(),
        ),
        st.tuples(st.just("revoke"), st.integers(0, 20), days),
        st.tuples(st.just("merge"), places, places, days),
        st.tuples(st.just("kind"), places, st.sampled_from([UnitKind.XA, UnitKind.PHUONG]), days),
    ),
    max_size=25,
)


def played(steps: list[tuple]) -> History:  # type: ignore[type-arg]
    history = History()
    for place in range(1, 6):
        history.open(place, UnitKind.XA if place < 5 else UnitKind.PHUONG, None)
    for name, *args in steps:
        _STEPS[name](history, *args)
    return history


def _recognise(history: History, place: int, code: str, year: int, by_year: bool, confirms: bool) -> None:
    kind = DecisionKind.CONFIRM if confirms else DecisionKind.RECOGNISE
    when = datetime(year, 12, 31, tzinfo=UTC)
    row = (
        len(history.recs),
        place,
        place,
        code,
        1,
        year,
        by_year,
        None,
        "verified",
        kind,
        1,
        None,
        "",
        "",
        None,
        when,
    )
    history.recs.append(Rec(*row))


def _revoke(history: History, index: int, day: date) -> None:
    if index < len(history.recs) and history.recs[index].ended_on is None:
        history.recs[index] = replace(history.recs[index], ended_on=day)


def _merge(history: History, one: int, two: int, day: date) -> None:
    closed = [history.close(place, day) for place in {one, two}]
    if any(closed):
        place = 10 + len(history.units)
        history.open(place, UnitKind.XA, day)
        history.merged.add(place)


def _kind(history: History, place: int, kind: str, day: date) -> None:
    if history.close(place, day):
        history.open(place, kind, day)


_STEPS = {"recognise": _recognise, "revoke": _revoke, "merge": _merge, "kind": _kind}


@given(operations)
def test_previous_and_what_moved_give_the_cumulative_figure(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    history = played(steps)
    for year in YEARS:
        for row in history.book(year).movements.values():
            moved = Counter()  # type: Counter[int]
            for came in (row.previous, row.achieved, row.confirmed, row.others):
                moved.update(came)
            for went in (row.revoked, row.left):
                moved.subtract(went)
            assert {place: n for place, n in moved.items() if n} == dict.fromkeys(row.cumulative, 1)


@given(operations)
def test_a_year_begins_where_the_one_before_ended(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    history = played(steps)
    for year in YEARS[1:]:
        before, now = history.book(year - 1), history.book(year)
        for code in LEVELS:
            assert now.movements[code].previous == before.movements[code].cumulative


@given(operations)
def test_levels_nest_and_nobody_outside_the_programme_counts(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    history = played(steps)
    for year in YEARS:
        book = history.book(year)
        ntm, advanced, model = (book.movements[code].cumulative for code in LEVELS)
        assert model <= advanced <= ntm <= book.communes.keys()
        waiting = {place for place in book.communes if book.is_pending(place)}
        assert not waiting & ntm
        assert len(ntm) + sum(rank == 0 for place, rank in book.ranks.items()) == len(book.communes)


# --- from the database --------------------------------------------------------------------------------------


def book_of(land: Land, year: int, today: date = date(2026, 11, 1)) -> YearBook:
    return year_book(Scope.of(land.province.place_id, year, today))


def count(land: Land, year: int, code: str = "ntm") -> tuple[int, ...]:
    """previous, achieved, confirmed, others, revoked, left, cumulative."""
    row = book_of(land, year).movements[code]
    sets = (row.previous, row.achieved, row.confirmed, row.others, row.revoked, row.left, row.cumulative)
    return tuple(len(part) for part in sets)  # type: ignore[return-value]


def test_a_row_by_a_year_counts_from_it_but_is_not_achieved_in_it(land: Land) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    assert count(land, 2022) == (0, 0, 0, 1, 0, 0, 1)
    assert count(land, 2023) == (1, 0, 0, 0, 0, 0, 1)
    book = book_of(land, 2022)
    assert not book.dating.achieved_known("ntm", 2022)
    assert book.dating.cumulative_known("ntm", 2022)
    assert not book_of(land, 2021).dating.cumulative_known("ntm", 2021)


def test_a_year_without_a_row_is_unknown_until_declared(land: Land) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    factories.recognition(land.commune_b, year=2023)
    assert book_of(land, 2023).movements["ntm"].cumulative_known
    late = book_of(land, 2024)
    assert not late.movements["ntm"].achieved_known
    assert not late.movements["ntm"].cumulative_known
    assert late.dating.last_known_year("ntm") == 2023
    factories.declaration(land.province, 2024)
    declared = book_of(land, 2024).movements["ntm"]
    assert (declared.achieved_known, declared.cumulative_known, len(declared.achieved)) == (True, True, 0)


def test_no_declaration_dates_what_is_known_only_by_a_year(land: Land) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    factories.recognition(land.commune_b, year=2022)
    for year in (2021, 2022):
        factories.declaration(land.province, year)
    before, then = book_of(land, 2021).movements["ntm"], book_of(land, 2022).movements["ntm"]
    assert (before.achieved_known, before.cumulative_known) == (False, False)
    assert (then.achieved_known, then.previous_known, then.cumulative_known) == (False, False, True)
    assert book_of(land, 2023).movements["ntm"].previous_known


def test_a_higher_level_known_only_by_a_year_leaves_the_lower_one_as_it_is_known(land: Land) -> None:
    factories.period(counts=(factories.period(2016, 2020),))
    advanced = factories.level("advanced")
    factories.recognition(land.commune_a, year=2021)
    factories.recognition(land.commune_a, advanced, year=2023, by_year=True)
    factories.declaration(land.province, 2022)
    book = book_of(land, 2022)
    assert (book.dating.vague("ntm"), book.dating.vague("advanced")) == ({}, {land.commune_a.place_id: 2023})
    assert book.movements["ntm"].cumulative_known
    assert not book.movements["advanced"].cumulative_known
    factories.recognition(land.commune_b, advanced, year=2023, by_year=True)
    assert not book_of(land, 2022).movements["ntm"].cumulative_known


def test_a_recognition_signed_later_counts_in_its_year_and_is_named(land: Land) -> None:
    late = factories.recognition(
        land.commune_a, by=factories.decision(land.province, issued_on=date(2024, 2, 1))
    )
    factories.recognition(land.commune_b, by=factories.decision(land.province, issued_on=date(2023, 12, 31)))
    assert count(land, 2023)[1] == 2
    assert book_of(land, 2023).signed_later(["ntm"]) == {late.pk}
    assert book_of(land, 2023).signed_later(["model"]) == frozenset()


def revoked(land: Land, unit: Unit, day: date, **fields: object) -> None:
    end = factories.decision(land.province, kind=DecisionKind.REVOKE, issued_on=day)
    factories.recognition(unit, state=RecognitionState.REVOKED, ended_by=end, ended_on=day, **fields)


def test_a_revocation_within_the_year_of_achievement_leaves_nothing(land: Land) -> None:
    revoked(land, land.commune_a, date(2023, 11, 1), year=2023)
    assert count(land, 2023) == (0, 1, 0, 0, 1, 0, 0)
    assert count(land, 2024)[0] == 0


def test_a_level_lost_and_reached_again_in_one_year_is_counted_both_ways(land: Land) -> None:
    revoked(land, land.commune_a, date(2024, 6, 1), year=2023)
    factories.recognition(land.commune_a, year=2024)
    assert count(land, 2024) == (1, 1, 0, 0, 1, 0, 1)
    assert count(land, 2025)[0] == 1


def test_a_level_lost_and_confirmed_again_in_one_year_is_counted_both_ways(land: Land) -> None:
    revoked(land, land.commune_a, date(2024, 6, 1), year=2023)
    again = factories.decision(land.province, kind=DecisionKind.CONFIRM)
    factories.recognition(land.commune_a, year=2024, by=again)
    assert count(land, 2024) == (1, 0, 1, 0, 1, 0, 1)


def test_who_comes_into_the_programme_with_a_level_was_not_confirmed(land: Land) -> None:
    factories.recognition(land.commune_a, year=2022)
    factories.attribute(land.commune_a, "in_programme", "0", valid_to=date(2023, 6, 1))
    assert count(land, 2023) == (0, 0, 0, 1, 0, 0, 1)


@pytest.mark.parametrize(("day", "counted"), [(date(2023, 12, 31), 0), (date(2024, 1, 1), 1)])
def test_a_revocation_counts_from_its_day(land: Land, day: date, counted: int) -> None:
    revoked(land, land.commune_a, day, year=2022)
    assert count(land, 2023) == (1, 0, 0, 0, 1 - counted, 0, counted)


def test_a_corrected_row_never_counted(land: Land) -> None:
    factories.recognition(land.commune_a, state=RecognitionState.CORRECTED)
    assert count(land, 2023) == (0,) * 7


def close(unit: Unit, day: date) -> None:
    unit.valid_to = day
    unit.save()


def test_a_merger_takes_the_old_units_out_and_makes_the_new_one_wait(land: Land) -> None:
    day = date(2023, 4, 10)
    for old in (land.commune_a, land.commune_b):
        factories.recognition(old, year=2022, by_year=True)
        close(old, day)
    new = factories.unit(land.district, "Mới", valid_from=day)
    for old in (land.commune_a, land.commune_b):
        factories.succession(old, new)
    assert count(land, 2023) == (2, 0, 0, 0, 0, 2, 0)
    book = book_of(land, 2023)
    assert book.is_pending(new.place_id)
    assert len(book.communes) == 4
    factories.recognition(new)
    assert not book_of(land, 2023).is_pending(new.place_id)


def test_a_commune_that_becomes_a_ward_leaves_the_count(land: Land) -> None:
    day = date(2023, 4, 10)
    factories.recognition(land.commune_a, year=2022, by_year=True)
    close(land.commune_a, day)
    ward = factories.unit(
        land.district, "Phú Đình", place=land.commune_a.place, kind=UnitKind.PHUONG, valid_from=day
    )
    assert count(land, 2023) == (1, 0, 0, 0, 0, 1, 0)
    assert [unit.pk for unit in book_of(land, 2023).outside] == [ward.pk]


def test_levels_of_the_period_before_do_not_count_from_2026(land: Land) -> None:
    earlier = factories.period()
    factories.recognition(land.commune_a, factories.level(in_period=earlier))
    later = factories.period(2026, 2030)
    factories.level(in_period=later)
    assert count(land, 2026) == (0,) * 7
    row = book_of(land, 2026).movements["ntm"]
    assert (row.achieved_known, row.cumulative_known) == (False, False)
    assert count(land, 2025)[6] == 1


def test_a_period_that_counts_the_one_before_keeps_its_levels(land: Land) -> None:
    earlier = factories.period(2016, 2020)
    factories.recognition(land.commune_a, factories.level(in_period=earlier), year=2019)
    factories.level(in_period=factories.period(counts=(earlier,)))
    assert count(land, 2021) == (1, 0, 0, 0, 0, 0, 1)


def test_reading_a_year_costs_six_queries(land: Land, django_assert_num_queries: object) -> None:
    factories.recognition(land.commune_a)
    with django_assert_num_queries(6):  # type: ignore[operator]
        book_of(land, 2023)


def test_an_attribute_overrides_who_is_in_the_programme() -> None:
    history = played([])
    book = replace_flags(history, {5: [Flag(5, "in_programme", True, date(2023, 1, 1), None, "verified")]})
    assert 5 in book.universe(Tier.COMMUNE, date(2023, 1, 1))
    assert 5 not in book.universe(Tier.COMMUNE, date(2022, 12, 31))


def replace_flags(history: History, flags: dict[int, list[Flag]]) -> YearBook:
    scope = Scope(1, 2023, date(2023, 12, 31))
    return YearBook(scope, RULES, history.units, flags, [], frozenset(), frozenset())


def test_the_rules_of_levels_cost_one_query(land: Land, django_assert_num_queries: object) -> None:
    earlier = (factories.period(2011, 2015), factories.period(2016, 2020))
    period = factories.period(2021, 2025, counts=earlier)
    levels = [factories.level(code) for code in (*LEVELS, "district_ntm")]
    with django_assert_num_queries(1):  # type: ignore[operator]
        rules = rules_of(2023)
    assert [level.code for level in rules.levels] == [level.code for level in levels]
    assert rules.counting == {row.pk for row in (*earlier, period)}
    with django_assert_num_queries(1):  # type: ignore[operator]
        facts = level_facts()
    assert facts[levels[1].pk].below == facts[levels[0].pk]
    assert {fact.counts for fact in facts.values()} == {frozenset({2011, 2016, 2021})}
