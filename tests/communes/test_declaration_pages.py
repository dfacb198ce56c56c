"""Declaring a year complete in two steps, and taking it back."""

import html
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from communes.models import YearDeclaration
from ntm.audit.models import LogEntry
from tests import factories
from tests.conftest import Land

PAGE = "/quyet-dinh/du-so-lieu/"
JSON = "/tong-quan/2023.json"


@pytest.fixture
def approver(land: Land, cast: Any, client_as: Any) -> Client:
    factories.level(in_period=factories.period(counts=(factories.period(2016, 2020),)))
    return client_as(cast.approver)


def shown(response: Any) -> str:
    return html.unescape(response.content.decode())


def declared(client: Client, query: str = "nam=2023") -> Any:
    return client.post(f"{PAGE}?{query}", {"token": str(uuid4())}, follow=True)


def test_the_first_step_shows_what_is_entered_and_chooses_no_year(land: Land, approver: Client) -> None:
    factories.recognition(land.commune_a, year=2023)
    page = shown(approver.get(PAGE))
    assert '<a href="/cong-nhan/?nam_dat=2023" data-figure="1">1</a>' in page
    assert '<option value="" selected>Chọn năm</option>' in page
    empty = approver.get(f"{PAGE}?nam=&so=")
    assert empty.status_code == 400
    assert "Chọn năm cần xác nhận." in shown(empty)


def test_the_second_step_says_what_will_be_said_and_only_then_declares(land: Land, approver: Client) -> None:
    factories.recognition(land.commune_a, year=2022)
    paper = factories.document("8/BC-UBND", province=land.province.place)
    page = shown(approver.get(f"{PAGE}?nam=2023&so=8/BC-UBND"))
    said = "đạt trong năm 0, lũy kế 1/5 (hiện ghi: đạt trong năm chưa có số liệu, lũy kế chưa có số liệu)."
    assert f"Xã đạt chuẩn NTM: {said}" in page
    assert not YearDeclaration.objects.exists()
    page = shown(declared(approver, "nam=2023&so=8/BC-UBND"))
    assert "mọi lượt công nhận đạt trong năm 2023 đã được ghi đủ" in page
    assert YearDeclaration.objects.get().document == paper
    assert approver.get(JSON).json()["levels"][0]["cumulative"] == 1


def test_two_clicks_declare_once_and_a_second_declaration_is_refused(land: Land, approver: Client) -> None:
    data = {"token": str(uuid4())}
    for _ in range(2):
        assert approver.post(f"{PAGE}?nam=2023", data).status_code == 302
    assert YearDeclaration.objects.count() == 1
    assert "Năm 2023 đã được xác nhận đủ số liệu." in shown(approver.get(f"{PAGE}?nam=2023"))
    again = approver.post(f"{PAGE}?nam=2023", {"token": str(uuid4())})
    assert again.status_code == 422
    assert "Năm 2023 đã được xác nhận đủ số liệu." in shown(again)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_year_with_something_in_the_way_is_refused_by_name(
    land: Land, approver: Client, method: str
) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    response = getattr(approver, method)(
        f"{PAGE}?nam=2021", {"token": str(uuid4())} if method == "post" else {}
    )
    assert response.status_code == {"get": 400, "post": 422}[method]
    assert "1 xã chỉ biết là đạt đến năm 2022, chưa rõ năm đạt" in shown(response)
    assert not YearDeclaration.objects.exists()


def test_declaring_by_an_unknown_paper_is_refused(land: Land, approver: Client) -> None:
    factories.document("9/BC-UBND", province=land.foreign.place)
    response = approver.get(f"{PAGE}?nam=2023&so=9/BC-UBND")
    assert response.status_code == 400
    assert "Không có văn bản mang số 9/BC-UBND trong sổ." in shown(response)


def test_a_declaration_is_withdrawn_with_its_reason(land: Land, approver: Client) -> None:
    factories.recognition(land.commune_a, year=2022)
    row = factories.declaration(land.province, 2023)
    path = f"{PAGE}{row.pk}/rut/"
    assert f'href="{path}"' in shown(approver.get(PAGE))
    page = shown(approver.get(path))
    assert "là tạm tính" not in page
    assert "lũy kế chưa có số liệu (hiện ghi: đạt trong năm 0, lũy kế 1/5)." in page
    assert approver.post(path, {"reason": "", "version": 1}).status_code == 422
    done = approver.post(path, {"reason": "Còn thiếu quyết định của huyện", "version": 1}, follow=True)
    assert "Đã rút xác nhận đủ số liệu năm 2023." in shown(done)
    assert approver.get(JSON).json()["levels"][0]["cumulative"] is None
    entry = LogEntry.objects.get(action="year.withdrawn")
    assert entry.reason == "Còn thiếu quyết định của huyện"
    assert approver.get(path).status_code == 404
    stale = approver.post(path, {"reason": "Lần nữa", "version": 1})
    assert stale.status_code == 409
    assert declared(approver).status_code == 200
    assert YearDeclaration.objects.standing().count() == 1


def test_a_year_with_results_becomes_provisional_when_withdrawn(land: Land, approver: Client) -> None:
    factories.recognition(land.commune_a, year=2023)
    row = factories.declaration(land.province, 2023)
    page = shown(approver.get(f"{PAGE}{row.pk}/rut/"))
    assert "Xã đạt chuẩn NTM: đạt trong năm 1, lũy kế 1/5." in page
    assert "Kết quả của năm được ghi là tạm tính." in page


def test_a_declaration_of_another_province_is_not_found(land: Land, approver: Client) -> None:
    row = factories.declaration(land.foreign, 2023)
    for response in (approver.get(f"{PAGE}{row.pk}/rut/"), approver.post(f"{PAGE}{row.pk}/rut/", {})):
        assert response.status_code == 404


def test_a_correction_page_dates_what_was_known_only_by_a_year(land: Land, approver: Client) -> None:
    row = factories.recognition(land.commune_a, year=2022, by_year=True)
    path = f"/cong-nhan/{row.pk}/dinh-chinh/"
    assert "Đã rõ: đạt đúng trong năm này" in shown(approver.get(path))
    data = {
        "unit": row.unit_id,
        "level": "ntm",
        "achieved_year": "2022",
        "reason": "Có quyết định",
        "exact": "on",
    }
    assert approver.post(path, data | {"token": str(uuid4())}).status_code == 302
    row.refresh_from_db()
    assert (row.replaced_by.achieved_year, row.replaced_by.by_year) == (2022, False)
