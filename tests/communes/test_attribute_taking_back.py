"""Values that are taken back: what held before holds on, exactly as long as it did before."""

from datetime import date

import pytest

from communes.choices import AttributeKind, Extent
from communes.models import Attribute, Unit
from communes.services.attributes import (
    change_attribute,
    close_attribute,
    record_attribute,
    take_back_attribute,
    take_back_attributes,
)
from communes.services.lineage import Formation, Part, reorganise
from communes.services.register import NewUnit
from ntm.audit import log as audit
from ntm.core.errors import Refused
from ntm.core.versions import save_next
from tests import factories
from tests.conftest import Land

HARD, PEOPLE = AttributeKind.ESPECIALLY_DIFFICULT, AttributeKind.POPULATION
FIRST, THEN, LAST = date(2021, 1, 1), date(2024, 7, 1), date(2025, 1, 1)


def recorded(land: Land, value: str, day: date, kind: str = HARD) -> Attribute:
    unit = Unit.objects.on(day).get(place=land.commune_a.place)
    return record_attribute(unit, kind=kind, value=value, valid_from=day, by=audit.SYSTEM)


def taken_back(row: Attribute) -> None:
    take_back_attribute(row, expected=Attribute.every.get(pk=row.pk).version, by=audit.SYSTEM)


def days(land: Land, kind: str = HARD) -> list[tuple[str, date | None, date | None]]:
    rows = Attribute.objects.filter(unit__place=land.commune_a.place, kind=kind).order_by("valid_from")
    return list(rows.values_list("value", "valid_from", "valid_to"))


def divide(land: Land, day: date) -> None:
    """The third commune goes in parts into the first two."""
    part = Part(land.commune_c, Extent.PART)
    into = [
        Formation(NewUnit(unit.code, unit.name, unit.kind, unit.parent), [Part(unit), part])
        for unit in (land.commune_a, land.commune_b)
    ]
    reorganise(document=factories.document(), effective_on=day, title="Chia", changes=into, by=audit.SYSTEM)


def test_a_number_that_ended_with_the_land_stays_ended(land: Land) -> None:
    divide(land, THEN)
    recorded(land, "4000", FIRST, PEOPLE)
    taken_back(recorded(land, "6000", THEN, PEOPLE))

    assert days(land, PEOPLE) == [("4000", FIRST, THEN)]


def test_a_number_holds_on_until_the_land_changed_later(land: Land) -> None:
    recorded(land, "4000", FIRST, PEOPLE)
    new = recorded(land, "6000", THEN, PEOPLE)
    divide(land, LAST)
    taken_back(new)

    assert days(land, PEOPLE) == [("4000", FIRST, LAST)]


def test_the_end_that_was_set_by_hand_comes_back(land: Land) -> None:
    close_attribute(recorded(land, "1", FIRST), on=LAST, expected=1, by=audit.SYSTEM)
    taken_back(recorded(land, "0", THEN))

    assert days(land) == [("1", FIRST, LAST)]


def test_the_end_that_was_set_by_hand_outlasts_two_values(land: Land) -> None:
    close_attribute(recorded(land, "1", FIRST), on=LAST, expected=1, by=audit.SYSTEM)
    between, after = recorded(land, "0", date(2023, 1, 1)), recorded(land, "1", THEN)
    taken_back(between)
    assert days(land) == [("1", FIRST, THEN), ("1", THEN, None)]
    taken_back(after)

    assert days(land) == [("1", FIRST, LAST)]


def test_a_value_that_a_new_one_closed_as_it_once_was_recorded_holds_on(land: Land) -> None:
    """Before "succeeded" was told apart, the end of the value before was recorded as a closing."""
    old = recorded(land, "1", FIRST)
    with audit.writing():
        before = audit.snapshot(old)
        old.valid_to = THEN
        save_next(old)
        audit.record("attribute.closed", old, by=audit.SYSTEM, before=before)
        new = factories.attribute(land.commune_a, HARD, "0", valid_from=THEN)
        audit.record("attribute.recorded", new, by=audit.SYSTEM)
    taken_back(new)

    assert days(land) == [("1", FIRST, None)]


def test_a_value_that_was_recorded_afterwards_for_days_before_holds_on(land: Land) -> None:
    later = recorded(land, "0", THEN)
    recorded(land, "1", FIRST)
    taken_back(later)

    assert days(land) == [("1", FIRST, None)]


def test_it_holds_no_longer_than_the_value_that_was_taken_back(land: Land) -> None:
    recorded(land, "1", FIRST)
    row = close_attribute(recorded(land, "0", THEN), on=LAST, expected=1, by=audit.SYSTEM)
    taken_back(row)

    assert days(land) == [("1", FIRST, LAST)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_in_whatever_order_two_values_are_taken_back_the_one_before_them_holds_on(
    land: Land, order: tuple[int, int]
) -> None:
    recorded(land, "1", FIRST)
    wrong = [recorded(land, "0", LAST), recorded(land, "0", THEN)]
    for one in order:
        taken_back(wrong[one])

    assert days(land) == [("1", FIRST, None)]


def test_an_end_that_was_given_back_comes_back_as_well(land: Land) -> None:
    recorded(land, "1", FIRST)
    taken_back(close_attribute(recorded(land, "0", THEN), on=LAST, expected=1, by=audit.SYSTEM))
    taken_back(recorded(land, "0", date(2023, 1, 1)))

    assert days(land) == [("1", FIRST, LAST)]


def test_what_is_done_with_a_value_that_was_taken_back_is_refused_in_words(land: Land) -> None:
    row = recorded(land, "1", FIRST)
    taken_back(row)

    for again in (
        lambda: change_attribute(row, expected=1, value="0", by=audit.SYSTEM),
        lambda: close_attribute(row, on=LAST, expected=1, by=audit.SYSTEM),
        lambda: take_back_attribute(row, expected=1, by=audit.SYSTEM),
    ):
        with pytest.raises(Refused, match="vừa được rút"):
            again()


@pytest.mark.parametrize("first", [0, 1])
def test_values_of_one_chain_are_taken_back_at_once(land: Land, first: int) -> None:
    recorded(land, "1", FIRST)
    later = [recorded(land, "0", THEN), recorded(land, "1", LAST)]
    seen = [(row, Attribute.objects.get(pk=row.pk).version) for row in later]
    take_back_attributes(seen[:: -1 if first else 1], by=audit.SYSTEM)

    assert days(land) == [("1", FIRST, None)]
    assert Attribute.objects.get().version == 3, "ended once, reopened once"
