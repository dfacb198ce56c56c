"""A list as a page and as two files: one set of rows for all three."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
import pytest
from django import forms
from django.core.exceptions import BadRequest
from django.http import Http404
from django.test import RequestFactory

from ntm.core.filters import ScopeFilter
from ntm.core.tables import BaseTable, NumberColumn, SumTable
from ntm.core.views import ListPage, SumPage, Total, first_or_404, list_paths
from tests.ntm.reports.reading import rows_of_csv, rows_of_xlsx, sheets


@dataclass
class Row:
    name: str
    value: int


ROWS = [Row(f"Xã {number:03d}", number) for number in range(450)]


class RowTable(BaseTable):
    name = tables.Column("Tên")
    value = NumberColumn(verbose_name="Số")


class LeastForm(forms.Form):
    tu = forms.IntegerField(label="Từ", required=False, min_value=0)


class Rows(ListPage):
    permission = "communes.view_unit"
    title = "Các dòng"
    table_class = RowTable

    def get_filter(self) -> ScopeFilter:
        return ScopeFilter(LeastForm(self.request.GET), self.narrow)

    def narrow(self, chosen: dict[str, Any]) -> list[Row]:
        return [row for row in ROWS if row.value >= (chosen["tu"] or 0)]


def ask(address: str, view: type[ListPage] = Rows, **options: Any) -> Any:
    request = RequestFactory().get(address)
    request.user = SimpleNamespace(is_authenticated=True, is_active=True, has_perm=lambda name: True)
    return view.as_view(**options)(request)


def context(address: str, view: type[ListPage] = Rows) -> dict[str, Any]:
    found: dict[str, Any] = ask(address, view).context_data
    return found


def test_the_count_is_of_all_rows_not_of_one_page():
    shown = context("/dong/?tu=10")
    assert shown["count"] == 440
    assert len(shown["table"].page.object_list) == 200
    assert shown["table"].page.paginator.num_pages == 3


@pytest.mark.parametrize(("page", "number"), [("2", 2), ("3", 3), ("99", 3), ("x", 1), ("-1", 3)])
def test_a_page_that_is_not_there_shows_one_that_is(page, number):
    assert context(f"/dong/?page={page}")["table"].page.number == number


@pytest.mark.parametrize("sort", ["value", "-value", "name", "khong_co", "'; drop", ""])
def test_any_order_may_be_asked_for(sort):
    assert ask(f"/dong/?sort={sort}").status_code == 200


def test_sorting_turns_the_rows_round():
    first = context("/dong/?sort=-value")["table"].page.object_list[0]
    assert first.record.value == 449


@pytest.mark.django_db  # The end of an answer looks after the connections.
def test_both_files_hold_the_rows_of_the_page():
    rows = rows_of_xlsx(ask("/dong/danh-sach.xlsx?tu=440", file_format="xlsx"))
    lines = rows_of_csv(ask("/dong/danh-sach.csv?tu=440", file_format="csv"))
    assert len(rows) == len(lines) == context("/dong/?tu=440")["count"] == 10
    assert rows[0] == {"Tên": "Xã 440", "Số": 440}
    assert lines[0] == {"Tên": "Xã 440", "Số": "440"}


def test_the_files_are_offered_with_the_same_scope_and_without_the_page():
    shown = context("/dong/?tu=7&page=2&sort=-value")
    assert shown["exports"] == {
        "xlsx": "/dong/danh-sach.xlsx?tu=7",
        "csv": "/dong/danh-sach.csv?tu=7",
    }
    assert context("/dong/")["exports"]["csv"] == "/dong/danh-sach.csv"


def test_what_narrows_the_list_is_said_and_can_be_taken_away():
    assert context("/dong/?tu=7")["chips"] == [("Từ: 7", "?")]


@pytest.mark.parametrize("text", ["abc", "-1", "1e3"])
def test_a_filter_that_cannot_be_read_is_said_beside_its_field_and_shows_no_rows(text):
    answer = ask(f"/dong/?tu={text}")
    assert answer.status_code == 400
    assert answer.context_data["count"] == 0
    assert answer.context_data["filter"].form.errors["tu"]
    assert answer.context_data["table"].empty_text == "Hãy sửa bộ lọc rồi lọc lại."


def test_a_file_of_such_a_filter_is_refused():
    with pytest.raises(BadRequest, match="Bộ lọc không hợp lệ"):
        ask("/dong/danh-sach.csv?tu=abc", file_format="csv")


def test_a_list_of_money_states_its_sum():
    class Sums(Rows):
        def get_total(self, rows: Any) -> Total:
            return Total(len(rows), sum(row.value for row in rows))

    shown = context("/dong/?tu=448", Sums)
    assert (shown["count"], shown["total"]) == (2, 897)
    assert context("/dong/?tu=448")["total"] is None


class PartTable(SumTable):
    name = tables.Column("Phần", footer="Cộng")

    class Meta(SumTable.Meta):
        sequence = ("name", "...")


class Parts(SumPage):
    """16 of 12: four more."""

    permission = "communes.view_unit"
    title = "Vượt kế hoạch"
    table_class = PartTable

    def get_rows(self, narrowed: Any) -> list[Row]:
        return [Row("Kết quả", 16), Row("Kế hoạch", -12)]


def test_a_number_made_of_signed_parts_is_their_sum_on_the_page():
    shown = context("/hieu/", Parts)
    assert (shown["count"], shown["parts"]) == (4, 2)
    cells = [[str(cell) for cell in row] for row in shown["table"].rows]
    assert cells == [["Kết quả", "16"], ["Kế hoạch", "−12"]]
    assert [column.footer for column in shown["table"].columns] == ["Cộng", "4"]
    assert context("/dong/")["parts"] is None


@pytest.mark.django_db  # The end of an answer looks after the connections.
def test_its_files_hold_the_same_parts_and_state_their_sum():
    rows, facts = sheets(ask("/hieu/danh-sach.xlsx", Parts, file_format="xlsx"))
    assert [(row["Phần"], row["Số lượng"], row["Cộng dồn"]) for row in rows] == [
        ("Kết quả", 16, 16),
        ("Kế hoạch", -12, 4),
    ]
    assert (facts["Số dòng"], facts["Tổng cộng"]) == (2, 4)
    lines = rows_of_csv(ask("/hieu/danh-sach.csv", Parts, file_format="csv"))
    assert [(line["Số lượng"], line["Cộng dồn"]) for line in lines] == [("16", "16"), ("-12", "4")]


def test_an_empty_list_says_why_it_is_empty():
    class Nothing(Rows):
        empty = "Chưa có dòng nào."

    shown = context("/dong/?tu=1000", Nothing)
    assert (shown["count"], shown["table"].empty_text) == (0, "Chưa có dòng nào.")


def test_a_list_has_three_addresses():
    found = {pattern.name: str(pattern.pattern) for pattern in list_paths("dong/", Rows, name="rows")}
    assert found == {
        "rows": "dong/",
        "rows-xlsx": "dong/danh-sach.xlsx",
        "rows-csv": "dong/danh-sach.csv",
    }


def test_what_is_missing_and_what_is_foreign_are_the_same():
    assert first_or_404([1, 2]) == 1
    with pytest.raises(Http404):
        first_or_404([])
