"""Money by somebody of two provinces: what a page is headed is what is written, or nothing is."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from communes.models import Assignment
from funding.models import Amount
from ntm.accounts.models import User
from tests import factories
from tests.communes import sheets
from tests.conftest import Land

As = Callable[[User], Client]
LIST, ENTER, ADMIN = "/nguon-von/2023/", "/nguon-von/nhap/", "/quan-tri/funding/amount/"
PAGE, TEMPLATE = "/nhap-tep/nguon-von/?nam=2023", "/nhap-tep/nguon-von/mau.xlsx?nam=2023"


def typed(tree: Any, **fields: Any) -> dict[str, Any]:
    about = {"year": "2023", "amount": "5", "qualifier": "exact", "document": "", "note": ""}
    source = tree["central"].pk
    return about | {"source": source, "source_of_funds": source, "token": str(uuid.uuid4())} | fields


@pytest.fixture
def reader(land: Land, client_as: As) -> Client:
    """Their pages are Cao Bằng's, where they only read; they enter in Thái Nguyên."""
    client = client_as(factories.specialist_who_reads(land.province, land.foreign, reading_first=True))
    assert "UBND tỉnh Cao Bằng" in client.get(LIST).text
    return client


def test_where_they_only_read_no_button_leads_to_a_write(reader: Client, land: Land, tree: Any) -> None:
    factories.amount(land.foreign, 7)
    page = reader.get(LIST).text
    assert 'data-count="1"' in page
    for address in (ENTER, "/nhap-tep/", "/so-von/"):
        assert address not in page


def test_no_page_headed_by_one_province_writes_into_the_other(reader: Client, land: Land, tree: Any) -> None:
    theirs, mine = factories.amount(land.foreign, 7), factories.amount(land.province, 9)
    for address in (
        ENTER,
        f"/nguon-von/so-von/{theirs.pk}/",
        f"/nguon-von/so-von/{mine.pk}/",
        f"{ADMIN}add/",
    ):
        assert reader.get(address).status_code == 403, address
        assert reader.post(address, typed(tree, version="1")).status_code == 403, address
    for row in (theirs, mine):
        assert reader.post(f"{ADMIN}{row.pk}/change/", typed(tree, version="1")).status_code == 403
    assert set(Amount.objects.values_list("amount", flat=True)) == {7, 9}


def test_no_sheet_of_the_other_province_is_handed_out_or_taken(reader: Client, tree: Any) -> None:
    for address in ("/nhap-tep/nguon-von/", PAGE, TEMPLATE):
        assert reader.get(address).status_code == 403, address
    assert reader.post(PAGE, {}).status_code == 403


def test_whose_pages_are_of_where_they_enter_works_there_as_ever(
    land: Land, tree: Any, client_as: As
) -> None:
    person = factories.specialist_who_reads(land.province, land.foreign, reading_first=False)
    client = client_as(person)
    assert ENTER in client.get(LIST).text
    for address in (ENTER, f"{ADMIN}add/"):
        source = tree["central" if address == ENTER else "province"].pk
        sent = typed(tree, source=source, source_of_funds=source)
        answer = client.post(address, sent, follow=True)
        assert (answer.status_code, answer.redirect_chain[0][1]) == (200, 302)
        assert "UBND tỉnh Thái Nguyên" in answer.text or address != ENTER
    assert set(Amount.objects.values_list("province", flat=True)) == {land.province.place_id}
    assert 'data-count="2"' in client.get(LIST).text
    assert client.get(PAGE).status_code == 200
    assert sheets.fetched(client, TEMPLATE)["Nguồn vốn"]
    theirs = factories.amount(land.foreign, 7)
    assert client.post(f"/nguon-von/so-von/{theirs.pk}/", typed(tree, version="1")).status_code == 403


def test_a_preview_of_one_province_is_never_confirmed_for_another(
    land: Land, tree: Any, client_as: As, settings: Any, tmp_path: Any
) -> None:
    """A file of one's own says of no province: it was shown for the one that headed the page then."""
    settings.MEDIA_ROOT = tmp_path
    person = factories.user("hai-ben", "specialist", land.province)
    client = client_as(person)
    where = sheets.brought(client, PAGE, "Mã;Số tiền\r\nlocal;277 tỷ\r\n".encode(), "von.csv")
    shown = client.get(where)
    assert sheets.changed(shown) == (1, 0, 0), sheets.text_of(shown)

    Assignment.objects.filter(user=person).update(unit=land.foreign)
    assert client.post(f"{where}xac-nhan/", {"seen": sheets.seen(shown)}).status_code == 403
    assert not Amount.objects.exists()
