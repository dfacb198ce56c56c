"""Every figure of every year's page opens a list of its own size, on the page and in both files."""

from decimal import Decimal

import pytest
from django.test import Client

from ntm.core.numbers import percent
from tests.ntm.reports.reading import Anchor, Page, body, file_of, table, workbook

pytestmark = pytest.mark.crawl

PAGES = (
    "/tong-quan/2021/", "/tong-quan/2022/", "/tong-quan/2023/", "/tong-quan/2023/?so=nam-truoc",
    "/tong-quan/2024/", "/tong-quan/2025/", "/tong-quan/2026/",
)  # fmt: skip


def check_files(client: Client, anchor: Anchor) -> None:
    """A row counts one; a part of a sum counts what it says."""
    address, figure = anchor.href, anchor.figure
    rows, facts = workbook(client, file_of(address, "xlsx"))
    lines = table(client, file_of(address, "csv"))
    assert facts["Số dòng"] == len(rows) == len(lines), address
    if Page(client, address).parts is None:
        assert len(rows) == figure, address
        return
    assert sum(row["Số lượng"] for row in rows) == facts["Tổng cộng"] == figure, address
    assert sum(int(line["Số lượng"]) for line in lines) == figure, address
    assert rows[-1]["Cộng dồn"] == int(lines[-1]["Cộng dồn"]) == figure, address


def distinct(client: Client, address: str) -> list[Anchor]:
    """The figures of a page by address; the comparison adds those that the page itself does not have."""
    found = {anchor.href: anchor for anchor in Page(client, address).figures}
    if "?" in address:
        for anchor in Page(client, address.partition("?")[0]).figures:
            found.pop(anchor.href, None)
    return list(found.values())


@pytest.mark.parametrize("address", PAGES)
def test_each_count_opens_a_list_of_that_many_rows(reader, address):
    for anchor in distinct(reader, address):
        assert Page(reader, anchor.href).count == anchor.figure, anchor.href


@pytest.mark.parametrize("address", PAGES)
def test_each_kind_of_count_has_files_of_that_many_rows(reader, address):
    """A file holds the rows of its page; what it is asked for it reads as the page does."""
    kinds = {anchor.kind: anchor for anchor in distinct(reader, address)}
    for anchor in kinds.values():
        check_files(reader, anchor)
    if address == "/tong-quan/2023/":
        assert len(kinds) >= 20


@pytest.mark.parametrize("address", PAGES)
def test_each_part_of_a_sum_opens_a_list_of_its_own(reader, address):
    sums = [a for a in distinct(reader, address) if "/phep-tinh/" in a.path]
    for anchor in sums:
        rows = reader.get(anchor.href).context["table"].data
        assert Page(reader, anchor.href).parts == len(rows)
        assert all(row.url for row in rows), anchor.href
        if not anchor.query["so"].startswith("chi-tieu"):
            assert [Page(reader, row.url).count for row in rows] == [abs(row.value) for row in rows]
    if "2023" in address:
        assert len(sums) >= 4


@pytest.mark.parametrize("address", PAGES)
def test_one_address_never_stands_behind_two_numbers(reader, address):
    seen: dict[str, int | None] = {}
    for anchor in Page(reader, address).figures:
        assert seen.setdefault(anchor.href, anchor.figure) == anchor.figure, anchor.href


@pytest.mark.parametrize("address", PAGES)
def test_no_figure_stands_without_its_list(reader, address):
    page = Page(reader, address)
    assert page.bare == []
    assert all(a.href.startswith("/") and not a.href.startswith("//") for a in page.figures + page.sums)


@pytest.mark.parametrize("address", PAGES)
def test_no_number_of_the_page_is_mere_text(reader, address):
    """The answer, rows, bars, their labels, legends, notes: whatever counts something leads to what it counts."""
    assert Page(reader, address).unlinked == []


def test_2023_has_at_least_twenty_counts(reader):
    assert len({a.href for a in Page(reader, "/tong-quan/2023/").figures}) >= 20


@pytest.mark.parametrize("address", PAGES)
def test_each_sum_opens_rows_that_add_up_to_it(reader, address):
    for anchor in Page(reader, address).sums:
        assert Page(reader, anchor.href).total == anchor.sum, anchor.href
        rows, _ = workbook(reader, file_of(anchor.href, "xlsx"))
        lines = table(reader, file_of(anchor.href, "csv"))
        assert sum(row["Số tiền (đồng)"] for row in rows) == anchor.sum, anchor.href
        assert sum(int(line["Số tiền (đồng)"]) for line in lines) == anchor.sum, anchor.href


@pytest.mark.parametrize("address", PAGES)
def test_each_percent_opens_its_numerator(reader, address):
    page = Page(reader, address)
    counts = {anchor.href: anchor.figure for anchor in page.figures}
    shares = [anchor for anchor in page.percents if "/nguon-von/" in anchor.href]
    assert not shares or sum(int(anchor.text.strip().removesuffix("%")) for anchor in shares) == 100
    for anchor in page.percents:
        if anchor in shares:
            continue
        whole = "tat-ca", "huyen" if anchor.query["muc"].startswith("district") else ""
        shown = Decimal(anchor.text.strip().removesuffix("%").replace(",", "."))
        bases = [
            a.figure
            for a in page.figures
            if (a.query.get("so"), a.query.get("cap", "")) == whole
            and a.query.get("huyen") == anchor.query.get("huyen")
        ]
        assert anchor.query["so"] == "luy-ke"
        assert percent(counts[anchor.href], bases[0]) == shown, anchor.href


def test_both_comparisons_show_the_same_state(reader):
    plan, last_year = (Page(reader, f"/tong-quan/2023/{tail}") for tail in ("", "?so=nam-truoc"))
    both = {a.href: a.figure for a in plan.figures} | {a.href: a.figure for a in last_year.figures}
    assert both == {a.href: a.figure for a in last_year.figures} | {a.href: a.figure for a in plan.figures}
    assert "Năm 2023 tăng 10 xã đạt chuẩn so với năm 2022" in last_year.text


@pytest.mark.parametrize("address", PAGES)
def test_every_other_link_of_the_page_opens_too(reader, address):
    """Units, districts, plans, money: one of each kind and each address shape, so that the test stays short."""
    shapes: dict[tuple[str, ...], Anchor] = {}
    for anchor in Page(reader, address).anchors:
        if anchor.href.startswith("/") and anchor.figure is None and anchor.sum is None:
            shapes.setdefault(tuple(anchor.path.split("/")[1:3]), anchor)
    del shapes["tai-khoan", "doi-mat-khau"]  # Nobody of the cast has a password to change.
    for anchor in shapes.values():
        response = reader.get(anchor.href)
        assert response.status_code in (200, 302), anchor.href
        assert not response.streaming or body(response), anchor.href
