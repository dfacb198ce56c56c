"""Attributes of units by sheet: out and back, as they come, refused at their cells, written once, taken back."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communes.choices import ATTRIBUTE_VALUES, AttributeKind
from communes.models import Attribute
from communes.services.attribute_days import NewValue
from communes.services.attributes import (
    close_attribute,
    record_attribute,
    record_attributes,
    take_back_attribute,
)
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from ntm.audit.restoring import restore
from ntm.core.errors import Refused
from ntm.sheets.models import Upload
from tests import factories
from tests.communes import sheets
from tests.communes.sheets import book_of, changed

PAGE = "/nhap-tep/thuoc-tinh/?ngay=01/07/2024"
TEMPLATE = "/nhap-tep/thuoc-tinh/mau.xlsx?ngay=01/07/2024"
DAY = date(2024, 7, 1)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    a, b = land.commune_a, land.commune_b
    factories.attribute(a, AttributeKind.AREA_TYPE, "II", valid_from=date(2021, 1, 1))
    factories.attribute(a, AttributeKind.POPULATION, "4102", valid_from=date(2023, 1, 1))
    factories.attribute(a, AttributeKind.AREA_KM2, "45.09")
    factories.attribute(b, AttributeKind.ATK, "1", valid_from=DAY)
    factories.attribute(b, AttributeKind.IN_PROGRAMME, "0")
    factories.attribute(land.foreign_commune, AttributeKind.ATK, "1")
    factories.document("12/QĐ-UBND", province=land.province.place, issued_on=date(2024, 6, 1))
    return SimpleNamespace(land=land, cast=cast, office=client_as(cast.specialist), client_as=client_as)


def sheet_of(book: Any) -> Any:
    return book["Thuộc tính"]


def look(place: Any, content: Any, name: str = "tep.xlsx", page: str = PAGE) -> tuple[Any, str]:
    where = sheets.brought(place.office, page, content, name)
    return place.office.get(where), where


def values(unit: Any, kind: str) -> list[tuple[str, date | None, date | None]]:
    rows = Attribute.objects.filter(unit__place=unit.place_id, kind=kind).order_by("valid_from", "pk")
    return sorted(rows.values_list("value", "valid_from", "valid_to"), key=lambda row: row[1] or date.min)


def test_attributes_round_trip_changes_nothing(place):
    content = b"".join(place.office.get(TEMPLATE).streaming_content)
    for brought in (content, sheets.fetched(place.office, TEMPLATE)):
        page, _ = look(place, brought)
        assert changed(page) == (0, 0, 0), sheets.text_of(page)
        assert sheets.counts(page)["giu"] == 7  # five communes, two districts
        assert not sheets.seen(page)
    assert Attribute.objects.count() == 6


@pytest.mark.alike
@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_attributes_round_trip_of_any_values(place, data):
    numbers = st.decimals(0, 10**12 - 1, places=4).map(lambda number: format(number, "f"))
    whole = st.integers(0, 10**12 - 1).map(str)
    some = []
    for kind, (_, allowed) in ATTRIBUTE_VALUES.items():
        plain = numbers if kind == AttributeKind.AREA_KM2 else whole
        one = st.sampled_from(allowed) if allowed else plain
        some += [NewValue(unit, kind, data.draw(one)) for unit in place.land.communes]
    Attribute.objects.filter(unit__in=place.land.communes).delete()
    record_attributes(some, valid_from=date(2024, 1, 1), by=SYSTEM)
    page, _ = look(place, b"".join(place.office.get(TEMPLATE).streaming_content))
    assert changed(page) == (0, 0, 0), sheets.text_of(page)


def test_the_list_of_units_brought_back_changes_nothing(place):
    book = sheets.fetched(place.office, "/dia-ban/danh-sach.xlsx?ngay=01/07/2024")
    page, _ = look(place, book)
    assert changed(page) == (0, 0, 0), sheets.text_of(page)
    assert sheets.counts(page)["giu"] == 5


def test_a_changed_cell_is_a_new_value_from_the_day(place):
    a, b = place.land.commune_a, place.land.commune_b
    book = sheets.fetched(place.office, TEMPLATE)
    sheet = sheet_of(book)
    sheets.put(sheet, "05602", "area_type", "iii")
    sheets.put(sheet, "05602", "population", "4.350")
    sheets.put(sheet, "05602", "atk", "có")
    sheets.put(sheet, "05602", "van_ban", "12/QĐ-UBND")
    sheets.put(sheet, "05596", "atk", "Không")
    page, where = look(place, book)
    assert changed(page) == (0, 2, 0), sheets.text_of(page)
    assert "III, theo văn bản số 12/QĐ-UBND ngày 01/06/2024" in sheets.text_of(page)
    assert "hoàn tác được trong" in sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert values(a, "area_type") == [("II", date(2021, 1, 1), DAY), ("III", DAY, None)]
    assert values(a, "population") == [("4102", date(2023, 1, 1), DAY), ("4350", DAY, None)]
    assert values(a, "atk") == [("1", DAY, None)]
    # The value began that very day: it is corrected, not followed by another.
    assert values(b, "atk") == [("0", DAY, None)]
    made = Attribute.objects.filter(unit=a, valid_from=DAY)
    assert {row.document.number for row in made} == {"12/QĐ-UBND"}
    upload = Upload.objects.get(state="stored")
    entries = LogEntry.objects.filter(batch=upload.batch, object_type="communes.attribute")
    assert sorted(entries.values_list("action", flat=True)) == [
        "attribute.changed", *["attribute.recorded"] * 3, *["attribute.succeeded"] * 2,
    ]  # fmt: skip


def test_undo_puts_back_what_held_before(place):
    a, b = place.land.commune_a, place.land.commune_b
    before = [values(unit, kind) for unit in (a, b) for kind in ATTRIBUTE_VALUES]
    book = sheets.fetched(place.office, TEMPLATE)
    for column, value in (("area_type", "I"), ("population", 5000), ("atk", "Có")):
        sheets.put(sheet_of(book), "05602", column, value)
    sheets.put(sheet_of(book), "05596", "atk", "Không")
    page, where = look(place, book)
    sheets.confirm(place.office, where, page)
    done = sheets.text_of(place.office.get(where))
    assert "Hoàn tác lần ghi này" in done
    url = f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"
    page = place.office.get(url)
    assert page.status_code == 200, url
    response = place.office.post(url, sheets.undoing(page))
    assert response.status_code == 302, sheets.text_of(response)
    assert [values(unit, kind) for unit in (a, b) for kind in ATTRIBUTE_VALUES] == before


def test_hostile_and_formula_cells_are_refused_where_they_stand(place):
    book = book_of(
        ("Mã", "Đơn vị", "Khu vực", "Dân số", "ATK", "Diện tích", "Văn bản"),
        ("05602", "Phú Đình", "=1+1", "-5", "<script>", "1.234", "=cmd|' /C calc'!A0"),
        ("05596", "Điềm Mặc", "IV", "12,5", "có lẽ", "1e5", ""),
        ("05572", "Bảo Linh", "I", 10**13, True, 0.5, "(xóa)"),
    )
    book.active["F4"].number_format = "0%"
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert changed(page) == (0, 0, 3), text
    for said in ("Sheet!C2, G2", "D2", "E2", "F2", "Sheet!C3", "D3", "E3", "F3", "D4", "F4"):
        assert said in text, said
    assert "không phải là Có hay Không" in text
    assert "G4 Thuộc tính không xóa bằng tệp được" in text
    assert "<script>" not in page.content.decode().split("<main")[1]
    assert sheets.confirm(place.office, where).status_code == 409
    assert Attribute.objects.count() == 6


def test_other_columns_and_titles_do_not_matter(place):
    book = book_of(
        ("ỦY BAN NHÂN DÂN TỈNH", ""),
        ("Danh sách xã, kèm Quyết định", ""),
        ("Ghi chú", "Dân số (người)", "Tên xã", "Mã xã", "Xã ĐBKK"),
        ("x", 4200, "Phú Đình", "05602", "Có"),
        ("", "", "Tổng", "", ""),
        ("y", 3100, "Bảo Linh", 5572, ""),
    )
    page, where = look(place, book)
    assert changed(page) == (1, 1, 0), sheets.text_of(page)
    assert "1 cột của tệp không nhận ra" in sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert values(place.land.commune_c, "population") == [("3100", DAY, None)]


def test_units_of_others_or_of_another_day_are_no_rows(place):
    foreign = place.land.foreign_commune.code
    page, _ = look(place, book_of(("Mã", "ATK"), (foreign, "Không"), ("99999", "Có")))
    assert changed(page) == (0, 0, 2)
    assert "trong tỉnh của bạn không có đơn vị mang mã" in sheets.text_of(page)
    assert "Trường Hà" not in sheets.text_of(page)


def test_a_stale_sheet_shows_what_moved(place):
    book = sheets.fetched(place.office, TEMPLATE)
    sheets.put(sheet_of(book), "05602", "population", 5000)
    record_attribute(
        place.land.commune_a, kind="population", value="4300", valid_from=date(2024, 1, 1), by=SYSTEM
    )
    page, where = look(place, book)
    assert "Đã đổi sau khi tải mẫu" in sheets.text_of(page)
    assert not sheets.seen(page), "left out until somebody looks"
    place.office.post(f"{where}chon/", {"all_back": "1"})
    mark = sheets.seen(place.office.get(where))
    record_attribute(
        place.land.commune_a, kind="population", value="4400", valid_from=date(2024, 2, 1), by=SYSTEM
    )
    response = place.office.post(f"{where}xac-nhan/", {"seen": mark})
    assert response.status_code == 409
    assert "vừa được người khác sửa" in sheets.text_of(response)


def test_confirmed_twice_is_written_once(place):
    _, where = look(place, book_of(("Mã", "ATK"), ("05572", "Có")))
    mark = {"seen": sheets.seen(place.office.get(where))}
    for _ in range(2):
        assert place.office.post(f"{where}xac-nhan/", mark).status_code == 302
    assert values(place.land.commune_c, "atk") == [("1", DAY, None)]


def test_who_may_not_record_by_hand_may_not_by_sheet(place):
    for name in ("officer_a", "approver", "leader", "administrator"):
        client = place.client_as(getattr(place.cast, name))
        for url in (PAGE, TEMPLATE):
            assert client.get(url).status_code == 403, (name, url)
    _, where = look(place, book_of(("Mã", "ATK"), ("05572", "Có")))
    other = factories.user("ke-ben", "specialist", place.land.foreign)
    assert place.client_as(other).get(where).status_code == 404


@pytest.mark.parametrize("day", ["", "hôm qua", "31/02/2024", "01/01/2099"])
def test_a_day_that_is_none_is_asked_for_again(place, day):
    for address in ("", "mau.xlsx"):
        response = place.office.get(f"/nhap-tep/thuoc-tinh/{address}", {"ngay": day}, follow=True)
        assert response.status_code == 200
        assert "Có hiệu lực từ ngày" in sheets.text_of(response)


def test_a_corrected_figure_is_the_offices_own(place):
    c = place.land.commune_c
    row = factories.attribute(
        c, "population", "4000", valid_from=DAY, trust="illustrative", source="Niên giám thống kê 2023"
    )
    page, where = look(place, book_of(("Mã", "Dân số"), ("05572", 6000)))
    assert sheets.confirm(place.office, where, page).status_code == 302
    row.refresh_from_db()
    assert (row.value, row.trust, row.source) == ("6000", "verified", "")
    undo = f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"
    assert place.office.post(undo, sheets.undoing(place.office.get(undo))).status_code == 302
    row.refresh_from_db()
    assert (row.value, row.trust, row.source) == ("4000", "illustrative", "Niên giám thống kê 2023")


def test_a_paper_beside_a_value_that_began_that_day_becomes_its_paper(place):
    row = factories.attribute(
        place.land.commune_c, "atk", "1", valid_from=DAY, trust="recalled", source="Sổ tay"
    )
    book = book_of(("Mã", "ATK", "Dân số", "Văn bản"), ("05572", "Có", "", "12/QĐ-UBND"))
    page, where = look(place, book)
    assert changed(page) == (0, 1, 0), sheets.text_of(page)
    assert "Có, theo văn bản số 12/QĐ-UBND ngày 01/06/2024" in sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    row.refresh_from_db()
    assert row.document.number == "12/QĐ-UBND"
    assert (row.value, row.trust, row.source) == ("1", "recalled", "Sổ tay"), "the figure is the same"
    page, _ = look(place, book)
    assert changed(page) == (0, 0, 0), sheets.text_of(page)


def test_a_paper_belongs_to_what_changes_and_to_what_has_none_yet(place):
    c, other = place.land.commune_c, factories.document("11/QĐ-UBND", province=place.land.province.place)
    factories.attribute(c, "atk", "1", valid_from=DAY)
    factories.attribute(c, "area_type", "II", valid_from=DAY, document=other)
    head = ("Mã", "ATK", "Khu vực", "Dân số", "Văn bản")
    page, where = look(place, book_of(head, ("05572", "Có", "II", 3100, "12/QĐ-UBND")))
    assert sheets.confirm(place.office, where, page).status_code == 302
    papers = {row.kind: row.document.number for row in Attribute.objects.filter(unit=c)}
    assert papers == {"atk": "12/QĐ-UBND", "area_type": "11/QĐ-UBND", "population": "12/QĐ-UBND"}


def test_a_paper_that_no_value_takes_is_an_error_at_its_cell(place):
    rows = (
        ("05602", 4102, "", "12/QĐ-UBND"),
        ("05572", "", "", "12/QĐ-UBND"),
        ("05596", "", "x?", "12/QĐ-UBND"),
    )
    page, where = look(place, book_of(("Mã", "Dân số", "ATK", "Văn bản"), *rows))
    text = sheets.text_of(page)
    assert changed(page) == (0, 0, 3), text
    assert "Sheet!D2 Dòng này không đổi giá trị nào" in text and "Sheet!D3 Dòng này" in text
    assert "Sheet!D4" not in text, "what is wrong there is wrong first"
    assert sheets.confirm(place.office, where).status_code == 409


@pytest.mark.parametrize("number", [3, 30])
def test_many_corrections_and_their_undo_cost_no_more_questions(place, django_assert_max_num_queries, number):
    units = [factories.unit(place.land.district, f"Xóm {at}", code=f"09{at:03d}") for at in range(number)]
    for unit in units:
        factories.attribute(unit, "population", "100", valid_from=DAY)
        factories.attribute(unit, "households", "10", valid_from=date(2021, 1, 1))
    rows = [(unit.code, 200, 20) for unit in units]
    _, where = look(place, book_of(("Mã", "Dân số", "Số hộ"), *rows))
    mark = {"seen": sheets.seen(place.office.get(where))}
    with django_assert_max_num_queries(50):
        assert place.office.post(f"{where}xac-nhan/", mark).status_code == 302
    undo = f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"
    with django_assert_max_num_queries(40):
        page = place.office.get(undo)
    with django_assert_max_num_queries(60):
        assert place.office.post(undo, sheets.undoing(page)).status_code == 302
    assert set(Attribute.objects.filter(unit__in=units).values_list("value", "valid_to")) == {
        ("100", None), ("10", None),
    }  # fmt: skip


# --- the verbs ---------------------------------------------------------------------------------------------
def test_many_values_are_written_as_one_by_one(place):
    """Rows, versions and entries are those of one call for each."""
    asked = [
        (place.land.commune_a, AttributeKind.AREA_TYPE, "I"), (place.land.commune_a, AttributeKind.ATK, "0"),
        (place.land.commune_b, AttributeKind.IN_PROGRAMME, "1"), (place.land.commune_c, AttributeKind.HOUSEHOLDS, "9"),
    ]  # fmt: skip

    def state() -> list[Any]:
        rows = Attribute.objects.order_by("unit_id", "kind", "valid_from", "value")
        return list(rows.values_list("unit_id", "kind", "value", "valid_from", "valid_to", "version"))

    def told(since: int) -> list[str]:
        return list(
            LogEntry.objects.filter(number__gt=since).order_by("number").values_list("action", flat=True)
        )

    number = LogEntry.objects.count()
    made = record_attributes([NewValue(*one) for one in asked], valid_from=DAY, by=place.cast.specialist)
    at_once, entries = state(), told(number)
    for row in reversed(made):
        take_back_attribute(row, expected=row.version, by=place.cast.specialist)
    number = LogEntry.objects.order_by("number").last().number
    for unit, kind, value in asked:
        record_attribute(unit, kind=kind, value=value, valid_from=DAY, by=place.cast.specialist)
    assert [row[:5] for row in state()] == [row[:5] for row in at_once]
    assert told(number) == entries


def test_many_values_cost_no_more_questions(place, django_assert_max_num_queries):
    few = [NewValue(unit, "population", "100") for unit in place.land.communes[2:]]
    many = [
        NewValue(unit, kind, "200") for unit in place.land.communes for kind in ("households", "area_km2")
    ]
    for some in (few, many):
        with django_assert_max_num_queries(20):
            record_attributes(some, valid_from=DAY, by=SYSTEM)


def test_what_was_closed_by_hand_stays_closed(place):
    row = Attribute.objects.get(unit=place.land.commune_a, kind="area_type")
    close_attribute(row, on=DAY, expected=1, by=SYSTEM)
    new = record_attribute(place.land.commune_a, kind="area_type", value="I", valid_from=DAY, by=SYSTEM)
    take_back_attribute(new, expected=1, by=SYSTEM)
    assert values(place.land.commune_a, "area_type") == [("II", date(2021, 1, 1), DAY)]
    assert Decimal(Attribute.objects.get(kind="area_km2").value) == Decimal("45.09")


def test_a_value_that_was_taken_back_is_not_put_back_by_the_record(place):
    new = record_attribute(
        place.land.commune_c, kind="atk", value="1", valid_from=DAY, by=place.cast.specialist
    )
    entry = LogEntry.objects.get(object_type="communes.attribute", object_id=str(new.pk))
    url = f"/nhat-ky/{entry.number}/khoi-phuc/"
    page = place.office.get(url)
    assert page.status_code == 200
    take_back_attribute(new, expected=1, by=place.cast.specialist)
    assert not Attribute.objects.filter(pk=new.pk).exists()
    assert Attribute.every.get(pk=new.pk).taken_back
    with pytest.raises(Refused, match="đã rút thì ghi lại"):
        restore(entry, "sau", version=2, reason="thử", by=place.cast.specialist)
    again = record_attribute(place.land.commune_c, kind="atk", value="0", valid_from=DAY, by=SYSTEM)
    assert values(place.land.commune_c, "atk") == [("0", DAY, None)] and again.pk != new.pk


def test_a_long_file_tells_how_far_it_is_after_each_portion(place, settings, monkeypatch):
    head = ("Mã", "Dân số", "ATK")
    _, where = look(place, book_of(head, ("05602", 5100, "Có"), ("05572", 3100, "Có")))
    told = sheets.heard(place.office, where, settings, monkeypatch)
    assert len(told) > 3
    assert told == [(done, told[-1][1]) for done in range(len(told))]
