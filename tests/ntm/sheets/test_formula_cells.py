"""Formulas: their stored result is read, never the formula; one without a result is a fault of its row."""

import pytest

from ntm.sheets import widgets
from ntm.sheets.reading.book import open_book
from ntm.sheets.workbook import escaped_for_csv, fault_in, read_table
from tests.data import parts
from tests.data.build import CORPUS
from tests.data.parts import HEADER, row
from tests.ntm.sheets import files


def cells(*said: str) -> list[list[str] | None]:
    """The second row of a catalogue's file."""
    return read_table(files.upload(parts.rows(HEADER, row(2, *said)))).rows[0][1]


@pytest.mark.parametrize(
    "title", [title for title in CORPUS if "formula" in title and not CORPUS[title].refused]
)
def test_what_a_file_with_formulas_holds_is_declared_and_found(title: str) -> None:
    member = CORPUS[title]
    with open_book(files.upload(member.make(), member.file)) as book:
        found = {row.number: row.cells for row in book.sheets[0].rows()}
    for number, expected in (member.rows or {}).items():
        assert [cell[0] + cell[1] if cell else None for cell in found[number]] == expected


def test_a_formula_without_a_result_is_a_fault_of_its_cell_and_no_empty_cell() -> None:
    without, with_result, empty = cells("A|<f>1+1</f>", "B|<f>1+1</f><v>2</v>", "C:x")[:2] + [None]
    assert "công thức chưa có kết quả" in str(fault_in(without))
    assert (fault_in(with_result), fault_in(empty)) == (None, None)
    with pytest.raises(ValueError, match="công thức chưa có kết quả"):
        widgets.TextWidget().clean(without)


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"])
def test_an_error_value_is_a_fault_that_quotes_it(error: str) -> None:
    cell = cells("A:x", f"B t='e'|<f>1/0</f><v>{error}</v>")[1]
    assert cell == ["e", error]
    assert error in str(fault_in(cell))


def test_a_result_is_read_by_its_own_kind() -> None:
    found = cells(
        "A t='str'|<f>B1</f><v>0012</v>", "B t='b'|<f>1=1</f><v>1</v>", "C s='1'|<f>TODAY()</f><v>45291</v>"
    )
    assert found == [["s", "0012"], ["b", "1"], ["d", "2023-12-31"]]


def test_a_formula_whose_result_is_no_text_leaves_an_empty_cell() -> None:
    assert cells("A t='str'|<f>B1</f><v></v>", "B:x") == [None, ["s", "x"]]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-1+1", "'=1", "=HYPERLINK(A1)"])
def test_text_that_looks_like_a_formula_stays_text_both_ways(text: str) -> None:
    assert cells(f"A:{text}") == [["s", text]]
    written = escaped_for_csv(text)
    guarded = f"'{written}" if written[0] in "=+-@" else written
    assert read_table(files.upload(f'Mã;Số\n"{guarded}";1\n')).rows[0][1][0] == ["s", text]
