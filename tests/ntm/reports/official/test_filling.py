"""Figures go into a form's own workbook and nothing of its look moves, but for whole rows below a longer block."""

import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.pagebreak import Break

from ntm.reports.official.answers import Answers, Line
from ntm.reports.official.filling import fill
from ntm.reports.official.mapping import Form, all_forms
from ntm.reports.official.preview import missing_of, tables_of, unknown_of
from ntm.reports.official.values import Value, millions, unknown
from tools import report_forms

LOOK = ("font", "border", "fill", "number_format", "protection", "alignment")


def answers(form: Form, rows: int = 1, *, value: Any = 7) -> Answers:
    """The same value everywhere, in blocks of so many rows."""
    cells = tuple(Value(value) for _ in form.cells)
    lines = tuple(
        tuple(
            Line(f"k{n}", f"Dòng {n}", {place: Value(value) for place in block.columns}) for n in range(rows)
        )
        for block in form.blocks
    )
    return Answers(form, cells, lines, illustrative=False)


def filled(given: Answers) -> Any:
    book = load_workbook(io.BytesIO(fill(given).content()))
    return book[given.form.sheet]


def look(sheet: Any, row: int, column: int) -> list[str]:
    return [repr(getattr(sheet.cell(row, column), name)) for name in LOOK]


def settings_of(sheet: Any) -> list[Any]:
    """What stays whatever is filled in."""
    return [
        {key: each.width for key, each in sheet.column_dimensions.items()},
        repr(sheet.page_setup), repr(sheet.page_margins), repr(sheet.print_options),
        repr(sheet.sheet_properties.pageSetUpPr), sheet.print_title_rows, sheet.oddFooter.center.text,
    ]  # fmt: skip


FORMS = pytest.mark.parametrize("form", list(all_forms().values()), ids=lambda form: form.code)


@FORMS
def test_the_look_stays_what_it_was(form: Form) -> None:
    before, after = load_workbook(form.path)[form.sheet], filled(answers(form))
    assert settings_of(before) == settings_of(after)
    assert before.dimensions == after.dimensions and before.print_area == after.print_area
    assert sorted(map(str, before.merged_cells.ranges)) == sorted(map(str, after.merged_cells.ranges))
    for row in range(1, before.max_row + 1):
        assert before.row_dimensions[row].height == after.row_dimensions[row].height
        for column in range(1, before.max_column + 1):
            assert look(before, row, column) == look(after, row, column), (row, column)


@FORMS
def test_words_of_the_form_stay(form: Form) -> None:
    before, after = load_workbook(form.path)[form.sheet], filled(answers(form))
    for row in before.iter_rows():
        for cell in row:
            if cell.value is not None:
                assert after[cell.coordinate].value == cell.value


@pytest.mark.parametrize(
    "form", [form for form in all_forms().values() if form.blocks], ids=lambda form: form.code
)
def test_what_is_below_a_longer_block_moves_down_whole(form: Form) -> None:
    more = 30
    before, after = load_workbook(form.path)[form.sheet], filled(answers(form, more + 1))
    bottom, last = form.blocks[0].area.bottom, before.max_row
    moved = {row: row if row <= bottom else row + more for row in range(1, last + 1)}
    assert settings_of(before) == settings_of(after)
    for row, place in moved.items():
        assert before.row_dimensions[row].height == after.row_dimensions[place].height, row
        for column in range(1, before.max_column + 1):
            assert look(before, row, column) == look(after, place, column), (row, column)
    for row in range(bottom + 1, bottom + more + 1):
        assert [look(after, row, 2), look(after, row, 9)] == [
            look(before, bottom, 2),
            look(before, bottom, 9),
        ]
    assert after.print_area.endswith(f"${int(before.print_area.rpartition('$')[2]) + more}")
    merges = {each.coord for each in after.merged_cells.ranges}
    for each in before.merged_cells.ranges:
        each.shift(row_shift=moved[each.min_row] - each.min_row)
        assert each.coord in merges
    assert after.cell(bottom + more, form.blocks[0].area.left).value == 7


def test_names_move_with_their_cells() -> None:
    form = all_forms()["xa-theo-so-tieu-chi"]
    book = load_workbook(io.BytesIO(fill(answers(form, 9)).content()))
    first = form.blocks[0].area.top
    assert book.defined_names["cac_huyen"].attr_text == f"'Biểu 03'!$A${first}:$I${first + 8}"
    assert book.defined_names["bang"].attr_text == load_workbook(form.path).defined_names["bang"].attr_text
    assert f"A{first + 8}:B{first + 8}" in {each.coord for each in book["Biểu 03"].merged_cells.ranges}


def test_a_page_break_below_the_last_row_stays_below_it(tmp_path: Path) -> None:
    form = all_forms()["xa-theo-so-tieu-chi"]
    book, area = load_workbook(form.path), form.blocks[0].area
    for row in (area.top - 1, area.bottom, area.bottom + 2):
        book[form.sheet].row_breaks.append(Break(row))
    book.save(tmp_path / "mau.xlsx")
    sheet = filled(answers(replace(form, path=tmp_path / "mau.xlsx"), 9))
    more = 9 - (area.bottom - area.top + 1)
    assert [each.id for each in sheet.row_breaks.brk] == [
        area.top - 1,
        area.bottom + more,
        area.bottom + 2 + more,
    ]


def test_an_unknown_figure_leaves_its_cell_empty_and_the_foot_says_so() -> None:
    form = all_forms()["nguon-luc"]
    none = Answers(form, tuple(unknown("chưa nhập") for _ in form.cells), (), illustrative=True)
    sheet = filled(none)
    assert all(sheet.cell(each.area.top, each.area.left).value is None for each in form.cells)
    assert form.note is not None
    note = sheet.cell(form.note.top, form.note.left).value
    blanks = sum(each.area.bottom - each.area.top + 1 for each in form.blanks)
    assert note.startswith(f"Ghi chú: {len(form.cells) + blanks} ô để trống là chưa có số liệu")
    assert "số liệu minh họa" in note
    assert unknown_of(none) == [("chưa nhập", len(form.cells))]


@pytest.mark.parametrize("words", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2"])
def test_no_text_becomes_a_formula(words: str) -> None:
    form = all_forms()["chi-tieu-xa"]
    sheet = filled(answers(form, 2, value=words))
    found = [sheet.cell(form.blocks[0].area.top, column) for column in range(1, 9)]
    assert {cell.value for cell in found} == {words}
    assert {cell.data_type for cell in found} == {"s"}


def test_numbers_are_numbers() -> None:
    form = all_forms()["nguon-luc"]
    sheet = filled(answers(form, value=Decimal("277000.5")))
    assert sheet.cell(form.cells[-1].area.top, form.cells[-1].area.left).value == 277000.5


def test_a_table_of_the_page_is_the_sheet_with_its_merged_cells() -> None:
    form = all_forms()["tieu-chi-theo-nhom"]
    given = answers(form, 3)
    (table,) = tables_of(form, fill(given))
    assert [square.text for square in table.head[1]][:3] == ["Chung", "Xã ĐBKK", "Xã DTTS&MN"]
    assert (table.head[0][2].across, table.head[0][0].down) == (4, 2)
    assert len(table.body) == 2 + 3
    assert all(sum(square.across for square in row) == 12 for row in table.body)
    assert table.body[0][1].names_row and table.body[-1][1].is_number
    assert [each.where for each in missing_of(form)] == ["cột L (từ dòng 14)"]


def test_amounts_are_exact_in_millions() -> None:
    assert millions(277_000_000_000).value == 277_000
    assert millions(1_500_001).value == Decimal("1.500001")
    assert millions(None, why="chưa nhập").value is None
    assert [Value(Decimal(text)).words for text in ("93.70", "1000", "0.05")] == ["93,7", "1.000", "0,05"]


def test_the_workbooks_are_those_that_the_tool_draws(tmp_path: Path) -> None:
    """But for what a saved file tells of its hour."""
    report_forms.main(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f.path.name for f in all_forms().values()
    )
    for form in all_forms().values():
        ours, drawn = (load_workbook(path)[form.sheet] for path in (form.path, tmp_path / form.path.name))
        assert settings_of(ours) == settings_of(drawn)
        assert [[cell.value for cell in row] for row in ours] == [
            [cell.value for cell in row] for row in drawn
        ]
        assert ours.parent is not None and drawn.parent is not None
        assert set(ours.parent.defined_names) == set(drawn.parent.defined_names)


@FORMS
def test_each_form_is_a_sheet_of_a4_with_the_country_above_and_roles_below(form: Form) -> None:
    sheet = load_workbook(form.path)[form.sheet]
    words = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "NGƯỜI LẬP BIỂU"} <= words
    assert any(text.startswith("Đơn vị tính: ") for text in words)
    assert f"{form.number} (mẫu tham khảo, chưa đối chiếu văn bản)" in words
    setup = sheet.page_setup
    assert (setup.paperSize, setup.fitToWidth, setup.fitToHeight) in ((9, 1, 0), ("9", 1, 0))
    assert sheet.print_title_rows and sheet.print_area
