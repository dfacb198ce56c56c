"""Recognition decisions by sheet: one paper, one decision; what stands is never changed; refused at the cell."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from communes.choices import AttributeKind
from communes.models import Decision, Recognition
from ntm.audit.models import LogEntry
from ntm.sheets.models import Upload
from tests import factories
from tests.communes import sheets
from tests.communes.sheets import book_of, changed

UBND = "UBND tỉnh Thái Nguyên"
HEAD = ("Mã xã", "Xã", "Số quyết định", "Ngày", "Cơ quan", "Trích yếu", "Năm đạt")
NASTY = (
    "=1+1", "+84 912", "-5 hộ", "@SUM(A1)", '=HYPERLINK("http://x.example";"bấm")', "'nháy", "_x000D_ và _x0041_",
    '<script>alert(1)</script> & "ngoặc"', "1.234", "0912", "TRUE", "#N/A", "01/02/2023", "Hoà, Hòa; Ð và Đ", "45 %",
    "🎉 xong", "a;b,c d", "x" * 500,
)  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    ntm, advanced = factories.level("ntm"), factories.level("advanced")
    paper = factories.document(
        "01/QĐ-UBND", province=land.province.place, issued_on=date(2023, 3, 1), authority=UBND
    )
    first = factories.decision(land.province, document=paper)
    factories.recognition(land.commune_a, ntm, by=first, year=2022)
    undated = factories.document("", province=land.province.place, issued_on=None, title="Theo báo cáo")
    factories.recognition(
        land.commune_b,
        ntm,
        by=factories.decision(land.province, document=undated),
        year=2021,
        by_year=True,
    )
    return SimpleNamespace(
        land=land, cast=cast, office=client_as(cast.approver), client_as=client_as, ntm=ntm, advanced=advanced
    )


def tail(level: Any) -> str:
    return f"?muc={level.pk}&ngay=31/12/2024"


def place_of(sheet: Any, code: str, column: str) -> str:
    """Where a cell of the template stands: "H5"."""
    row = next(cells[0].row for cells in sheet.iter_rows(min_row=5) if cells[0].value == code)
    return str(sheet.cell(row, sheets.header_of(sheet)[column]).coordinate)


def look(place: Any, content: Any, level: Any = None, name: str = "tep.xlsx") -> tuple[Any, str]:
    where = sheets.brought(place.office, f"/nhap-tep/cong-nhan/{tail(level or place.ntm)}", content, name)
    return place.office.get(where), where


def template(place: Any, level: Any = None) -> str:
    return f"/nhap-tep/cong-nhan/mau.xlsx{tail(level or place.ntm)}"


def test_recognitions_round_trip_changes_nothing(place):
    content = b"".join(place.office.get(template(place)).streaming_content)
    for brought in (content, sheets.fetched(place.office, template(place))):
        page, _ = look(place, brought)
        assert changed(page) == (0, 0, 0), sheets.text_of(page)
        assert sheets.counts(page)["giu"] == 5
        assert not sheets.seen(page)


def test_recognitions_round_trip_of_nasty_papers(place):
    for at, text in enumerate(NASTY):
        unit = factories.unit(place.land.district, f"Xóm {at}", code=f"09{at:03d}")
        paper = factories.document(
            text[:80],
            province=place.land.province.place,
            issued_on=date(2023, 5, 1),
            authority=text[:200],
            title=text,
        )
        made = factories.decision(place.land.province, document=paper)
        factories.recognition(unit, place.ntm, by=made)
    page, _ = look(place, b"".join(place.office.get(template(place)).streaming_content))
    assert changed(page) == (0, 0, 0), sheets.text_of(page)
    assert sheets.counts(page)["giu"] == 5 + len(NASTY)


@pytest.mark.alike
@pytest.mark.django_db
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=sheets.texts(5))
def test_recognitions_round_trip_of_any_title(place, texts):
    for unit, text in zip(place.land.communes, texts, strict=True):
        made = Recognition.objects.filter(unit=unit).first() or factories.recognition(unit, place.ntm)
        paper = made.decision.document
        paper.title = paper.authority = text
        paper.save()
    page, _ = look(place, b"".join(place.office.get(template(place)).streaming_content))
    assert changed(page) == (0, 0, 0), texts


def test_the_list_of_recognitions_brought_back_changes_nothing(place):
    factories.recognition(place.land.commune_a, place.advanced)
    book = sheets.fetched(place.office, "/cong-nhan/danh-sach.xlsx?muc=ntm")
    page, _ = look(place, book)
    assert changed(page) == (0, 0, 0), sheets.text_of(page)
    assert sheets.counts(page)["giu"] == 2


def test_the_register_of_decisions_cannot_come_back_and_names_the_list_that_can(place):
    book = sheets.fetched(place.office, "/quyet-dinh/danh-sach.xlsx")
    page, _ = look(place, book)
    assert "Hãy xuất danh sách lượt công nhận của mức này" in sheets.text_of(page)
    assert not sheets.seen(page)


def test_rows_of_one_paper_are_one_decision(place):
    book = book_of(
        HEAD,
        ("05572", "Bảo Linh", "05 / QĐ-UBND", "15/01/2024", UBND, "Công nhận xã đạt chuẩn", 2023),
        ("05881", "Phúc Thuận", "05/qđ-ubnd", date(2024, 1, 15), UBND.upper(), "", "2022"),
        ("05887", "Minh Đức", "06/QĐ-UBND", "16/01/2024", UBND, "Công nhận bổ sung", 2023),
    )
    page, where = look(place, book)
    assert changed(page) == (3, 0, 0), sheets.text_of(page)
    text = sheets.text_of(page)
    assert "không hoàn tác được" in text and "đính chính" in text
    assert "hoàn tác được trong" not in text
    assert sheets.confirm(place.office, where).status_code == 302
    made = Decision.objects.get(document__number="05/QĐ-UBND")
    assert made.entered_by == place.cast.approver
    rows = {row.unit.name: row.achieved_year for row in made.recognitions.all()}
    assert rows == {"Bảo Linh": 2023, "Phúc Thuận": 2022}
    assert Decision.objects.get(document__number="06/QĐ-UBND").recognitions.get().unit.name == "Minh Đức"
    batch = Upload.objects.get().batch
    assert LogEntry.objects.filter(batch=batch, action="recognition.recorded").count() == 3
    done = sheets.text_of(place.office.get(where))
    assert "Đã ghi 3 dòng" in done and "không hoàn tác được" in done and "Hoàn tác lần ghi này" not in done
    told = sheets.text_of(place.client_as(place.cast.administrator).get(f"/nhat-ky/lo/{batch}/"))
    assert "đính chính từng lượt công nhận" in told and "Hoàn tác lần ghi này" not in told
    again, _ = look(place, sheets.fetched(place.office, template(place)))
    assert changed(again) == (0, 0, 0), sheets.text_of(again)


def test_a_row_without_the_title_falls_with_the_row_that_has_it(place):
    """The first has not the lower level, so that only the second would be written: a paper without a title."""
    factories.recognition(place.land.commune_c, place.ntm, year=2022)
    rows = (
        ("05887", "", "05/QĐ-UBND", "15/01/2024", UBND, "Công nhận nâng cao", 2023),
        ("05572", "", "05/QĐ-UBND", "15/01/2024", UBND, "", 2023),
        ("05602", "", "06/QĐ-UBND", "16/01/2024", UBND, "Công nhận nâng cao", 2023),
    )
    page, where = look(place, book_of(HEAD, *rows), place.advanced)
    assert changed(page) == (1, 0, 2), sheets.text_of(page)
    assert sheets.confirm(place.office, where, only_right="1").status_code == 302
    assert Recognition.objects.get(level=place.advanced).unit == place.land.commune_a


def test_a_recorded_decision_names_further_units(place):
    row = ("05572", "Bảo Linh", "01/QĐ-UBND", "01/03/2023", UBND, "", 2022)
    page, where = look(place, book_of(HEAD, row))
    assert changed(page) == (1, 0, 0), sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert Decision.objects.get(document__number="01/QĐ-UBND").recognitions.count() == 2


def test_what_stands_is_not_changed_and_the_way_is_told(place):
    book = sheets.fetched(place.office, template(place))
    sheet = book["Công nhận"]
    sheets.put(sheet, "05602", "nam", 2021)
    sheets.put(sheet, "05602", "so", "99/QĐ-UBND")
    sheets.put(sheet, "05596", "ngay", "01/01/2022")
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert changed(page) == (0, 0, 2), text
    first, second = (place_of(sheet, code, column) for code, column in (("05602", "nam"), ("05596", "ngay")))
    assert f"Công nhận!{first}" in text and f"Công nhận!{second}" in text, text
    assert "bấm “Đính chính”" in text
    assert "đang được công nhận mức" in text
    assert sheets.confirm(place.office, where).status_code == 409
    assert Recognition.objects.count() == 2


def test_all_that_the_page_refuses_is_an_error_at_its_cell(place):
    young = factories.unit(place.land.district, "Tân Lập", code="05605", valid_from=date(2024, 6, 1))
    book = book_of(
        HEAD,
        ("05572", "", "07/QĐ-UBND", "01/01/2099", UBND, "Công nhận", 2023),
        ("05881", "", "08/QĐ-UBND", "15/01/2024", UBND, "Công nhận", 2024),
        ("05887", "", "08/QĐ-UBND", "15/01/2024", UBND, "Khác hẳn", 2025),
        (young.code, "", "09/QĐ-UBND", "31/12/2023", UBND, "Công nhận", 2023),
    )
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert changed(page) == (1, 0, 3), text
    assert "Sheet!D2 Ngày ban hành 01/01/2099 chưa đến" in text
    assert "Sheet!G4 Năm đạt 2025 sau năm ban hành quyết định" in text
    assert "Sheet!F4 Trích yếu khác với trích yếu ở dòng khác" in text
    assert "Sheet!D5 Xã Tân Lập chưa có hoặc không còn vào ngày 31/12/2023" in text
    assert sheets.confirm(place.office, where).status_code == 422  # one row is right
    assert Decision.objects.count() == 2


def test_advanced_asks_for_the_lower_level(place):
    land, paper = place.land, ("11/QĐ-UBND", "15/01/2024", UBND, "Công nhận nâng cao", 2023)
    late = factories.decision(land.province, issued_on=date(2024, 6, 1))
    factories.recognition(land.commune_d, place.ntm, by=late)
    book = book_of(HEAD, *((code, "", *paper) for code in ("05602", "05572", land.commune_d.code)))
    page, where = look(place, book, place.advanced)
    assert changed(page) == (1, 0, 2), sheets.text_of(page)
    assert "Sheet!G3 Xã Bảo Linh chưa được công nhận mức" in sheets.text_of(page)
    since = "chỉ được công nhận mức “Xã đạt chuẩn NTM” từ ngày 01/06/2024, sau ngày 15/01/2024"
    assert f"Sheet!D4 {land.commune_d.full_name} {since} của quyết định này" in sheets.text_of(page)
    assert sheets.confirm(place.office, where, only_right="1").status_code == 302
    assert Recognition.objects.get(level=place.advanced).unit == place.land.commune_a


def test_parts_that_lack_are_named(place):
    book = book_of(
        HEAD, ("05572", "", "07/QĐ-UBND", "", "", "", 2023), ("05881", "", "7", "15/01/2024", UBND, "", 2023)
    )
    text = sheets.text_of(look(place, book)[0])
    assert "Sheet!D2 Chưa có ngày ban hành" in text
    assert "Sheet!E2 Chưa có cơ quan ban hành" in text
    assert "Sheet!F3 Chưa nhập trích yếu của văn bản. Hãy điền ở ít nhất một dòng" in text


def test_hostile_and_formula_cells_write_nothing(place):
    book = book_of(
        HEAD,
        ("05572", "", "=1+1", "45000", "<script>alert(1)</script>", "x" * 501, "2023a"),
        ("05881", "", "08/QĐ-UBND", "15/01/24", UBND, "=cmd|' /C calc'!A0", "12"),
        ("05887", "", "y" * 81, "15/01/2024", UBND, "Công nhận", 2023),
    )
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert changed(page) == (0, 0, 3), text
    for said in ("Sheet!C2", "Sheet!D2", "Sheet!G2", "Sheet!D3", "Sheet!F3", "Sheet!G3", "Sheet!C4"):
        assert said in text, said
    assert "<script>alert" not in page.content.decode()
    assert sheets.confirm(place.office, where).status_code == 409
    assert Decision.objects.count() == 2


def test_other_orders_columns_and_titles_do_not_matter(place):
    book = book_of(
        ("SỞ NÔNG NGHIỆP", "", ""), ("Danh sách xã đạt chuẩn", "", ""),
        ("Năm đạt", "Ghi chú", "Số QĐ", "Cơ quan ban hành", "Ngày ký", "Tên xã", "Trích yếu", "Mã"),
        (2023, "x", "05/QĐ-UBND", UBND, date(2024, 1, 15), "Xã Bảo Linh", "Công nhận", 5572),
        ("Tổng số", "", "", "", "", "", "", ""),
    )  # fmt: skip
    page, where = look(place, book)
    assert changed(page) == (1, 0, 0), sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert Recognition.objects.get(unit=place.land.commune_c).achieved_year == 2023


def test_recognised_by_somebody_meanwhile_is_shown(place):
    _, where = look(place, book_of(HEAD, ("05572", "", "05/QĐ-UBND", "15/01/2024", UBND, "Công nhận", 2023)))
    mark = sheets.seen(place.office.get(where))
    factories.recognition(place.land.commune_c, place.ntm)
    response = place.office.post(f"{where}xac-nhan/", {"seen": mark})
    assert response.status_code == 409
    assert "Xã Bảo Linh đang được công nhận mức" in sheets.text_of(response)
    assert not Decision.objects.filter(document__number="05/QĐ-UBND").exists()


def test_confirmed_twice_is_recorded_once(place):
    _, where = look(place, book_of(HEAD, ("05572", "", "05/QĐ-UBND", "15/01/2024", UBND, "Công nhận", 2023)))
    mark = {"seen": sheets.seen(place.office.get(where))}
    for _ in range(2):
        assert place.office.post(f"{where}xac-nhan/", mark).status_code == 302
    assert Decision.objects.filter(document__number="05/QĐ-UBND").count() == 1


def test_only_the_units_of_the_programme_are_rows(place):
    factories.attribute(place.land.commune_c, AttributeKind.IN_PROGRAMME, "0")
    page, _ = look(
        place, book_of(HEAD, ("05572", "", "1", "15/01/2024", UBND, "x", 2023), ("01366", *[""] * 5, 2023))
    )
    assert changed(page) == (0, 0, 2)
    assert "thuộc Chương trình ở cấp của mức này" in sheets.text_of(page)


def test_who_may_not_record_by_hand_may_not_by_sheet(place):
    for name in ("officer_a", "specialist", "leader", "administrator"):
        client = place.client_as(getattr(place.cast, name))
        assert client.get(f"/nhap-tep/cong-nhan/{tail(place.ntm)}").status_code == 403, name
        assert client.get(template(place)).status_code == 403, name
    _, where = look(place, book_of(HEAD, ("05572", "", "1", "15/01/2024", UBND, "x", 2023)))
    other = factories.user("ke-ben", "approver", place.land.foreign)
    assert place.client_as(other).get(where).status_code == 404
    mine = sheets.fetched(place.client_as(other), template(place))["Công nhận"]
    codes = [row[0].value for row in mine.iter_rows(min_row=5)]
    assert codes == ["01366"]


@pytest.mark.parametrize(
    "query", ["", "?muc=999999&ngay=31/12/2024", "?muc=x&ngay=31/12/2024", "?ngay=31/12/2024"]
)
def test_a_level_that_is_none_is_asked_for(place, query):
    response = place.office.get(f"/nhap-tep/cong-nhan/{query}")
    assert response.status_code == 200
    assert "Tiếp tục" in sheets.text_of(response)


@pytest.mark.parametrize("number", [3, 30])
def test_many_rows_cost_no_more_questions(place, django_assert_max_num_queries, number):
    rows = []
    for at in range(number):
        unit = factories.unit(place.land.district, f"Xóm {at}", code=f"09{at:03d}")
        rows.append((unit.code, "", f"{at // 3}/QĐ-UBND", "15/01/2024", UBND, "Công nhận", 2023))
    _, where = look(place, book_of(HEAD, *rows))
    with django_assert_max_num_queries(45):
        page = place.office.get(where)
    assert changed(page) == (number, 0, 0)
    with django_assert_max_num_queries(40):
        b"".join(place.office.get(template(place)).streaming_content)


@pytest.mark.parametrize("number", [3, 30])
def test_many_days_cost_no_more_questions(place, django_assert_max_num_queries, number):
    rows = []
    for at in range(number):
        unit = factories.unit(place.land.district, f"Xóm {at}", code=f"09{at:03d}")
        rows.append((unit.code, "", f"{at}/QĐ-UBND", f"{at + 1:02d}/01/2024", UBND, "Công nhận", 2023))
    _, where = look(place, book_of(HEAD, *rows))
    with django_assert_max_num_queries(45):
        page = place.office.get(where)
    assert changed(page) == (number, 0, 0), sheets.text_of(page)


def test_each_row_is_judged_on_its_own_day(place):
    """One unit leaves the programme, another begins, between the days of two decisions."""
    land = place.land
    factories.attribute(
        land.commune_c, AttributeKind.IN_PROGRAMME, "0", valid_from=None, valid_to=date(2024, 1, 10)
    )
    factories.unit(land.district, "Tân Lập", code="05605", valid_from=date(2024, 1, 12))
    said = [("05572", "08"), ("05572", "10"), ("05605", "11"), ("05605", "12")]
    found = []
    for code, day in said:
        rows = [
            (
                code,
                "",
                f"{day}/QĐ-UBND",
                f"{day}/01/2024",
                UBND,
                "Công nhận",
                2024 if code == "05605" else 2023,
            )
        ]
        rows.append(("05881", "", "99/QĐ-UBND", "01/02/2024", UBND, "Công nhận", 2023))
        page, _ = look(place, book_of(HEAD, *rows))
        found.append(changed(page))
    assert found == [(1, 0, 1), (2, 0, 0), (1, 0, 1), (2, 0, 0)]


def test_a_long_file_tells_how_far_it_is_after_each_decision(place, settings, monkeypatch):
    book = book_of(
        HEAD,
        ("05572", "Bảo Linh", "05/QĐ-UBND", "15/01/2024", UBND, "Công nhận xã đạt chuẩn", 2023),
        ("05881", "Phúc Thuận", "05/QĐ-UBND", "15/01/2024", UBND, "", 2022),
        ("05887", "Minh Đức", "06/QĐ-UBND", "16/01/2024", UBND, "Công nhận bổ sung", 2023),
    )
    _, where = look(place, book)
    told = sheets.heard(place.office, where, settings, monkeypatch)
    assert told == [(0, 14), (4, 14), (9, 14), (14, 14)]
