"""Sheets as nobody prepared them, and files that mean harm: each error at its cell, nothing under a wrong column."""

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.utils import timezone
from openpyxl import load_workbook

from communes.models import Result
from communes.services.results import Cell, enter
from ntm.sheets.models import ColumnMapping, Upload
from tests import factories
from tests.communes import sheets
from tests.communes.sheets import book_of

#: A file is read, and refused, before any database is asked.
pytestmark = pytest.mark.alike


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    made = factories.small_set()
    now = factories.a_round(land.province, made)
    returns = {unit.name: factories.submission(now, unit) for unit in land.communes}
    factories.submission(factories.a_round(land.foreign, made), land.foreign_commune)
    return SimpleNamespace(
        round=now, returns=returns, land=land, cast=cast, office=client_as(cast.specialist), client_as=client_as,
        made=made, page=f"/nhap-tep/ket-qua-ky/?ky={now.pk}",
        template=f"/nhap-tep/ket-qua-ky/mau.xlsx?ky={now.pk}",
    )  # fmt: skip


def look(place: Any, content: Any, name: str = "tep.xlsx") -> tuple[Any, str]:
    """The preview and its address."""
    where = sheets.brought(place.office, place.page, content, name)
    return place.office.get(where), where


def written() -> int:
    return Result.objects.count()


# --- errors ------------------------------------------------------------------------------------------------
def test_all_errors_at_once_each_at_its_cell(place):
    book = book_of(
        ("Mã xã", "Xã", "1.1", "2.1", "2.2"),
        ("05602", "Phú Đình", "có lẽ", 95, "1.234"),
        ("05596", "Điềm Mặc", "Đạt", 120, 41),
        ("05572", "Bảo Linh", "Đạt", "nhiều", "-"),
    )
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert sheets.counts(page) == {"them": 0, "doi": 0, "giu": 0, "loi": 3}
    for said in ("Sheet!C2", "Sheet!E2", "Sheet!D3", "Sheet!D4", "Sheet!E4"):
        assert said in text
    assert "“1.234” có hai cách hiểu" in text
    assert "“-” (không áp dụng) phải có lý do" in text
    assert not sheets.seen(page)
    assert sheets.confirm(place.office, where).status_code == 409
    assert written() == 0


def test_percent_cells_are_read_as_they_are_shown(place):
    book = book_of(("Mã xã", "2.1", "2.2", "1.2"), ("05602", 0.9, 0.5, "- chưa có quy hoạch"))
    book.active["B2"].number_format = "0%"
    book.active["C2"].number_format = "0%"
    page, _ = look(place, book)
    assert "không phải tỷ lệ" in sheets.text_of(page)
    book.active["C2"] = None
    page, where = look(place, book)
    assert sheets.confirm(place.office, where, page).status_code == 302
    rows = {row.indicator.code: row for row in Result.objects.all()}
    assert rows["2.1"].value == 90
    assert (rows["1.2"].state, rows["1.2"].note) == ("not_applicable", "chưa có quy hoạch")


def test_a_row_of_another_province_writes_nothing_and_is_named(place):
    book = book_of(("Mã xã", "2.1"), ("05602", 95), (place.land.foreign_commune.code, 91))
    page, where = look(place, book)
    assert f"“{place.land.foreign_commune.code}”" in sheets.text_of(page)
    assert "ngoài phạm vi" in sheets.text_of(page)
    for more in ({}, {"only_right": "1"}):
        assert sheets.confirm(place.office, where, **more).status_code in (409, 422)
    assert written() == 0
    place.office.post(f"{where}chon/", {"out": "3"})
    assert sheets.confirm(place.office, where).status_code == 302
    assert written() == 1


def test_only_the_right_rows_when_the_person_says_so(place):
    page, where = look(place, book_of(("Mã xã", "2.1"), ("05602", 95), ("05596", 195)))
    assert "Chỉ ghi 1 dòng đúng" in sheets.text_of(page)
    mark = page.content.decode().split('name="seen" value="')[1].split('"')[0]
    assert place.office.post(f"{where}xac-nhan/", {"seen": mark}).status_code == 422
    assert written() == 0
    assert place.office.post(f"{where}xac-nhan/", {"seen": mark, "only_right": "1"}).status_code == 302
    assert written() == 1
    assert "Dòng lỗi, không ghi 1" in sheets.text_of(place.office.get(where))


def test_duplicates_are_both_named(place):
    page, where = look(place, book_of(("Mã xã", "2.1"), ("05602", 95), ("5602", 90), (5602, 80)))
    text = sheets.text_of(page)
    assert "dòng này và dòng 4" in text
    assert sheets.counts(page)["loi"] == 3
    place.office.post(f"{where}chon/", {"out": ["3", "4"]})
    assert sheets.confirm(place.office, where).status_code == 302
    assert Result.objects.get().value == 95


def test_a_code_beside_the_name_of_another_commune(place):
    page, _ = look(place, book_of(("Mã xã", "Tên xã", "2.1"), ("05602", "Điềm Mặc", 95)))
    assert "Mã 05602 là Xã Phú Đình, nhưng tên “Điềm Mặc” là Xã Điềm Mặc" in sheets.text_of(page)


def test_a_name_that_cannot_be_read_does_not_let_its_code_decide_alone(place):
    """“§iÒm MÆc” is Điềm Mặc in TCVN3, beside the code of Phú Đình."""
    rows = (("05602", "§iÒm MÆc", 95), ("05572", "Xã Bảo Linh", 94), ("05596", "=A1", 93))
    page, _ = look(place, book_of(("Mã xã", "Tên xã", "2.1"), *rows))
    assert "“§iÒm MÆc” gõ bằng bảng mã TCVN3" in sheets.text_of(page)
    assert sheets.changed(page) == (1, 0, 2), sheets.text_of(page)


def test_a_name_alone_is_only_a_proposal(place):
    page, where = look(place, book_of(("Tên xã", "2.1"), ("XÃ PHÚ ĐÌNH", 95), ("Điềm Mặc", 94)))
    assert "theo tên thì là Xã Phú Đình (mã 05602)" in sheets.text_of(page)
    assert not sheets.seen(page)
    place.office.post(f"{where}chon/", {"names": "2"})
    assert sheets.counts(place.office.get(where)) == {"them": 1, "doi": 0, "giu": 0, "loi": 1}
    place.office.post(f"{where}chon/", {"names": "all"})
    assert sheets.confirm(place.office, where).status_code == 302
    assert written() == 2


# --- headers -----------------------------------------------------------------------------------------------
def test_titles_above_two_merged_header_rows_numbers_and_totals(place):
    book = book_of(
        ("UBND TỈNH THÁI NGUYÊN",),
        ("BIỂU TỔNG HỢP NĂM 2023",),
        (),
        ("TT", "MÃ XÃ", "Tên xã", "Giao thông", None, "Ghi thêm"),
        (None, None, None, "2.1", "2.2 Chỉ tiêu 2.2", None),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
        ("I", None, "Huyện Định Hóa"),
        (1, "05602", "Phú Đình", 95, 43),
        (2, "05596", "Xã Điềm Mặc", "91,5", "41,5", "xem lại"),
        (None, None, "Tổng cộng", 93, 42),
    )
    for block in ("A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5"):
        book.active.merge_cells(block)
    page, where = look(place, book)
    text = sheets.text_of(page)
    assert sheets.counts(page) == {"them": 2, "doi": 0, "giu": 0, "loi": 0}, text
    assert "Không nhập 1 dòng cộng tổng: dòng 10" in text
    assert "Không nhập 1 dòng đánh số cột: dòng 6" in text
    assert "cột của tệp không nhận ra" in text
    assert "Ghi thêm (cột F)" in text
    assert sheets.confirm(place.office, where, page).status_code == 302
    rows = Result.objects.all()
    assert {(row.submission.unit.code, row.indicator.code, str(row.value.normalize())) for row in rows} == {
        ("05602", "2.1", "95"), ("05602", "2.2", "43"), ("05596", "2.1", "91.5"), ("05596", "2.2", "41.5"),
    }  # fmt: skip


def test_a_total_row_with_a_number_for_its_code_is_told_and_left_out(place):
    """Only where the code is none of ours and nothing but the word is its name."""
    rows = (("05602", "Phú Đình", 95), (12, "TỔNG SỐ:", 186), ("3", "Cộng", 186), ("05596", "Cộng", 91))
    page, _ = look(place, book_of(("Mã xã", "Tên xã", "2.1"), *rows, (7, "Cộng Hòa", 5)))
    text = sheets.text_of(page)
    assert "Không nhập 2 dòng cộng tổng: dòng 3, 4" in text
    assert sheets.counts(page) == {"them": 1, "doi": 0, "giu": 0, "loi": 2}, text


def test_never_a_value_under_a_wrong_indicator(place):
    """Another set's words beside our code, another year, and two columns of one indicator."""
    page, _ = look(place, book_of(("Mã xã", "2.1 Tỷ lệ hộ nghèo", "2.2"), ("05602", 95, 43)))
    assert "2.1 Tỷ lệ hộ nghèo (cột B)" in sheets.text_of(page)
    assert "2.1. Chỉ tiêu 2.1 (%) (trống)" not in sheets.text_of(page)
    page, where = look(place, book_of(("Mã xã", "2.1", "Chỉ tiêu 2.1"), ("05602", 95, 43)))
    assert "Hai cột cùng là “2.1. Chỉ tiêu 2.1 (%)” (ô B1 và C1)" in sheets.text_of(page)
    assert not sheets.seen(page)


def test_columns_are_mapped_kept_under_a_name_and_offered_again(place):
    book = book_of(("Đơn vị số", "Bê tông hóa", "Khác"), ("05602", 95, "a"), ("05596", 91, "b"))
    page, where = look(place, book)
    assert "Không thấy cột mã hay cột tên" in sheets.text_of(page)
    assert "Bê tông hóa (cột B)" in sheets.text_of(place.office.get(f"{where}cot/"))
    twice = {"cot-0": "ma", "cot-1": "2.1", "cot-2": "2.1", "name": ""}
    assert place.office.post(f"{where}cot/", twice).status_code == 422
    sent = {"cot-0": "ma", "cot-1": "2.1", "cot-2": "-", "name": "Biểu của huyện"}
    assert place.office.post(f"{where}cot/", sent).status_code == 302
    assert sheets.counts(place.office.get(where))["them"] == 2
    assert ColumnMapping.objects.get().name == "Biểu của huyện"
    page, again = look(place, book)
    assert "Dùng cách ghép “Biểu của huyện”" in sheets.text_of(page)
    place.office.post(f"{again}chon/", {"mapping": "1"})
    assert sheets.confirm(place.office, again).status_code == 302
    assert written() == 2


def test_hidden_rows_and_sheets_are_said_and_asked(place):
    book = book_of(("Mã xã", "2.1"), ("05602", 95), ("05596", 91), title="Hiện")
    book.active.row_dimensions[3].hidden = True
    other = book.create_sheet("Nháp")
    other.append(["Mã xã", "2.1"])
    other.append(["05602", 11])
    other.sheet_state = "hidden"
    page, where = look(place, book)
    assert "Trang tính có 1 dòng đang ẩn" in sheets.text_of(page)
    assert "Không đọc trang tính “Nháp” (đang ẩn)" in sheets.text_of(page)
    assert not sheets.seen(page)
    place.office.post(f"{where}chon/", {"hidden": "leave"})
    assert sheets.counts(place.office.get(where))["them"] == 1
    place.office.post(f"{where}chon/", {"hidden": "take"})
    assert sheets.counts(place.office.get(where))["them"] == 2
    other.sheet_state = "visible"
    page, where = look(place, book)
    assert "Tệp có nhiều trang tính" in sheets.text_of(page)
    place.office.post(f"{where}chon/", {"sheet": "Nháp"})
    assert "11" in sheets.text_of(place.office.get(where))


def test_a_template_of_another_year_is_refused_by_name(place):
    other = factories.a_round(place.land.province, place.made, year=2022)
    for unit in place.land.communes:
        factories.submission(other, unit)
    book = sheets.fetched(place.office, f"/nhap-tep/ket-qua-ky/mau.xlsx?ky={other.pk}")
    page, _ = look(place, book)
    assert "Tệp mẫu này được tải cho việc khác" in sheets.text_of(page)


# --- somebody was faster -----------------------------------------------------------------------------------
def test_what_was_saved_meanwhile_is_shown_and_never_written_over(place):
    page, where = look(place, book_of(("Mã xã", "2.1"), ("05602", 95)))
    mark = sheets.seen(page)
    enter(where=Q(pk=place.returns["Phú Đình"].pk), typed=[Cell("2.1", "81")], by=place.cast.officer_a)
    answer = place.office.post(f"{where}xac-nhan/", {"seen": mark})
    assert answer.status_code == 409
    assert "vừa được người khác sửa" in sheets.text_of(answer)
    assert "81 → 95" in sheets.text_of(answer)
    assert Result.objects.get().value == 81
    assert sheets.confirm(place.office, where).status_code == 302
    assert Result.objects.get().value == 95


def test_rows_that_somebody_changed_after_the_template_are_taken_out_at_first(place):
    book = sheets.fetched(place.office, place.template)
    enter(where=Q(pk=place.returns["Phú Đình"].pk), typed=[Cell("2.1", "81")], by=place.cast.officer_a)
    sheets.put(sheets.rows_of(book), "05602", "2.1", 95)
    sheets.put(sheets.rows_of(book), "05596", "2.1", 91)
    page, where = look(place, book)
    assert "1 dòng có ô đã được người khác sửa sau khi bạn tải mẫu" in sheets.text_of(page)
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert {row.value for row in Result.objects.all()} == {81, 91}


def test_a_double_click_writes_once(place):
    page, where = look(place, book_of(("Mã xã", "2.1"), ("05602", 95)))
    mark = sheets.seen(page)
    for _ in range(2):
        assert place.office.post(f"{where}xac-nhan/", {"seen": mark}).status_code == 302
    assert Result.objects.get().version == 1


def test_a_double_click_on_bringing_keeps_one_file(place):
    content = sheets.packed(book_of(("Mã xã", "2.1"), ("05602", 95)))
    token = sheets.form_token(place.office.get(place.page).content.decode())
    answers = [
        place.office.post(place.page, {"file": SimpleUploadedFile("tep.xlsx", content), "token": token})
        for _ in range(2)
    ]
    assert {answer.status_code for answer in answers} == {302}
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Upload.objects.count() == 1


def test_a_right_taken_away_is_gone_at_confirmation(place):
    page, where = look(place, book_of(("Mã xã", "2.1"), ("05602", 95)))
    mark = sheets.seen(page)
    place.cast.specialist.assignments.all().delete()
    assert place.office.post(f"{where}xac-nhan/", {"seen": mark}).status_code in (403, 404)
    assert written() == 0


def test_a_round_locked_meanwhile(place):
    page, where = look(place, book_of(("Mã xã", "2.1"), ("05602", 95)))
    place.round.locked_at = timezone.now()
    place.round.save()
    answer = place.office.post(f"{where}xac-nhan/", {"seen": sheets.seen(page)})
    assert answer.status_code == 409
    assert "khóa" in sheets.text_of(answer)
    assert written() == 0


# --- the file back -----------------------------------------------------------------------------------------
def returned(place: Any, where: str, kind: str = "xlsx") -> bytes:
    response = place.office.get(f"{where}loi.{kind}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_the_workbook_comes_back_with_its_errors_and_no_live_formula(place):
    book = book_of(("Mã xã", "2.1", "2.2"), ("05602", 195, 41), ("05596", "=1+1", "x"))
    book.active["E9"] = '=HYPERLINK("http://x.example";"bấm")'
    book.active["F9"] = "=cmd|' /C calc'!A0"
    book.active["F9"].data_type = "s"
    page, where = look(place, book)
    back = load_workbook(io.BytesIO(returned(place, where)))
    sheet = back.active
    assert "tỷ lệ phải từ 0 đến 100" in sheet["B2"].comment.text
    assert "công thức chưa có kết quả" in sheet["B3"].comment.text
    assert sheet["B2"].fill.start_color.rgb.endswith("F3C4BE")
    assert [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert sheet["F9"].value == "=cmd|' /C calc'!A0"


def test_a_template_comes_back_as_a_template(place):
    book = sheets.fetched(place.office, place.template)
    sheets.put(sheets.rows_of(book), "05602", "2.1", 195)
    _, where = look(place, book)
    back = load_workbook(io.BytesIO(returned(place, where)))
    assert back["_ntm"].sheet_state == "veryHidden"
    sheets.put(back["Kết quả"], "05602", "2.1", 95)
    page, where = look(place, back)
    assert sheets.counts(page) == {"them": 1, "doi": 0, "giu": 4, "loi": 0}


def test_a_csv_comes_back_with_a_column_of_errors(place):
    text = "Mã xã;2.1;Lời\n05602;195;=1+1\n05596;91,5;ổn\n"
    page, where = look(place, text.encode("utf-8-sig"), "tep.csv")
    lines = returned(place, where, "csv").decode("utf-8-sig").splitlines()
    assert lines[0] == "Mã xã;2.1;Lời;Lỗi"
    assert lines[1].startswith("05602;195;'=1+1;")
    assert "tỷ lệ phải từ 0 đến 100" in lines[1]
    assert lines[2] == "05596;91,5;ổn;"


@pytest.mark.parametrize("name", ["bomb", "html", "xls"])
def test_hostile_files_are_refused_beside_the_field(place, name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 30_000_000)
    content = {"bomb": out.getvalue(), "html": b"<html><table>", "xls": b"\xd0\xcf\x11\xe0" + b"\0" * 600}[
        name
    ]
    answer = sheets.bring(place.office, place.page, content)
    assert answer.status_code == 422
    assert 'class="errorlist"' in answer.content.decode()
    assert not Upload.objects.exists()


def test_words_of_the_file_run_nowhere(place):
    book = book_of(
        ("Mã xã", "<img src=x onerror=alert(1)>", "2.1"), ("<script>alert(1)</script>", 1, 95), title="<b>x"
    )
    page, _ = look(place, book)
    html = page.content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b>x" not in html


# --- whose it is -------------------------------------------------------------------------------------------
def test_a_file_is_its_bringers_alone(place):
    _, where = look(place, book_of(("Mã xã", "2.1"), ("05602", 195)))
    for other in (place.cast.officer_a, place.cast.administrator, place.cast.leader):
        client = place.client_as(other)
        assert client.get(where).status_code == 404
        assert client.get(f"{where}loi.xlsx").status_code == 404
        assert client.post(f"{where}xac-nhan/").status_code == 404
        assert client.post(f"{where}chon/", {"drop": "1"}).status_code == 404


def test_an_officer_imports_into_the_own_commune_only(place):
    officer = place.client_as(place.cast.officer_a)
    mine, other = place.returns["Phú Đình"], place.returns["Điềm Mặc"]
    assert officer.get(f"/nhap-tep/ket-qua-xa/?phieu={mine.pk}").status_code == 200
    for address in (f"ket-qua-xa/?phieu={other.pk}", f"ket-qua-ky/?ky={place.round.pk}"):
        assert officer.get(f"/nhap-tep/{address}").status_code == 404
    leader = place.client_as(place.cast.leader)
    assert leader.get(f"/nhap-tep/ket-qua-xa/?phieu={mine.pk}").status_code == 403


def test_dropping_a_file_writes_nothing(place):
    _, where = look(place, book_of(("Mã xã", "2.1"), ("05602", 95)))
    assert place.office.post(f"{where}chon/", {"drop": "1"}).status_code == 302
    assert "đã bỏ, chưa ghi gì" in sheets.text_of(place.office.get(where))
    assert place.office.post(f"{where}xac-nhan/", {"seen": "x"}).status_code == 422
    assert written() == 0
