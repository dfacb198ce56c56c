"""Files without our marker: what they say themselves about commune and year holds, and where they say nothing it is
asked before anything is written."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests import factories
from tests.communes import sheets
from tests.communes.sheets import book_of

MINE, OTHER = "05602", "05605"
HEAD = ("Mã", "Chỉ tiêu", "Giá trị")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    now = factories.a_round(land.province, factories.small_set())
    mine, other = (factories.submission(now, unit) for unit in (land.commune_a, land.commune_b))
    return SimpleNamespace(
        office=client_as(cast.specialist), mine=mine, other=other, land=land,
        page="/nhap-tep/ket-qua-xa/?phieu={}".format,
    )  # fmt: skip


def text_of_file(place: Any, content: Any, name: str) -> str:
    where = sheets.brought(place.office, place.page(place.mine.pk), content, name)
    return sheets.text_of(place.office.get(where))


def lines(*rows: tuple[str, ...]) -> bytes:
    return "\r\n".join(";".join(row) for row in rows).encode("utf-8-sig")


CONTENT = lines(HEAD, ("2.1", "", "50"))


@pytest.mark.parametrize("name", ["ket-qua-05605-2023.csv", "ket-qua-05602-2022 (1).csv"])
def test_a_csv_with_the_name_of_another_communes_or_years_list_is_refused(place, name):
    text = text_of_file(place, CONTENT, name)
    assert f"Tên tệp “{name}” là tên danh sách của đơn vị, chỉ tiêu hay năm khác" in text
    assert "Xác nhận ghi" not in text


def test_a_csv_that_says_nothing_is_confirmed_beside_where_it_goes(place):
    for name in ("ket-qua-05602-2023.csv", "so lieu.csv"):
        text = text_of_file(place, CONTENT, name)
        assert f"Tất cả sẽ ghi vào Kết quả: {place.mine}" in text, text
        assert "Xác nhận ghi 1 dòng" in text


def test_a_template_of_another_commune_saved_as_csv_is_refused_and_its_own_is_not(place):
    for submission, is_taken in ((place.other, False), (place.mine, True)):
        url = f"/nhap-tep/ket-qua-xa/mau.xlsx?phieu={submission.pk}"
        sheet = sheets.rows_of(sheets.fetched(place.office, url))
        sheets.put(sheet, "2.1", "value", 50)
        rows = [tuple("" if cell.value is None else str(cell.value) for cell in row) for row in sheet]
        text = text_of_file(place, lines(*rows), "tep.csv")
        assert ("Xác nhận ghi 1 dòng" in text) is is_taken, text
        assert ("lưu từ mẫu hay danh sách của việc khác" in text) is not is_taken


@pytest.mark.parametrize(
    ("title", "own", "others"),
    [
        ("Xã", "Phú Đình", "Điềm Mặc"), ("Mã xã", "5602", OTHER), ("Năm", "Năm 2023", "2022"),
        ("TÊN XÃ", "xã Phú Đình", "Xã Điềm Mặc"),
    ],
)  # fmt: skip
def test_a_row_that_names_another_commune_or_year_is_an_error_at_its_cell(place, title, own, others):
    rows = ((*HEAD, title), ("2.1", "", 50, own), ("2.2", "", 40, others))
    text = text_of_file(place, book_of(*rows), "tep.xlsx")
    assert f"Sheet!D3 Cột “{title}” ghi “{others}”, không phải của “Kết quả: {place.mine}”" in text
    assert "Chỉ ghi 1 dòng đúng" in text
    assert "không nhận ra" not in text
    assert "không tự nói" not in text


def test_money_of_another_year_or_province_is_an_error_at_its_cell(place):
    factories.source("central", "Ngân sách trung ương", order=1)
    for title, own, others in (("Năm", 2023, 2022), ("Tỉnh", "Thái Nguyên", "Tỉnh Cao Bằng")):
        for said, wrong in ((own, 0), (others, 1)):
            book = book_of(("Mã nguồn", "Số tiền", title), ("central", 5, said))
            page = place.office.get(sheets.brought(place.office, "/nhap-tep/nguon-von/?nam=2023", book))
            assert sheets.counts(page)["loi"] == wrong, sheets.text_of(page)


@pytest.mark.parametrize("said", ["[" * 5000, "5", '{"kind": [], "params": 1}'])
def test_a_marker_that_nobody_can_read_is_none(place, said):
    book = book_of(HEAD, ("2.1", "", 50))
    book.create_sheet("_ntm").append([said])
    assert "Xác nhận ghi 1 dòng" in text_of_file(place, book, "tep.xlsx")
