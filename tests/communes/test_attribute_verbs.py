"""Dated facts about units: recording, correcting, ending."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from communes.choices import AttributeKind, Extent
from communes.models import Attribute
from communes.services.attributes import change_attribute, close_attribute, record_attribute
from communes.services.lineage import Formation, Part, reorganise
from communes.services.register import NewUnit
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories
from tests.conftest import Land

HARD, PEOPLE = AttributeKind.ESPECIALLY_DIFFICULT, AttributeKind.POPULATION


def recorded(
    land: Land, value: str = "1", valid_from: date | None = date(2021, 1, 1), **facts: Any
) -> Attribute:
    options = {"kind": HARD, "by": audit.SYSTEM} | facts
    return record_attribute(
        options.pop("unit", land.commune_a), value=value, valid_from=valid_from, **options
    )


def days(land: Land, kind: str = HARD) -> list[tuple[str, date | None, date | None]]:
    rows = Attribute.objects.filter(unit__place=land.commune_a.place, kind=kind).order_by("valid_from")
    return list(rows.values_list("value", "valid_from", "valid_to"))


class TestRecordAttribute:
    def test_a_new_value_ends_the_one_before_it(self, land: Land, cast: SimpleNamespace) -> None:
        recorded(land, "1")
        recorded(land, "0", date(2023, 6, 4), by=cast.specialist)

        assert days(land) == [
            ("1", date(2021, 1, 1), date(2023, 6, 4)),
            ("0", date(2023, 6, 4), None),
        ]
        actions = list(LogEntry.objects.order_by("number").values_list("action", flat=True))
        assert actions == ["attribute.recorded", "attribute.succeeded", "attribute.recorded"]

    def test_a_value_of_the_past_gives_way_to_the_one_after_it(self, land: Land) -> None:
        recorded(land, "0", date(2023, 6, 4))
        recorded(land, "1", date(2021, 1, 1))
        recorded(land, "1", None)

        assert days(land)[0] in [("1", None, date(2021, 1, 1)), ("1", date(2021, 1, 1), date(2023, 6, 4))]
        assert sorted(day for _, _, day in days(land) if day) == [date(2021, 1, 1), date(2023, 6, 4)]

    def test_a_value_between_two_splits_the_first(self, land: Land) -> None:
        recorded(land, "1")
        recorded(land, "0", date(2025, 1, 1))
        recorded(land, "0", date(2023, 1, 1))

        assert [end for _, _, end in days(land)] == [date(2023, 1, 1), date(2025, 1, 1), None]

    def test_a_value_follows_the_place_through_a_rename(self, land: Land) -> None:
        recorded(land, "1")
        old = land.commune_a
        renamed = NewUnit(old.code, "Tân Tên", old.kind, old.parent)
        row = reorganise(
            document=factories.document(), effective_on=date(2022, 1, 1), title="Đổi tên",
            changes=[Formation(renamed, [Part(old)])], by=audit.SYSTEM,
        )  # fmt: skip
        recorded(land, "0", date(2023, 6, 4), unit=row.successions.get().successor)

        assert [end for _, _, end in days(land)] == [date(2023, 6, 4), None]

    def test_a_number_of_the_past_ends_where_the_land_changed(self, land: Land) -> None:
        a, b, c = land.commune_a, land.commune_b, land.commune_c
        into = [
            Formation(NewUnit(u.code, u.name, u.kind, u.parent), [Part(u), Part(b, Extent.PART)])
            for u in (a, c)
        ]
        reorganise(
            document=factories.document(), effective_on=date(2022, 1, 1), title="Chia",
            changes=into, by=audit.SYSTEM,
        )  # fmt: skip

        recorded(land, "4102", kind=PEOPLE)
        recorded(land, "1")
        gone = recorded(land, "1", unit=b)

        assert days(land, PEOPLE) == [("4102", date(2021, 1, 1), date(2022, 1, 1))]
        assert days(land) == [("1", date(2021, 1, 1), None)]
        assert gone.valid_to == date(2022, 1, 1), "nothing outlives its place"

    @pytest.mark.parametrize(
        ("facts", "field", "words"),
        [
            ({"kind": "mood"}, "kind", "trong danh sách"),
            ({"value": "có"}, "value", "một trong: 1, 0"),
            ({"kind": AttributeKind.AREA_TYPE, "value": "IV"}, "value", "I, II, III"),
            ({"kind": PEOPLE, "value": "-3"}, "value", "số không âm"),
            ({"kind": PEOPLE, "value": "²"}, "value", "số không âm"),
            ({"kind": PEOPLE, "value": "12.5"}, "value", "số nguyên"),
            ({"valid_from": date(2020, 12, 31)}, "valid_from", "không tồn tại vào ngày 31/12/2020"),
            ({"valid_from": None}, "valid_from", r"từ 01/01/2021 trở đi"),
            ({"source": "a" * 501}, "source", "dài quá"),
        ],
    )
    def test_it_refuses_beside_the_field(
        self, land: Land, facts: dict[str, Any], field: str, words: str
    ) -> None:
        young = factories.unit(land.district, "Mới Lập", valid_from=date(2021, 1, 1))

        with pytest.raises(Refused, match=words) as refusal:
            recorded(land, unit=young, **facts)
        assert refusal.value.field == field
        assert not Attribute.objects.exists()

    def test_it_refuses_a_second_value_from_the_same_day(self, land: Land) -> None:
        recorded(land)
        with pytest.raises(Refused, match="hãy sửa giá trị đó") as refusal:
            recorded(land, "0")
        assert refusal.value.field == "valid_from"

    def test_a_person_cannot_record_tomorrow(self, land: Land, cast: SimpleNamespace) -> None:
        with pytest.raises(Refused, match="tương lai"):
            recorded(land, valid_from=date(2099, 1, 1), by=cast.specialist)

    @pytest.mark.parametrize("role", ["officer_a", "approver", "leader", "administrator"])
    def test_it_needs_the_right(self, land: Land, cast: SimpleNamespace, role: str) -> None:
        with pytest.raises(NotAllowed):
            recorded(land, by=getattr(cast, role))

    def test_the_right_ends_at_the_border(self, land: Land, cast: SimpleNamespace) -> None:
        with pytest.raises(NotAllowed):
            recorded(land, unit=land.foreign_commune, by=cast.specialist)


class TestChangeAndClose:
    def test_a_correction_is_the_next_version(self, land: Land, cast: SimpleNamespace) -> None:
        row = recorded(land, "4102", kind=PEOPLE)
        row = change_attribute(row, expected=1, value="4120", source="Niên giám", by=cast.specialist)

        assert (row.value, row.version, row.valid_from) == ("4120", 2, date(2021, 1, 1))
        assert LogEntry.objects.first().changes["value"] == ["4102", "4120"]

    def test_the_same_values_again_are_no_change(self, land: Land) -> None:
        row = change_attribute(recorded(land), expected=1, value="1", by=audit.SYSTEM)
        assert row.version == 1
        assert LogEntry.objects.count() == 1

    def test_a_correction_from_an_old_version_is_stale(self, land: Land) -> None:
        row = recorded(land)
        change_attribute(row, expected=1, value="0", by=audit.SYSTEM)
        with pytest.raises(Stale):
            change_attribute(row, expected=1, value="1", source="khác", by=audit.SYSTEM)

    def test_a_value_is_closed_once(self, land: Land, cast: SimpleNamespace) -> None:
        row = close_attribute(recorded(land), on=date(2023, 1, 1), expected=1, by=cast.specialist)

        assert row.valid_to == date(2023, 1, 1)
        with pytest.raises(Refused, match="đã kết thúc từ 01/01/2023"):
            close_attribute(row, on=date(2024, 1, 1), expected=2, by=cast.specialist)

    def test_a_value_does_not_end_before_it_began(self, land: Land) -> None:
        with pytest.raises(Refused, match="phải sau 01/01/2021"):
            close_attribute(recorded(land), on=date(2021, 1, 1), expected=1, by=audit.SYSTEM)

    def test_both_need_the_right(self, land: Land, cast: SimpleNamespace) -> None:
        row = recorded(land)
        with pytest.raises(NotAllowed):
            change_attribute(row, expected=1, value="0", by=cast.officer_a)
        with pytest.raises(NotAllowed):
            close_attribute(row, on=date(2023, 1, 1), expected=1, by=cast.officer_a)
