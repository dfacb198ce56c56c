"""The reference data: loaded through the verbs, safe to repeat, and right on every day that the law fixes."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from time import perf_counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from communes.choices import AttributeKind, Tier, UnitKind
from communes.loading.units import first_state
from communes.models import Attribute, Document, Level, Period, Place, Reorganisation, Succession, Unit
from communes.reference import rows
from communes.selectors.aliases import spellings
from communes.selectors.tilegrid import district_positions, tile_positions
from communes.services.units import change_unit
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.provenance import Trust
from ntm.core.text import canonical

LAST_OLD_DAY, NEW_MAP = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture(scope="module")
def reference(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Loaded once for this file; taken back at its end. Gives what the command printed."""
    with django_db_blocker.unblock(), transaction.atomic():
        out = StringIO()
        call_command("load_reference", stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("reference", "db")


def home() -> Place:
    return Unit.objects.get(code="19", valid_to=None).place


def unit(code: str, day: date) -> Unit:
    return Unit.objects.on(day).get(code=code)


def test_it_says_what_it_added(reference: str) -> None:
    assert "đơn vị hành chính: 416 (thêm 416)" in reference


def test_a_second_load_is_quick_and_changes_nothing() -> None:
    before = (LogEntry.objects.count(), Unit.objects.count(), Place.objects.count())
    start, out = perf_counter(), StringIO()
    call_command("load_reference", stdout=out)

    assert perf_counter() - start < 2
    assert (LogEntry.objects.count(), Unit.objects.count(), Place.objects.count()) == before
    assert out.getvalue().count("(thêm 0)") == 9


def test_a_second_load_reads_a_fixed_number_of_times(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(33):
        call_command("load_reference", stdout=StringIO())


def test_a_second_load_leaves_what_the_office_corrected() -> None:
    change_unit(unit("05725", NEW_MAP), expected=1, name="Thần Xa", by=audit.SYSTEM)
    call_command("load_reference", stdout=StringIO())

    assert unit("05725", NEW_MAP).name == "Thần Xa"


def test_every_unit_has_its_entry_in_the_record() -> None:
    opened = LogEntry.objects.filter(action="unit.opened", object_type="communes.unit")
    assert opened.count() == Unit.objects.count()
    assert (
        LogEntry.objects.filter(action="unit.closed").count() == Unit.objects.exclude(valid_to=None).count()
    )


def test_the_first_state_is_the_snapshot_with_every_change_undone() -> None:
    state = {row["code"]: row for row in first_state(rows("lineage"))}

    assert state["172"]["kind"] == "thị xã"
    assert [state[code]["kind"] for code in ("05692", "05764", "05851", "05869")] == [
        "xã", "thị trấn", "xã", "xã",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "kind", "count"),
    [
        (date(2022, 4, 9), UnitKind.XA, 137),
        (date(2022, 4, 10), UnitKind.XA, 128),
        (date(2023, 4, 9), UnitKind.XA, 128),
        (date(2023, 4, 10), UnitKind.XA, 126),
        (date(2023, 12, 31), UnitKind.PHUONG, 41),
        (date(2023, 12, 31), UnitKind.THI_TRAN, 10),
        (date(2024, 11, 30), UnitKind.XA, 126),
        (date(2024, 12, 1), UnitKind.XA, 121),
        (LAST_OLD_DAY, UnitKind.XA, 121),
        (NEW_MAP, UnitKind.XA, 77),
        (NEW_MAP, UnitKind.PHUONG, 15),
    ],
)
def test_the_province_has_as_many_units_as_the_law_says(day: date, kind: str, count: int) -> None:
    assert Unit.objects.on(day).filter(province=home(), kind=kind).count() == count


def test_bac_kan_is_there_until_it_joins() -> None:
    old = Unit.objects.on(LAST_OLD_DAY).get(code="06")
    own = Unit.objects.on(LAST_OLD_DAY).filter(province=old.place)

    assert own.filter(tier=Tier.DISTRICT).count() == 8
    assert own.filter(tier=Tier.COMMUNE).count() == 108
    assert not Unit.objects.on(NEW_MAP).filter(province=old.place).exists()
    assert old.successions_out.get().successor.place == home()


def test_pho_yen_becomes_a_city_and_stays_the_same_place() -> None:
    town, city = unit("172", date(2022, 4, 9)), unit("172", date(2022, 4, 10))

    assert (town.full_name, city.full_name) == ("Thị xã Phổ Yên", "Thành phố Phổ Yên")
    assert town.place == city.place
    assert unit("05863", date(2022, 4, 9)).pk == unit("05863", date(2022, 4, 10)).pk, (
        "its communes go on as they are"
    )


@pytest.mark.parametrize(
    ("old", "new", "day"),
    [
        ("05869", "05869", date(2022, 4, 10)),  # xã → phường
        ("05692", "05692", date(2023, 4, 10)),  # xã → thị trấn
        ("05764", "05851", date(2023, 4, 10)),  # the town Quân Chu takes the commune in, under its code
        ("05536", "05569", date(2024, 12, 1)),  # Chợ Chu likewise
        ("05608", "05644", date(2024, 12, 1)),  # Giang Tiên
        ("05662", "05662", date(2024, 12, 1)),  # Trại Cau takes in Tân Lợi
        ("05779", "05779", date(2024, 12, 1)),  # Phú Cường receives a part of Na Mao
        ("05797", "05797", date(2024, 12, 1)),
        ("05719", "05719", NEW_MAP),  # Sảng Mộc: only the parent changes
        ("01957", "01957", NEW_MAP),  # Thượng Quan
        ("19", "19", NEW_MAP),
    ],
)
def test_these_places_go_on(old: str, new: str, day: date) -> None:
    before = unit(old, date(day.year, 1, 1))
    after = unit(new, day)

    assert before.place == after.place
    assert Succession.objects.get(predecessor=before, successor=after).keeps_identity


def test_these_places_end() -> None:
    union = unit("05845", date(2024, 12, 1))
    assert union.full_name == "Xã Vạn Phú"
    assert union.place not in (
        unit("05845", date(2024, 11, 30)).place,
        unit("05839", date(2024, 11, 30)).place,
    )
    parts = Succession.objects.filter(predecessor=unit("05782", date(2024, 11, 30)))
    assert sorted(parts.values_list("extent", "keeps_identity")) == [("part", False), ("part", False)]


def test_of_the_92_units_of_2025_ninety_are_new_places() -> None:
    new = Unit.objects.on(NEW_MAP).filter(province=home(), tier=Tier.COMMUNE)
    old_places = Unit.objects.on(LAST_OLD_DAY).values("place")

    assert new.count() == 92
    assert set(new.filter(place__in=old_places).values_list("name", flat=True)) == {"Sảng Mộc", "Thượng Quan"}
    assert set(new.values_list("parent", flat=True)) == {home().pk}
    assert Succession.objects.filter(successor__in=new).count() == 283


def test_inferred_mergers_are_marked_as_not_confirmed() -> None:
    recalled = Unit.objects.filter(trust=Trust.RECALLED)
    assert set(recalled.values_list("name", "valid_from")) == {
        ("Chợ Chu", date(2024, 12, 1)),
        ("Giang Tiên", date(2024, 12, 1)),
    }
    assert Succession.objects.filter(trust=Trust.RECALLED).count() == 4
    assert not Unit.objects.filter(source="").exists()


def test_resolutions_are_national_documents_dated_only_where_the_date_is_known() -> None:
    for number, issued in [("469/NQ-UBTVQH15", None), ("1683/NQ-UBTVQH15", date(2025, 6, 16))]:
        document = Document.objects.get(number=number)
        assert (document.issued_on, document.province) == (issued, None)
    assert Reorganisation.objects.count() == 5


def test_periods_count_the_earlier_ones_until_2026() -> None:
    counts = {p.code: sorted(q.code for q in p.counts.all()) for p in Period.objects.all()}
    assert counts == {
        "2011-2015": [],
        "2016-2020": ["2011-2015"],
        "2021-2025": ["2011-2015", "2016-2020"],
        "2026-2030": [],
    }


def test_levels_carry_the_names_that_users_read() -> None:
    names = Level.objects.filter(period__code="2021-2025").values_list("code", "name")
    assert dict(names) == {
        "ntm": "Xã đạt chuẩn NTM",
        "advanced": "Xã NTM nâng cao",
        "model": "Xã NTM kiểu mẫu",
        "district_ntm": "Huyện, thành phố NTM",
        "district_advanced": "Huyện NTM nâng cao",
    }
    modern = Level.objects.filter(period__code="2026-2030").values_list("code", "rank")
    assert sorted(modern) == [("modern", 2), ("ntm", 1)]


def test_attributes_hold_for_the_unit_that_bore_the_code_on_their_day() -> None:
    area = Attribute.objects.filter(kind=AttributeKind.AREA_KM2)
    assert area.get(unit__code="05845", unit__name="Ký Phú").value == "18.19"
    assert (
        area.get(unit__code="05845", unit__name="Vạn Phú", unit__valid_from=date(2024, 12, 1)).value
        == "26.67"
    )
    atk = Attribute.objects.filter(kind=AttributeKind.ATK)
    assert set(atk.values_list("unit__tier", "valid_from")) == {(Tier.COMMUNE, date(2019, 6, 26))}


def test_the_size_of_the_old_province_ends_with_it() -> None:
    sizes = Attribute.objects.filter(unit__code="19").values_list("valid_from", "valid_to")
    assert set(sizes) == {(date(2024, 12, 31), NEW_MAP)}


def test_every_unit_of_2025_and_every_old_district_has_its_own_tile() -> None:
    codes = Unit.objects.on(NEW_MAP).filter(tier=Tier.COMMUNE).values_list("code", flat=True)
    assert set(tile_positions()) == set(codes)
    assert len(set(tile_positions().values())) == 92
    districts = Unit.objects.on(LAST_OLD_DAY).filter(province=home(), tier=Tier.DISTRICT)
    assert set(district_positions()) == set(districts.values_list("code", flat=True))
    assert sorted(district_positions().values()) == [(col, row) for col in range(3) for row in range(3)]


def test_two_spellings_of_a_name_lead_to_each_other() -> None:
    assert spellings("Thần Sa") == spellings("Thần Xa") == {"Thần Sa", "Thần Xa"}
    assert spellings("Hoà Bình") == {canonical("Hòa Bình")}
    assert "Văn Lang" not in spellings("Văn Lăng")


def test_tables_that_contradict_the_files_stop_the_load() -> None:
    Reorganisation.objects.filter(document__number="1240/NQ-UBTVQH15").update(effective_on=date(2024, 12, 2))

    with pytest.raises(CommandError, match="trái với dữ liệu đang có"):
        call_command("load_reference", stdout=StringIO())


def test_check_units_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_units")

    assert capsys.readouterr().out.splitlines() == [
        "2022-01-01 xã 137",
        "2022-12-31 xã 128",
        "2023-12-31 xã 126",
        "2024-12-31 xã 121",
        "2025-07-01 xã 77",
        "2025-07-01 phường 15",
        "2025-07-01 huyện 0",
        "thiếu kế thừa 0",
        "trùng mã 0",
        "mồ côi 0",
        "trùng địa danh 0",
        "sai tỉnh 0",
    ]
