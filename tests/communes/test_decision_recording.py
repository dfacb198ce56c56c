"""The pages that record decisions: steps, boxes, refusals beside their fields, nothing typed lost, one effect."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from communes.choices import DecisionKind, Extent, RecognitionState, Tier
from communes.models import Decision, Document, Recognition, Reorganisation, Succession, Unit
from ntm.audit.models import LogEntry
from tests import factories
from tests.communes.scans import pdf
from tests.conftest import Land

ClientAs = Callable[[Any], Client]
STEP = "?muc=ntm&nam=2023&ngay=05/01/2024"
PAGES = [
    f"/quyet-dinh/cong-nhan/{STEP}",
    f"/quyet-dinh/xac-nhan/{STEP}",
    "/quyet-dinh/thu-hoi/?muc=ntm",
    "/quyet-dinh/du-so-lieu/",
    "/cong-nhan/{pk}/dinh-chinh/",
    "/quyet-dinh/{decision}/them-don-vi/?muc=ntm&nam=2023",
]


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "number": "12/QĐ-UBND",
        "issued_on": "05/01/2024",
        "authority": "UBND tỉnh Thái Nguyên",
        "title": "Công nhận xã đạt chuẩn nông thôn mới năm 2023",
        "token": str(uuid4()),
    } | fields


def shown(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def approver(land: Land, cast: Any, client_as: ClientAs) -> Client:
    factories.level("ntm")
    factories.level("advanced")
    client: Client = client_as(cast.approver)
    return client


def test_the_recording_pages_are_the_approvers(
    land: Land, cast: Any, client_as: ClientAs, approver: Client
) -> None:
    """tests/access/test_matrix.py asks all roles; here with everything typed."""
    row = factories.recognition(land.commune_a)
    other = client_as(cast.specialist)
    for page in PAGES:
        where = page.format(pk=row.pk, decision=row.decision_id)
        assert other.get(where).status_code == 403, page
        assert other.post(where, typed()).status_code == 403, page
        assert approver.get(where).status_code == 200, page
    assert Decision.objects.count() == 1


def test_the_first_step_asks_before_any_box_is_shown(land: Land, approver: Client) -> None:
    page = shown(approver.get("/quyet-dinh/cong-nhan/"))
    assert "Bước 1" in page
    assert "Bước 2" not in page


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("?muc=ntm&nam=2024&ngay=05/01/2023", "Năm đạt 2024 sau năm ban hành quyết định (2023)."),
        ("?muc=ntm&nam=2012&ngay=05/01/2013", "Giai đoạn của năm 2012 không có mức này."),
        ("?muc=ntm&nam=2023&ngay=31/02/2024", "không có trong lịch"),
        ("?muc=ntm&nam=2023&ngay=01/01/2099", "Ngày 01/01/2099 chưa đến"),
        ("?muc=x&nam=y&ngay=%00", "Chưa xem được danh sách"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_first_step_without_sense_is_refused(
    land: Land, approver: Client, step: str, sentence: str, method: str
) -> None:
    response = getattr(approver, method)(f"/quyet-dinh/cong-nhan/{step}")
    assert response.status_code == 400
    assert sentence in shown(response)


def test_the_boxes_stand_by_district_with_the_level_or_the_reason(land: Land, approver: Client) -> None:
    factories.recognition(land.commune_b, year=2022)
    page = shown(approver.get(f"/quyet-dinh/cong-nhan/{STEP}"))
    assert page.index("Huyện Định Hóa") < page.index("Xã Bảo Linh") < page.index("Xã Phú Đình")
    assert f'name="units" value="{land.commune_a.pk}"' in page
    assert f'value="{land.commune_b.pk}"' not in page
    assert "1 đơn vị không chọn được" in page
    assert "Đang được công nhận mức “Xã đạt chuẩn NTM”" in page
    assert "Trường Hà" not in page


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (
            "cong-nhan/?muc=district_ntm&nam=2025&ngay=31/01/2026",
            "Ngày 31/01/2026 không còn đơn vị cấp huyện; mức",
        ),
        ("xac-nhan/?muc=ntm&nam=2023&ngay=05/01/2024", "Ngày 05/01/2024 không đơn vị cấp xã nào chọn được"),
        (
            "thu-hoi/?muc=ntm&ten=Phu+Dinh",
            "nào đang còn hiệu lực ở mức “Xã đạt chuẩn NTM” của đơn vị có tên “Phu Dinh”.",
        ),
    ],
)
def test_where_nobody_can_be_chosen_the_page_says_why_and_offers_no_form(
    land: Land, approver: Client, where: str, why: str
) -> None:
    factories.level("district_ntm")
    Unit.objects.filter(tier=Tier.DISTRICT).update(valid_to=date(2025, 7, 1))
    page = shown(approver.get(f"/quyet-dinh/{where}"))
    assert why in page
    assert ("nên không có gì để xác nhận" in page) == where.startswith("xac-nhan")
    assert "Bước 1" in page
    assert "Bước 2" not in page
    assert 'name="number"' not in page
    # What was typed while the last box closed is kept, with its refusal.
    assert 'value="12/QĐ-UBND"' in shown(approver.post(f"/quyet-dinh/{where}", typed()))


def test_recognising_leads_to_the_decision_and_says_what_changed(land: Land, approver: Client) -> None:
    units = [land.commune_a.pk, land.commune_d.pk]
    response = approver.post(f"/quyet-dinh/cong-nhan/{STEP}", typed(units=units, file=pdf()), follow=True)
    made = Decision.objects.get()
    assert response.redirect_chain == [(f"/quyet-dinh/{made.pk}/", 302)]
    page = shown(response)
    assert "công nhận 2 đơn vị, mức “Xã đạt chuẩn NTM”, năm 2023" in page
    assert '<a href="/tong-quan/2023/">' in page
    assert made.document.file_name == "Quyết định 12.pdf"


def test_two_clicks_have_one_effect(land: Land, approver: Client) -> None:
    data = typed(units=[land.commune_a.pk])
    first = approver.post(f"/quyet-dinh/cong-nhan/{STEP}", data)
    second = approver.post(f"/quyet-dinh/cong-nhan/{STEP}", data)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Decision.objects.count() == Recognition.objects.count() == 1


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(land: Land, approver: Client) -> None:
    factories.recognition(land.commune_b)
    data = typed(
        units=[land.commune_a.pk, land.commune_b.pk], title="Trích yếu dài của tôi", file=pdf("qd.pdf")
    )
    response = approver.post(f"/quyet-dinh/cong-nhan/{STEP}", data)
    assert response.status_code == 422
    assert response.context["form"].errors["units"][0].startswith("Xã Điềm Mặc đang được công nhận")
    page = shown(response)
    assert "Trích yếu dài của tôi" in page
    assert f'value="{land.commune_a.pk}" checked' in page
    assert "Hãy chọn lại tệp “qd.pdf” trước khi lưu" in page
    assert not Document.objects.filter(number="12/QĐ-UBND").exists()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"number": ""}, "number", ""),
        ({"issued_on": "05/13/2024"}, "issued_on", "không có trong lịch"),
        ({"issued_on": "05/01/24"}, "issued_on", "đủ bốn chữ số"),
        ({"units": []}, "units", "Chưa chọn dòng nào"),
        ({"units": ["abc"]}, "units", "Không tìm thấy dòng đã chọn"),
        ({"units": ["99999999999999999999"]}, "units", "Không tìm thấy dòng đã chọn"),
        ({"file": pdf("x.pdf").__class__("x.pdf", b"MZ")}, "file", "chương trình máy tính"),
    ],
)
def test_what_is_typed_wrongly_is_refused_beside_its_field(
    land: Land, approver: Client, fields: dict[str, Any], field: str, words: str
) -> None:
    response = approver.post(f"/quyet-dinh/cong-nhan/{STEP}", typed(units=[land.commune_a.pk]) | fields)
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[field])
    assert not Decision.objects.exists()


def test_a_unit_of_another_province_is_not_among_the_choices(land: Land, approver: Client) -> None:
    response = approver.post(f"/quyet-dinh/cong-nhan/{STEP}", typed(units=[land.foreign_commune.pk]))
    assert response.status_code == 422
    assert "Trường Hà" not in shown(response)


def test_confirming_offers_what_stands_and_what_waits(land: Land, approver: Client) -> None:
    factories.recognition(land.commune_a, year=2022)
    Unit.objects.filter(pk=land.commune_b.pk).update(valid_to=date(2024, 1, 1))
    union = factories.unit(land.district, "Hợp Nhất", valid_from=date(2024, 1, 1))
    act = Reorganisation.objects.create(
        document=factories.document(), effective_on=date(2024, 1, 1), title="Sáp nhập"
    )
    Succession.objects.create(
        reorganisation=act, predecessor=land.commune_b, successor=union, extent=Extent.WHOLE
    )
    page = shown(approver.get(f"/quyet-dinh/xac-nhan/{STEP}"))
    assert "(Xã đạt chuẩn NTM, năm 2022)" in page
    assert "(chờ rà soát sau sắp xếp)" in page
    response = approver.post(
        f"/quyet-dinh/xac-nhan/{STEP}", typed(units=[land.commune_a.pk, union.pk]), follow=True
    )
    made = Decision.objects.get(kind=DecisionKind.CONFIRM)
    assert (made.confirmations.count(), made.recognitions.get().unit) == (1, union)
    assert "xác nhận 2 đơn vị tiếp tục đạt mức “Xã đạt chuẩn NTM”" in shown(response)


def test_revoking_asks_for_a_name_or_a_level_and_says_what_falls_too(land: Land, approver: Client) -> None:
    row = factories.recognition(land.commune_a, year=2022)
    factories.recognition(land.commune_a, factories.level("advanced"), year=2022)
    assert "Hãy gõ tên đơn vị hoặc chọn mức" in shown(approver.get("/quyet-dinh/thu-hoi/?ten="))
    page = shown(approver.get("/quyet-dinh/thu-hoi/?ten=phu+dinh"))
    assert "kéo theo: Xã NTM nâng cao" in page
    data = typed(recognitions=[row.pk], effective_on="05/01/2024", reason="Ô nhiễm")
    response = approver.post("/quyet-dinh/thu-hoi/?ten=phu+dinh", data, follow=True)
    assert "thu hồi 2 mức" in shown(response)
    assert not Recognition.objects.in_force().exists()
    again = approver.post("/quyet-dinh/thu-hoi/?ten=phu+dinh", data)
    assert (again.status_code, Decision.objects.filter(kind=DecisionKind.REVOKE).count()) == (302, 1)


def test_revoking_without_a_reason_keeps_the_ticks(land: Land, approver: Client) -> None:
    row = factories.recognition(land.commune_a, year=2022)
    data = typed(recognitions=[row.pk], effective_on="05/01/2024", reason="")
    response = approver.post("/quyet-dinh/thu-hoi/?muc=ntm", data)
    assert response.status_code == 422
    assert f'value="{row.pk}" checked' in shown(response)


def test_correcting_keeps_what_is_not_changed(land: Land, approver: Client) -> None:
    row = factories.recognition(land.commune_a, year=2022)
    path = f"/cong-nhan/{row.pk}/dinh-chinh/"
    assert "Đang ghi: Xã Phú Đình" in shown(approver.get(path))
    data = {
        "unit": land.commune_b.pk,
        "level": "ntm",
        "achieved_year": "2022",
        "reason": "Ghi nhầm xã",
        "token": str(uuid4()),
    }
    response = approver.post(path, data, follow=True)
    assert "nay ghi Xã Điềm Mặc, mức “Xã đạt chuẩn NTM”, năm 2022" in shown(response)
    row.refresh_from_db()
    assert row.state == RecognitionState.CORRECTED
    assert approver.post(path, data).status_code == 302
    assert Recognition.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"achieved_year": "2.o22"}, "achieved_year"),
        ({"achieved_year": "2012"}, "level"),
        ({"level": "x"}, "level"),
        ({"unit": "-1"}, "unit"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_correction_that_is_typed_wrongly_is_refused(
    land: Land, approver: Client, fields: dict[str, Any], field: str
) -> None:
    row = factories.recognition(land.commune_a, year=2022)
    data = {
        "unit": land.commune_b.pk,
        "level": "ntm",
        "achieved_year": "2022",
        "reason": "x",
        "token": str(uuid4()),
    }
    response = approver.post(f"/cong-nhan/{row.pk}/dinh-chinh/", data | fields)
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_a_recognition_of_another_province_cannot_be_opened_for_correction(
    land: Land, approver: Client
) -> None:
    row = factories.recognition(land.foreign_commune)
    assert approver.get(f"/cong-nhan/{row.pk}/dinh-chinh/").status_code == 404


def test_the_boxes_take_the_same_queries_for_5_and_for_50_units(
    land: Land, approver: Client, django_assert_max_num_queries: Any
) -> None:
    factories.recognition(land.commune_a)
    counts = []
    for _ in range(2):
        for page in (
            f"/quyet-dinh/cong-nhan/{STEP}",
            f"/quyet-dinh/xac-nhan/{STEP}",
            "/quyet-dinh/thu-hoi/?muc=ntm",
        ):
            approver.get(page)
            with django_assert_max_num_queries(15) as queries:
                approver.get(page)
            counts.append(len(queries))
        for _ in range(45):
            factories.recognition(factories.unit(land.district, "Bản"))
    assert counts[:3] == counts[3:]


def test_an_overlooked_unit_is_added_to_the_decision_that_names_it(land: Land, approver: Client) -> None:
    approver.post(f"/quyet-dinh/cong-nhan/{STEP}", typed(units=[land.commune_a.pk]))
    made = Decision.objects.get()
    path = f"/quyet-dinh/{made.pk}/them-don-vi/?muc=ntm&nam=2023"
    assert "/them-don-vi/" in shown(approver.get(f"/quyet-dinh/{made.pk}/"))
    assert "Ngày ban hành" not in shown(approver.get(path))
    data = {"units": [land.commune_b.pk], "token": str(uuid4())}
    page = shown(approver.post(path, data, follow=True))
    assert "công nhận 1 đơn vị" in page
    assert approver.post(path, data).status_code == 302
    assert made.recognitions.count() == 2
    again = approver.post(path, data | {"token": str(uuid4())})
    assert again.status_code == 422
    assert "Xã Điềm Mặc đang được công nhận" in shown(again)


@pytest.mark.parametrize("kind", [DecisionKind.CONFIRM, DecisionKind.REVOKE])
def test_units_are_added_only_to_recognitions_of_the_own_province(
    land: Land, approver: Client, kind: str
) -> None:
    for made in (factories.decision(land.province, kind=kind), factories.decision(land.foreign)):
        assert approver.get(f"/quyet-dinh/{made.pk}/them-don-vi/").status_code == 404
