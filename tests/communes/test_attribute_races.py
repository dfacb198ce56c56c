"""Who writes about several units at once takes them in one order, and waits instead of ending in a deadlock
(PostgreSQL)."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from communes.choices import AttributeKind
from communes.models import Attribute, Recognition, Unit
from communes.services.attributes import record_attribute
from communes.services.lineage import close_unit
from communes.services.register import lock_places, lock_register
from communes.sheets.openings import ABOVE, KIND, NAMED
from communes.sheets.papers import DAY as ISSUED
from communes.sheets.papers import NUMBER, TITLE, WHO, YEAR
from communes.sheets.recognising import Recognising
from communes.sheets.register import Register
from communes.sheets.unit_attributes import UnitAttributes
from ntm.audit import log as audit
from ntm.audit.restorers import Wanted, restorer_of
from ntm.core.versions import lock
from tests import factories
from tests.conftest import Land
from tests.racing import at_once, waiting_behind

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DAY, PEOPLE = date(2024, 7, 1), AttributeKind.POPULATION


def between(first: Callable[[], Any], then: Callable[[], Any], other: Callable[[], Any]) -> list[Any]:
    """Somebody locks what they need in two steps, and the other write begins between these."""

    def slowly() -> None:
        with audit.writing():
            first()
            time.sleep(0.8)
            then()

    def meanwhile() -> None:
        time.sleep(0.3)
        with audit.writing():
            other()

    return at_once(slowly, meanwhile)


def brought(target: Any, rows: dict[str, dict[str, str]], by: Any) -> Callable[[], None]:
    """What the confirmed import of these cells does."""
    some: Sequence[Any] = []
    for code, cells in rows.items():
        typed = {column: ("s", text) for column, text in cells.items()}
        known = target.known.get(code) or target.newcomer(code, typed)
        changes, faults = target.read(known, typed)
        assert changes and not faults
        some = [*some, (known, changes)]
    return lambda: target.store(some, by)


def test_attributes_by_sheet_take_their_places_first(land: Land, cast: SimpleNamespace) -> None:
    a, b = land.commune_a, land.commune_b
    row = factories.attribute(a, PEOPLE, "100", valid_from=DAY)
    target = UnitAttributes(cast.specialist, land.province.place, DAY)
    store = brought(target, {a.code: {PEOPLE: "200"}, b.code: {PEOPLE: "300"}}, cast.specialist)

    found = between(lambda: lock_places([a.place_id, b.place_id]), lambda: lock(row), store)
    assert found == [None, None]
    assert sorted(Attribute.objects.values_list("value", flat=True)) == ["200", "300"]


def test_attributes_are_taken_back_in_the_order_of_their_places(land: Land) -> None:
    places = sorted([land.commune_a, land.commune_b], key=lambda unit: unit.place_id)
    rows = [factories.attribute(unit, PEOPLE, "100", valid_from=DAY) for unit in places]
    wanted = [Wanted(row, {"taken_back": True}) for row in reversed(rows)]
    restorer = restorer_of("communes.attribute", "")
    assert restorer is not None

    found = between(
        lambda: lock_places([places[0].place_id]),
        lambda: lock_places([places[1].place_id]),
        lambda: restorer.put(wanted, audit.SYSTEM),
    )
    assert found == [None, None]
    assert not Attribute.objects.exists()


def test_units_by_sheet_take_the_register_first(land: Land, cast: SimpleNamespace) -> None:
    a = land.commune_a
    new = {NAMED: "Tràng Xá", KIND: "Xã", ABOVE: land.district.code}
    target = Register(cast.specialist, land.province.place, DAY, DAY)
    store = brought(target, {a.code: {NAMED: "Phú Đỉnh"}, "05700": new}, cast.specialist)

    assert between(lock_register, lambda: lock(a), store) == [None, None]
    assert Unit.objects.get(pk=a.pk).name == "Phú Đỉnh"
    assert Unit.objects.filter(code="05700").exists()


def test_recognitions_by_sheet_take_the_places_of_all_their_papers_first(
    land: Land, cast: SimpleNamespace
) -> None:
    low, high = sorted([land.commune_a, land.commune_b], key=lambda unit: unit.place_id)
    target = Recognising(cast.approver, land.province.place, factories.level("ntm"), date(2023, 12, 31))
    paper = {WHO: "UBND tỉnh", TITLE: "Công nhận", YEAR: "2022"}
    rows = {
        high.code: paper | {NUMBER: "01/QĐ-UBND", ISSUED: "01/03/2023"},
        low.code: paper | {NUMBER: "02/QĐ-UBND", ISSUED: "02/03/2023"},
    }
    store = brought(target, rows, cast.approver)

    found = between(lambda: lock_places([low.place_id]), lambda: lock_places([high.place_id]), store)
    assert found == [None, None]
    assert Recognition.objects.count() == 2


def test_a_number_is_not_recorded_past_a_merger_that_is_being_written(land: Land) -> None:
    paper = factories.document()

    def merge() -> None:
        close_unit(land.commune_b, on=DAY, into=[land.commune_a], document=paper, by=audit.SYSTEM)

    def record() -> Attribute:
        return record_attribute(
            land.commune_a, kind=PEOPLE, value="100", valid_from=date(2023, 1, 1), by=audit.SYSTEM
        )

    assert waiting_behind(merge, record).valid_to == DAY
