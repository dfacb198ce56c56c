"""The file of a list with many rows: asked for on a page, made by a job, the same as the one that goes out at once."""

import csv
import io
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from openpyxl import load_workbook

from ntm.accounts.models import User
from ntm.audit.log import SYSTEM, note, writing
from ntm.audit.models import LogEntry
from ntm.jobs.models import Job
from tests.ntm.jobs.kinds import fetched, run_waiting

LIST = "/nhat-ky/danh-sach"


@pytest.fixture
def record(cast: SimpleNamespace, settings: Any) -> None:
    """More entries than a page waits for."""
    settings.LARGE_FILE_ROWS = 20
    with writing():
        for number in range(30):
            note("command.ran", "event.command", f"Lệnh {number:02d}", {}, by=SYSTEM)


def ask(client: Client, address: str) -> Any:
    """Through the page: what the list answers, and what its form answers."""
    sent = client.get(address)
    assert sent.status_code == 302
    form = client.get(sent["Location"]).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', form)
    assert token, form
    return client.post(sent["Location"], {"token": token[1]}), form, token[1], sent["Location"]


def test_a_short_list_goes_out_at_once(record: None, cast: SimpleNamespace, client_as: Any, settings: Any):
    settings.LARGE_FILE_ROWS = 40
    assert "Lệnh 29" in fetched(client_as(cast.auditor).get(f"{LIST}.csv")).decode()
    assert not Job.objects.exists()


def test_a_long_one_is_made_by_a_job_and_is_the_same(
    record: None, cast: SimpleNamespace, client_as: Any, settings: Any
):
    client = client_as(cast.auditor)
    query = urlencode({"viec": "command.ran"})
    answer, form, _, _ = ask(client, f"{LIST}.csv?{query}")
    assert "30" in form and "Việc: Chạy lệnh trên máy chủ" in form
    run_waiting()
    job = Job.objects.get()
    assert (answer["Location"], job.state, job.total) == (f"/viec-nen/{job.pk}/", "done", 30)
    assert "Tải nhat-ky.csv" in client.get(job.get_absolute_url()).content.decode()
    made = fetched(client.get(f"/viec-nen/{job.pk}/tep.csv"))
    settings.LARGE_FILE_ROWS = 1000
    at_once = fetched(client.get(f"{LIST}.csv?{query}"))
    assert made == at_once
    assert len(list(csv.reader(io.StringIO(made.decode("utf-8-sig")), delimiter=";"))) == 32
    left = LogEntry.objects.filter(action="export.made").order_by("number")
    assert [entry.changes["rows"][1] for entry in left] == [30, 30]


def test_as_a_workbook(record: None, cast: SimpleNamespace, client_as: Any):
    client = client_as(cast.auditor)
    ask(client, f"{LIST}.xlsx")
    run_waiting()
    content = fetched(client.get(f"/viec-nen/{Job.objects.get().pk}/tep.xlsx"))
    book = load_workbook(io.BytesIO(content))
    assert book.worksheets[0].max_row - 2 == Job.objects.get().done >= 30
    book.close()


def test_two_clicks_are_one_job(record: None, cast: SimpleNamespace, client_as: Any):
    client = client_as(cast.auditor)
    first, _, token, where = ask(client, f"{LIST}.csv")
    again = client.post(where, {"token": token})
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert Job.objects.count() == 1


def test_too_many_at_once_is_a_sentence_on_the_page(
    record: None, cast: SimpleNamespace, client_as: Any, settings: Any
):
    settings.JOBS_PER_PERSON = 1
    client = client_as(cast.auditor)
    ask(client, f"{LIST}.csv")
    answer, *_ = ask(client, f"{LIST}.csv")
    assert answer.status_code == 422
    assert "Bạn đang có 1 việc chờ hoặc đang chạy" in answer.content.decode()
    assert Job.objects.count() == 1


def test_whoever_lost_the_right_gets_no_file(record: None, cast: SimpleNamespace, client_as: Any):
    ask(client_as(cast.auditor), f"{LIST}.csv")
    User.objects.get(pk=cast.auditor.pk).assignments.all().delete()
    run_waiting()
    job = Job.objects.get()
    assert job.state == "failed" and not job.file


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nhat-ky/danh-sach.csv", 404),  # no right to the list itself
        ("/nhat-ky/", 400),
        ("/dia-ban/danh-sach.csv", 400),
        ("/khong-co/", 400),
        ("", 400),
        ("//other.example/danh-sach.csv", 400),
    ],
)
def test_no_other_address_becomes_a_file(
    address: str, status: int, record: None, cast: SimpleNamespace, client_as: Any
):
    where = f"/viec-nen/tep-danh-sach/?{urlencode({'danh-sach': address})}"
    client = client_as(cast.specialist)
    assert client.get(where).status_code == status
    token = "6f0c1d1e-6d7b-4a52-9a3e-0d7b5c1f2a3b"
    assert client.post(where, {"token": token}).status_code in (400, 403, 404)
    assert not Job.objects.exists()


def test_a_filter_that_says_nothing_is_refused(record: None, cast: SimpleNamespace, client_as: Any):
    where = f"/viec-nen/tep-danh-sach/?{urlencode({'danh-sach': f'{LIST}.csv?tu=khong'})}"
    assert client_as(cast.auditor).get(where).status_code == 400
