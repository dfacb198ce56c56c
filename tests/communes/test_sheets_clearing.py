"""What a sheet clears, and the case that it chooses: in all three shapes of results, each error at its cell."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q

from communes.choices import IndicatorKind, Operator
from communes.models import Result, Threshold
from communes.services.results import Cell, enter
from ntm.sheets.models import Upload
from tests import factories
from tests.communes import sheets
from tests.communes.sheets import book_of

MANY, FEW = "=Xã có trên 3 trường; “lớn”", "+Xã có đến 3 trường"
#: A value with its case in each of the three sheets of results: its row, and the columns of both.
EACH_SHAPE = pytest.mark.parametrize(
    ("shape", "row", "value", "case"),
    [
        ("ky", "05602", "4.1", "4.1:th"),
        ("xa", "4.1", "value", "case"),
        ("chi_tieu", "05602", "value", "case"),
    ],
)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    """A share with two cases; A's return has values, a part and a whole, a reason and a case."""
    made = factories.small_set()
    schools = factories.indicator(made, "4.1", IndicatorKind.PERCENT)
    bars = [
        factories.threshold(schools, Operator.AT_LEAST, value, case=case)
        for value, case in ((70, MANY), (100, FEW))
    ]
    now = factories.a_round(land.province, made)
    returns = {unit.name: factories.submission(now, unit) for unit in land.communes}
    mine = returns["Phú Đình"]
    typed = [
        Cell("1.1", "Đạt", note="xong"), Cell("1.2", "-", note="không có đất"),
        Cell("2.1", numerator="2", denominator="3"), Cell("2.2", "43,5"), Cell("4.1", "80", case=bars[0].pk),
    ]  # fmt: skip
    done = enter(where=Q(pk=mine.pk), typed=typed, by=cast.officer_a)
    assert not done.of("wrong", "stale")
    return SimpleNamespace(
        round=now, returns=returns, cast=cast, office=client_as(cast.specialist), bars=bars, mine=mine,
        shapes={
            "ky": f"ket-qua-ky/{{}}?ky={now.pk}", "xa": f"ket-qua-xa/{{}}?phieu={mine.pk}",
            "chi_tieu": f"ket-qua-chi-tieu/{{}}?ky={now.pk}&chi_tieu=4.1",
        },
    )  # fmt: skip


def filled(place: Any, shape: str, *cells: tuple[str, str, Any]) -> Any:
    book = sheets.fetched(place.office, "/nhap-tep/" + place.shapes[shape].format("mau.xlsx"))
    for row, column, value in cells:
        sheets.put(sheets.rows_of(book), row, column, value)
    return as_words(book)


def as_words(book: Any) -> Any:
    """What begins like a formula is text here."""
    for cell in (cell for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"):
        cell.data_type = "s"
    return book


def look(place: Any, shape: str, book: Any) -> tuple[Any, str]:
    where = sheets.brought(place.office, "/nhap-tep/" + place.shapes[shape].format(""), book)
    return place.office.get(where), where


def stored(place: Any, code: str) -> Any:
    row = Result.objects.get(submission=place.mine, indicator__code=code)
    return row.state, row.value, row.note, row.case_id, row.numerator


def test_round_trip_of_cases_with_hostile_words_in_every_shape(place):
    for shape in place.shapes:
        page, _ = look(place, shape, filled(place, shape))
        assert sheets.changed(page) == (0, 0, 0), (shape, sheets.text_of(page))
    book = filled(place, "ky")
    at = sheets.header_of(sheets.rows_of(book))
    assert sheets.rows_of(book).cell(4, at["4.1:th"]).value == "4.1. Trường hợp"
    assert {"1.1:th", "2.1:th"}.isdisjoint(at), "no column where nothing is chosen"
    lists = {cell.value for row in book["_ntm"].iter_rows() for cell in row}
    assert {MANY, FEW, "(xóa)"} <= lists
    assert "ghi (xóa)" in sheets.rows_of(book)["A3"].value
    assert "Muốn xóa thì ghi (xóa)" in book["Hướng dẫn"]["A3"].value


@EACH_SHAPE
def test_a_value_and_a_case_change_go_and_come_back(place, shape, row, value, case):
    page, where = look(place, shape, filled(place, shape, (row, case, FEW.upper())))
    assert sheets.changed(page) == (0, 1, 0), sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert stored(place, "4.1")[3] == place.bars[1].pk
    page, where = look(place, shape, filled(place, shape, (row, value, "(XOÁ)"), (row, case, "(xóa)")))
    assert sheets.changed(page) == (0, 1, 0)
    assert "80 → (xóa)" in sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert stored(place, "4.1")[:4] == ("empty", None, "", None)
    again, _ = look(place, shape, filled(place, shape, (row, value, "(xóa)"), (row, case, "(xóa)")))
    assert sheets.changed(again) == (0, 0, 0), "what is empty has nothing to clear"
    undo = f"/nhat-ky/lo/{Upload.objects.exclude(batch=None).latest('pk').batch}/hoan-tac/"
    assert place.office.post(undo, sheets.undoing(place.office.get(undo))).status_code == 302
    assert stored(place, "4.1")[1:4] == (80, "", place.bars[1].pk)
    page, where = look(place, shape, filled(place, shape, (row, value, 91.5), (row, case, MANY)))
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert (stored(place, "4.1")[1], stored(place, "4.1")[3]) == (91.5, place.bars[0].pk)


def test_part_whole_and_note_are_cleared_and_the_value_stays(place):
    gone = (("2.1", "numerator", "(xóa)"), ("2.1", "denominator", "(xóa)"), ("1.1", "note", "(xóa)"))
    page, where = look(place, "xa", filled(place, "xa", *gone))
    assert sheets.changed(page) == (0, 2, 0), sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert str(stored(place, "2.1")[1].normalize()) == "66.67"
    assert stored(place, "2.1")[4] is None
    assert stored(place, "1.1")[:3] == ("entered", 1, "")


def test_the_value_goes_with_the_part_and_whole_beside_it(place):
    page, where = look(place, "xa", filled(place, "xa", ("2.1", "value", "(xóa)"), ("1.2", "value", "(xóa)")))
    assert sheets.changed(page) == (0, 2, 0), sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert stored(place, "2.1") == ("empty", None, "", None, None)
    assert stored(place, "1.2")[:3] == ("empty", None, "không có đất")


@EACH_SHAPE
def test_the_case_goes_with_the_value_and_the_note_stays_and_both_are_said(place, shape, row, value, case):
    """A case without a result is none; a note that no cell of the file clears is nobody's to drop."""
    again = Cell("4.1", note="đã khảo sát", version=1)
    assert not enter(where=Q(pk=place.mine.pk), typed=[again], by=place.cast.officer_a).of("wrong", "stale")
    page, _ = look(place, shape, filled(place, shape, (row, value, "(xóa)"), (row, case, FEW)))
    assert "nhưng trường hợp lại được chọn mới" in sheets.text_of(page)
    page, where = look(place, shape, filled(place, shape, (row, value, "(xóa)")))
    text = sheets.text_of(page)
    assert "80 → (xóa), xóa cả trường hợp; ghi chú giữ nguyên" in text
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert stored(place, "4.1")[:4] == ("empty", None, "đã khảo sát", None)


def test_what_cannot_be_cleared_or_chosen_is_told_at_its_cell(place):
    head = ("Mã", "Kết quả 2023", "Tử số", "Mẫu số", "Trường hợp", "Ghi chú")
    rows = (
        ("1.1", None, None, None, MANY, None), ("1.2", None, None, None, None, "(xóa)"),
        ("2.1", None, "(xóa)", None, None, None), ("4.1", None, None, None, "Xã nào đó", None),
    )  # fmt: skip
    text = sheets.text_of(look(place, "xa", as_words(book_of(head, *rows)))[0])
    assert "Sheet!E2 Chỉ tiêu này không có trường hợp để chọn" in text
    assert "Sheet!F3 Kết quả “-” (không áp dụng) phải có lý do nên không xóa được ghi chú" in text
    assert "Tử số và mẫu số chỉ xóa cùng nhau" in text
    assert "Sheet!E5 “Xã nào đó” không có trong các trường hợp" in text
    rows = (("2.1", "(xóa)", 3, 4, None, None), ("1.2", "-", None, None, None, "(xóa)"))
    text = sheets.text_of(look(place, "xa", book_of(head, *rows))[0])
    assert "tử số hoặc mẫu số lại được nhập mới" in text
    assert text.count("phải có lý do") == 1
    page, _ = look(place, "ky", as_words(book_of(("Mã xã", "Trường hợp 4.1"), ("05596", MANY))))
    assert "Sheet!B2 Chưa có kết quả nên chưa ghi được trường hợp" in sheets.text_of(page)


def test_a_case_that_is_no_more_is_left_and_may_be_cleared(place):
    Threshold.objects.filter(pk=place.bars[0].pk).update(is_withdrawn=True)
    made = place.round.criteria_set
    type(made).objects.filter(pk=made.pk).update(version=made.version + 1)
    assert sheets.changed(look(place, "xa", filled(place, "xa"))[0]) == (0, 0, 0)
    page, where = look(place, "xa", filled(place, "xa", ("4.1", "case", "(xóa)")))
    assert "trường hợp không còn dùng → (xóa)" in sheets.text_of(page)
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert stored(place, "4.1")[3] is None
