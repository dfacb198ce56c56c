"""The pages of plans: who opens them, what they tell, and that each figure opens a list of its own size."""

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from communes.choices import AttributeKind
from ntm.accounts.models import User
from ntm.core.dates import today
from targets.choices import PlanState
from targets.models import Plan
from tests import factories
from tests.conftest import Land
from tests.replayed import replayed

As = Callable[[User], Client]


@pytest.fixture
@replayed
def approved(land: Land) -> Plan:
    """2023: 10 communes NTM, 12 advanced; three registered, one of them especially difficult."""
    plan = factories.plan(land.province, approved_on=date(2023, 1, 5), document=factories.document("12/KH"))
    factories.target(plan, 10)
    factories.target(plan, 12, "advanced")
    for unit in land.communes[:3]:
        factories.registration(plan, unit)
        factories.attribute(unit, AttributeKind.ETHNIC_MOUNTAIN)
    factories.attribute(land.commune_a, AttributeKind.ESPECIALLY_DIFFICULT)
    return plan


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    text: str = response.content.decode()
    return text


ADDRESSES = ["/ke-hoach/2023/", "/ke-hoach/2023/chi-tieu/", "/ke-hoach/2023/dang-ky/"]


def test_plans_are_read_in_the_province_and_not_below(
    approved: Plan, cast: SimpleNamespace, client_as: As
) -> None:
    """tests/access/test_matrix.py asks all roles; here there is a plan of the year."""
    reader, other = client_as(cast.department), client_as(cast.district_officer)
    for address in ADDRESSES:
        assert reader.get(address).status_code == 200, address
    for address in (*ADDRESSES, "/ke-hoach/", "/ke-hoach/2023/chi-tieu/danh-sach.csv"):
        assert other.get(address).status_code == 403, address


def test_a_stranger_is_sent_to_sign_in(approved: Plan, client: Client) -> None:
    response = client.get("/ke-hoach/2023/")
    assert response.status_code == 302
    assert response["Location"].startswith("/tai-khoan/dang-nhap/")


def test_the_short_address_leads_to_the_latest_year_with_a_plan(land: Land, cast: Any, client_as: As) -> None:
    factories.plan(land.province, 2022)
    factories.plan(land.province, 2024)
    response = client_as(cast.leader).get("/ke-hoach/")
    assert (response.status_code, response["Location"]) == (302, "/ke-hoach/2024/")


def test_the_page_tells_targets_document_people_and_registered_units(
    approved: Plan, cast: SimpleNamespace, client_as: As
) -> None:
    page = text_of(client_as(cast.leader).get("/ke-hoach/2023/"))
    for said in ("Xã NTM nâng cao", "12/KH", "05/01/2023", "Xã Phú Đình", "Đặc biệt khó khăn", "DTTS&amp;MN"):
        assert said in page


def test_every_figure_opens_a_list_of_its_size(approved: Plan, cast: Any, client_as: As) -> None:
    client = client_as(cast.leader)
    links = re.findall(r'href="([^"]+)" data-figure="(\d+)"', text_of(client.get("/ke-hoach/2023/")))
    assert [int(number) for _, number in links] == [10, 12, 3, 1, 3]
    for url, number in links:
        assert f'data-count="{number}"' in text_of(client.get(url.replace("&amp;", "&")))


def test_a_fact_that_nobody_recorded_is_not_zero(land: Land, cast: Any, client_as: As) -> None:
    plan = factories.plan(land.province)
    factories.target(plan, 1)
    factories.registration(plan, land.commune_a)
    page = text_of(client_as(cast.leader).get("/ke-hoach/2023/"))
    assert page.count("chưa có số liệu") == 2
    assert 'data-figure="0"' not in page


def test_both_revisions_stand_side_by_side_where_they_differ(
    land: Land, cast: SimpleNamespace, client_as: As
) -> None:
    first = factories.plan(land.province, state=PlanState.SUPERSEDED, approved_on=date(2023, 1, 5))
    second = factories.plan(land.province, revision=2, approved_on=date(2023, 7, 1))
    late = factories.plan(land.province, 2022, approved_on=date(2023, 3, 1))
    for plan, value in ((first, 10), (second, 12), (late, 1)):
        factories.target(plan, value)
    client = client_as(cast.leader)
    page = text_of(client.get("/ke-hoach/2023/"))
    assert "Giao đầu năm (lần 1)" in page
    assert "Đang áp dụng (lần 2)" in page
    assert re.findall(r'data-figure="(\d+)"', page) == ["10", "12"]
    assert "có thay đổi" in page
    assert "không dùng để so kết quả" in text_of(client.get("/ke-hoach/2022/"))


def test_every_revision_leads_to_its_targets_and_units(land: Land, cast: Any, client_as: As) -> None:
    """Also one that is neither the first nor in force, and one that came after the year."""
    days = (date(2023, 1, 5), date(2023, 7, 1), date(2023, 9, 1), date(2024, 1, 15))
    for number, day in enumerate(days, start=1):
        state = PlanState.APPROVED if number == len(days) else PlanState.SUPERSEDED
        plan = factories.plan(land.province, revision=number, state=state, approved_on=day)
        factories.target(plan, number)
        for unit in land.communes[:number]:
            factories.registration(plan, unit)
    client = client_as(cast.leader)
    page = text_of(client.get("/ke-hoach/2023/"))
    links = re.findall(r'<a href="(/ke-hoach/2023/[-a-z]+/\?lan=(\d))">', page)
    assert [int(number) for _, number in links] == [4, 4, 3, 3, 2, 2, 1, 1]
    for url, number in links:
        assert f'data-count="{number}"' in text_of(client.get(url)), url
    assert page.count("Phê duyệt sau 31/12/2023") == 1


def test_a_plan_that_came_after_its_year_is_not_called_missing(land: Land, cast: Any, client_as: As) -> None:
    factories.target(factories.plan(land.province, 2022, approved_on=date(2023, 2, 10)), 7)
    page = text_of(client_as(cast.leader).get("/ke-hoach/2022/"))
    assert "Chưa giao kế hoạch năm 2022" not in page
    assert "Kế hoạch năm 2022 được phê duyệt sau 31/12/2022" in page
    factories.plan(land.province, 2025, state=PlanState.DRAFT)
    assert "Chưa giao kế hoạch năm 2025." in text_of(client_as(cast.leader).get("/ke-hoach/2025/"))


def test_a_list_without_a_revision_shows_the_one_in_force(land: Land, cast: Any, client_as: As) -> None:
    first = factories.plan(land.province, state=PlanState.SUPERSEDED, approved_on=date(2023, 1, 5))
    second = factories.plan(land.province, revision=2, approved_on=date(2023, 7, 1))
    for plan, value in ((first, 10), (second, 12)):
        factories.target(plan, value)
    client = client_as(cast.leader)
    assert 'data-count="12"' in text_of(client.get("/ke-hoach/2023/chi-tieu/?muc=ntm&loai=new"))
    assert 'data-count="10"' in text_of(client.get("/ke-hoach/2023/chi-tieu/?muc=ntm&loai=new&lan=1"))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("?muc=ntm", 3),
        ("?muc=advanced", 0),
        ("?thuoc_tinh=especially_difficult", 1),
        ("?thuoc_tinh=ethnic_mountain", 3),
        ("?muc=ntm&thuoc_tinh=ethnic_mountain&sort=-unit", 3),
    ],
)
def test_registered_units_are_narrowed(
    approved: Plan, cast: SimpleNamespace, client_as: As, query: str, count: int
) -> None:
    page = text_of(client_as(cast.leader).get(f"/ke-hoach/2023/dang-ky/{query}"))
    assert f'data-count="{count}"' in page


@pytest.mark.parametrize("query", ["?muc=x", "?loai=x", "?lan=9"])
def test_a_filter_that_does_not_exist_is_a_clear_answer(
    approved: Plan, cast: SimpleNamespace, client_as: As, query: str
) -> None:
    client = client_as(cast.leader)
    assert client.get(f"/ke-hoach/2023/chi-tieu/{query}").status_code == 400
    assert client.get(f"/ke-hoach/2023/chi-tieu/danh-sach.csv{query}").status_code == 400


@pytest.mark.parametrize("year", [1999, 2101, 99999])
def test_a_year_that_no_plan_can_have_is_not_found(
    approved: Plan, cast: SimpleNamespace, client_as: As, year: int
) -> None:
    assert client_as(cast.leader).get(f"/ke-hoach/{year}/").status_code == 404


def test_a_year_without_a_plan_says_so_and_offers_a_draft(cast: Any, client_as: As, levels: Any) -> None:
    assert "Chưa giao kế hoạch năm 2025." in text_of(client_as(cast.leader).get("/ke-hoach/2025/"))
    assert "/ke-hoach/2025/lap/" in text_of(client_as(cast.specialist).get("/ke-hoach/2025/"))
    assert "/ke-hoach/2025/lap/" not in text_of(client_as(cast.leader).get("/ke-hoach/2025/"))


def test_every_year_to_the_next_one_is_a_click_away(land: Land, cast: Any, client_as: As) -> None:
    """Also those without a plan: a plan begins on such a page."""
    factories.plan(land.province, 2019)
    client, now = client_as(cast.specialist), today().year
    for year in (2024, now):
        page = text_of(client.get(f"/ke-hoach/{year}/"))
        linked = re.findall(r'<a href="/ke-hoach/(\d+)/"[^>]*><i>', page)
        assert [int(each) for each in linked] == [2019, *range(settings.FIRST_YEAR, now + 2)]
        assert re.findall(r'/(\d+)/" aria-current="page"', page) == [str(year)]
        # As many as a phone shows.
        assert re.findall(r'/(\d+)/" class="adj( nx)?"', page) == [
            (str(year - 1), ""),
            (str(year + 1), " nx"),
        ]
    assert text_of(client.get(f"/tong-quan/{now}/")).count(f'href="/ke-hoach/{now + 1}/"') == 1


def test_the_plan_of_another_province_is_not_shown(land: Land, cast: Any, client_as: As) -> None:
    plan = factories.plan(land.foreign)
    factories.target(plan, 77)
    page = text_of(client_as(cast.leader).get("/ke-hoach/2023/chi-tieu/"))
    assert 'data-count="0"' in page


def test_the_file_holds_the_rows_of_the_page_with_real_numbers(
    approved: Plan, cast: SimpleNamespace, client_as: As
) -> None:
    response = client_as(cast.leader).get("/ke-hoach/2023/chi-tieu/danh-sach.csv?muc=advanced")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].split(";")[:3] == ["Mức", "Cách tính", "Số lượng"]
    assert lines[1].split(";")[:3] == ["Xã NTM nâng cao", "Đạt thêm trong năm", "12"]
    assert lines[1].split(";")[4:7] == ["12/KH", "05/01/2023", "Hệ thống"]
    assert lines[1].split(";")[-1] == "12"
    assert lines[2].split(";")[0] == "Tổng số: 1 dòng"
    assert lines[2].split(";")[-1] == "12"  # the sum so far
    assert len(lines) == 3
    units = client_as(cast.leader).get("/ke-hoach/2023/dang-ky/danh-sach.csv")
    rows = b"".join(units.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert rows[1].split(";")[:6] == ["Xã Bảo Linh", "05572", "Định Hóa", "Xã đạt chuẩn NTM", "", "Có"]


@pytest.mark.parametrize(
    "address", ["/ke-hoach/2023/", "/ke-hoach/2023/dang-ky/", "/ke-hoach/2023/chi-tieu/"]
)
def test_the_number_of_queries_does_not_grow(
    land: Land,
    cast: SimpleNamespace,
    client_as: As,
    address: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    plan = factories.plan(land.province, document=factories.document())
    counts = []
    client = client_as(cast.leader)
    for size in (3, 27):
        for _ in range(size):
            factories.registration(plan, factories.unit(land.district, "Xã mới"))
        with django_assert_max_num_queries(15) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
