"""The matrix, the page of an indicator and their lists: one set of returns behind number, list and file."""

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.models import Round, Submission
from communes.selectors import criteria
from ntm.core.dates import today
from ntm.core.scope import Scope
from ntm.reports.selectors.criteria import Asked, average_of, criteria_year
from tests import factories
from tests.conftest import Land, make_land
from tests.ntm.reports.reading import Page, Reader, body, file_of, table, workbook
from tests.returns import answers, fill, load, long_set, opened

YEAR = "/tieu-chi/2023/"
LIST = f"{YEAR}so-lieu/"
INDICATORS = ("1.1", "1.2", "2.1", "2.2", "3")
PAGES = (YEAR, *(f"{YEAR}ntm/{code}/" for code in INDICATORS))


@pytest.fixture(scope="module")
def land(django_db_setup: None, django_db_blocker: Any) -> Iterator[Land]:
    """Committed, so that each test of the module starts from it; every table is emptied at the end."""
    # Made before what is done for each test: the last one's book may have these keys.
    criteria.forget()
    with django_db_blocker.unblock():
        with transaction.atomic():
            found = make_land()
            factories.level("advanced")
            fill(opened(found.province), found)
            factories.user("xem", "leader", found.province)
        yield found
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()


@pytest.fixture
def a_round(land: Land, db: None) -> Round:
    return Round.objects.get(province=land.province.place, year=2023)


@pytest.fixture
def reader(a_round: Round, client_as: Any) -> Client:
    client: Client = client_as(factories.User.objects.get(username="xem"))
    return client


@pytest.fixture(scope="module")
def opened_once() -> dict[str, Any]:
    return {}


def book(land, key="ntm", year=2023):
    return criteria_year(Scope.of(land.province.place_id, year, today()), key)


def criteria_figures(page: Page):
    return [anchor for anchor in page.figures if "/so-lieu/" in anchor.href and "/tieu-chi/" in anchor.href]


# --- number = list = file ------------------------------------------------------------------------------------------
@pytest.mark.alike
@pytest.mark.parametrize("address", [*PAGES, f"{YEAR}?huyen=167", f"{YEAR}?muc=chua-dat"])
def test_each_number_opens_a_list_and_files_of_that_many_rows(land, a_round, reader, opened_once, address):
    reader = Reader(reader, opened_once)
    anchors = {anchor.href: anchor for anchor in criteria_figures(Page(reader, address))}
    assert anchors
    for anchor in anchors.values():
        assert Page(reader, anchor.href).count == anchor.figure, anchor.href
    # A file holds the rows of its page; what it is asked for it reads as the page does.
    for anchor in {anchor.kind: anchor for anchor in anchors.values()}.values():
        rows, facts = workbook(reader, file_of(anchor.href, "xlsx"))
        assert facts["Số dòng"] == len(rows) == anchor.figure, anchor.href
        assert len(table(reader, file_of(anchor.href, "csv"))) == anchor.figure, anchor.href


@pytest.mark.alike
def test_one_address_never_stands_behind_two_numbers(land, a_round, reader):
    for address in PAGES:
        seen: dict[str, int | None] = {}
        for anchor in criteria_figures(Page(reader, address)):
            assert seen.setdefault(anchor.href, anchor.figure) == anchor.figure, anchor.href


def test_the_states_of_a_criterion_add_up_to_all_units(land, a_round, reader):
    found = book(land)
    for criterion, counts in found.bottlenecks(found.returns):
        assert sum(counts.values()) == len(found.returns) == 5, criterion


def test_what_is_counted_from_results_is_what_is_stored(land, a_round):
    found = book(land)
    for row in found.returns:
        counted = sum(tally.state == "dat" for tally in found.tallies[row.pk].values())
        assert counted == row.met, row
    stored = Submission.objects.get(round=a_round, unit=land.commune_b)
    assert stored.criteria_met == 2


def test_the_ranges_of_a_histogram_hold_every_value_once(land, a_round, reader):
    for code in ("2.1", "2.2", "3"):
        ranges = [
            anchor
            for anchor in criteria_figures(Page(reader, f"{YEAR}ntm/{code}/"))
            if "tu" in anchor.query or "den" in anchor.query
        ]
        assert sum(anchor.figure or 0 for anchor in ranges) == 3


# --- what the numbers say ----------------------------------------------------------------------------------------
def test_the_average_is_over_the_submitted_returns_only(land, a_round, reader):
    found = book(land)
    assert average_of(found.returns) == Decimal("1.67")  # (3 + 2 + 0) / 3: the draft says nothing
    page = Page(reader, YEAR)
    assert "Năm 2023 bình quân đạt 1,67/3 tiêu chí mỗi xã" in page.text
    assert page.values(LIST, bo="ntm", nhom="da-gui") == {3}
    assert "Bình quân 1,67 tiêu chí/xã" in Page(reader, f"{LIST}?bo=ntm&nhom=da-gui").text


def test_what_most_do_not_meet_comes_first(land, a_round, reader):
    found = book(land)
    order = [(criterion.number, counts["chua-dat"]) for criterion, counts in found.bottlenecks(found.returns)]
    assert order == [("2", 2), ("1", 1), ("3", 0)]
    assert "vướng nhất ở tiêu chí 2: 2 xã chưa đạt" in Page(reader, YEAR).text


def test_a_blank_threshold_is_never_met(land, a_round):
    members = book(land).members(Asked(criterion="3", state="chua-danh-gia"))
    assert [row.code for row in members] == [land.commune_c.code]


def test_a_draft_says_nothing(land, a_round):
    members = book(land).members(Asked(criterion="1", state="chua-co"))
    assert {row.code for row in members} == {land.commune_d.code, land.commune_e.code}


def test_the_reason_names_the_distance(land, a_round, reader):
    rows, _ = workbook(reader, f"{LIST}danh-sach.xlsx?bo=ntm&chi_tieu=2.1&kq=chua-dat")
    (row,) = rows
    assert (row["Giá trị"], row["Còn thiếu"], row["Chuẩn"]) == (81.5, 8.5, "≥ 90")
    assert row["Lý do"] == "chưa đạt: 81,5 %, cần từ 90 %, thiếu 8,5 điểm %"
    assert row["Mức tin cậy"] == "Minh họa"
    assert "Chưa đạt: 81,5 %" in Page(reader, f"{YEAR}ntm/2.1/").text


def test_an_indicator_leads_to_what_each_unit_entered(land, a_round, reader):
    page = reader.get(f"{YEAR}ntm/2.1/")
    address = page.context["sideways_url"]
    assert f'href="{address}"' in page.content.decode()
    assert "81,5" in reader.get(address).content.decode()


def test_the_source_of_an_indicator_is_named_by_its_site(a_round, reader):
    address = "https://phap-luat.example.vn/tim?q=Th%E1%BB%B1c+h%C3%A0nh"
    a_round.criteria_set.criteria.get(number="2").indicators.update(
        source=f"{address}; theo văn bản năm 2022"
    )
    html = reader.get(f"{YEAR}ntm/2.1/").content.decode()
    assert f'href="{address}" rel="noreferrer noopener"' in html
    assert ">phap-luat.example.vn</a>" in html


def test_the_cells_of_the_matrix_say_how_many_are_lacking_and_lead_to_the_unit(land, a_round, reader):
    html = Page(reader, YEAR).html
    pattern = (
        rf'<a href="/dia-ban/xa/{land.commune_c.code}/2023/#tc-(\d)" title="([^"]*)"[^>]*>.*?</span>(.)<'
    )
    assert re.findall(pattern, html) == [
        ("1", "Chưa đạt: 1.2", "1"), ("2", "Chưa đạt: 2.2", "1"), ("3", "Chưa đánh giá được: 3", "?"),
    ]  # fmt: skip


def test_the_matrix_as_a_file_has_the_rows_of_the_page(land, a_round, reader):
    page = Page(reader, f"{YEAR}?tieu_chi=2&kq=chua-dat")
    rows, facts = workbook(reader, f"{YEAR}danh-sach.xlsx?tieu_chi=2&kq=chua-dat")
    assert page.count == len(rows) == facts["Số dòng"] == 2
    assert {row["Tiêu chí đạt"] for row in rows} == {0, 2}
    assert {row["2. Tiêu chí 2"] for row in rows} == {"Chưa đạt: 2.1", "Chưa đạt: 2.2"}


def test_the_workbook_of_the_year_holds_the_matrix_and_each_indicator(land, a_round, reader):
    whole = openpyxl.load_workbook(io.BytesIO(body(reader.get("/tong-quan/2023.xlsx"))))
    header, *rows, last = whole["Tiêu chí xã đạt chuẩn NTM"].iter_rows(values_only=True)
    found = [dict(zip(map(str, header), row, strict=True)) for row in rows]
    assert found == workbook(reader, "/tieu-chi/2023/danh-sach.xlsx?bo=ntm")[0]
    header, *rows, last = whole["Chỉ tiêu xã đạt chuẩn NTM"].iter_rows(values_only=True)
    assert last[0] == f"Tổng số: {len(rows)} dòng" and len(rows) > 0
    assert all(sum(row[3:]) == row[2] > 0 for row in rows)
    assert [row[0] for row in rows] == [one.code for one in book(land).set_book.indicators.values()]


def test_who_meets_all_without_a_decision_waits_and_is_not_counted(land, a_round, reader):
    assert Page(reader, YEAR).values(LIST, bo="ntm", nhom="cho-cong-nhan") == {1}
    year = Page(reader, "/tong-quan/2023/")
    assert year.values(LIST, bo="ntm", nhom="cho-cong-nhan") == {1}
    factories.recognition(land.commune_a)
    assert Page(reader, YEAR).values(LIST, bo="ntm", nhom="cho-cong-nhan") == set()


def test_few_criteria_are_counted_only_of_a_set_that_has_more(land, a_round, reader):
    asked = long_set()
    made = opened(land.province, asked, year=2022)
    for unit, met in ((land.commune_a, 14), (land.commune_b, 15)):
        typed = [f"_{number}" for number in range(met + 1, 20)]
        given = [answer for answer in answers(**dict.fromkeys(typed, "C")) if answer.code.isdigit()]
        have = {answer.code for answer in given}
        given += [type(given[0])(str(n), "Đ", True) for n in range(1, 20) if str(n) not in have]
        given = [answer if answer.code != "3" else type(answer)("3", "Đ", True) for answer in given]
        load(made, unit, given)
    page = Page(reader, "/tieu-chi/2022/")
    assert page.values("/tieu-chi/2022/so-lieu/", bo="ntm", nhom="duoi-15") == {1}
    assert "1 xã dưới 15 tiêu chí" in Page(reader, "/tong-quan/2022/").text
    assert "dưới 15 tiêu chí" not in Page(reader, YEAR).text


# --- what was asked wrongly, and what there is nothing of ------------------------------------------------------------
def test_a_year_without_a_round_says_so(land, a_round, reader):
    assert "chưa mở kỳ nhập liệu" in Page(reader, "/tieu-chi/2021/").text
    assert reader.get("/tieu-chi/2021/danh-sach.xlsx").status_code == 404
    assert reader.get("/tieu-chi/")["Location"] == YEAR


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{LIST}?bo=khong-co", 404),
        (f"{YEAR}ntm/9.9/", 404),
        (f"{YEAR}la-gi/1.1/", 404),
        (f"{LIST}?bo=ntm&chi_tieu=9.9", 400),
        (f"{LIST}?bo=ntm&kq=gi-do", 400),
        (f"{LIST}?bo=ntm&chi_tieu=2.1&tu=NaN", 400),
        (f"{LIST}danh-sach.csv?bo=ntm&huyen=999", 400),
        (f"{YEAR}?tieu_chi=99", 400),
        ("/tieu-chi/1066/", 404),
    ],
)
def test_a_wrong_address_is_answered_with_a_sentence(land, a_round, reader, address, status):
    assert reader.get(address).status_code == status


def test_no_other_province_is_ever_read(land, a_round, reader, client_as):
    opened(land.foreign, a_round.criteria_set)
    assert land.foreign_commune.name not in Page(reader, YEAR).text
    neighbour = client_as(factories.user("la", "leader", land.foreign))
    assert Page(neighbour, YEAR).values(LIST, bo="ntm") == {1}


def test_people_of_one_commune_have_no_page_of_the_province(land, a_round, client_as):
    officer = factories.user("officer", "commune_officer", land.commune_a)
    assert client_as(officer).get(YEAR).status_code == 403


# --- cost -----------------------------------------------------------------------------------------------------------
def queries(client: Client, address: str) -> int:
    client.get(address).close()
    with CaptureQueriesContext(connection) as found:
        response = client.get(address)
        response.close()
    assert response.status_code == 200, address
    return len(found)


@pytest.mark.alike
def test_no_page_asks_more_of_thirty_communes_than_of_three(land, a_round, reader):
    addresses = (
        YEAR, f"{YEAR}?tieu_chi=2&kq=chua-dat", f"{YEAR}danh-sach.xlsx", f"{YEAR}ntm/2.1/",
        f"{LIST}?bo=ntm", f"{LIST}?bo=ntm&tieu_chi=2&kq=chua-dat", f"{LIST}?bo=ntm&chi_tieu=2.1&tu=80",
    )  # fmt: skip
    small = {address: queries(reader, address) for address in addresses}
    more = [factories.unit(land.district, f"Xã số {number}") for number in range(30)]
    row = Submission.objects.get(round=a_round, unit=land.commune_b)
    for unit in more:
        copy = Submission.objects.get(pk=row.pk)
        copy.pk, copy.unit = None, unit
        copy.save()
        results = list(row.results.all())
        for result in results:
            result.pk, result.submission = None, copy
        type(results[0]).objects.bulk_create(results)
    big = {address: queries(reader, address) for address in addresses}
    assert all(count <= small[address] for address, count in big.items()), (small, big)
    assert max(small.values()) <= 20
