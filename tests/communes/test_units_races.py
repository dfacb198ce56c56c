"""Two people at the register in the same moment, on PostgreSQL."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from communes.choices import AttributeKind, UnitKind
from communes.models import Attribute, Unit
from communes.services.attributes import record_attribute
from communes.services.lineage import Formation, Part, reorganise
from communes.services.register import NewUnit
from communes.services.units import open_unit
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from tests import factories
from tests.conftest import Land
from tests.racing import at_once, refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_one_code_is_given_once_even_where_the_versions_do_not_start_together(land: Land) -> None:
    def opened(year: int) -> Callable[[], Unit]:
        return lambda: open_unit(
            code="05999", name=f"Năm {year}", kind=UnitKind.XA, parent=land.district.place,
            valid_from=date(year, 1, 1), by=audit.SYSTEM,
        )  # fmt: skip

    assert refused(at_once(*(opened(year) for year in range(2010, 2016)))) == 5
    assert Unit.objects.filter(code="05999").count() == 1
    assert LogEntry.objects.filter(action="unit.opened").count() == 1


def test_a_unit_is_merged_into_one_neighbour_only(land: Land) -> None:
    documents = [factories.document(), factories.document()]

    def merged(index: int, neighbour: Unit) -> Callable[[], Any]:
        new = NewUnit(neighbour.code, neighbour.name, neighbour.kind, land.district.place)
        return lambda: reorganise(
            document=documents[index], effective_on=date(2023, 4, 10), title="Nhập", by=audit.SYSTEM,
            changes=[Formation(new, [Part(neighbour), Part(land.commune_a)])],
        )  # fmt: skip

    assert refused(at_once(merged(0, land.commune_b), merged(1, land.commune_c))) == 1
    assert Unit.objects.get(pk=land.commune_a.pk).successions_out.count() == 1
    assert Unit.objects.on(date(2023, 4, 10)).filter(parent=land.district.place).count() == 2


def test_a_place_never_has_two_values_of_one_kind_on_a_day(land: Land) -> None:
    def recorded(year: int) -> Callable[[], Attribute]:
        return lambda: record_attribute(
            land.commune_a,
            kind=AttributeKind.AREA_TYPE,
            value="I",
            valid_from=date(year, 1, 1),
            by=audit.SYSTEM,
        )

    assert refused(at_once(*(recorded(year) for year in (2010, 2012, 2011, 2013, 2013)))) == 1
    ends = Attribute.objects.order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(ends) == [
        (date(2010, 1, 1), date(2011, 1, 1)),
        (date(2011, 1, 1), date(2012, 1, 1)),
        (date(2012, 1, 1), date(2013, 1, 1)),
        (date(2013, 1, 1), None),
    ]
