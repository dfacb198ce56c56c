"""Documents and their scans: who opens them, what leaves with them, and that no file outlives its row."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import FileSystemStorage
from django.test import Client

from communes.choices import Extent
from communes.models import Decision, Document, Recognition, Reorganisation, Succession
from communes.services import decisions, documents
from communes.services.documents import Paper
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.uploads import Scan, read_scan
from tests import factories
from tests.communes.scans import PDF, pdf
from tests.conftest import Land

ClientAs = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def scan(name: str = "Quyết định 12.pdf") -> Scan:
    return read_scan(pdf(name))


def download(client: Client, document: Document) -> bytes:
    return b"".join(client.get(f"/van-ban/{document.pk}/tep/").streaming_content)


def recorded(land: Land, *units: Any, number: str = "12/QĐ-UBND", file: Scan | None = None) -> Decision:
    return decisions.recognise(
        province=land.province.place,
        number=number,
        issued_on=date(2024, 1, 5),
        authority="UBND tỉnh Thái Nguyên",
        title="Công nhận xã đạt chuẩn",
        level=factories.level(),
        achieved_year=2023,
        units=list(units),
        file=file,
        by=audit.SYSTEM,
    )


def test_a_scan_is_kept_under_a_random_name_with_its_seal_in_the_record(land: Land, media: Path) -> None:
    document = recorded(land, land.commune_a, file=scan()).document
    (kept,) = files(media)
    assert kept.read_bytes() == PDF
    assert re.fullmatch(r"[0-9a-f]{32}\.pdf", kept.name)
    assert document.file_name == "Quyết định 12.pdf"
    entry = LogEntry.objects.get(action="document.added")
    assert entry.changes["sha256"] == [None, document.sha256]


def test_the_scan_leaves_as_an_attachment_that_can_do_nothing(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    document = recorded(land, land.commune_a, file=scan()).document
    response = client_as(cast.leader).get(f"/van-ban/{document.pk}/tep/")
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert "Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%2012.pdf" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in response["Cache-Control"]


def test_a_commune_opens_only_the_scans_that_name_nobody_else(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    own = recorded(land, land.commune_a, file=scan()).document
    shared = recorded(land, land.commune_b, land.commune_c, number="13/QĐ", file=scan()).document
    row = Recognition.objects.get(unit=land.commune_b)
    Recognition.objects.filter(pk=row.pk).update(
        unit=land.commune_a, place=land.commune_a.place, level=factories.level("advanced")
    )
    officer = client_as(cast.officer_a)
    assert download(officer, own) == PDF
    assert "/tep/" in officer.get(f"/van-ban/{own.pk}/").content.decode()
    assert officer.get(f"/van-ban/{shared.pk}/").status_code == 200
    for path in (f"/van-ban/{shared.pk}/", f"/quyet-dinh/{shared.decision.pk}/", "/quyet-dinh/?so=13"):
        assert f"/van-ban/{shared.pk}/tep/" not in officer.get(path).content.decode()
    assert officer.get(f"/van-ban/{shared.pk}/tep/").status_code == 404
    assert download(client_as(cast.leader), shared) == PDF


@pytest.mark.parametrize("tail", ["", "tep/", "bo-sung-tep/"])
def test_a_document_out_of_scope_looks_like_one_that_is_not_there(
    land: Land, cast: Any, client_as: ClientAs, tail: str
) -> None:
    foreign = factories.document(province=land.foreign.place)
    specialist = client_as(cast.specialist)
    answer, missing = (specialist.get(f"/van-ban/{pk}/{tail}") for pk in (foreign.pk, 10**20))
    assert answer.status_code == missing.status_code == 404
    assert answer.content == missing.content


def test_without_a_role_no_document_opens(land: Land, cast: Any, client_as: ClientAs) -> None:
    document = recorded(land, land.commune_a, file=scan()).document
    for tail in ("", "tep/", "bo-sung-tep/"):
        assert client_as(cast.unassigned).get(f"/van-ban/{document.pk}/{tail}").status_code == 403
        assert Client().get(f"/van-ban/{document.pk}/{tail}").status_code == 302


def test_a_document_without_a_scan_has_no_file(land: Land, cast: Any, client_as: ClientAs) -> None:
    document = recorded(land, land.commune_a).document
    client = client_as(cast.leader)
    assert client.get(f"/van-ban/{document.pk}/tep/").status_code == 404
    page = client.get(f"/van-ban/{document.pk}/").content.decode()
    assert "Công nhận xã đạt chuẩn" in page
    assert "Xã Phú Đình" in page
    assert f"/quyet-dinh/{document.decision.pk}/" in page
    assert "/bo-sung-tep/" not in page


def test_a_resolution_tells_what_it_reorganises(land: Land, cast: Any, client_as: ClientAs) -> None:
    document = factories.document("729/NQ-UBTVQH15", title="Sắp xếp")
    act = Reorganisation.objects.create(
        document=document, effective_on=date(2023, 4, 10), title="Nhập xã Huống Trung"
    )
    Succession.objects.create(
        reorganisation=act, predecessor=land.commune_b, successor=land.commune_c, extent=Extent.WHOLE
    )
    address = f"/van-ban/{document.pk}/"
    page = client_as(cast.officer_b).get(address).content.decode()
    assert "Đợt sắp xếp từ 10/04/2023" in page
    assert "Nhập xã Huống Trung" in page
    assert "Huống Trung" not in client_as(cast.officer_a).get(address).content.decode()


def test_a_file_that_is_gone_from_the_disk_is_said_to_be_gone(
    land: Land, cast: Any, client_as: ClientAs, media: Path
) -> None:
    document = recorded(land, land.commune_a, file=scan()).document
    files(media)[0].unlink()
    response = client_as(cast.leader).get(f"/van-ban/{document.pk}/tep/")
    assert response.status_code == 404
    assert "Tệp không còn trên máy chủ" in response.content.decode()


def test_a_refused_decision_leaves_no_file(land: Land, media: Path) -> None:
    factories.recognition(land.commune_a)
    with pytest.raises(Refused):
        recorded(land, land.commune_a, file=scan())
    assert files(media) == []


def test_a_transaction_that_fails_after_the_verb_leaves_no_file(
    land: Land, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(entries: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("ntm.audit.log._flush", fail)
    with pytest.raises(RuntimeError):
        recorded(land, land.commune_a, file=scan())
    assert files(media) == []
    assert not Document.objects.filter(number="12/QĐ-UBND").exists()


def test_without_the_sweep_the_failed_transaction_would_leave_its_file(
    land: Land, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ntm.audit.files._sweep", lambda names: None)
    monkeypatch.setattr("ntm.audit.log._flush", lambda entries: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        recorded(land, land.commune_a, file=scan())
    assert len(files(media)) == 1


def test_a_full_disk_is_said_and_leaves_nothing(
    land: Land, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Any, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True)
        path.write_bytes(b"%PDF")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with pytest.raises(Refused, match="Máy chủ chưa ghi được tệp"):
        recorded(land, land.commune_a, file=scan())
    assert files(media) == []


def test_a_document_is_added_with_its_entry(land: Land, cast: Any) -> None:
    paper = Paper("8/BC-UBND", date(2024, 1, 8), "UBND tỉnh", "Báo cáo")
    row = documents.add_document(paper=paper, province=land.province.place, by=cast.specialist)
    assert list(LogEntry.objects.values_list("action", "object_id")) == [("document.added", str(row.pk))]
    with pytest.raises(Refused, match="đã có trong sổ"):
        documents.add_document(paper=paper, province=land.province.place, by=cast.specialist)


@pytest.mark.parametrize(
    ("number", "authority"),
    [
        ("01/qđ-ubnd", "UBND tỉnh Hoà Bình"),
        ("01/QÐ-UBND", "ubnd tỉnh hòa bình"),
        (" 01/QĐ-UBND", "UBND  TỈNH HÒA BÌNH"),
    ],
)
def test_a_document_in_another_spelling_is_the_same_document(
    land: Land, cast: Any, number: str, authority: str
) -> None:
    def enter(number: str, authority: str, day: int = 8) -> Document:
        paper = Paper(number, date(2024, 1, day), authority, "Báo cáo")
        return documents.add_document(paper=paper, province=land.province.place, by=cast.specialist)

    enter("01/QĐ-UBND", "UBND tỉnh Hòa Bình")
    with pytest.raises(Refused, match="đã có trong sổ") as refused:
        enter(number, authority)
    assert refused.value.field == "number"
    enter(number, authority, day=9)
    enter("01/QD-UBND", authority)


def test_a_document_is_refused_to_readers_and_for_other_provinces(land: Land, cast: Any) -> None:
    paper = Paper("8/BC-UBND", date(2024, 1, 8), "UBND tỉnh", "Báo cáo")
    with pytest.raises(NotAllowed):
        documents.add_document(paper=paper, province=land.province.place, by=cast.leader)
    for province in (None, land.foreign.place):
        with pytest.raises(Refused, match="thuộc tỉnh của bạn"):
            documents.add_document(paper=paper, province=province, by=cast.specialist)


def test_a_scan_can_be_added_later_but_never_replaced(
    land: Land, cast: Any, client_as: ClientAs, media: Path
) -> None:
    document = recorded(land, land.commune_a).document
    path = f"/van-ban/{document.pk}/bo-sung-tep/"
    client = client_as(cast.specialist)
    assert client.get(path).status_code == 200
    assert client.post(path, {"version": 1, "file": pdf()}).status_code == 302
    document.refresh_from_db()
    assert (document.version, document.file_name) == (2, "Quyết định 12.pdf")
    assert client.post(path, {"version": 2, "file": pdf("khác.pdf")}).status_code == 422
    assert client.post(path, {"version": 1, "file": pdf("khác.pdf")}).status_code == 409
    assert len(files(media)) == 1
    assert LogEntry.objects.filter(action="document.changed").count() == 1


def test_a_scan_is_added_only_by_who_may(land: Land, cast: Any, client_as: ClientAs) -> None:
    document = recorded(land, land.commune_a).document
    for role in ("leader", "department", "officer_a"):
        assert client_as(getattr(cast, role)).get(f"/van-ban/{document.pk}/bo-sung-tep/").status_code == 403
        with pytest.raises(NotAllowed):
            documents.attach_scan(document=document, file=scan(), version=1, by=getattr(cast, role))
    with pytest.raises(Stale):
        documents.attach_scan(document=document, file=scan(), version=7, by=cast.specialist)


def test_a_page_that_refuses_its_form_leaves_no_file(
    land: Land, cast: Any, client_as: ClientAs, media: Path
) -> None:
    factories.recognition(land.commune_a)
    data = {
        "number": "12/QĐ-UBND",
        "issued_on": "05/01/2024",
        "authority": "UBND tỉnh",
        "title": "Công nhận",
        "units": [land.commune_a.pk],
        "file": pdf(),
        "token": str(uuid4()),
    }
    client = client_as(cast.approver)
    response = client.post("/quyet-dinh/cong-nhan/?muc=ntm&nam=2023&ngay=05/01/2024", data)
    assert response.status_code == 422
    assert files(media) == []
