"""Headers of sheets that nobody prepared: found wherever they stand, in any order, and never one for another."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm.sheets.imports import kinds
from ntm.sheets.imports.headers_of import Headers, numbered, word
from ntm.sheets.imports.kinds import Column
from ntm.sheets.imports.layout import layout_of
from ntm.sheets.reading.book import Row

COLUMNS = (
    Column("ma", "Mã xã", kinds.KEY, names=("Mã", "Mã đơn vị")),
    Column("ten", "Tên xã", kinds.NAME, names=("Xã", "Đơn vị")),
    Column(
        "1.1",
        "1.1. Có quy hoạch chung còn thời hạn (Đạt/Chưa đạt)",
        names=("Có quy hoạch chung còn thời hạn",),
    ),
    Column("1.10", "1.10. Công khai quy hoạch", names=("Công khai quy hoạch",)),
    Column("2.1", "2.1. Tỷ lệ đường xã được cứng hóa (%)", names=("Tỷ lệ đường xã được cứng hóa",)),
    Column("2.2", "2.2. Tỷ lệ đường thôn được cứng hóa (%)", names=("Tỷ lệ đường thôn được cứng hóa",)),
    Column("3", "3. Tỷ lệ đất được tưới tiêu (%)", names=("Tỷ lệ đất được tưới tiêu",)),
)
KEYS = [column.key for column in COLUMNS]
HEADERS = Headers(COLUMNS, 2023)

written = st.sampled_from(COLUMNS).flatmap(
    lambda one: st.tuples(st.just(one.key), st.sampled_from((one.title, *one.names)))
)
ways = st.sampled_from(
    (
        str,
        str.upper,
        str.lower,
        lambda text: f"  {text} : ",
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace(" ", "\n"),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace(" ", "\u00a0"),
    )
)


def row(number: int, *texts: str | None, hidden: bool = False) -> Row:
    return Row(number, hidden, [["s", text] if text else None for text in texts])


@given(written, ways)
def test_a_column_is_known_however_its_words_are_written(one, way):
    key, text = one
    assert HEADERS.of(way(text)) == key


@given(st.text(max_size=60))
def test_words_of_nobody_name_a_column_only_by_its_own(text):
    """Whatever is written: what it is taken for, it says; by the key, by a name, or by the beginning of one."""
    key = HEADERS.of(text)
    if key is not None:
        column = HEADERS.columns[key]
        own = {word(name) for name in (column.key, column.title, *column.names)}
        assert word(text) in own or word(text).split(" ")[0].strip(".:)") == key


@given(st.sampled_from(COLUMNS[2:]), st.sampled_from(COLUMNS[2:]))
def test_the_code_of_one_beside_the_words_of_another_names_neither(one, other):
    found = HEADERS.of(f"{one.key}. {other.names[0]}")
    assert found == (one.key if one is other else None)


@given(st.permutations(COLUMNS), st.integers(0, 6), ways, st.data())
def test_the_header_is_found_below_titles_in_any_order(columns, above, way, data):
    titles = [
        row(at + 1, data.draw(st.sampled_from(("BIỂU TỔNG HỢP", "UBND tỉnh", "Năm 2023"))))
        for at in range(above)
    ]
    texts = [way(data.draw(st.sampled_from((column.title, *column.names)))) for column in columns]
    rows = [*titles, row(above + 1, *texts), row(above + 2, *["x"] * len(columns))]
    layout = layout_of(rows, (), HEADERS, ours=False)
    assert layout.numbers == (above + 1,)
    assert layout.places == {column.key: at for at, column in enumerate(columns)}
    assert not layout.unknown


@given(st.permutations(COLUMNS[2:]), st.integers(1, 3))
def test_two_header_rows_with_groups_above(columns, groups):
    top = row(
        1,
        "Mã xã",
        "Tên xã",
        *(f"Nhóm {at // groups}" if at % groups == 0 else None for at in range(len(columns))),
    )
    low = row(2, None, None, *(column.title for column in columns))
    layout = layout_of(
        [top, low, row(3, "05602", "Phú Đình", *["1"] * len(columns))],
        ("A1:A2", "B1:B2"),
        HEADERS,
        ours=False,
    )
    assert layout.places == {key: at for at, key in enumerate(["ma", "ten", *(one.key for one in columns)])}
    assert layout.start == 2


@pytest.mark.parametrize(
    "text",
    [
        "3 tháng đầu năm",
        "1.1.2",
        "2.1 Tỷ lệ hộ nghèo",
        "2.1. Tỷ lệ",
        "Kết quả năm 2022",
        "Tỷ lệ",
        "",
        "STT",
    ],
)
def test_what_only_resembles_a_column_is_none(text):
    assert HEADERS.of(text) is None


def test_a_name_that_was_cut_off_counts_beside_its_code():
    assert HEADERS.of("2.1. Tỷ lệ đường xã được…") == "2.1"
    assert HEADERS.of("2.2 - Tỷ lệ đường thôn được cứng hóa") == "2.2"


def test_a_number_in_the_header_is_a_code_only_where_it_can_be_one_alone():
    assert HEADERS.of_cell(["n", "2.1"]) == "2.1"
    assert HEADERS.of_cell(["n", "1.1"]) is None, "1.1 or 1.10"
    assert HEADERS.of_cell(["d", "2023-01-02"]) is None


def test_another_years_group_gives_its_columns_away():
    top = row(1, "Mã xã", "Năm 2022", "Năm 2023")
    low = row(2, None, "2.1", "2.1")
    layout = layout_of([top, low, row(3, "05602", "90", "95")], ("A1:A2",), HEADERS, ours=False)
    assert layout.places == {"ma": 0, "2.1": 2}
    assert [one.letters for one in layout.unknown] == ["B"]


def test_rows_that_number_the_columns():
    assert numbered([["s", "(1)"], ["s", "(2)"], ["s", "(3)"]])
    assert numbered([["n", "1"], ["n", "2"], ["n", "3"]])
    assert not numbered([["n", "1"], ["s", "05602"], ["n", "3"]])
