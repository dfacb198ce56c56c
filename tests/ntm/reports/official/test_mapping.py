"""A form that does not fit is refused before anybody opens it, each fault with its place."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.workbook.defined_name import DefinedName

from ntm.reports.official import mapping
from ntm.reports.official.area import Area
from ntm.reports.official.mapping import BadForm, all_forms, forms_of, read_form

HEAD = """
code = "mau"
number = "Biểu thử"
title = "Biểu thử"
version = "1"
source = "Mẫu tham khảo"
trust = "recalled"
about = "tinh"
sheet = "Biểu"
first_year = 2021
"""
CODES = [
    "chi-tieu-xa", "tieu-chi-theo-nhom", "xa-theo-so-tieu-chi", "nguon-luc", "theo-loai-cong-trinh",
    "theo-noi-dung-thanh-phan",
]  # fmt: skip
Make = Callable[..., mapping.Form]


def book() -> Workbook:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Biểu"
    for row in range(1, 13):
        for column in range(1, 7):
            sheet.cell(row, column).value = "-"
    sheet.merge_cells("A1:C1")
    made.defined_names["ten_o"] = DefinedName("ten_o", attr_text="'Biểu'!$D$4")
    return made


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(body: str, head: str = HEAD, of: Workbook | None = None) -> mapping.Form:
        (of or book()).save(tmp_path / "mau.xlsx")
        path = tmp_path / "mau.toml"
        path.write_text(head + body, encoding="utf-8")
        return read_form(path)

    return made


def cell(at: str, figure: str = "von:central") -> str:
    return f'\n[[cell]]\nat = "{at}"\nfigure = "{figure}"\n'


def block(at: str, rows: str = "tieu-chi", column: int = 1, figure: str = "so") -> str:
    return (
        f'\n[[block]]\nat = "{at}"\nrows = "{rows}"\n[[block.column]]\nat = {column}\nfigure = "{figure}"\n'
    )


def test_the_six_forms_are_there_and_fit() -> None:
    assert list(all_forms()) == CODES
    assert [form.code for form in forms_of(2023)] == CODES
    assert forms_of(2020) == []
    assert all("chưa đối chiếu văn bản" in form.source for form in all_forms().values())


def test_a_cell_is_found_by_name_and_by_address(make: Make) -> None:
    form = make(cell("ten_o") + cell("$B$5", "don-vi:tat-ca:nay"))
    assert [str(each.area) for each in form.cells] == ["D4", "B5"]
    assert form.blanks == ()


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        (cell("B5", "von-la:central"), "B5", "không có con số “von-la:central”"),
        (cell("B5", "muc:luy-ke:ntm"), "B5", "cần 3 phần"),
        (cell("B5", "muc:luy-ke:sieu-sao:nay"), "B5", "không hiểu “sieu-sao”"),
        (cell("Z99"), "Z99", "nằm ngoài trang tính"),
        (cell("khong_co"), "khong_co", "cũng không phải tên"),
        (cell("B1"), "B1", "nằm giữa ô gộp A1:C1"),
        (cell("B5:C6"), "B5:C6", "là nhiều ô"),
        (cell("B5") + cell("B5"), "B5", "chồng lên B5"),
        (block("A5:C5") + cell("B5"), "B5", "chồng lên A5:C5"),
        (block("A5:C6") + block("A6:C6"), "A5:C6", "chồng lên A6:C6"),
        (block("A5:B5") + block("D5:E5"), "A5:B5", "hai khối phải ở các dòng khác nhau"),
        (block("A5:C5", column=4), "A5:C5", "khối không có cột thứ 4"),
        (block("A5:C5", rows="ho-dan"), "A5:C5", "không có loại dòng “ho-dan”"),
        (block("A5:C5", figure="von:central"), "A5", "không có con số “von:central”"),
        ('\n[[blank]]\nat = "B5"\n', "B5", "thiếu why"),
        (cell("B5") + 'of = "von:co dau"\n', "B5", "không hiểu “co dau”"),
        (cell("B5") + 'mau = "do"\n', "B5", "không hiểu mau"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(make: Make, body: str, place: str, words: str) -> None:
    with pytest.raises(BadForm) as bad:
        make(body)
    assert any(place in fault and words in fault and "mau.toml" in fault for fault in bad.value.faults), (
        bad.value
    )


def test_all_faults_are_told_at_once(make: Make) -> None:
    with pytest.raises(BadForm) as bad:
        make(cell("Z99") + cell("B5", "la"))
    assert len(bad.value.faults) == 2


def test_what_could_not_move_down_is_refused(make: Make) -> None:
    made = book()
    sheet = made["Biểu"]
    sheet["B9"] = "=SUM(B5:B6)"
    sheet.conditional_formatting.add("C8:C10", CellIsRule(operator="greaterThan", formula=["1"]))
    with pytest.raises(BadForm, match="công thức ở dưới") as bad:
        make(block("A5:C5"), of=made)
    assert any("định dạng có điều kiện" in fault for fault in bad.value.faults)
    assert make(cell("B5"), of=made).blocks == ()


def test_a_sum_above_a_block_is_refused_as_well(make: Make) -> None:
    """Rows that are added would not be in it."""
    made = book()
    made["Biểu"]["B3"] = "=SUM(B5:B5)"
    with pytest.raises(BadForm, match="ô B3: công thức ở trên"):
        make(block("A5:C5"), of=made)


@pytest.mark.parametrize("merged", ["E4:E6", "E5:F7", "A5:B6"])
def test_a_merge_that_rows_would_be_added_into_is_refused(make: Make, merged: str) -> None:
    made = book()
    made["Biểu"].merge_cells(merged)
    with pytest.raises(BadForm, match=f"ô {merged}: ô gộp"):
        make(block("A5:C5"), of=made)


@pytest.mark.parametrize("merged", ["E3:E5", "A6:C7", "A5:B5"])
def test_a_merge_that_ends_or_begins_there_is_not(make: Make, merged: str) -> None:
    made = book()
    made["Biểu"].merge_cells(merged)
    assert make(block("A5:C5"), of=made).blocks


@pytest.mark.parametrize(
    "head", [HEAD.replace('"tinh"', '"huyen"'), HEAD.replace("recalled", "chắc"), HEAD + 'nguoi_ky = "A"\n']
)
def test_facts_that_nobody_knows_are_refused(make: Make, head: str) -> None:
    with pytest.raises(BadForm):
        make(cell("B5"), head=head)


def test_a_form_without_its_workbook_or_sheet_is_refused(tmp_path: Path, make: Make) -> None:
    with pytest.raises(BadForm, match="không có trang tính “Khác”"):
        make(cell("B5"), head=HEAD.replace('"Biểu"', '"Khác"'))
    (tmp_path / "mau.xlsx").unlink()
    with pytest.raises(BadForm, match=r"không có tệp mau\.xlsx"):
        read_form(tmp_path / "mau.toml")
    (tmp_path / "hong.toml").write_text("code = ", encoding="utf-8")
    with pytest.raises(BadForm, match=r"hong\.toml"):
        read_form(tmp_path / "hong.toml")


def test_the_system_check_says_so(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(cell("B5"))
    (tmp_path / "hai.toml").write_text(HEAD + cell("Z99"), encoding="utf-8")
    (tmp_path / "hai.xlsx").write_bytes((tmp_path / "mau.xlsx").read_bytes())
    (tmp_path / "ba.toml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "ba.xlsx").write_bytes((tmp_path / "mau.xlsx").read_bytes())
    monkeypatch.setattr(mapping, "FILES", tmp_path)
    with pytest.raises(SystemCheckError) as error:
        call_command("check", verbosity=0)
    assert "hai.toml, ô Z99" in str(error.value) and "ntm.E002" in str(error.value)
    assert "mã “mau” đã có" in str(error.value)


def test_areas_meet_where_they_share_a_cell() -> None:
    one = Area(1, 1, 3, 3)
    assert one.meets(Area(3, 3, 4, 4)) and not one.meets(Area(4, 1, 5, 3)) and not one.meets(Area(1, 4, 3, 5))


# --- what is no form at all ----------------------------------------------------------------------------------
def damaged(content: bytes) -> list[bytes]:
    """Nothing, no archive, a cut one, one that is encrypted, an archive of other things, and one with a spoilt part."""
    other, spoilt = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("a.txt", "a")
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(spoilt, "w") as made:
        for name in whole.namelist():
            made.writestr(name, b"<" if name.endswith("sheet1.xml") else whole.read(name))
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    return [b"", b"khong phai", content[:900], locked, other.getvalue(), spoilt.getvalue()]


@pytest.mark.parametrize("kind", range(6))
def test_a_workbook_that_cannot_be_opened_is_told_by_its_name(make: Make, tmp_path: Path, kind: int) -> None:
    make(cell("B5"))
    (tmp_path / "mau.xlsx").write_bytes(damaged((tmp_path / "mau.xlsx").read_bytes())[kind])
    with pytest.raises(BadForm, match=r"mau\.xlsx: không mở được"):
        read_form(tmp_path / "mau.toml")


SHOWN = '\n[[shown]]\nat = "A5:C6"\nhead = 1\n'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (SHOWN.replace("1", '"hai"'), "head phải là số"),
        (SHOWN.replace("head = 1", "head = true"), "head phải là số"),
        (SHOWN.replace("1", "3"), "head phải là số"),
        (SHOWN + "caption = 5\n", "caption phải là chữ"),
        ('\n[[shown]]\nhead = 1\nat = ["A5"]\n', "at phải là chữ"),
        (SHOWN.replace('"A5:C6"', "5"), "at phải là chữ"),
        ('\n[[cell]]\nat = 5\nfigure = "von:central"\n', "at phải là chữ"),
        ('\n[[cell]]\nat = "B5"\nfigure = 5\n', "figure phải là chữ"),
        (cell("B5") + "of = [1]\n", "of phải là chữ"),
        (cell("B5") + "label = 1\n", "label phải là chữ"),
        ('\n[[blank]]\nat = "B5"\nwhy = 1\n', "why phải là chữ"),
        (block("A5:C5").replace('"tieu-chi"', "1"), "rows phải là chữ"),
        (block("A5:C5").replace("at = 1", "at = true"), "khối không có cột thứ True"),
        (block("A5:C5").replace("[[block.column]]", "[block.column]"), "column phải là các bảng"),
        ('\n[cell]\nat = "B5"\n', "cell phải là các bảng"),
        ('\n[[cell]]\nat = "A0"\nfigure = "von:central"\n', "không phải địa chỉ ô"),
        (block("C5:A5"), "không phải địa chỉ ô"),
    ],
)
def test_a_thing_of_another_kind_is_a_fault(make: Make, body: str, words: str) -> None:
    with pytest.raises(BadForm) as bad:
        make(body)
    assert any(words in fault for fault in bad.value.faults), bad.value


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("first_year = 2021", 'first_year = "2021"'),
        ("first_year = 2021", "first_year = 2021\nlast_year = true"),
        ("first_year = 2021", "first_year = 2021\nnote = 5"),
        ('code = "mau"', "code = 5"),
        ('title = "Biểu thử"', 'title = ["Biểu thử"]'),
        ('trust = "recalled"', "trust = []"),
        ('sheet = "Biểu"', "sheet = 1"),
    ],
)
def test_a_fact_of_another_kind_is_a_fault(make: Make, old: str, new: str) -> None:
    with pytest.raises(BadForm, match="phải là"):
        make(cell("B5"), head=HEAD.replace(old, new))


def test_added_rows_move_what_is_below_and_stretch_what_is_around() -> None:
    moved = {
        name: str(Area.at(name).after_adding(3, below=5))
        for name in ("A1:B4", "A5", "A4:B5", "A1:B9", "A6:B7")
    }  # type: ignore[union-attr]
    assert moved == {"A1:B4": "A1:B4", "A5": "A5:A8", "A4:B5": "A4:B8", "A1:B9": "A1:B12", "A6:B7": "A9:B10"}
