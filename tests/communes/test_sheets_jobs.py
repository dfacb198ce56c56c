"""A file of many cells is written, and taken back, by a job: once, with the rights of then, all of it or nothing."""

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q
from django.urls import reverse

from communes.models import Assignment, Result
from communes.services import results_many
from communes.services.results import Cell, enter
from ntm.audit.models import LogEntry
from ntm.jobs.models import Job
from ntm.jobs.registry import Work
from ntm.jobs.services import running
from ntm.sheets.models import Upload, UploadState
from tests import factories
from tests.communes import sheets
from tests.communes.test_sheets_round import five_returns, media, place  # noqa: F401 - fixtures
from tests.ntm.jobs.kinds import run_waiting

CODES = ("05602", "05596", "05599")


@pytest.fixture(autouse=True)
def few_are_many(settings: Any) -> None:
    settings.LARGE_WRITE_CELLS = 1


@pytest.fixture
def where(place: Any) -> str:  # noqa: F811
    """The preview of a file with 95 for 2.1 of two communes, 81 being there for one of them."""
    book = sheets.fetched(place.office, place.template)
    for code in CODES[:2]:
        sheets.put(sheets.rows_of(book), code, "2.1", 95)
    return sheets.brought(place.office, place.page, book)


def values() -> list[Decimal | None]:
    found = Result.objects.filter(indicator__code="2.1").order_by("submission__unit__name")
    return list(found.values_list("value", flat=True))


def the_job() -> Job:
    return Job.objects.latest("pk")


def test_it_waits_is_shown_runs_and_leads_to_what_it_wrote(place, where):  # noqa: F811
    answer = sheets.confirm(place.office, where)
    job = the_job()
    assert (answer.status_code, answer["Location"]) == (302, job.get_absolute_url())
    assert values() == [81]
    assert "Tệp đang được ghi ở nền" in sheets.text_of(place.office.get(where))
    assert 'name="seen"' not in place.office.get(where).content.decode()
    for address in ("/viec-nen/", "/viec-cua-toi/"):
        assert "Ghi tệp nhập: tep.xlsx" in sheets.text_of(place.office.get(address))
    run_waiting()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert job.result["sentence"] == "Đã ghi 2 dòng (2 ô) từ tệp “tep.xlsx”."
    assert values() == [95, 95]
    assert "Đã ghi 2 dòng" in sheets.text_of(place.office.get(job.result["url"]))
    upload = Upload.objects.get()
    assert set(LogEntry.objects.filter(batch=upload.batch).values_list("action", flat=True)) == {
        "job.done", "result.changed", "result.entered", "submission.summed", "upload.stored",
    }  # fmt: skip


def test_two_clicks_and_two_tabs_are_one_job_and_one_write(place, where):  # noqa: F811
    mark = {"seen": sheets.seen(place.office.get(where))}
    answers = [place.office.post(f"{where}xac-nhan/", mark)["Location"] for _ in range(3)]
    assert len(set(answers)) == 1
    run_waiting()
    assert place.office.post(f"{where}xac-nhan/", mark)["Location"] == where
    run_waiting()
    assert Job.objects.count() == 1
    assert LogEntry.objects.filter(action="upload.stored").count() == 1


def test_nothing_is_chosen_in_a_file_that_is_being_written(place, where):  # noqa: F811
    sheets.confirm(place.office, where)
    said = place.office.post(f"{where}chon/", {"drop": "1"}, follow=True)
    assert "Tệp này đang được ghi ở nền" in sheets.text_of(said)
    assert Upload.objects.get().state == UploadState.WAITING


def test_a_role_that_was_taken_away_meanwhile_is_asked_again(place, where):  # noqa: F811
    sheets.confirm(place.office, where)
    Assignment.objects.filter(user=place.cast.specialist).delete()
    run_waiting()
    assert (the_job().state, the_job().failure) == ("failed", running.NO_RIGHT)
    assert values() == [81]


def test_a_role_for_another_place_writes_none_of_it(place, where):  # noqa: F811
    sheets.confirm(place.office, where)
    held = Assignment.objects.get(user=place.cast.specialist)
    held.unit, held.role = place.land.commune_a, "commune_officer"
    held.save()
    run_waiting()
    assert the_job().failure == "Bạn không còn quyền nhập các dòng này nên chưa ghi gì."
    assert values() == [81]


def test_somebody_faster_is_told_and_the_file_can_be_confirmed_again(place, where):  # noqa: F811
    sheets.confirm(place.office, where)
    row = Result.objects.get(indicator__code="2.1")
    enter(where=Q(pk=row.submission_id), typed=[Cell("2.1", "77", row.version)], by=place.cast.officer_a)
    run_waiting()
    assert "Số liệu vừa được người khác sửa" in the_job().failure
    assert values() == [77]
    sheets.confirm(place.office, where)
    run_waiting()
    assert values() == [95, 95]


def test_a_job_that_is_stopped_in_the_middle_leaves_nothing(place, where, monkeypatch):  # noqa: F811
    monkeypatch.setattr(results_many, "_PORTION", 1)
    went_on = Work.progress

    def stop_then(work: Work, done: int, total: int | None = None) -> None:
        went_on(work, done, total)
        work.stop = done == 1

    monkeypatch.setattr(Work, "progress", stop_then)
    sheets.confirm(place.office, where)
    run_waiting()
    assert (the_job().state, the_job().done, the_job().total) == ("cancelled", 1, 2)
    assert values() == [81]
    assert Upload.objects.get().state == UploadState.WAITING


def test_another_persons_file_is_as_if_it_were_not_there(place, where):  # noqa: F811
    sheets.confirm(place.office, where)
    Upload.objects.update(by=place.cast.officer_a)
    run_waiting()
    assert the_job().failure == "Tệp này không còn, hoặc không phải của bạn."


# --- undo ---------------------------------------------------------------------------------------------------
@pytest.fixture
def undo(place, where) -> Any:  # noqa: F811
    """Written; and what asks for it to be taken back."""
    sheets.confirm(place.office, where)
    run_waiting()
    address = reverse("audit:undo", args=[Upload.objects.get().batch])
    mark = place.office.get(address).content.decode().split('name="seen" value="')[1].split('"')[0]
    return lambda client=place.office: client.post(address, {"seen": mark, "reason": "Nhầm tệp"})


def test_a_long_batch_is_taken_back_by_a_job_once(undo):
    first, second = undo(), undo()
    assert first["Location"] == second["Location"] == the_job().get_absolute_url()
    run_waiting()
    assert (the_job().state, the_job().done, the_job().total) == ("done", 2, 2)
    assert the_job().result["sentence"] == "Đã hoàn tác 2 dòng bằng một lần ghi mới."
    assert values() == [81, None]
    assert undo()["Location"] != first["Location"]
    run_waiting()
    assert "Dữ liệu vừa thay đổi nên chưa hoàn tác gì" in the_job().failure
    assert values() == [81, None]


def test_the_right_to_take_back_is_asked_again(place, undo):  # noqa: F811
    undo()
    Assignment.objects.filter(user=place.cast.specialist).delete()
    run_waiting()
    assert (the_job().state, the_job().failure) == ("failed", running.NO_RIGHT)
    assert values() == [95, 95]


def test_a_foreign_batch_is_missing(place, undo, client_as):  # noqa: F811
    there = factories.user("abroad", "specialist", place.land.foreign)
    assert undo(client_as(there)).status_code == 404
    assert not Job.objects.filter(kind="undo-batch").exists()
