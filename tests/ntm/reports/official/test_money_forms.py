"""Forms of money: plans, six months, kinds of work and components, each figure with its list; nothing invented."""

import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from funding.models import Allocation, Purpose
from funding.services_allocations import Portion, enter_allocation
from ntm.audit.log import SYSTEM
from tests import factories
from tests.conftest import Land
from tests.ntm.reports.official.test_form_pages import cells
from tests.ntm.reports.official.test_issued_forms import issue
from tests.ntm.reports.reading import Page, body
from tests.replayed import replayed

BASE = "/bieu-mau/2023/"
SOURCES, WORKS, COMPONENTS = (
    f"{BASE}nguon-luc/",
    f"{BASE}theo-loai-cong-trinh/",
    f"{BASE}theo-noi-dung-thanh-phan/",
)
TY = 10**9


@pytest.fixture
@replayed
def money(office: Land) -> Land:
    """Plans of both years, two kinds of work, two components of 2021–2025 and one of later."""
    home = office.province
    allot = factories.allocation
    allot(home, 40 * TY, code="central-investment")
    allot(home, 60 * TY, code="central-investment", year=2024, qualifier="about")
    allot(home, 9 * TY, code="local", qualifier="at_least")
    for code, name, order in (("work-transport", "Giao thông", 1), ("work-water", "Cấp nước", 2)):
        factories.purpose(code, name, order=order)
    for stage, road, water in (("plan", 30, 9), ("half", 11, 4), ("year", 28, None)):
        allot(home, road * TY, stage, to="work-transport", code="central-investment")
        if water is not None:
            allot(home, water * TY, stage, to="work-water", code="central-investment", qualifier="about")
    years = {"first_year": 2021, "last_year": 2025}
    factories.purpose("component-economy", "Kinh tế", order=1, **years)
    factories.purpose("component-culture", "Văn hóa", order=2, **years)
    factories.purpose("component-next", "Giai đoạn sau", order=3, first_year=2026)
    allot(home, 2_500_000, "year", to="component-economy", code="central-investment")
    allot(home, 5 * TY, "year", to="component-economy", code="local", qualifier="about")
    allot(office.foreign, 10**12, to="work-transport", code="central-investment")
    return office


def test_plans_of_both_years_by_source(money: Land, leader: Client) -> None:
    found = cells(leader, SOURCES)
    # Number, source, plan, brought, share, next plan, how it was stated, how the plans were.
    assert found["TỔNG SỐ"][2:] == [
        "49.000",
        "2.500",
        "x",
        "60.000",
        "ít nhất",
        "năm nay: trên; năm sau: ít nhất khoảng",
    ]
    assert found["Vốn đầu tư phát triển"][2:] == ["40.000", "2.500", "x", "60.000", "", "năm sau: khoảng"]
    assert found["Ngân sách trung ương"][2] == "40.000"
    assert found["Ngân sách địa phương"][2:] == ["9.000", "", "", "", "", "năm nay: trên"]
    text = Page(leader, SOURCES).text
    assert "chưa nhập kế hoạch năm 2024 của nguồn này" in text
    assert "danh mục nguồn vốn không có mã central-recurring" in text


def test_kinds_of_work_with_three_figures_each(money: Land, leader: Client) -> None:
    found = cells(leader, WORKS)
    assert found["Giao thông"] == ["1", "Giao thông", "30.000", "11.000", "28.000", ""]
    assert found["Cấp nước"] == ["2", "Cấp nước", "9.000", "4.000", "", "kế hoạch: khoảng; 6 tháng: khoảng"]
    # The plan was stated as a whole and is not the sum of its lines; of six months every line is known; the year's
    # whole is what the source brought.
    total = found["TỔNG SỐ (vốn đầu tư phát triển)"]
    assert total[2:] == ["40.000", "15.000", "2.500", "6 tháng: khoảng, cộng các dòng"]
    assert "1 ô: chưa nhập số thực hiện năm 2023 của nguồn cho nội dung này" in Page(leader, WORKS).text


def test_a_total_is_never_the_sum_of_some_lines(money: Land, leader: Client) -> None:
    Allocation.objects.filter(stage="half", purpose__code="work-water").delete()
    assert cells(leader, WORKS)["TỔNG SỐ (vốn đầu tư phát triển)"][3] == ""
    assert "chưa nhập số thực hiện 6 tháng năm 2023 của nguồn này" in Page(leader, WORKS).text


def test_components_of_the_year_alone_by_source(money: Land, leader: Client) -> None:
    found = cells(leader, COMPONENTS)
    line = found["Kinh tế"]
    assert line[2:] == [
        "5.002,5", "2,5", "", "5.000", "", "", "", "", "Ngân sách địa phương: khoảng",
    ]  # fmt: skip
    assert set(found["Văn hóa"][2:]) == {""}
    assert "Giai đoạn sau" not in found
    later = cells(leader, COMPONENTS.replace("2023", "2026"))
    assert "Giai đoạn sau" in later and "Kinh tế" not in later


@pytest.mark.parametrize("address", [SOURCES, WORKS, COMPONENTS])
def test_each_sum_opens_a_list_with_that_total(money: Land, leader: Client, address: str) -> None:
    sums = {anchor.href: anchor.sum for anchor in Page(leader, address).sums}
    assert len(sums) >= 4
    for href, said in sums.items():
        assert Page(leader, href).total == said, href


@pytest.mark.parametrize(
    ("to", "marked"),
    [("", {SOURCES, WORKS, COMPONENTS}), ("work-water", {WORKS}), ("component-culture", {COMPONENTS})],
)
def test_an_illustration_marks_the_forms_that_speak_of_it(
    money: Land, leader: Client, to: str, marked: set[str]
) -> None:
    factories.allocation(money.province, 1, "half", to=to, trust="illustrative", code="local")
    for address in (SOURCES, WORKS, COMPONENTS):
        assert ("Có số liệu minh họa" in Page(leader, address).text) is (address in marked), address


def test_a_file_prints_every_dong_of_its_millions(money: Land, specialist: Client) -> None:
    """The form's own format has no decimals: 0,4 million would be printed as 0."""
    factories.allocation(money.province, 400_000, "year", to="component-culture", code="central-investment")
    file = specialist.get(f"{issue(specialist, COMPONENTS).get_absolute_url()}tep/")
    sheet = load_workbook(io.BytesIO(body(file))).worksheets[0]
    printed = {cell.value: cell.number_format for row in sheet.iter_rows() for cell in row}
    assert [printed[number] for number in (5000, 5002.5, 0.4)] == ["#,##0", "#,##0.0", "#,##0.0"]


def test_another_day_says_nothing_of_what_it_does_not_tell(money: Land, leader: Client) -> None:
    """Neither how exactly it was stated, nor that it only illustrates."""
    Allocation.objects.filter(purpose__code="work-water").update(trust="illustrative")
    day = f"{WORKS}?ngay=31/05/2023"
    assert cells(leader, WORKS)["Cấp nước"][5] and "Có số liệu minh họa" in Page(leader, WORKS).text
    assert cells(leader, day)["Cấp nước"] == ["2", "Cấp nước", "", "", "", ""]
    text = Page(leader, day).text
    assert "Có số liệu minh họa" not in text
    assert "Chỉ tính quyết định" not in text, "it holds none"
    assert "hãy xem biểu của cả năm hoặc của ngày 30/06" in text
    # Two lines of three figures each, the three of their total; no word on how they were stated is missing.
    assert "9 ô" in text, text


def test_the_forms_of_the_first_six_months_hold_what_was_spent_in_them(money: Land, leader: Client) -> None:
    """The plan of the year and what was spent by the middle of it; nothing that only the year's end tells."""
    home, half = money.province, "?ngay=30/06/2023"
    factories.allocation(home, 21 * TY, "half", code="central-investment", qualifier="about")
    factories.allocation(home, 3 * TY, "half", to="component-economy", code="local", qualifier="at_least")
    row = cells(leader, SOURCES + half)["TỔNG SỐ"]
    assert row[2:6] == ["49.000", "21.000", "x", ""], row
    line = cells(leader, WORKS + half)["Cấp nước"]
    assert line[2:] == ["9.000", "4.000", "", "kế hoạch: khoảng; 6 tháng: khoảng"]
    line = cells(leader, COMPONENTS + half)["Kinh tế"]
    assert line[2:9] == ["3.000", "", "", "3.000", "", "", ""]
    assert "Ngân sách địa phương: trên" in line[-1]
    for address in (SOURCES, WORKS, COMPONENTS):
        page = Page(leader, address + half)
        assert "số thực hiện 6 tháng đầu năm, theo dữ liệu hiện có" in page.text
        assert "Chỉ tính quyết định" not in page.text
        for anchor in page.sums:
            assert Page(leader, anchor.href).total == anchor.sum, anchor.href
    for address in (SOURCES, COMPONENTS):
        assert "Thực hiện 6 tháng đầu năm 2023" in Page(leader, address + half).text
    why = "con số này chỉ có của cả năm: hãy xem biểu của cả năm"
    text = Page(leader, SOURCES + half).text
    assert why in text
    assert "của ngày 30/06" not in text, "it is that one"


def test_a_year_without_lines_says_why_its_table_is_empty(money: Land, leader: Client) -> None:
    why = "danh mục nội dung chi chưa có dòng nào của năm này"
    assert why not in Page(leader, COMPONENTS).text
    Purpose.objects.filter(breakdown="component").update(last_year=2022, first_year=2021)
    assert why in Page(leader, COMPONENTS).text


@pytest.mark.alike
def test_another_purpose_is_another_line_and_costs_no_query(money: Land, leader: Client, cast: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            leader.get(WORKS)
        return len(queries)

    asked()
    before = asked()
    source = factories.source("central-investment")
    for number in range(27):
        purpose = factories.purpose(f"work-n{number}", f"Loại {number}", order=10 + number)
        portion = Portion(source, "plan", 10**6 * (number + 1), purpose)
        enter_allocation(portion, province=money.province.place, year=2023, by=SYSTEM)
    leader.get(WORKS)  # The counter has moved.
    assert asked() == before
    assert cells(leader, WORKS)["Loại 26"][:3] == ["29", "Loại 26", "27"]
