"""Documents, decisions and declarations in the admin: the verbs' rules, and nothing to edit."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from communes.models import Decision, Document, YearDeclaration
from ntm.audit.models import LogEntry
from tests import factories
from tests.communes.scans import pdf
from tests.conftest import Land

ClientAs = Callable[[Any], Client]
DECISIONS, DOCUMENTS = "/quan-tri/communes/decision/", "/quan-tri/communes/document/"
DECLARATIONS = "/quan-tri/communes/yeardeclaration/"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def typed(land: Land, **changes: Any) -> dict[str, Any]:
    return {
        "number": "12/QĐ-UBND",
        "issued_on": "05/01/2024",
        "authority": "UBND tỉnh Thái Nguyên",
        "title": "Công nhận",
        "level": factories.level().pk,
        "achieved_year": "2023",
        "units": [land.commune_a.pk],
        "token": str(uuid4()),
    } | changes


def test_the_approver_records_a_recognition(land: Land, cast: Any, client_as: ClientAs, media: Path) -> None:
    client = client_as(cast.approver)
    assert client.get(f"{DECISIONS}add/").status_code == 200
    assert client.post(f"{DECISIONS}add/", typed(land, scan=pdf())).status_code == 302
    made = Decision.objects.get()
    assert made.recognitions.get().unit == land.commune_a
    assert (made.document.file_name, len(files(media))) == ("Quyết định 12.pdf", 1)
    assert list(LogEntry.objects.order_by("number").values_list("action", flat=True)) == [
        "document.added",
        "decision.recorded",
        "recognition.recorded",
    ]
    page = client.get(f"{DECISIONS}{made.pk}/change/")
    assert page.status_code == 200
    assert "Xã Phú Đình" in page.content.decode()
    assert client.get(DECISIONS).status_code == 200


def test_two_clicks_record_one_decision(land: Land, cast: Any, client_as: ClientAs) -> None:
    client, data = client_as(cast.approver), typed(land)
    assert [client.post(f"{DECISIONS}add/", data).status_code for _ in range(2)] == [302, 302]
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"achieved_year": "2025"}, "Năm đạt 2025 sau năm ban hành quyết định (2024)."),
        ({"issued_on": "05/13/2024"}, "không có trong lịch"),
        ({"scan": pdf("x.exe").__class__("x.exe", b"MZ")}, "là chương trình máy tính (.exe)"),
        ({"units": []}, "Chưa chọn dòng nào."),
        ({"units": ["99999999999999999999"]}, "Không tìm thấy dòng đã chọn"),
    ],
)
def test_a_refusal_comes_back_beside_its_field(
    land: Land, cast: Any, client_as: ClientAs, media: Path, changes: dict[str, Any], sentence: str
) -> None:
    response = client_as(cast.approver).post(f"{DECISIONS}add/", typed(land, **changes))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Decision.objects.exists()
    assert files(media) == []


def test_a_refused_verb_leaves_no_file(land: Land, cast: Any, client_as: ClientAs, media: Path) -> None:
    factories.recognition(land.commune_a)
    response = client_as(cast.approver).post(f"{DECISIONS}add/", typed(land, scan=pdf()))
    assert response.status_code == 422
    assert "Xã Phú Đình đang được công nhận" in response.content.decode()
    assert files(media) == []


def test_units_of_another_province_are_not_offered_nor_taken(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    client = client_as(cast.approver)
    assert "Trường Hà" not in client.get(f"{DECISIONS}add/").content.decode()
    response = client.post(f"{DECISIONS}add/", typed(land, units=[land.foreign_commune.pk]))
    assert response.status_code == 422
    assert not Decision.objects.exists()


def test_a_recorded_decision_cannot_be_edited_or_deleted(land: Land, cast: Any, client_as: ClientAs) -> None:
    made = factories.decision(land.province)
    client = client_as(cast.approver)
    assert client.post(f"{DECISIONS}{made.pk}/change/", {"kind": "revoke"}).status_code == 403
    assert client.post(f"{DECISIONS}{made.pk}/delete/", {"post": "yes"}).status_code == 403
    made.refresh_from_db()
    assert made.kind == "recognise"


@pytest.mark.parametrize(("role", "reads"), [("specialist", True), ("administrator", True)])
def test_others_in_the_admin_read_decisions_and_do_not_record_them(
    land: Land, cast: Any, client_as: ClientAs, role: str, reads: bool
) -> None:
    made = factories.decision(land.province)
    client = client_as(getattr(cast, role))
    assert client.get(f"{DECISIONS}{made.pk}/change/").status_code == 200
    assert client.get(f"{DECISIONS}add/").status_code == 403
    assert client.post(f"{DECISIONS}add/", typed(land)).status_code == 403
    assert client.get(f"{DECLARATIONS}add/").status_code == 403


@pytest.mark.parametrize("path", [DECISIONS, DOCUMENTS])
def test_a_row_of_another_province_is_not_found(
    land: Land, cast: Any, client_as: ClientAs, path: str
) -> None:
    foreign = factories.decision(land.foreign)
    pk = foreign.pk if path == DECISIONS else foreign.document_id
    assert client_as(cast.approver).get(f"{path}{pk}/change/").status_code == 404


def test_a_specialist_adds_a_document(land: Land, cast: Any, client_as: ClientAs, media: Path) -> None:
    client = client_as(cast.specialist)
    data = {
        "number": "8/BC-UBND",
        "issued_on": "08/01/2024",
        "authority": "UBND tỉnh",
        "title": "Báo cáo năm 2023",
        "url": "javascript:alert(1)",
        "scan": pdf(),
        "token": str(uuid4()),
    }
    assert client.post(f"{DOCUMENTS}add/", data).status_code == 422
    assert client.post(f"{DOCUMENTS}add/", data | {"url": "", "scan": pdf()}).status_code == 302
    row = Document.objects.get()
    assert (row.province_id, row.issued_on) == (land.province.place_id, date(2024, 1, 8))
    assert len(files(media)) == 1
    assert client.get(f"{DOCUMENTS}{row.pk}/change/").status_code == 200
    assert client.get(f"{DOCUMENTS}?q=8/BC").status_code == 200


def test_the_approver_declares_a_year(land: Land, cast: Any, client_as: ClientAs) -> None:
    factories.period()
    client = client_as(cast.approver)
    data = {"year": "2023", "document": "", "token": str(uuid4())}
    assert client.post(f"{DECLARATIONS}add/", data).status_code == 302
    row = YearDeclaration.objects.get()
    assert client.get(f"{DECLARATIONS}{row.pk}/change/").status_code == 200
    again = client.post(f"{DECLARATIONS}add/", data | {"token": str(uuid4())})
    assert again.status_code == 422
    assert "Năm 2023 đã được xác nhận đủ số liệu." in again.content.decode()
    path = f"/quyet-dinh/du-so-lieu/{row.pk}/rut/"
    assert path in client.get(f"{DECLARATIONS}{row.pk}/change/").content.decode()
    assert path not in client_as(cast.auditor).get(f"{DECLARATIONS}{row.pk}/change/").content.decode()
    client = client_as(cast.approver)
    client.post(path, {"reason": "Thiếu", "version": 1})
    assert path not in client.get(f"{DECLARATIONS}{row.pk}/change/").content.decode()
    assert client.post(f"{DECLARATIONS}add/", data | {"token": str(uuid4())}).status_code == 302


def test_a_unit_that_ended_is_offered_until_before_its_day(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    land.commune_a.valid_to = date(2025, 7, 1)
    land.commune_a.save()
    page = client_as(cast.approver).get(f"{DECISIONS}add/").text
    assert "Xã Phú Đình (05602, đến trước 01/07/2025)" in page
