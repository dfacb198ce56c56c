"""Decisions and rounds by somebody of two provinces: what a page is headed is what is written, or nothing is."""

from collections.abc import Callable

import pytest
from django.test import Client

from communes.models import Assignment
from ntm.accounts.models import User
from tests import factories
from tests.conftest import Land

RECORD = ("/quyet-dinh/cong-nhan/", "/quyet-dinh/thu-hoi/", "/quyet-dinh/xac-nhan/")


@pytest.fixture
def reader(land: Land, client_as: Callable[[User], Client]) -> Client:
    """Their pages are Cao Bằng's, where they only read; they approve and open rounds in Thái Nguyên."""
    person = factories.specialist_who_reads(land.province, land.foreign, reading_first=True)
    Assignment.objects.create(user=person, unit=land.province, role="approver")
    return client_as(person)


def test_where_they_only_read_nothing_is_offered(reader: Client) -> None:
    register, rounds = reader.get("/quyet-dinh/").text, reader.get("/ky-nhap-lieu/").text
    for address in ("/dia-ban/", "/quan-tri/communes/commune/", "/quan-tri/communes/attribute/"):
        page = reader.get(address)
        assert page.status_code == 200
        assert "/nhap-tep/thuoc-tinh/" not in page.text
        assert "/nhap-tep/don-vi/" not in page.text
    assert "UBND tỉnh Cao Bằng" in register
    assert not any(address in register for address in (*RECORD, "/nhap-tep/"))
    assert "/ky-nhap-lieu/mo/" not in rounds


@pytest.mark.parametrize("address", [*RECORD, "/ky-nhap-lieu/mo/"])
def test_nothing_is_written_into_the_other_province(reader: Client, address: str) -> None:
    assert reader.post(address, {}).status_code in (403, 404, 422)
    assert reader.get(f"{address}?muc=1&nam=2023&ngay=31/12/2023").status_code in (403, 404)


@pytest.mark.parametrize("kind", ["cong-nhan", "thuoc-tinh", "don-vi"])
def test_no_sheet_of_the_other_province_is_handed_out_or_taken(reader: Client, kind: str) -> None:
    tail = f"?muc={factories.level('ntm').pk}&ngay=31/12/2023&tu=ngay"
    for address in ("", tail, f"mau.xlsx{tail}"):
        assert reader.get(f"/nhap-tep/{kind}/{address}").status_code == 403, address
    assert reader.post(f"/nhap-tep/{kind}/{tail}", {}).status_code == 403
