"""An uploaded file that leaves is in the record, and in the history of the row that holds it, by name and hash."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from communes.models import ConditionCheck, Evidence
from ntm.audit.log import change_counter
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of
from ntm.audit.verification import verify
from ntm.core import exports
from tests import factories
from tests.communes.scans import PDF

HASH = "a" * 64


@pytest.fixture
def held(land: Any, settings: Any, tmp_path: Any) -> SimpleNamespace:
    """A file of each kind: behind a result, of a document, of a condition's check."""
    settings.MEDIA_ROOT = tmp_path
    row = factories.submission(factories.a_round(land.province, factories.small_set()), land.commune_a)
    evidence = Evidence(result=factories.result(row, "3", 80), file_name="Biên bản.pdf", sha256=HASH)
    document = factories.document(
        "12/QĐ", province=land.province.place, file_name="Bản chụp.pdf", sha256=HASH
    )
    factories.decision(land.province, document=document)
    check = ConditionCheck(
        unit=land.commune_a, condition=factories.condition(factories.level()), year=2023, sha256=HASH,
        checked_at=timezone.now(), file_name="Khảo sát.pdf",
    )  # fmt: skip
    for one in (evidence, document, check):
        one.file.save("a.pdf", ContentFile(PDF))
        one.save()
    return SimpleNamespace(evidence=evidence, document=document, check=check, submission=row)


#: Of each kind: its address, and the rows in whose history its leaving is told.
KINDS = {
    "evidence": ("communes:evidence-file", lambda held: [held.evidence.result, held.submission]),
    "document": ("communes:document-file", lambda held: [held.document]),
    "check": ("communes:condition-file", lambda held: [held.check]),
}
each = pytest.mark.parametrize("kind", KINDS)


def taken(client: Any, held: SimpleNamespace, kind: str) -> Any:
    answer = client.get(reverse(KINDS[kind][0], args=[getattr(held, kind).pk]))
    if answer.streaming:
        assert b"".join(answer.streaming_content) == PDF
    answer.close()
    return answer


@each
def test_it_is_recorded_who_took_what_with_its_hash(kind, held, cast, client_as):
    row = getattr(held, kind)
    assert taken(client_as(cast.specialist), held, kind).status_code == 200
    (entry,) = LogEntry.objects.filter(object_type="event.download")
    assert (entry.action, entry.actor, entry.province_id) == (
        "file.downloaded", cast.specialist, held.submission.round.province_id,
    )  # fmt: skip
    assert entry.changes == {"file": [None, row.file_name], "sha256": [None, HASH]}
    assert entry.object_id == f"{type_of(row)}:{row.pk}"
    assert verify().fault is None


@each
def test_it_is_told_in_the_history_of_the_row(kind, held, cast, client_as):
    client = client_as(cast.specialist)
    taken(client, held, kind)
    for row in KINDS[kind][1](held):
        page = client.get(reverse("audit:object", args=[type_of(row), row.pk])).text
        assert "Tải tệp đính kèm" in page
        assert getattr(held, kind).file_name in page
        assert f"Mã băm SHA-256: {HASH}" in page
        assert "khoi-phuc" not in page


def test_not_in_the_history_of_another_row(held, land, cast, client_as):
    other = factories.document("13/QĐ", province=land.province.place)
    client = client_as(cast.specialist)
    taken(client, held, "document")
    assert "Tải tệp" not in client.get(reverse("audit:object", args=[type_of(other), other.pk])).text


def test_who_reads_the_record_finds_it_and_the_way_to_the_row(held, cast, client_as):
    taken(client_as(cast.officer_a), held, "evidence")
    client = client_as(cast.administrator)
    assert 'data-count="1"' in client.get("/nhat-ky/", {"loai": "event.download"}).text
    entry = LogEntry.objects.get()
    page = client.get(f"/nhat-ky/{entry.number}/").text
    assert f"/nhat-ky/doi-tuong/communes.evidence/{held.evidence.pk}/" in page
    history = client.get(f"/nhat-ky/doi-tuong/communes.evidence/{held.evidence.pk}/")
    assert history.status_code == 200
    assert "Biên bản.pdf" in history.text


def test_it_is_no_write(held, cast, client_as):
    before = change_counter()
    taken(client_as(cast.specialist), held, "document")
    assert change_counter() == before
    assert not LogEntry.objects.about_rows().exists()


@each
def test_who_may_not_take_it_leaves_no_such_entry(kind, held, cast, client_as):
    held.document.decision.delete()
    assert taken(client_as(cast.officer_b), held, kind).status_code == 404
    assert not LogEntry.objects.filter(object_type="event.download").exists()


@each
def test_a_file_that_is_gone_from_the_disk_was_not_taken(kind, held, cast, client_as):
    row = getattr(held, kind)
    row.file.storage.delete(row.file.name)
    assert taken(client_as(cast.specialist), held, kind).status_code == 404
    assert not LogEntry.objects.filter(object_type="event.download").exists()


def test_without_its_entry_no_file_leaves(held, cast, client_as, monkeypatch):
    def fail(leaving: Any) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(exports, "_told", [fail])
    with pytest.raises(RuntimeError):
        taken(client_as(cast.specialist), held, "document")


def test_a_check_leads_from_its_page_to_its_history(held, cast, client_as):
    where = reverse("communes:conditions", args=[held.check.unit.code, 2023])
    page = client_as(cast.specialist).get(where)
    assert f"/nhat-ky/doi-tuong/communes.conditioncheck/{held.check.pk}/" in page.text
