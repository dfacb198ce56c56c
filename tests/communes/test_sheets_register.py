"""Units by sheet: the register goes out and comes back, new codes open units, what a resolution decides stays."""

from contextlib import suppress
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from communes.models import Unit
from communes.services.units import change_unit
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from ntm.core.errors import Refused
from ntm.sheets.models import Upload
from tests import factories
from tests.communes import sheets
from tests.communes.sheets import book_of, changed

HEAD = ("Mã", "Tên", "Loại", "Mã đơn vị cấp trên")
DAY = date(2024, 7, 1)
NASTY = (
    "=1+1", "+84", "-5", "@SUM(A1)", '=HYPERLINK("http://x.example";"bấm")', "'nháy", "_x000D_ và _x0041_",
    '<script>alert(1)</script> & "ngoặc"', "1.234", "0912", "TRUE", "#N/A", "01/02/2023", "Hoà, Hòa; Ð", "45 %", "🎉",
)  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    return SimpleNamespace(land=land, cast=cast, office=client_as(cast.specialist), client_as=client_as)


def url(since: str = "ngay", part: str = "") -> str:
    return f"/nhap-tep/don-vi/{part}?ngay=01/07/2024&tu={since}"


def template(place: Any, since: str = "ngay") -> bytes:
    return b"".join(place.office.get(url(since, "mau.xlsx")).streaming_content)


def look(place: Any, content: Any, since: str = "ngay", name: str = "tep.xlsx") -> tuple[Any, str]:
    where = sheets.brought(place.office, url(since), content, name)
    return place.office.get(where), where


def test_units_round_trip_changes_nothing(place):
    again = sheets.fetched(place.office, url(part="mau.xlsx"))
    for brought in (template(place), again):
        page, _ = look(place, brought)
        assert changed(page) == (0, 0, 0), sheets.text_of(page)
        assert sheets.counts(page)["giu"] == 7
    assert Unit.objects.count() == 11


def test_units_round_trip_of_nasty_names(place):
    for at, text in enumerate(NASTY):
        unit = factories.unit(place.land.district, f"Xóm {at}", code=f"09{at:03d}")
        change_unit(unit, expected=1, name=text, source=text * 3, by=SYSTEM)
    page, _ = look(place, template(place))
    assert changed(page) == (0, 0, 0), sheets.text_of(page)
    assert sheets.counts(page)["giu"] == 7 + len(NASTY)


@pytest.mark.alike
@pytest.mark.django_db
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=sheets.texts(5))
def test_units_round_trip_of_any_name(place, texts):
    for own, text in zip(place.land.communes, texts, strict=True):
        unit = Unit.objects.get(pk=own.pk)
        with suppress(Refused):
            change_unit(unit, expected=unit.version, name=text, source=text, by=SYSTEM)
    page, _ = look(place, template(place))
    assert changed(page) == (0, 0, 0), texts


def test_the_list_of_units_brought_back_changes_nothing(place):
    page, _ = look(place, sheets.fetched(place.office, "/dia-ban/danh-sach.xlsx?ngay=01/07/2024"))
    assert changed(page) == (0, 0, 0), sheets.text_of(page)
    assert sheets.counts(page)["giu"] == 5


def test_unknown_codes_open_units(place):
    book = sheets.fetched(place.office, url(part="mau.xlsx"))
    sheet = book["Đơn vị"]
    at = sheets.header_of(sheet)
    new = (
        {"ma": "168", "ten": "Võ Nhai", "loai": "Huyện", "cap_tren": "19"},
        {"ma": "05700", "ten": "Xã Tràng Xá", "cap_tren": "168", "nguon": "Nghị quyết số 5"},
        {"ma": "05701", "ten": "Đình Cả", "loai": "thị trấn", "cap_tren": "168", "tin_cay": "Chờ xác nhận"},
    )
    for row, cells in enumerate(new, start=12):
        for column, value in cells.items():
            sheet.cell(row, at[column]).value = value
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert changed(page) == (3, 0, 0), text
    assert "Đơn vị đã lập thì không xóa được" in text
    assert sheets.confirm(place.office, where).status_code == 302
    district = Unit.objects.get(code="168")
    assert (district.tier, district.valid_from, district.province_id) == (
        "district", DAY, place.land.province.place_id,
    )  # fmt: skip
    rows = {unit.name: unit for unit in Unit.objects.filter(parent=district.place)}
    assert {name: unit.kind for name, unit in rows.items()} == {"Tràng Xá": "xã", "Đình Cả": "thị trấn"}
    assert rows["Tràng Xá"].source == "Nghị quyết số 5"
    assert rows["Đình Cả"].trust == "recalled"
    batch = Upload.objects.get().batch
    assert LogEntry.objects.filter(batch=batch, action="unit.opened").count() == 3
    again, _ = look(place, template(place))
    assert changed(again) == (0, 0, 0), sheets.text_of(again)


def test_units_from_before_the_records(place):
    page, where = look(place, book_of(HEAD, ("05700", "Tràng Xá", "Xã", "167")), since="truoc")
    assert changed(page) == (1, 0, 0), sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert Unit.objects.get(code="05700").valid_from is None


def test_a_second_province_opens_its_communes(place):
    other = factories.user("ben-kia", "specialist", place.land.foreign)
    client = place.client_as(other)
    rows = [(f"0140{at}", f"Bản {at}", "Xã", "045") for at in range(10)]
    where = sheets.brought(client, url(), book_of(HEAD, *rows))
    assert changed(client.get(where)) == (10, 0, 0), sheets.text_of(client.get(where))
    assert sheets.confirm(client, where).status_code == 302
    assert Unit.objects.filter(province=place.land.foreign.place, name__startswith="Bản").count() == 10


def test_names_and_sources_are_corrected_and_taken_back(place):
    book = sheets.fetched(place.office, url(part="mau.xlsx"))
    sheet = book["Đơn vị"]
    sheets.put(sheet, "05602", "ten", "Xã Phú Đỉnh")
    sheets.put(sheet, "05596", "nguon", "Danh mục của Cục Thống kê")
    sheets.put(sheet, "05596", "tin_cay", "chờ xác nhận")
    page, where = look(place, book)
    assert changed(page) == (0, 2, 0), sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert Unit.objects.get(code="05602").name == "Phú Đỉnh"
    assert Unit.objects.get(code="05596").trust == "recalled"
    undo = f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"
    assert place.office.post(undo, sheets.undoing(place.office.get(undo))).status_code == 302
    assert Unit.objects.get(code="05602").name == "Phú Đình"
    assert (Unit.objects.get(code="05596").trust, Unit.objects.get(code="05596").source) == ("verified", "")


@pytest.mark.parametrize("code", ["05700", "05602"], ids=["opened", "renamed"])
def test_taking_back_is_offered_only_where_something_can_be(place, code):
    """An opened unit stays; a name goes back. The record's page of the batch says the same."""
    page, where = look(place, book_of(HEAD, (code, "Tràng Xá", "Xã", "167")))
    assert sheets.confirm(place.office, where, page).status_code == 302
    offered = code == "05602"
    assert ("Hoàn tác lần ghi này" in sheets.text_of(place.office.get(where))) is offered
    undo = f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"
    assert (undo in place.office.get("/nhap-tep/").content.decode()) is offered
    batch = place.client_as(place.cast.administrator).get(undo.removesuffix("hoan-tac/"))
    assert (undo in batch.content.decode()) is offered
    assert ("Đơn vị đã lập thì không xóa được" in sheets.text_of(batch)) is not offered


def test_what_a_resolution_decides_is_not_changed_by_sheet(place):
    book = sheets.fetched(place.office, url(part="mau.xlsx"))
    sheet = book["Đơn vị"]
    for column, value in (("loai", "Phường"), ("cap_tren", "172"), ("tu", "01/01/2020")):
        sheets.put(sheet, "05602", column, value)
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert changed(page) == (0, 0, 1), text
    assert text.count("không đổi bằng tệp được") == 3
    assert "ghi đợt sắp xếp ở trang Quản trị" in text
    assert sheets.confirm(place.office, where).status_code == 409


def test_all_errors_at_once_each_at_its_cell(place):
    foreign = place.land.foreign_commune
    book = book_of(
        (*HEAD, "Có hiệu lực từ", "Tin cậy"),
        ("5700", "Tràng Xá", "Xã", "167", "", ""),
        ("05701", "", "Làng", "999", "01/01/2020", "chắc"),
        ("05702", "Xã La Hiên", "Phường", "172", "", ""),
        (foreign.code, "Tân Lập", "Xã", "167", "", ""),
        ("05703", "Bình Long", "Xã", "05602", "", ""),
        ("05704", "Phương Giao", "", "", "", ""),
        ("05705", "Dân Tiến", "Xã", "01", "", ""),
    )
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert changed(page) == (0, 0, 7), text
    for said in (
        "Sheet!A2 Mã “5700”: mã đơn vị cấp xã gồm đúng 5 chữ số. Nếu Excel đã bỏ số 0",
        "Sheet!B3 Mã 05701 chưa có trong tỉnh nên là đơn vị mới: hãy ghi tên",
        "Sheet!C3 “Làng” không phải là loại đơn vị",
        "Sheet!E3 Đơn vị mới của lần nhập này có từ ngày 01/07/2024",
        "Sheet!F3 “chắc” không phải là mức tin cậy",
        "Sheet!B4 Tên “Xã La Hiên” nói loại khác",
        f"Sheet!A5 Mã “{foreign.code}” đang được một đơn vị của tỉnh khác sử dụng",
        "Sheet!D6 Không có đơn vị cấp trên mang mã “05602”",
        "Sheet!C7 Mã 05704 chưa có trong tỉnh nên là đơn vị mới: hãy ghi loại",
        "Sheet!D8 Không có đơn vị cấp trên mang mã “01”",
    ):
        assert said in text, (said, text[500:])
    assert foreign.name not in text
    assert sheets.confirm(place.office, where).status_code == 409
    assert Unit.objects.count() == 11


@pytest.mark.parametrize("shortened", [False, True], ids=["whole", "without zeros"])
@pytest.mark.parametrize("wrong", [False, True], ids=["else right", "wrong besides"])
def test_a_code_of_another_province_stops_the_whole_file(place, wrong, shortened):
    """As in every other sheet: a row that is not this person's to write is taken out by hand."""
    code = place.land.foreign_commune.code
    foreign = (int(code) if shortened else code, "Trường Hà", "Làng" if wrong else "Xã", "167")
    page, where = look(place, book_of(HEAD, foreign, ("05701", "Sảng Mộc", "Xã", "167")))
    assert changed(page) == (1, 0, 1), sheets.text_of(page)
    assert "đang được một đơn vị của tỉnh khác sử dụng" in sheets.text_of(page)
    assert "Chỉ ghi" not in sheets.text_of(page)
    assert sheets.confirm(place.office, where, only_right="1").status_code in (409, 422)
    assert not Unit.objects.filter(code="05701").exists()


def test_a_code_that_another_province_bore_before_is_free(place):
    factories.unit(place.land.foreign, "Cũ", code="05701", valid_to=date(2020, 1, 1))
    page, _ = look(place, book_of(HEAD, ("05701", "Sảng Mộc", "Xã", "167")))
    assert changed(page) == (1, 0, 0), sheets.text_of(page)


def test_rows_that_lie_in_a_wrong_row_are_wrong_too(place):
    factories.unit(place.land.province, "Sau này", kind="huyện", code="168", valid_from=date(2024, 9, 1))
    rows = (
        ("168", "Võ Nhai", "Huyện", "19"),
        ("05700", "Tràng Xá", "Xã", "168"),
        ("05701", "Sảng Mộc", "Xã", "167"),
    )
    page, where = look(place, book_of(HEAD, *rows))
    assert changed(page) == (1, 0, 2), sheets.text_of(page)
    assert "Không có đơn vị cấp trên mang mã “168”" in sheets.text_of(page)
    assert sheets.confirm(place.office, where, only_right="1").status_code == 302
    assert Unit.objects.get(code="05701").name == "Sảng Mộc"
    assert not Unit.objects.filter(code="05700").exists()


def test_hostile_and_formula_cells_open_nothing(place):
    book = book_of(
        HEAD,
        ("=1+1", "A", "Xã", "167"),
        ("05700", "=cmd|' /C calc'!A0", "Xã", "167"),
        ("<script>", "B", "Xã", "167"),
        ("05701", "x" * 121, "Xã", "167"),
        ("05602", "x" * 121, "", ""),
    )
    page, where = look(place, book)
    assert changed(page) == (0, 0, 5), sheets.text_of(page)
    assert "<script>" not in page.content.decode().split("<main")[1]
    assert sheets.confirm(place.office, where).status_code == 409
    assert Unit.objects.count() == 11


def test_other_orders_columns_and_titles_do_not_matter(place):
    book = book_of(
        ("DANH MỤC XÃ", "", ""), ("Loại", "Ghi chú", "Mã huyện", "Tên xã", "Mã xã"),
        ("Xã", "x", 167, "Tràng Xá", "05700"), ("xã", "", "167", "Phú Đình", 5602), ("Tổng", "", "", "", ""),
    )  # fmt: skip
    page, where = look(place, book)
    assert changed(page) == (1, 0, 0), sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert Unit.objects.get(code="05700").name == "Tràng Xá"


def test_a_unit_whose_name_begins_like_a_total_is_a_unit(place):
    """ "Cộng Hòa": with a code it is no total row, wherever its name stands."""
    book = book_of(
        ("Tên xã", "Mã xã", "Loại", "Mã huyện"),
        ("Cộng Hòa", "05700", "Xã", "167"), ("Sảng Mộc", "05701", "Xã", "167"),
        ("Tổng cộng", "", "2", ""), ("", "Cộng", "", ""),
    )  # fmt: skip
    page, where = look(place, book)
    assert changed(page) == (2, 0, 0), sheets.text_of(page)
    assert "Không nhập 2 dòng cộng tổng: dòng 4, 5" in sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert Unit.objects.get(code="05700").name == "Cộng Hòa"


def test_two_rows_of_one_new_code_are_both_wrong(place):
    row = ("05700", "Tràng Xá", "Xã", "167")
    page, _ = look(place, book_of(HEAD, row, row))
    assert changed(page) == (0, 0, 2)
    assert "có ở nhiều dòng" in sheets.text_of(page)


def test_a_stale_sheet_shows_what_moved(place):
    book = sheets.fetched(place.office, url(part="mau.xlsx"))
    sheets.put(book["Đơn vị"], "05602", "ten", "Phú Đỉnh")
    change_unit(place.land.commune_a, expected=1, name="Phú Định", by=SYSTEM)
    page, where = look(place, book)
    assert "Đã đổi sau khi tải mẫu" in sheets.text_of(page)
    assert not sheets.seen(page)
    _, where = look(place, book_of(HEAD, ("05700", "Tràng Xá", "Xã", "167")))
    mark = sheets.seen(place.office.get(where))
    factories.unit(place.land.district, "Tràng Xá", code="05700")
    response = place.office.post(f"{where}xac-nhan/", {"seen": mark})
    assert response.status_code == 409
    assert Unit.objects.filter(code="05700").count() == 1


def test_confirmed_twice_opens_once(place):
    _, where = look(place, book_of(HEAD, ("05700", "Tràng Xá", "Xã", "167")))
    mark = {"seen": sheets.seen(place.office.get(where))}
    for _ in range(2):
        assert place.office.post(f"{where}xac-nhan/", mark).status_code == 302
    assert Unit.objects.filter(code="05700").count() == 1


def test_who_may_not_open_by_hand_may_not_by_sheet(place):
    for name in ("officer_a", "approver", "leader", "administrator"):
        client = place.client_as(getattr(place.cast, name))
        assert client.get(url()).status_code == 403, name
        assert client.get(url(part="mau.xlsx")).status_code == 403, name
    _, where = look(place, book_of(HEAD, ("05700", "Tràng Xá", "Xã", "167")))
    other = factories.user("ke-ben", "specialist", place.land.foreign)
    assert place.client_as(other).get(where).status_code == 404


def test_the_pages_of_the_work_lead_to_the_sheets(place):
    ways = {
        "specialist": {"/dia-ban/": ("thuoc-tinh", "don-vi"), "/quyet-dinh/": (),
                       "/quan-tri/communes/commune/": ("don-vi",), "/quan-tri/communes/attribute/": ("thuoc-tinh",)},
        "approver": {"/dia-ban/": (), "/quyet-dinh/": ("cong-nhan",)},
    }  # fmt: skip
    for name, pages in ways.items():
        client = place.client_as(getattr(place.cast, name))
        for page, kinds in pages.items():
            html = client.get(page).content.decode()
            there = {kind for kind in ("thuoc-tinh", "don-vi", "cong-nhan") if f"/nhap-tep/{kind}/" in html}
            assert there == set(kinds), (name, page)


@pytest.mark.parametrize("number", [3, 30])
def test_many_rows_cost_no_more_questions(place, django_assert_max_num_queries, number):
    rows = [(f"09{at:03d}", f"Xóm {at}", "Xã", "167") for at in range(number)]
    _, where = look(place, book_of(HEAD, *rows))
    with django_assert_max_num_queries(35):
        page = place.office.get(where)
    assert changed(page) == (number, 0, 0)
    mark = {"seen": sheets.seen(page)}
    with django_assert_max_num_queries(50):
        assert place.office.post(f"{where}xac-nhan/", mark).status_code == 302


@pytest.mark.parametrize("number", [3, 30])
def test_many_corrected_names_and_their_undo_cost_no_more_questions(
    place, django_assert_max_num_queries, number
):
    units = [factories.unit(place.land.district, f"Xóm {at}", code=f"09{at:03d}") for at in range(number)]
    _, where = look(place, book_of(("Mã", "Tên"), *((unit.code, f"{unit.name} Mới") for unit in units)))
    mark = {"seen": sheets.seen(place.office.get(where))}
    with django_assert_max_num_queries(45):
        assert place.office.post(f"{where}xac-nhan/", mark).status_code == 302
    assert Unit.objects.filter(name__endswith=" Mới").count() == number
    assert Unit.objects.get(code="09001").search_key == "xom 1 moi"
    undo = f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"
    page = place.office.get(undo)
    with django_assert_max_num_queries(50):
        assert place.office.post(undo, sheets.undoing(page)).status_code == 302
    assert not Unit.objects.filter(name__endswith=" Mới").exists()


def test_a_long_file_tells_how_far_it_is_after_each_portion(place, settings, monkeypatch):
    rows = (("05602", "Phú Đỉnh", "Xã", "167"), ("05700", "Tràng Xá", "Xã", "169"))
    _, where = look(place, book_of(HEAD, ("169", "Võ Nhai", "Huyện", place.land.province.code), *rows))
    told = sheets.heard(place.office, where, settings, monkeypatch)
    assert told[0] == (0, told[-1][1])
    assert len(told) == 4
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1][0] == told[-1][1]
    assert Unit.objects.filter(code__in=["169", "05700"]).count() == 2
