"""Files behind a result: who may add, open and take them away; what is refused; that none is lost or left over."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.utils import timezone

from communes.choices import ReviewState, SubmissionState, ValueState
from communes.models import Evidence, Result, Submission
from communes.services.evidence import MOST_FILES, add_evidence, remove_evidence
from communes.services.results import SAVED, Cell, enter
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused
from ntm.core.uploads import MAX_BYTES, Scan, read_scan
from tests import factories
from tests.communes.scans import PDF, pdf

ADDRESS = "/nhap-lieu/05602/2023/2.1/?bo=ntm"
TOKEN = "b7c0a5d2-7f2f-4a52-9d51-0d5ef2a4c111"


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def returned(land: Any, media: Path) -> Submission:
    made = factories.small_set()
    found = factories.submission(factories.a_round(land.province, made), land.commune_a)
    factories.submission(found.round, land.commune_b)
    return found


def scan(number: int = 1, name: str = "Danh sách thẻ.pdf") -> Scan:
    return read_scan(SimpleUploadedFile(name, PDF + b"%" + str(number).encode()))


def add(of: Submission, by: Any, number: int = 1, code: str = "2.1") -> Evidence:
    return add_evidence(where=Q(pk=of.pk), code=code, file=scan(number), by=by)


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def send(client: Any, file: Any, token: str = TOKEN, **more: Any) -> Any:
    return client.post(ADDRESS, {"viec": "tep", "file": file, "token": token} | more)


# --- adding --------------------------------------------------------------------------------------------------
def test_a_file_is_kept_under_a_name_nobody_can_guess_with_its_seal_in_the_record(returned, cast, media):
    file = add(returned, cast.officer_a)
    assert (file.file_name, file.sha256) == ("Danh sách thẻ.pdf", scan().sha256)
    assert "thẻ" not in file.file.name
    assert file.file.name.startswith("evidence/")
    entry = LogEntry.objects.get(action="evidence.added")
    assert entry.changes["sha256"] == [None, scan().sha256]
    assert entry.actor_id == cast.officer_a.pk
    assert len(files(media)) == 1


def test_an_empty_cell_holds_a_file_and_stays_empty(returned, cast):
    add(returned, cast.officer_a)
    row = Result.objects.get()
    assert (row.state, row.value, row.verdict) == (ValueState.EMPTY, None, "")
    assert Submission.objects.get(pk=returned.pk).entered == 0
    # Whoever read the cell while it was empty may still type into it.
    typed = enter(where=Q(pk=returned.pk), typed=[Cell("2.1", "95")], by=cast.officer_a)
    assert typed.outcomes[0].status == SAVED


def test_the_same_file_twice_and_too_many_are_refused(returned, cast, media):
    add(returned, cast.officer_a)
    with pytest.raises(Refused, match="Tệp này đã có trong minh chứng của chỉ tiêu"):
        add(returned, cast.officer_a)
    for number in range(2, MOST_FILES + 1):
        add(returned, cast.officer_a, number)
    with pytest.raises(Refused, match="chỉ kèm được 20 tệp"):
        add(returned, cast.officer_a, 99)
    assert len(files(media)) == MOST_FILES


def test_what_was_taken_away_may_be_added_again(returned, cast):
    remove_evidence(evidence=add(returned, cast.officer_a), by=cast.officer_a)
    add(returned, cast.officer_a)
    assert Evidence.objects.filter(removed_at=None).count() == 1


def test_rights(returned, cast):
    with pytest.raises(Submission.DoesNotExist):
        add(returned, cast.officer_b)
    with pytest.raises(NotAllowed):
        add(returned, cast.department)
    with pytest.raises(Refused, match="không có chỉ tiêu"):
        add(returned, cast.officer_a, code="99")
    file = add(returned, cast.officer_a)
    with pytest.raises(Submission.DoesNotExist):
        remove_evidence(evidence=file, by=cast.officer_b)
    with pytest.raises(NotAllowed):
        remove_evidence(evidence=file, by=cast.leader)


def test_a_transaction_that_fails_leaves_no_file(returned, cast, media, monkeypatch):
    monkeypatch.setattr("ntm.audit.log._flush", lambda entries: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        add(returned, cast.officer_a)
    assert files(media) == []


def test_a_full_disk_is_said(returned, cast, media, monkeypatch):
    def full(self: Any, name: str, content: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with pytest.raises(Refused, match="Máy chủ chưa ghi được tệp"):
        add(returned, cast.officer_a)
    assert not Result.objects.exists()


# --- on the page ---------------------------------------------------------------------------------------------
def test_added_listed_opened_and_taken_away(returned, cast, client_as):
    client = client_as(cast.officer_a)
    assert send(client, pdf("Biên bản.pdf")).status_code == 302
    page = client.get(ADDRESS).content.decode()
    assert "Biên bản.pdf" in page
    assert "1 KB · officer_a" in page
    file = Evidence.objects.get()
    response = client.get(f"/minh-chung/{file.pk}/tep/")
    assert b"".join(response.streaming_content) == PDF
    response.close()
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"] == "no-store, private"
    assert client.post(ADDRESS, {"viec": "go-tep", "file": file.pk}).status_code == 302
    page = client.get(ADDRESS).content.decode()
    assert "1 tệp đã gỡ" in page
    assert f"/minh-chung/{file.pk}/tep/" not in page
    assert "Gỡ minh chứng: Biên bản.pdf" in page
    file.refresh_from_db()
    assert file.removed_at is not None
    assert Path(file.file.path).exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.pdf", b"MZ\x90", "chương trình máy tính"),
        ("x.pdf", b"", "trống, không có nội dung"),
        ("x.png", b"<html>", "trang web (HTML)"),
        ("x.pdf", b"PK\x03\x04 xl/", "bảng tính Excel"),
        ("x.pdf", b"%PDF-1.4 cut off", "bị hỏng hoặc thiếu phần cuối"),
        ("x.pdf", PDF + b"0" * (MAX_BYTES + 1 - len(PDF)), "10,1 MB, vượt mức 10 MB"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(returned, cast, client_as, media, name, content, words):
    response = send(client_as(cast.officer_a), SimpleUploadedFile(name, content))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert (Evidence.objects.count(), files(media)) == (0, [])


def test_no_file_or_no_token_is_refused(returned, cast, client_as):
    client = client_as(cast.officer_a)
    assert client.post(ADDRESS, {"viec": "tep", "token": TOKEN}).status_code == 422
    assert send(client, pdf(), token="x").status_code == 422
    assert client.post(ADDRESS, {"viec": "go-tep"}).status_code == 422
    for key in (12345, 10**30):
        assert client.post(ADDRESS, {"viec": "go-tep", "file": key}).status_code == 404
    assert client.get(f"/minh-chung/{10**30}/tep/").status_code == 404


def test_a_double_click_adds_one_file_and_other_content_is_a_conflict(returned, cast, client_as):
    client = client_as(cast.officer_a)
    first, second = send(client, pdf()), send(client, pdf())
    assert first["Location"] == second["Location"]
    assert Evidence.objects.count() == 1
    other = SimpleUploadedFile("khac.pdf", PDF + b"%2")
    assert send(client, other).status_code == 409
    assert Evidence.objects.count() == 1


def test_a_file_of_another_cell_is_not_taken_away_from_here(returned, cast, client_as):
    other = add(returned, cast.officer_a, code="1.1")
    assert client_as(cast.officer_a).post(ADDRESS, {"viec": "go-tep", "file": other.pk}).status_code == 404
    other.refresh_from_db()
    assert other.removed_at is None


@pytest.mark.parametrize("how", ["submitted", "locked"])
def test_a_closed_return_keeps_its_files_as_they_are(returned, cast, client_as, how):
    file = add(returned, cast.officer_a)
    if how == "locked":
        returned.round.locked_at = timezone.now()
        returned.round.save()
    else:
        Submission.objects.filter(pk=returned.pk).update(state=SubmissionState.SUBMITTED)
    client = client_as(cast.officer_a)
    assert "Gỡ tệp" not in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"viec": "go-tep", "file": file.pk}).status_code == 422
    assert send(client, pdf("moi.pdf")).status_code == 422
    assert list(Evidence.objects.values_list("pk", "removed_at")) == [(file.pk, None)]


def test_a_returned_result_takes_files_again(returned, cast):
    add(returned, cast.officer_a)
    Submission.objects.filter(pk=returned.pk).update(state=SubmissionState.SUBMITTED)
    Result.objects.update(review=ReviewState.RETURNED)
    add(returned, cast.officer_a, 2)
    assert Evidence.objects.count() == 2


def test_a_second_removal_is_refused(returned, cast, client_as):
    file = add(returned, cast.officer_a)
    remove_evidence(evidence=file, by=cast.officer_a)
    response = client_as(cast.officer_a).post(ADDRESS, {"viec": "go-tep", "file": file.pk})
    assert response.status_code == 422
    assert "đã được gỡ trước đó" in response.content.decode()


# --- opening -------------------------------------------------------------------------------------------------
def status(client: Any, file: Evidence) -> int:
    response = client.get(f"/minh-chung/{file.pk}/tep/")
    response.close()
    return int(response.status_code)


def test_who_may_open_a_file(returned, cast, client_as):
    file = add(returned, cast.officer_a)
    found = {
        name: status(client_as(person), file) for name, person in vars(cast).items() if name != "disabled"
    }
    blind = {"officer_b": 404, "unassigned": 403}
    assert found == {name: blind.get(name, 200) for name in found}


def test_the_right_is_read_each_time(returned, cast, client_as):
    file = add(returned, cast.officer_a)
    client = client_as(cast.officer_a)
    assert status(client, file) == 200
    cast.officer_a.assignments.update(ended_at=timezone.now())
    assert status(client, file) == 403


def test_a_file_taken_away_opens_only_for_whoever_reads_the_record(returned, cast, client_as):
    file = add(returned, cast.officer_a)
    remove_evidence(evidence=file, by=cast.officer_a)
    assert status(client_as(cast.officer_a), file) == 404
    assert status(client_as(cast.department), file) == 404
    assert status(client_as(cast.auditor), file) == 200


def test_a_file_that_is_gone_from_the_disk_is_said_to_be_gone(returned, cast, client_as, media):
    file = add(returned, cast.officer_a)
    files(media)[0].unlink()
    client = client_as(cast.officer_a)
    response = client.get(f"/minh-chung/{file.pk}/tep/")
    assert response.status_code == 404
    assert "Tệp không còn trên máy chủ" in response.content.decode()
    assert "không còn trên máy chủ" in client.get(ADDRESS).content.decode()


def test_the_number_of_queries_does_not_grow_with_files(returned, cast, client_as, django_assert_num_queries):
    client = client_as(cast.officer_a)
    add(returned, cast.officer_a)
    client.get(ADDRESS)
    with django_assert_num_queries(12):
        client.get(ADDRESS)
    for number in range(2, 8):
        add(returned, cast.officer_a, number)
    with django_assert_num_queries(12):
        client.get(ADDRESS)
