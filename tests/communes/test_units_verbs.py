"""Opening and correcting units: what the verbs write, what they refuse and in which words."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communes.choices import Tier, UnitKind
from communes.models import Place, Unit
from communes.services.register import NewUnit
from communes.services.units import change_unit, open_unit, open_units
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories
from tests.conftest import Land


def opened(land: Land, **changes: Any) -> Unit:
    facts = {
        "code": "05999",
        "name": "Tân Mới",
        "kind": UnitKind.XA,
        "parent": land.district.place,
        "valid_from": date(2023, 1, 1),
        "by": audit.SYSTEM,
    }
    return open_unit(**(facts | changes))


class TestOpenUnit:
    def test_a_new_unit_is_a_new_place_in_the_province_of_its_parent(self, land: Land) -> None:
        unit = opened(land)

        assert (unit.tier, unit.province, unit.valid_to) == (Tier.COMMUNE, land.province.place, None)
        assert unit.place not in [other.place for other in land.communes]

    def test_it_is_found_without_accents_at_once(self, land: Land) -> None:
        unit = opened(land, name="Đức  Lương")

        assert unit.name == "Đức Lương"
        assert list(Unit.objects.named_like("duc luong")) == [unit]

    def test_it_is_recorded_once_with_its_province(self, land: Land, cast: SimpleNamespace) -> None:
        unit = opened(land, by=cast.specialist)

        entry = LogEntry.objects.get()
        assert (entry.action, entry.object_id, entry.actor) == ("unit.opened", str(unit.pk), cast.specialist)
        assert entry.province_id == land.province.place_id
        assert entry.changes["code"] == [None, "05999"]

    def test_a_commune_may_stand_directly_below_a_province(self, land: Land) -> None:
        assert opened(land, parent=land.province.place).province == land.province.place

    def test_an_unknown_start_needs_a_parent_with_an_unknown_start(self, land: Land) -> None:
        assert opened(land, valid_from=None).valid_from is None
        Unit.objects.filter(pk=land.district.pk).update(valid_from=date(2022, 4, 10))

        with pytest.raises(Refused, match="không tồn tại vào thời gian trước khi có số liệu") as refusal:
            opened(land, valid_from=None, code="05998")
        assert refusal.value.field == "parent"

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"code": "5999"}, "code", "gồm đúng 5 chữ số"),
            ({"code": "0599A"}, "code", "gồm đúng 5 chữ số"),
            ({"code": "05602"}, "code", "Mã 05602 đang được Xã Phú Đình sử dụng"),
            ({"name": "  "}, "name", "Hãy nhập tên"),
            ({"name": "Xã Tân Mới"}, "name", "hãy nhập “Tân Mới”"),
            ({"name": "A" * 121}, "name", "dài quá 120 ký tự"),
            ({"source": "A" * 501}, "source", "dài quá 500 ký tự"),
            ({"trust": "sure"}, "trust", "mức tin cậy"),
            ({"parent": None}, "parent", "phải có đơn vị trực thuộc"),
            ({"kind": UnitKind.HUYEN, "code": "199"}, "parent", "không thể trực thuộc Huyện Định Hóa"),
        ],
    )
    def test_it_refuses_beside_the_field(
        self, land: Land, changes: dict[str, Any], field: str, words: str
    ) -> None:
        with pytest.raises(Refused, match=words) as refusal:
            opened(land, **changes)

        assert refusal.value.field == field
        assert not Unit.objects.filter(name__contains="Tân Mới").exists()
        assert not LogEntry.objects.exists()

    def test_it_refuses_a_parent_that_had_ended(self, land: Land) -> None:
        Unit.objects.filter(pk=land.district.pk).update(valid_to=date(2022, 12, 31))

        with pytest.raises(Refused, match="không tồn tại vào ngày 01/01/2023"):
            opened(land)

    def test_a_code_is_free_again_from_the_day_its_unit_ended(self, land: Land) -> None:
        Unit.objects.filter(pk=land.commune_a.pk).update(valid_to=date(2023, 1, 1))

        assert opened(land, code="05602").code == "05602"

    def test_a_code_is_not_free_while_its_unit_lasts(self, land: Land) -> None:
        Unit.objects.filter(pk=land.commune_a.pk).update(valid_to=date(2023, 1, 2))

        with pytest.raises(Refused, match="05602"):
            opened(land, code="05602")

    def test_two_rows_of_one_call_cannot_share_a_code(self, land: Land) -> None:
        row = NewUnit("05999", "Tân Mới", UnitKind.XA, land.district.place)

        with pytest.raises(Refused, match="hai đơn vị"):
            open_units([row, row], valid_from=None, by=audit.SYSTEM)

    def test_a_person_cannot_open_a_unit_of_tomorrow(self, land: Land, cast: SimpleNamespace) -> None:
        with pytest.raises(Refused, match="01/01/2099 ở tương lai") as refusal:
            opened(land, valid_from=date(2099, 1, 1), by=cast.specialist)
        assert refusal.value.field == "valid_from"

    @pytest.mark.parametrize("role", ["officer_a", "leader", "approver", "administrator", "unassigned"])
    def test_without_the_right_nobody_opens_a_unit(
        self, land: Land, cast: SimpleNamespace, role: str
    ) -> None:
        with pytest.raises(NotAllowed, match="không có quyền"):
            opened(land, by=getattr(cast, role))
        assert not Unit.objects.filter(code="05999").exists()

    def test_the_right_ends_at_the_border_of_the_province(self, land: Land, cast: SimpleNamespace) -> None:
        places = Place.objects.count()

        with pytest.raises(NotAllowed, match="không thuộc địa bàn bạn được giao"):
            opened(land, parent=land.foreign.place, by=cast.specialist)
        assert Place.objects.count() == places

    def test_a_person_enters_no_province(self, land: Land, cast: SimpleNamespace) -> None:
        with pytest.raises(NotAllowed, match="Tỉnh được nạp"):
            opened(land, code="99", kind=UnitKind.TINH, parent=None, by=cast.specialist)

    def test_the_queries_do_not_grow_with_the_rows(
        self, land: Land, django_assert_max_num_queries: Any
    ) -> None:
        def rows(first: int, count: int) -> list[NewUnit]:
            codes = (f"{code:05}" for code in range(first, first + count))
            return [NewUnit(code, f"Số {code}", UnitKind.XA, land.district.place) for code in codes]

        with CaptureQueriesContext(connection) as few:
            open_units(rows(1000, 3), valid_from=None, by=audit.SYSTEM)
        with django_assert_max_num_queries(len(few)):
            open_units(rows(2000, 30), valid_from=None, by=audit.SYSTEM)


class TestChangeUnit:
    def test_a_spelling_is_corrected_as_the_next_version(self, land: Land, cast: SimpleNamespace) -> None:
        unit = change_unit(land.commune_a, expected=1, name="Phú Ðình ", by=cast.specialist)

        assert (unit.name, unit.version) == ("Phú Đình", 1), "the same name again is no change"
        unit = change_unit(land.commune_a, expected=1, name="Phú Đinh", source="NQ 1", by=cast.specialist)
        assert (unit.name, unit.search_key, unit.version) == ("Phú Đinh", "phu dinh", 2)
        entry = LogEntry.objects.get()
        assert entry.action == "unit.changed"
        assert entry.changes["name"] == ["Phú Đình", "Phú Đinh"]

    def test_a_save_from_an_old_version_is_stale(self, land: Land) -> None:
        change_unit(land.commune_a, expected=1, source="một", by=audit.SYSTEM)

        with pytest.raises(Stale) as stale:
            change_unit(land.commune_a, expected=1, source="hai", by=audit.SYSTEM)
        assert stale.value.current.source == "một"

    @pytest.mark.parametrize(
        ("changes", "field"), [({"name": ""}, "name"), ({"name": "xã X"}, "name"), ({"trust": "?"}, "trust")]
    )
    def test_it_refuses_beside_the_field(self, land: Land, changes: dict[str, str], field: str) -> None:
        with pytest.raises(Refused) as refusal:
            change_unit(land.commune_a, expected=1, by=audit.SYSTEM, **changes)
        assert refusal.value.field == field
        land.commune_a.refresh_from_db()
        assert land.commune_a.version == 1

    def test_a_foreign_unit_is_not_for_this_province_to_change(
        self, land: Land, cast: SimpleNamespace
    ) -> None:
        with pytest.raises(NotAllowed):
            change_unit(land.foreign_commune, expected=1, name="Khác", by=cast.specialist)

    def test_a_unit_of_the_past_of_the_province_is_only_read(self, land: Land, cast: SimpleNamespace) -> None:
        land.foreign_commune.successions_out.create(
            reorganisation=factories.document().reorganisations.create(
                effective_on=date(2023, 1, 1), title="Chuyển"
            ),
            successor=land.province,
            extent="part",
        )
        with pytest.raises(NotAllowed):
            change_unit(land.foreign_commune, expected=1, name="Khác", by=cast.specialist)
