"""What the office does not know is "chưa có số liệu" and null, never 0, in every output."""

from datetime import date

import pytest

from communes.selectors.yearbook import year_book
from ntm.core.scope import Scope
from ntm.reports import views
from ntm.reports.selectors.figures import Figures
from ntm.reports.selectors.maps import sign_of
from tests.ntm.reports.reading import Page, workbook

#: Years without a single figure of results: before the first one known, and after the last.
WHOLLY_UNKNOWN = (2021, 2024, 2025, 2026)
RESULTS = ("achieved", "difference", "cumulative", "percent")
ASKS_RESULTS = {"dat-moi", "luy-ke", "chua-dat", "dung-muc", "thu-hoi", "sap-xep", "xac-nhan", "tinh-them"}


@pytest.fixture
def november(monkeypatch):
    """Today is 25/11/2026."""
    monkeypatch.setattr(views, "today", lambda: date(2026, 11, 25))


def levels(reader, year):
    return {row["code"]: row for row in reader.get(f"/tong-quan/{year}.json").json()["levels"]}


@pytest.mark.parametrize("year", WHOLLY_UNKNOWN)
def test_a_year_without_results_states_none(reader, year):
    assert levels(reader, year)
    for row in levels(reader, year).values():
        assert {name: row[name] for name in RESULTS} == dict.fromkeys(RESULTS)
        assert row["denominator"] > 0


@pytest.mark.parametrize("year", WHOLLY_UNKNOWN)
def test_its_page_says_so_and_shows_no_count_of_results(reader, year):
    page = Page(reader, f"/tong-quan/{year}/")
    assert "chưa có số liệu" in page.text.lower()
    own = [a for a in page.figures if a.path == f"/tong-quan/{year}/so-lieu/"]
    assert not [a.href for a in own if a.query["so"] in ASKS_RESULTS]
    assert page.percents == []


@pytest.mark.alike
@pytest.mark.parametrize("year", WHOLLY_UNKNOWN)
def test_its_workbook_leaves_the_cells_empty(reader, year):
    rows, facts = workbook(reader, f"/tong-quan/{year}.xlsx")
    assert [row["Mã"] for row in rows[-4:]] == ["total", "central", "local", "other"]
    for row in rows:
        assert (row["Đạt trong năm"], row["Lũy kế"], row["Tỷ lệ (%)"]) == (None, None, None)
        assert row["Số tiền (đồng)"] is None
    assert "ô trống là chưa có số liệu" in facts["Phạm vi"]


def test_of_2022_the_sum_is_known_but_not_what_was_achieved_in_it(reader):
    found = levels(reader, 2022)
    assert {code: row["cumulative"] for code, row in found.items()} == {
        "ntm": 108, "advanced": 17, "model": 4, "district_ntm": 4,
    }  # fmt: skip
    assert {row["achieved"] for row in found.values()} == {None}
    page = Page(reader, "/tong-quan/2022/")
    assert page.values("/tong-quan/2022/so-lieu/", so="luy-ke", muc="ntm") == {108}
    assert page.values("/tong-quan/2022/so-lieu/", so="dat-moi", muc="ntm") == set()


def test_money_that_nobody_entered_is_null(reader):
    for year in (2021, 2022, 2024):
        funding = reader.get(f"/tong-quan/{year}.json").json()["funding"]
        unknown = [
            {"code": code, "amount": None, "qualifier": None} for code in ("central", "local", "other")
        ]
        assert funding == {"total": None, "qualifier": None, "sources": unknown}
        page = Page(reader, f"/tong-quan/{year}/")
        assert page.sums == []
        assert "Chưa có số liệu nguồn vốn năm này." in page.text


def test_the_plan_of_2024_is_known_where_its_results_are_not(reader):
    assert {code: row["plan"] for code, row in levels(reader, 2024).items()} == {
        "ntm": 2, "advanced": 12, "model": 2, "district_ntm": 1,
    }  # fmt: skip
    assert "kế hoạch giao 2 xã đạt chuẩn" in Page(reader, "/tong-quan/2024/").text


def test_nothing_can_be_compared_with_an_unknown_year(reader):
    page = Page(reader, "/tong-quan/2024/?so=nam-truoc")
    assert "Chưa so sánh được năm 2024 với năm 2023: năm 2024 chưa có số liệu" in page.text


def test_after_the_districts_the_map_is_a_grid_of_92_with_the_old_map_below(reader):
    page = Page(reader, "/tong-quan/2026/")
    assert "92 đơn vị cấp xã, trong đó 77 xã thuộc Chương trình" in page.text
    assert "không còn cấp huyện" in page.text
    assert "Trạng thái cuối cùng trên địa giới cũ (31/12/2023)" in page.text
    assert page.values("/tong-quan/2023/so-lieu/", so="luy-ke", muc="ntm", huyen="167") == {22}
    # 75 of the 77 were formed on 01/07/2025; Sảng Mộc and Thượng Quan were left as they were.
    assert page.values("/tong-quan/2026/so-lieu/", so="cho-ra-soat") == {75}
    assert "district_ntm" not in levels(reader, 2026)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_unit_of_unknown_level_is_so_on_the_map_in_the_lists_and_on_its_own_page(
    reader, demonstration, year
):
    book = year_book(Scope.of(demonstration.pk, year, date(2026, 11, 25)))
    figures = Figures(book)
    shown = {unit.code: sign_of(book, unit) for unit in book.communes.values()}
    assert 0 not in shown.values()
    names = {unit.code: figures.level_name(unit) for unit in book.communes.values()}
    asked = {
        row["Mã"] for row in workbook(reader, f"/dia-ban/danh-sach.xlsx?nam={year}&muc=chua-co-so-lieu")[0]
    }
    unknown = {code for code, sign in shown.items() if sign == "na"}
    assert unknown == {code for code, name in names.items() if name == "Chưa có số liệu"} == asked
    assert "hết năm 2025" not in Page(reader, f"/tong-quan/{year}/").text


@pytest.mark.parametrize("year", [2020, 2027, 1, 9999])
def test_a_year_outside_the_selector_is_not_found(leader, year, november):
    for tail in ("/", ".json", ".xlsx", "/so-lieu/"):
        assert leader.get(f"/tong-quan/{year}{tail}").status_code == 404


def test_a_running_year_says_until_when(leader, november):
    answer = leader.get("/tong-quan/2026.json").json()
    assert answer["headline"].startswith("Năm 2026, tính đến 25/11/2026, ")
    assert answer["as_of"] == "2026-11-25"
    assert "tạm tính, năm chưa kết thúc" in Page(leader, "/tong-quan/2026/").text
