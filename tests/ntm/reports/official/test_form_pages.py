"""The pages of report forms: real figures with their lists, nothing invented, and only one's own province."""

import uuid
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.models import Round, Unit
from ntm.core.dates import today
from ntm.reports.official.mapping import all_forms
from ntm.reports.views import ScopedView
from tests import factories
from tests.conftest import Land
from tests.ntm.reports.reading import Page
from tests.replayed import replayed

BASE = "/bieu-mau/2023/"
COMMUNE = f"{BASE}chi-tieu-xa/?xa=05602"
PROVINCE = [f"{BASE}{form.code}/" for form in all_forms().values() if not form.of_commune]
MONEY = f"{BASE}nguon-luc/"
EVERY = [*PROVINCE, COMMUNE]


def cells(client: Client, address: str) -> dict[str, list[str]]:
    """The words of each row of the first table, by what the row is about."""
    tables = client.get(address).context["look"].tables
    return {
        next((square.text.strip() for square in row if square.names_row), ""): [square.text for square in row]
        for table in tables
        for row in table.body
    }


@pytest.mark.alike
@pytest.mark.parametrize("address", EVERY)
def test_each_count_opens_a_list_of_that_many_rows(leader: Client, address: str) -> None:
    for anchor in {anchor.href: anchor for anchor in Page(leader, address).figures}.values():
        page = Page(leader, anchor.href)
        assert page.count == anchor.figure, anchor.href


@pytest.mark.alike
@pytest.mark.parametrize("address", EVERY)
def test_a_form_says_that_it_is_not_held_against_the_law_and_what_is_missing(
    leader: Client, address: str
) -> None:
    page = Page(leader, address)
    assert "Mẫu tham khảo, chưa đối chiếu văn bản" in page.text
    assert "chưa có số liệu" in page.text
    # What no data stands behind is told apart from what was not entered; money has data for every cell.
    without = any(code in address for code in ("chi-tieu-xa", "tieu-chi"))
    assert ("Phần mềm chưa có nguồn số liệu" in page.text) is without
    assert "số liệu đến 31/12/2023" in page.text


def test_counts_by_level_and_by_criteria(leader: Client) -> None:
    found = cells(leader, f"{BASE}xa-theo-so-tieu-chi/")
    assert found["Xã thuộc Chương trình"][3:5] == ["5", "5"]
    assert found["Xã đạt chuẩn nông thôn mới (lũy kế)"][4:6] == ["1", "20"]
    assert found["Xã đạt đủ số tiêu chí"][3:6] == ["1", "1", "20"]
    assert found["Xã chưa gửi kết quả"][4] == "2"
    assert found["Bình quân số tiêu chí đạt"][3:5] == ["3", "1,67"]
    # A set of three criteria says nothing of fifteen.
    assert found["Xã đạt từ 15 đến 18 tiêu chí"][4] == ""
    assert found["Huyện Định Hóa"][1] == "3"


def test_criteria_by_group(leader: Client) -> None:
    found = cells(leader, f"{BASE}tieu-chi-theo-nhom/")
    assert found["Số xã đã gửi kết quả"][2] == "1" and found["Số xã đã gửi kết quả"][6] == "3"
    first = next(row for row in found.values() if row[0] == "1")
    # 2022: all, ĐBKK …; 2023: all, percent, ĐBKK. Nobody has said which communes are ATK.
    assert first[2:12] == ["1", "1", "", "", "2", "66,7", "1", "", "", ""]


def test_money_in_millions_and_what_was_never_split(leader: Client) -> None:
    found = cells(leader, f"{BASE}nguon-luc/")
    assert found["TỔNG SỐ"][3] == "2.500" and found["TỔNG SỐ"][6] == "ít nhất"
    assert found["Vốn đầu tư phát triển"][3] == "2.500"
    assert found["Vốn sự nghiệp"][3] == "" and found["Ngân sách địa phương"][3] == ""
    page = Page(leader, f"{BASE}nguon-luc/")
    assert {anchor.sum for anchor in page.sums} == {2_500_000_000}
    assert all(Page(leader, anchor.href).total == anchor.sum for anchor in page.sums)
    assert "danh mục nguồn vốn không có mã central-recurring" in page.text


def test_indicators_of_a_commune_in_both_years(leader: Client) -> None:
    found = {row[0]: row for row in cells(leader, COMMUNE).values()}
    assert found["2.1"][3:8] == ["≥ 90", "91,5", "Đạt", "95", "Đạt"]
    assert found["1.1"][6:8] == ["Đạt", "Đạt"]
    other = {row[0]: row for row in cells(leader, f"{BASE}chi-tieu-xa/?xa=05596").values()}
    assert other["2.1"][4:8] == ["", "", "81,5", "Chưa đạt"]


def test_a_draft_says_nothing(leader: Client, office: Land) -> None:
    draft = {row[0]: row for row in cells(leader, f"{BASE}chi-tieu-xa/?xa={office.commune_d.code}").values()}
    assert {value for row in draft.values() for value in row[4:8]} == {""}


def test_a_year_asked_by_another_set_is_not_compared(leader: Client, office: Land) -> None:
    Round.objects.filter(year=2022).update(criteria_set=factories.small_set(revision=5))
    first = next(row for row in cells(leader, f"{BASE}tieu-chi-theo-nhom/").values() if row[0] == "1")
    assert first[2] == "" and first[6] == "2"


@pytest.mark.alike
@pytest.mark.parametrize("address", [f"/bieu-mau/2025/{form.code}/" for form in all_forms().values()])
def test_a_year_without_anything_is_empty_never_zero(leader: Client, address: str) -> None:
    page = Page(leader, address)
    of_units = {
        anchor.figure
        for anchor in page.figures
        if "don-vi" not in anchor.href and "so=tat-ca" not in anchor.href
    }
    assert of_units <= {None}, of_units


# --- choosing ------------------------------------------------------------------------------------------------
def test_the_list_offers_years_with_their_day(leader: Client) -> None:
    page = Page(leader, "/bieu-mau/")
    assert "Biểu của năm 2023, số liệu đến 31/12/2023" in page.text
    now = today()
    assert f"Năm {now.year}, số liệu đến {now:%d/%m/%Y}" in page.text
    assert [a.href for a in page.anchors if a.href.startswith(BASE)] == [
        f"{BASE}{code}/" for code in all_forms()
    ]
    assert "Biểu của năm 2022" in Page(leader, "/bieu-mau/?nam=2022").text
    assert leader.get("/bieu-mau/?nam=1900").status_code == leader.get("/bieu-mau/?nam=x").status_code == 400


def test_what_is_chosen_is_a_year_not_a_day(leader: Client) -> None:
    """A past year is listed at its end, this one today; another day is asked for on the form's own page."""
    html = Page(leader, "/bieu-mau/").html
    assert ">Năm của số liệu</label>" in html and "Năm và ngày" not in html and "năm và ngày" not in html


def test_a_province_that_never_had_a_year_has_no_forms(
    leader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScopedView, "last_year", lambda view: settings.FIRST_YEAR - 1)
    assert leader.get("/bieu-mau/").status_code == 404


def test_a_commune_must_be_chosen_first(leader: Client) -> None:
    page = Page(leader, f"{BASE}chi-tieu-xa/")
    assert "Hãy chọn một xã để xem biểu" in page.text and "Xã Phú Đình (Huyện Định Hóa)" in page.text
    assert "Xuất biểu" not in page.text


def test_what_is_not_there_and_what_is_foreign_look_alike(leader: Client, office: Land) -> None:
    foreign = factories.a_round(office.foreign, Round.objects.get(year=2023).criteria_set)
    factories.submission(foreign, office.foreign_commune, state="submitted")
    for address in ("chi-tieu-xa/?xa=99999", f"chi-tieu-xa/?xa={office.foreign_commune.code}", "khong-co/"):
        assert leader.get(BASE + address).status_code == 404, address
    for year in (1999, 2199, 10000, 10**30):
        assert leader.get(f"/bieu-mau/{year}/nguon-luc/").status_code == 404, year


def test_nothing_of_another_province_is_counted(leader: Client, office: Land) -> None:
    before = {address: leader.get(address).context["look"].answers.seal for address in EVERY}
    foreign = factories.a_round(office.foreign, Round.objects.get(year=2023).criteria_set)
    factories.submission(foreign, office.foreign_commune, state="submitted", criteria_met=3)
    factories.recognition(office.foreign_commune, factories.level())
    factories.amount(office.foreign, 10**12)
    assert {address: leader.get(address).context["look"].answers.seal for address in EVERY} == before


@pytest.mark.parametrize("name", ["officer_a", "leader_a", "district_officer", "unassigned"])
def test_people_of_single_units_have_no_forms_of_the_province(
    office: Land, cast: Any, client_as: Any, name: str
) -> None:
    client = client_as(getattr(cast, name))
    assert {client.get(where).status_code for where in ("/bieu-mau/", *EVERY)} == {403}


def test_only_who_may_issue_sees_the_button(leader: Client, specialist: Client) -> None:
    assert "Xuất biểu" not in Page(leader, PROVINCE[0]).text
    assert "Xuất biểu" in Page(specialist, PROVINCE[0]).text


@pytest.mark.parametrize("reading_first", [True, False])
def test_the_button_is_there_only_where_it_is_of_the_province_that_heads_the_page(
    office: Land, client_as: Any, reading_first: bool
) -> None:
    person = factories.specialist_who_reads(office.province, office.foreign, reading_first=reading_first)
    client = client_as(person)
    page = Page(client, MONEY)
    name = "Cao Bằng" if reading_first else "Thái Nguyên"
    assert f"UBND tỉnh {name}" in page.text
    assert ("Xuất biểu" in page.text) is not reading_first
    seen = client.get(MONEY).context["look"].answers.seen
    sent = {"seen": seen, "token": str(uuid.uuid4())}
    assert client.post(MONEY, sent).status_code == (403 if reading_first else 302)


# --- cost ----------------------------------------------------------------------------------------------------
def asked(client: Client, address: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@replayed
def more_communes(office: Land) -> None:
    a_round = Round.objects.get(province=office.province.place, year=2023)
    for place in range(27):
        unit = factories.unit(office.district, f"Xã thêm {place}")
        factories.submission(a_round, unit, state="submitted", criteria_met=2)


@pytest.mark.alike
@pytest.mark.parametrize("address", [*EVERY, "/bieu-mau/"])
def test_a_page_asks_the_same_for_3_and_for_30_communes(leader: Client, office: Land, address: str) -> None:
    asked(leader, address)
    small = asked(leader, address)
    more_communes(office=office)
    assert Unit.objects.count() > 30
    assert asked(leader, address) == small <= 20


@pytest.mark.alike
def test_the_money_of_the_years_is_read_once(leader: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert leader.get(f"{BASE}nguon-luc/").status_code == 200
    read = [
        each["sql"] for each in queries if each["sql"].startswith("SELECT") and '"funding_' in each["sql"]
    ]
    tables = ("allocation", "amount", "purpose", "source")
    found = [next(table for table in tables if f'FROM "funding_{table}"' in sql) for sql in read]
    # This year's plan and the next one's, with one reading of the catalogues for both.
    assert sorted(found) == ["allocation", "allocation", "amount", "purpose", "source", "source"]
