"""The pages of money: who opens them, totals, files, entering and correcting."""

import io
import re
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from funding.models import Amount, Source
from funding.services import change_amount
from ntm.accounts.models import User
from tests import factories
from tests.conftest import Land
from tests.replayed import replayed

As = Callable[[User], Client]
Enter = Callable[..., Amount]
TY = 10**9


@pytest.fixture
@replayed
def year(enter: Enter, land: Land) -> None:
    """2023: central at least 277 tỷ; province 400 and commune 491 tỷ. And a stranger's money."""
    enter("central", 277 * TY, qualifier="at_least", note="=1+1")
    enter("province", 400 * TY)
    enter("commune", 491 * TY)
    factories.amount(land.foreign, 999)


@pytest.mark.parametrize(("role", "status"), [("department", 200), ("district_officer", 403)])
def test_who_reads_money(year: None, cast: SimpleNamespace, client_as: As, role: str, status: int) -> None:
    """tests/access/test_matrix.py asks all roles; here there is money of the year."""
    client = client_as(getattr(cast, role))
    for address in ("/nguon-von/2023/", "/nguon-von/2023/danh-sach.csv"):
        response = client.get(address)
        assert response.status_code == status, address
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "count", "total"),
    [
        ("", 3, 1168 * TY),
        ("?nguon=central", 1, 277 * TY),
        ("?nguon=local", 2, 891 * TY),
        ("?nguon=commune", 1, 491 * TY),
        ("?sort=-amount", 3, 1168 * TY),
    ],
)
def test_the_total_is_the_sum_of_the_rows_shown(
    year: None, cast: SimpleNamespace, client_as: As, query: str, count: int, total: int
) -> None:
    page = client_as(cast.leader).get(f"/nguon-von/2023/{query}").content.decode()
    assert f'data-count="{count}"' in page
    assert f'data-total="{total}"' in page


def test_a_year_without_money_has_no_total(year: None, cast: SimpleNamespace, client_as: As) -> None:
    page = client_as(cast.leader).get("/nguon-von/2021/").content.decode()
    assert 'data-count="0"' in page
    assert "data-total" not in page
    assert "Chưa có số liệu vốn năm 2021" in page


def test_an_unknown_source_is_a_clear_answer(year: None, cast: SimpleNamespace, client_as: As) -> None:
    assert client_as(cast.leader).get("/nguon-von/2023/?nguon=x").status_code == 400
    assert client_as(cast.leader).get("/nguon-von/1999/").status_code == 404


def test_the_short_address_leads_to_the_latest_year(year: None, cast: Any, client_as: As) -> None:
    assert client_as(cast.leader).get("/nguon-von/")["Location"] == "/nguon-von/2023/"


def test_a_row_tells_its_words_and_who_wrote_it(year: None, cast: SimpleNamespace, client_as: As) -> None:
    page = client_as(cast.leader).get("/nguon-von/2023/?nguon=central").content.decode()
    for said in ("Trên", "277.000.000.000", "277,0", "specialist", "trên 1.168"):
        assert said in page


def test_only_those_who_enter_money_see_where_to(year: None, cast: SimpleNamespace, client_as: As) -> None:
    reader = client_as(cast.leader).get("/nguon-von/2023/").content.decode()
    writer = client_as(cast.specialist).get("/nguon-von/2023/").content.decode()
    assert "/nguon-von/so-von/" not in reader
    assert "/nguon-von/nhap/" not in reader
    assert len(re.findall("/nguon-von/so-von/", writer)) == 3


def test_the_workbook_holds_real_numbers_and_no_formula(year: None, cast: Any, client_as: As) -> None:
    response = client_as(cast.leader).get("/nguon-von/2023/danh-sach.xlsx?nguon=central")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    response.close()
    header, row, last = list(book.worksheets[0].iter_rows(values_only=True))
    assert last[0] == "Tổng số: 1 dòng"
    told = dict(zip(header, row, strict=True))
    assert told["Số tiền (đồng)"] == 277 * TY
    assert told["Tỷ đồng"] == 277
    assert "Thao tác" not in told
    csv = client_as(cast.leader).get("/nguon-von/2023/danh-sach.csv?nguon=central")
    assert ";277000000000;277;" in b"".join(csv.streaming_content).decode()  # type: ignore[attr-defined]
    assert all(cell.data_type != "f" for cells in book.worksheets[0].iter_rows() for cell in cells)


def test_the_number_of_queries_does_not_grow(
    land: Land, tree: Any, cast: Any, client_as: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, counts = client_as(cast.specialist), []
    for size in (3, 30):
        for number in range(len(counts) * 3, size):
            factories.amount(land.province, 1, code=f"s{number}")
        with django_assert_max_num_queries(15) as queries:
            client.get("/nguon-von/2023/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.fixture
def office(cast: SimpleNamespace, client_as: As) -> Client:
    return client_as(cast.specialist)


def typed(source: Source, **fields: Any) -> dict[str, Any]:
    facts = {"year": "2023", "source_of_funds": source.pk, "amount": "277 tỷ", "qualifier": "at_least"}
    return facts | {"token": str(uuid.uuid4())} | fields


class TestEntering:
    def test_an_amount_is_typed_as_an_office_writes_it(self, office: Client, tree: Any) -> None:
        response = office.post("/nguon-von/nhap/", typed(tree["central"], note="trên 277 tỷ"))
        assert (response.status_code, response["Location"]) == (302, "/nguon-von/2023/")
        row = Amount.objects.get()
        assert (row.amount, row.qualifier, row.note) == (277 * TY, "at_least", "trên 277 tỷ")

    def test_a_double_click_enters_one_amount(self, office: Client, tree: Any) -> None:
        once = typed(tree["central"])
        assert [office.post("/nguon-von/nhap/", once).status_code for _ in range(2)] == [302, 302]
        assert Amount.objects.count() == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("amount", "nhiều"),
            ("amount", "-5"),
            ("amount", "1,5 đồng"),
            ("amount", "2.088 tỷ"),  # two tỷ or two thousand? asked back, never guessed
            ("amount", "9999999 tỷ"),
            ("amount", ""),
            ("amount", "NaN"),
            ("year", "1999"),
            ("year", "2999"),
            ("year", ""),
            ("qualifier", "roughly"),
            ("source_of_funds", "0"),
            ("note", "x" * 501),
            ("document", "999999"),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(
        self, office: Client, tree: Any, field: str, value: str
    ) -> None:
        response = office.post("/nguon-von/nhap/", typed(tree["central"], **{field: value}))
        assert response.status_code == 422
        assert response.context["form"].errors[field]
        assert not Amount.objects.exists()

    def test_a_branch_beside_its_part_is_refused_and_nothing_typed_is_lost(
        self, office: Client, tree: Any, enter: Enter
    ) -> None:
        enter("local")
        response = office.post("/nguon-von/nhap/", typed(tree["province"], note="giữ lại"))
        page = response.content.decode()
        assert response.status_code == 422
        assert "cộng hai lần" in str(response.context["form"].errors["source_of_funds"])
        assert "giữ lại" in page
        assert "277 tỷ" in page

    def test_the_year_that_one_came_from_is_filled_in(self, office: Client, tree: Any) -> None:
        assert 'value="2021"' in office.get("/nguon-von/nhap/?nam=2021").content.decode()

    def test_a_foreign_document_cannot_be_chosen(self, office: Client, tree: Any, land: Land) -> None:
        document = factories.document(province=land.foreign.place)
        response = office.post("/nguon-von/nhap/", typed(tree["central"], document=document.pk))
        assert response.context["form"].errors["document"]

    @pytest.mark.parametrize("role", ["leader", "approver"])
    def test_others_are_refused(self, tree: Any, cast: Any, client_as: As, enter: Enter, role: str) -> None:
        client = client_as(getattr(cast, role))
        for address in ("/nguon-von/nhap/", f"/nguon-von/so-von/{enter(year=2022).pk}/"):
            assert client.get(address).status_code == 403
            assert client.post(address, typed(tree["central"])).status_code == 403
            Amount.objects.all().delete()


class TestCorrecting:
    def test_the_form_shows_every_dong_and_saves_it_unchanged(
        self, office: Client, enter: Enter, tree: Any
    ) -> None:
        row = enter("central", 277_000_000_001)
        address = f"/nguon-von/so-von/{row.pk}/"
        initial = office.get(address).context["form"].initial
        assert initial["amount"] == "277.000.000.001"
        kept = {name: value for name, value in initial.items() if value is not None}
        assert office.post(address, kept | {"version": 1}).status_code == 302
        assert Amount.objects.get().amount == 277_000_000_001

    def test_a_save_from_an_old_version_shows_both_values(
        self, office: Client, enter: Enter, tree: Any, cast: SimpleNamespace
    ) -> None:
        row = enter("central", 5 * TY)
        change_amount(
            row, expected_version=1, year=2023, source=tree["central"], amount=6 * TY, qualifier="exact",
            by=cast.specialist,
        )  # fmt: skip
        fields = typed(tree["central"], amount="7 tỷ", version=1)
        response = office.post(f"/nguon-von/so-von/{row.pk}/", fields)
        assert response.status_code == 409
        rows = {each.label: each for each in response.context["conflict"].rows}
        assert (rows["Số tiền"].mine, rows["Số tiền"].theirs) == ("7.000.000.000", "6.000.000.000")
        assert rows["Cách ghi"].differs
        page = response.content.decode()
        assert 'value="7 tỷ"' in page
        assert 'name="version" value="2"' in page
        assert Amount.objects.get().amount == 6 * TY

    def test_a_foreign_amount_is_the_same_as_a_missing_one(self, office: Client, land: Land) -> None:
        row = factories.amount(land.foreign, 5)
        assert office.get(f"/nguon-von/so-von/{row.pk}/").status_code == 404
        assert office.get("/nguon-von/so-von/999999/").status_code == 404
