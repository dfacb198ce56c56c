"""Reorganising units: who goes on, who ends, and what may not be lost."""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communes.choices import AttributeKind, Extent, UnitKind
from communes.models import Document, Place, Reorganisation, Succession, Unit
from communes.services.lineage import Formation, Part, close_unit, reorganise
from communes.services.register import NewUnit
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused
from tests import factories
from tests.conftest import Land

DAY = date(2023, 4, 10)
PART, WHOLE = Extent.PART, Extent.WHOLE


@pytest.fixture
def resolution(db: None) -> Document:
    return factories.document("729/NQ-UBTVQH15")


def like(unit: Unit, **changes: Any) -> NewUnit:
    """A version that says the same as this one, but for the changes."""
    parent = None if unit.parent_id is None else Place(pk=unit.parent_id)
    facts = {"code": unit.code, "name": unit.name, "kind": unit.kind, "parent": parent}
    return NewUnit(**(facts | changes))


def carried_out(resolution: Document, *changes: Formation, **options: Any) -> Reorganisation:
    facts = {"document": resolution, "effective_on": DAY, "title": "Sắp xếp", "changes": changes}
    return reorganise(**(facts | {"by": audit.SYSTEM} | options))


def formed(new: NewUnit | Unit, *parts: Unit | tuple[Unit, str], anew: bool = False) -> Formation:
    pairs: Sequence[tuple[Unit, str]] = [p if isinstance(p, tuple) else (p, WHOLE) for p in parts]
    return Formation(new, [Part(unit, extent) for unit, extent in pairs], formed_anew=anew)


class TestIdentity:
    """Architecture, section 3: what keeps a place and what ends it."""

    @pytest.mark.parametrize(
        "changes",
        [{"name": "Tân Tên"}, {"kind": UnitKind.THI_TRAN}, {"code": "05999"}, {"name": "X", "code": "05999"}],
    )
    def test_a_rename_or_a_change_of_kind_keeps_it(
        self, land: Land, resolution: Document, changes: dict[str, str]
    ) -> None:
        carried_out(resolution, formed(like(land.commune_a, **changes), land.commune_a))

        old, new = Unit.objects.filter(place=land.commune_a.place).order_by("pk")
        assert (old.valid_to, new.valid_from, new.valid_to) == (DAY, DAY, None)
        link = Succession.objects.get()
        assert (link.predecessor, link.successor, link.keeps_identity) == (old, new, True)

    def test_another_parent_keeps_it(self, land: Land, resolution: Document) -> None:
        carried_out(
            resolution, formed(like(land.commune_a, parent=land.other_district.place), land.commune_a)
        )
        assert Unit.objects.on(DAY).get(place=land.commune_a.place).parent == land.other_district.place

    def test_a_town_that_takes_a_commune_in_goes_on_under_the_commune_s_code(
        self, land: Land, resolution: Document
    ) -> None:
        town = factories.unit(land.district, "Quân Chu", kind=UnitKind.THI_TRAN, code="05764")
        commune = factories.unit(land.district, "Quân Chu", code="05851")

        carried_out(resolution, formed(like(town, code="05851"), town, commune))

        new = Unit.objects.on(DAY).get(code="05851")
        assert new.place == town.place
        assert not Unit.objects.on(DAY).filter(place=commune.place).exists()

    def test_a_union_under_a_new_name_is_a_new_place(self, land: Land, resolution: Document) -> None:
        a, b = land.commune_a, land.commune_b
        carried_out(resolution, formed(like(a, name="Vạn Phú"), a, b))

        assert Unit.objects.on(DAY).get(name="Vạn Phú").place not in (a.place, b.place)
        assert not Succession.objects.filter(keeps_identity=True).exists()

    def test_a_union_formed_anew_is_a_new_place_even_under_an_old_name(
        self, land: Land, resolution: Document
    ) -> None:
        a, b = land.commune_a, land.commune_b
        carried_out(resolution, formed(like(a), a, b, anew=True))

        assert Unit.objects.on(DAY).get(code=a.code).place != a.place

    def test_a_formation_of_one_whole_unit_keeps_it_even_when_formed_anew(
        self, land: Land, resolution: Document
    ) -> None:
        carried_out(resolution, formed(like(land.commune_a), land.commune_a, anew=True))

        assert Unit.objects.on(DAY).get(code=land.commune_a.code).place == land.commune_a.place

    def test_receiving_a_part_keeps_it_and_being_divided_ends_it(
        self, land: Land, resolution: Document
    ) -> None:
        a, b, c = land.commune_a, land.commune_b, land.commune_c
        carried_out(resolution, formed(like(b), b, (a, PART)), formed(like(c), c, (a, PART)))

        on_day = Unit.objects.on(DAY)
        assert on_day.get(code=b.code).place == b.place
        assert on_day.get(code=c.code).place == c.place
        assert not on_day.filter(place=a.place).exists()

    def test_giving_a_part_away_keeps_it(self, land: Land, resolution: Document) -> None:
        a, b = land.commune_a, land.commune_b
        carried_out(resolution, formed(like(a), (a, PART)), formed(like(b), b, (a, PART)))

        assert Unit.objects.on(DAY).get(code=a.code).place == a.place
        assert Unit.objects.on(DAY).get(code=b.code).place == b.place

    def test_a_tier_ends_into_the_province_which_goes_on(self, land: Land, resolution: Document) -> None:
        home = land.province
        communes = [formed(like(unit, parent=home.place), unit) for unit in land.communes]
        carried_out(resolution, *communes, formed(like(home), home, land.district, land.other_district))

        on_day = Unit.objects.on(DAY).filter(province=home.place)
        assert on_day.get(tier="province").place == home.place
        assert not on_day.filter(tier="district").exists()
        assert {unit.parent for unit in on_day.filter(tier="commune")} == {home.place}


class TestReorganise:
    def test_everything_is_recorded_in_one_transaction(
        self, land: Land, resolution: Document, cast: SimpleNamespace
    ) -> None:
        a, b = land.commune_a, land.commune_b
        carried_out(resolution, formed(like(a), a, b), by=cast.specialist)

        actions = sorted(LogEntry.objects.values_list("action", flat=True))
        assert actions == [
            "reorganisation.recorded", "succession.recorded", "succession.recorded",
            "unit.closed", "unit.closed", "unit.opened",
        ]  # fmt: skip
        assert set(LogEntry.objects.values_list("province_id", flat=True)) == {land.province.place_id}

    def test_districts_and_communes_may_change_together(self, land: Land, resolution: Document) -> None:
        city = like(land.district, kind=UnitKind.THANH_PHO)
        ward = like(land.commune_a, kind=UnitKind.PHUONG)
        carried_out(resolution, formed(ward, land.commune_a), formed(city, land.district))

        assert Unit.objects.on(DAY).get(code="05602").full_name == "Phường Phú Đình"
        assert Unit.objects.on(DAY).get(code="05596").parent == land.district.place

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda a, b: [], "ít nhất một đơn vị"),
            (lambda a, b: [formed(like(a))], "hình thành từ đơn vị nào"),
            (lambda a, b: [formed(like(a), (a, PART))], "Phần còn lại của Xã Phú Đình"),
            (lambda a, b: [formed(like(a), a), formed(like(b), b, (a, PART))], "vừa nhập toàn bộ"),
            (lambda a, b: [formed(like(a), (a, PART), (a, PART))], "chỉ được ghi một lần"),
            (
                lambda a, b: [formed(like(a), a), formed(like(b), b), formed(like(a, code="05999"), a)],
                "vừa nhập",
            ),
            (
                lambda a, b: [formed(like(a), (a, PART)), formed(like(a, code="05999"), (a, PART))],
                "chỉ có thể tiếp tục ở một đơn vị",
            ),
            (lambda a, b: [formed(like(a, code=b.code), a)], "Mã 05596 đang được Xã Điềm Mặc"),
            (lambda a, b: [formed(like(a, name="Xã Mới"), a)], "hãy nhập “Mới”"),
            (lambda a, b: [formed(b, a), formed(like(b), b)], "không thể tiếp nhận"),
        ],
    )
    def test_it_refuses_and_leaves_everything_as_it_was(
        self, land: Land, resolution: Document, make: Any, words: str
    ) -> None:
        with pytest.raises(Refused, match=words):
            carried_out(resolution, *make(land.commune_a, land.commune_b))

        assert Unit.objects.filter(valid_to=None).count() == Unit.objects.count() == 11
        assert not Reorganisation.objects.exists()
        assert not LogEntry.objects.exists()

    @pytest.mark.parametrize(
        ("options", "field", "words"),
        [
            ({"title": " "}, "title", "Hãy nhập nội dung"),
            ({"title": "a" * 301}, "title", "dài quá 300"),
            ({"effective_on": date(2099, 1, 1)}, "effective_on", "tương lai"),
        ],
    )
    def test_it_refuses_a_bad_heading(
        self,
        land: Land,
        resolution: Document,
        cast: SimpleNamespace,
        options: dict[str, Any],
        field: str,
        words: str,
    ) -> None:
        with pytest.raises(Refused, match=words) as refusal:
            carried_out(
                resolution, formed(like(land.commune_a), land.commune_a), by=cast.specialist, **options
            )
        assert refusal.value.field == field

    def test_a_resolution_may_be_entered_change_by_change(self, land: Land, resolution: Document) -> None:
        for unit in (land.commune_a, land.commune_b):
            carried_out(resolution, formed(like(unit, kind=UnitKind.THI_TRAN), unit))

        assert Reorganisation.objects.get().successions.count() == 2
        assert LogEntry.objects.filter(action="reorganisation.recorded").count() == 1

    def test_a_closed_unit_cannot_be_reorganised_again(self, land: Land, resolution: Document) -> None:
        carried_out(resolution, formed(like(land.commune_a), land.commune_a))

        with pytest.raises(Refused, match="đã hết hiệu lực từ 10/04/2023"):
            carried_out(
                factories.document(),
                formed(like(land.commune_a), land.commune_a),
                effective_on=date(2023, 5, 1),
            )

    def test_a_unit_cannot_end_before_its_second_day(self, land: Land, resolution: Document) -> None:
        young = factories.unit(land.district, "Mới Lập", code="05999", valid_from=DAY)

        with pytest.raises(Refused, match="chỉ có từ 10/04/2023"):
            carried_out(resolution, formed(like(young, name="Khác"), young))

    def test_a_district_does_not_end_above_its_communes(self, land: Land, resolution: Document) -> None:
        with pytest.raises(Refused, match="còn trực thuộc đơn vị không còn tồn tại"):
            carried_out(resolution, formed(like(land.other_district), land.other_district, land.district))

    def test_a_district_does_not_leave_the_province_without_its_communes(
        self, land: Land, resolution: Document
    ) -> None:
        with pytest.raises(Refused, match="phải được chuyển sang tỉnh mới"):
            carried_out(resolution, formed(like(land.district, parent=land.foreign.place), land.district))

    def test_a_commune_cannot_go_up_into_a_district(self, land: Land, resolution: Document) -> None:
        with pytest.raises(Refused, match="không thể nhập vào cấp huyện"):
            carried_out(resolution, formed(land.district, land.commune_a))

    @pytest.mark.parametrize("role", ["officer_a", "approver", "leader", "administrator"])
    def test_it_needs_the_right(
        self, land: Land, resolution: Document, cast: SimpleNamespace, role: str
    ) -> None:
        with pytest.raises(NotAllowed):
            carried_out(resolution, formed(like(land.commune_a), land.commune_a), by=getattr(cast, role))

    def test_nobody_takes_units_from_or_gives_them_to_another_province(
        self, land: Land, resolution: Document, cast: SimpleNamespace
    ) -> None:
        taken = formed(like(land.foreign_commune, parent=land.district.place), land.foreign_commune)
        given = formed(like(land.commune_a, parent=land.foreign.place), land.commune_a)
        for change in (taken, given):
            with pytest.raises(NotAllowed):
                carried_out(resolution, change, by=cast.specialist)
        assert Unit.objects.count() == 11

    def test_numbers_end_with_the_land_and_flags_with_the_place(
        self, land: Land, resolution: Document
    ) -> None:
        a, b = land.commune_a, land.commune_b
        people = factories.attribute(a, AttributeKind.POPULATION, "4102")
        hard = factories.attribute(a, AttributeKind.ESPECIALLY_DIFFICULT)
        gone = factories.attribute(b, AttributeKind.ESPECIALLY_DIFFICULT)

        carried_out(resolution, formed(like(a), a, b))

        for row in (people, hard, gone):
            row.refresh_from_db()
        assert (people.valid_to, hard.valid_to, gone.valid_to) == (DAY, None, DAY)

    def test_the_reads_do_not_grow_with_the_units(self, land: Land) -> None:
        def reads(count: int, first: int) -> int:
            units = [factories.unit(land.district, f"Số {n}", code=f"{first + n:05}") for n in range(count)]
            changes = [formed(like(u, name=f"{u.name} mới"), u) for u in units]
            with CaptureQueriesContext(connection) as queries:
                carried_out(factories.document(), *changes)
            return sum(query["sql"].startswith("SELECT") for query in queries)

        reads(1, 500)  # The first entry of all begins the record's chain.
        assert reads(3, 1000) == reads(30, 2000)


class TestCloseUnit:
    def test_a_unit_dissolves_into_one_that_stands(
        self, land: Land, resolution: Document, cast: SimpleNamespace
    ) -> None:
        closed = close_unit(
            land.commune_a, on=DAY, into=[land.commune_b], document=resolution, by=cast.specialist
        )

        assert (closed.valid_to, closed.version) == (DAY, 2)
        link = Succession.objects.get()
        assert (link.successor, link.extent, link.keeps_identity) == (land.commune_b, WHOLE, False)
        assert Unit.objects.filter(place=land.commune_b.place).count() == 1

    def test_several_receivers_take_a_part_each(self, land: Land, resolution: Document) -> None:
        into = [land.commune_b, land.commune_c]
        close_unit(land.commune_a, on=DAY, into=into, document=resolution, by=audit.SYSTEM)

        assert set(Succession.objects.values_list("extent", flat=True)) == {PART}

    def test_it_joins_the_reorganisation_of_the_same_resolution(
        self, land: Land, resolution: Document
    ) -> None:
        for unit in (land.commune_a, land.commune_b):
            close_unit(unit, on=DAY, into=[land.commune_c], document=resolution, by=audit.SYSTEM)

        assert Reorganisation.objects.get().successions.count() == 2

    @pytest.mark.parametrize("receivers", [[], ["commune_b", "commune_b"], ["commune_a"]])
    def test_it_refuses_receivers_that_make_no_sense(
        self, land: Land, resolution: Document, receivers: list[str]
    ) -> None:
        into = [getattr(land, name) for name in receivers]
        with pytest.raises(Refused) as refusal:
            close_unit(land.commune_a, on=DAY, into=into, document=resolution, by=audit.SYSTEM)
        assert refusal.value.field == "into"
