"""The pages of allocations: lists whose totals are sums of what may be added up, entering, correcting, the admin."""

import re
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from funding.models import Allocation, Purpose
from funding.resources import PurposeResource
from funding.selectors_allocations import allocations_of, amounts_by_source
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.core.errors import Refused
from tests import factories
from tests.conftest import Land
from tests.ntm.reports.reading import body, rows_of_xlsx
from tests.ntm.sheets.files import table

As = Callable[[User], Client]
LIST, ENTER = "/nguon-von/2023/phan-bo/", "/nguon-von/phan-bo/nhap/"
ADMIN = "/quan-tri/funding/allocation/"
TY = 10**9


@pytest.fixture
def year(land: Land, tree: Any) -> list[Allocation]:
    """Central: a plan of 10, divided by kinds into 7 and 4; local money by its parts. And a stranger's."""
    home = land.province
    factories.allocation(land.foreign, 999)
    return [
        factories.allocation(home, 10 * TY),
        factories.allocation(home, 7 * TY, to="work-transport", note="=1+1"),
        factories.allocation(home, 4 * TY, to="work-water", qualifier="about"),
        factories.allocation(home, 5 * TY, "half", to="work-transport"),
        factories.allocation(home, 2 * TY, "year", to="component-economy", code="province"),
        factories.allocation(home, 3 * TY, "year", to="component-economy", code="commune"),
    ]


@pytest.fixture
def office(cast: SimpleNamespace, client_as: As) -> Client:
    return client_as(cast.specialist)


def typed(tree: Any, **fields: Any) -> dict[str, Any]:
    facts = {
        "year": "2023", "stage": "plan", "source_of_funds": tree["central"].pk, "purpose": "", "amount": "277 tỷ",
        "qualifier": "at_least", "document": "", "note": "", "token": str(uuid.uuid4()),
    }  # fmt: skip
    return facts | fields


@pytest.mark.parametrize(
    ("query", "count", "total"),
    [
        ("", 6, None),
        ("?giai_doan=plan", 3, None),
        ("?giai_doan=plan&chia=chung", 1, 10 * TY),
        ("?giai_doan=plan&chia=work", 2, 11 * TY),
        ("?giai_doan=half&noi_dung=work-transport", 1, 5 * TY),
        ("?nguon=local&giai_doan=year&chia=component", 2, 5 * TY),
        ("?giai_doan=half&chia=chung", 0, None),
        ("?chia=work&noi_dung=work-water", 1, None),
    ],
)
def test_a_total_is_said_only_of_rows_that_may_be_added_up(year, cast, client_as, query, count, total):
    client = client_as(cast.leader)
    page = client.get(LIST + query).text
    assert f'data-count="{count}"' in page
    assert (f'data-total="{total}"' in page) if total else ("data-total" not in page)
    assert ("Chọn một loại số liệu và một cách chia" in page) == (
        "giai_doan" not in query or query.endswith("=plan")
    )
    rows = rows_of_xlsx(client.get(f"{LIST}danh-sach.xlsx{query}"))
    assert len(rows) == count
    assert total is None or sum(row["Số tiền (đồng)"] for row in rows) == total
    assert len(body(client.get(f"{LIST}danh-sach.csv{query}")).decode().splitlines()) == count + 2


def test_a_total_says_what_it_is_of_and_how_exactly_it_is_known(year, office):
    said = "kế hoạch năm: khoảng <b>11.000.000.000</b> đồng"
    assert said in office.get(f"{LIST}?giai_doan=plan&chia=work").text
    said = "thực hiện 6 tháng: <b>5.000.000.000</b> đồng"
    assert said in office.get(f"{LIST}?giai_doan=half&noi_dung=work-transport").text


def test_what_whole_sources_brought_in_the_year_is_brought_by_the_sheet_of_amounts(year, office):
    """The sheets of allocations have none of it."""
    page = office.get(f"{LIST}?giai_doan=year&chia=chung").text
    assert "/nhap-tep/nguon-von/?nam=2023" in page
    assert "phan-bo-von/mau.xlsx" not in page


@pytest.mark.parametrize(
    ("role", "status"),
    [("leader", 200), ("auditor", 200), ("department", 200), ("officer_a", 403), ("district_officer", 403)],
)
def test_who_reads_and_who_is_shown_where_to_write(year, cast, client_as, role, status):
    answer = client_as(getattr(cast, role)).get(LIST)
    assert answer.status_code == status
    assert not re.search(r"/phan-bo/(nhap|\d+)/|/nhap-tep/", answer.text)


def test_the_list_says_in_words_what_a_row_is_and_the_money_page_leads_here(year, office):
    page = office.get(LIST).text
    for said in ("Cả nguồn", "work-transport", "Thực hiện 6 tháng", "7.000.000.000", "Khoảng", "7,0"):
        assert said in page, said
    assert len(re.findall(r"/nguon-von/phan-bo/\d+/", page)) == 6
    assert LIST in office.get("/nguon-von/2023/").text
    assert "/nhap-tep/phan-bo-von/?nam=2023" in page
    narrowed = office.get(f"{LIST}?giai_doan=plan&chia=work").text
    assert "/nhap-tep/phan-bo-von/mau.xlsx?nam=2023&amp;giai_doan=plan&amp;chia=work" in narrowed
    assert "/nhap-tep/" not in office.get("/nguon-von/2099/phan-bo/").text
    assert office.get(f"{LIST}?chia=x").status_code == 400
    assert office.get("/nguon-von/1999/phan-bo/").status_code == 404


def test_parts_that_do_not_add_up_are_told_and_not_refused(year, office, land):
    page = office.get(LIST)
    assert page.context["differences"] == [
        "Kế hoạch năm 2023, Ngân sách trung ương: các loại công trình cộng lại khoảng 11\u00a0tỷ đồng, vượt số chung "
        "10\u00a0tỷ đồng (thừa 1\u00a0tỷ đồng).",
        "Thực hiện 6 tháng năm 2023, Ngân sách trung ương: các loại công trình cộng lại 5\u00a0tỷ đồng; "
        "chưa nhập số chung để đối chiếu.",
        *[
            f"Thực hiện cả năm 2023, {name}: các nội dung thành phần cộng lại {dong}\u00a0tỷ đồng; "
            "chưa nhập số chung để đối chiếu."
            for name, dong in (("Ngân sách cấp tỉnh", 2), ("Ngân sách cấp xã", 3))
        ],
    ]
    assert "Các phần và số chung chưa khớp" in page.text


def test_what_parts_are_held_against(year, land):
    """By stage: the whole as planned, or what the source brought; a bound and an estimate may well agree."""

    def said() -> list[str]:
        home = land.province.place_id
        return list(allocations_of(home, 2023).differences(amounts_by_source(home, 2023)))

    assert len(said()) == 4
    assert [line for line in said() if "vượt" in line][0].startswith("Kế hoạch năm 2023")
    # The parts of a branch whose whole is known above it.
    factories.amount(land.province, 9 * TY, code="local")
    (local,) = [line for line in said() if "nội dung thành phần" in line]
    assert "cộng lại 5\u00a0tỷ đồng, chưa đủ số chung 9\u00a0tỷ đồng (còn 4\u00a0tỷ đồng)" in local
    Allocation.objects.filter(purpose=None).update(qualifier="at_least")
    assert not [line for line in said() if "vượt" in line]


class TestWriting:
    def test_one_is_entered_once_and_corrected_from_its_version(self, office, tree, cast):
        purpose = factories.purpose()
        once = typed(tree, purpose=purpose.pk)
        assert [office.post(ENTER, once).status_code for _ in range(2)] == [302, 302]
        row = Allocation.objects.get()
        assert (row.amount, row.stage, row.purpose, row.qualifier) == (277 * TY, "plan", purpose, "at_least")
        address = f"/nguon-von/phan-bo/{row.pk}/"
        initial = {
            name: value for name, value in office.get(address).context["form"].initial.items() if value
        }
        assert initial["amount"] == "277.000.000.000" and initial["purpose"] == purpose.pk
        assert office.post(address, initial | {"amount": "5 tỷ", "version": 1})["Location"] == LIST
        answer = office.post(address, initial | {"amount": "6 tỷ", "version": 1})
        assert answer.status_code == 409
        shown = {each.label: each for each in answer.context["conflict"].rows}["Số tiền"]
        assert (shown.mine, shown.theirs) == ("6.000.000.000", "5.000.000.000")

    @pytest.mark.parametrize(
        ("fields", "where", "said"),
        [
            ({"stage": "year"}, "purpose", "trang Nguồn vốn của năm"),
            ({"stage": "x"}, "stage", ""),
            ({"purpose": "0"}, "purpose", ""),
            ({"amount": "2.088 tỷ"}, "amount", ""),
            ({"year": "2999"}, "year", ""),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
        self, office, tree, fields, where, said
    ):
        answer = office.post(ENTER, typed(tree, note="giữ lại", **fields))
        assert answer.status_code == 422 and "giữ lại" in answer.text
        assert said in str(answer.context["form"].errors[where]) and answer.context["form"].errors[where]
        assert not Allocation.objects.exists()

    def test_others_and_other_provinces_are_refused(self, year, tree, cast, client_as, office, land):
        theirs = Allocation.objects.get(province=land.foreign.place)
        assert office.get(f"/nguon-von/phan-bo/{theirs.pk}/").status_code == 404
        for role in ("leader", "approver", "administrator", "officer_a"):
            for address in (ENTER, f"/nguon-von/phan-bo/{year[0].pk}/", f"{ADMIN}add/"):
                assert client_as(getattr(cast, role)).post(address, typed(tree)).status_code == 403

    def test_somebody_of_two_provinces_writes_only_where_the_page_is_of(self, year, tree, land, client_as):
        reader = client_as(factories.specialist_who_reads(land.province, land.foreign, reading_first=True))
        theirs = Allocation.objects.get(province=land.foreign.place)
        page = reader.get(LIST).text
        assert "UBND tỉnh Cao Bằng" in page and 'data-count="1"' in page and "/phan-bo/nhap/" not in page
        for address in (
            ENTER, f"/nguon-von/phan-bo/{theirs.pk}/", f"/nguon-von/phan-bo/{year[0].pk}/", f"{ADMIN}add/",
            f"{ADMIN}{theirs.pk}/change/", f"{ADMIN}{year[0].pk}/change/",
        ):  # fmt: skip
            assert reader.post(address, typed(tree, version="1")).status_code == 403, address
        for address in (
            "",
            "?nam=2023&giai_doan=plan&chia=work",
            "mau.xlsx?nam=2023&giai_doan=plan&chia=work",
        ):
            assert reader.get(f"/nhap-tep/phan-bo-von/{address}").status_code == 403
        assert Allocation.objects.count() == 7

    def test_the_admin_writes_by_the_same_verbs(self, office, tree, land, client_as, cast):
        purpose = factories.purpose()
        once = typed(tree, purpose=purpose.pk)
        assert [office.post(f"{ADMIN}add/", once).status_code for _ in range(2)] == [302, 302]
        row = Allocation.objects.get()
        assert (row.province, row.amount) == (land.province.place, 277 * TY)
        address = f"{ADMIN}{row.pk}/change/"
        assert office.post(address, typed(tree, stage="half", version="1")).status_code == 302
        assert office.post(address, typed(tree, version="1")).status_code == 409
        answer = office.post(address, typed(tree, stage="year", version="2"))
        assert answer.status_code == 422 and "trang Nguồn vốn của năm" in answer.text
        keeper = client_as(cast.administrator)
        fields = {"name": "Đường", "order": "1", "first_year": "", "last_year": "2030", "version": "1"}
        changed = keeper.post(f"/quan-tri/funding/purpose/{purpose.pk}/change/", fields)
        assert changed.status_code == 302
        purpose.refresh_from_db()
        assert (purpose.name, purpose.last_year, purpose.breakdown) == ("Đường", 2030, "work")
        assert office.post(f"/quan-tri/funding/purpose/{purpose.pk}/change/", fields).status_code == 403


def test_the_number_of_queries_does_not_grow(
    land: Land, tree: Any, office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for size in (3, 30):
        for number in range(len(counts) * 3, size):
            paper = factories.document(f"{number}/BC", province=land.province.place)
            factories.allocation(land.province, 1, to=f"work-n{number}", code=f"s{number}", document=paper)
        with django_assert_max_num_queries(20) as queries:
            office.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_purposes_go_out_and_come_back_without_a_change(land: Land, cast: SimpleNamespace) -> None:
    factories.purpose()
    factories.purpose("component-economy", "Kinh tế", first_year=2021, last_year=2025, trust="recalled")
    out = PurposeResource(by=cast.administrator)
    data = out.export(out.get_queryset())

    def load(*rows: tuple[Any, ...], by: Any = cast.administrator) -> Any:
        resource = PurposeResource(by=by, table=table(tuple(data.headers), *rows))
        return resource.import_data(resource.dataset(), dry_run=False)

    load(*[tuple(row) for row in data])
    assert not LogEntry.objects.exists()
    assert Purpose.objects.get(code="component-economy").trust == "recalled"
    load(("work-water", "Nước sạch", "Loại công trình", 2, None, None))
    assert Purpose.objects.get(code="work-water").breakdown == "work"
    with pytest.raises(Refused, match="Cách chia của “Giao thông” không đổi được"):
        load(("work-transport", "Giao thông", "Nội dung thành phần", 0, None, None))
