"""Asked for, run once, and ended in words, together with what was written or with nothing."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult

from ntm.accounts.models import User
from ntm.audit.log import change_counter
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused
from ntm.jobs.choices import State
from ntm.jobs.models import Job
from ntm.jobs.services import running
from ntm.jobs.services.asking import cancel
from tests.ntm.jobs.kinds import RENAMED, asked, run_waiting


def again(job: Job) -> Job:
    job.refresh_from_db()
    return job


def events(job: Job) -> list[str]:
    told = LogEntry.objects.filter(object_type="event.job").order_by("number")
    return [entry.action for entry in told if entry.changes["job"][1] == job.pk]


def test_a_job_is_run_and_says_what_came_of_it(cast: SimpleNamespace, run_jobs: Any):
    job = asked(cast.leader, label="Ba số", parameters={"upto": 1240})
    assert (job.state, again(job).task) == (State.WAITING, DBTaskResult.objects.get().pk)
    run_jobs()
    again(job)
    assert (job.state, job.done, job.total) == (State.DONE, 1240, 1240)
    assert job.result["sentence"] == "Đã đếm 1240."
    assert job.started_at and job.finished_at
    assert events(job) == ["job.asked", "job.started", "job.done"]


def test_its_events_are_its_persons_and_move_no_counter(cast: SimpleNamespace):
    before = change_counter()
    job = asked(cast.leader)
    run_waiting()
    assert change_counter() == before
    entry = LogEntry.objects.get(action="job.done")
    assert (entry.actor, entry.province_id, entry.object_label) == (cast.leader, job.province_id, "Đếm")
    assert job.province_id is not None


def test_what_it_writes_stands_with_the_word_that_it_is_done(cast: SimpleNamespace):
    job = asked(cast.leader, "test-rename")
    run_waiting()
    assert (again(job).state, User.objects.get(pk=cast.leader.pk).full_name) == (State.DONE, RENAMED)


@pytest.mark.parametrize(
    ("code", "state", "sentence"),
    [
        ("test-refuse", State.FAILED, "Dòng 7 không nhận được."),
        ("test-break", State.FAILED, running.BROKEN),
        ("test-stopped", State.CANCELLED, ""),
    ],
)
def test_otherwise_nothing_of_it_stays(code: str, state: State, sentence: str, cast: SimpleNamespace):
    job = asked(cast.leader, code)
    run_waiting()
    assert (again(job).state, job.failure) == (state, sentence)
    assert User.objects.get(pk=cast.leader.pk).full_name != RENAMED
    assert events(job)[-1] == ("job.cancelled" if state == State.CANCELLED else "job.failed")


def test_an_error_goes_to_the_log_and_never_to_the_person(
    cast: SimpleNamespace, caplog: pytest.LogCaptureFixture
):
    job = asked(cast.leader, "test-break")
    run_waiting()
    assert "secret-detail" in caplog.text
    assert "secret-detail" not in str(Job.objects.values().get(pk=job.pk))
    assert "secret-detail" not in str(list(LogEntry.objects.values())) + str(
        list(DBTaskResult.objects.values())
    )


def test_a_job_runs_once(cast: SimpleNamespace):
    job = asked(cast.leader, "test-rename")
    running.execute(job.pk)
    User.objects.filter(pk=cast.leader.pk).update(full_name="Sau đó")
    running.execute(job.pk)
    assert User.objects.get(pk=cast.leader.pk).full_name == "Sau đó"
    assert events(job).count("job.started") == 1


def test_a_kind_that_this_release_does_not_know_fails_in_words(cast: SimpleNamespace):
    job = asked(cast.leader)
    Job.objects.filter(pk=job.pk).update(kind="gone")
    run_waiting()
    assert (again(job).state, job.failure) == (State.FAILED, running.UNKNOWN)


# --- rights -------------------------------------------------------------------------------------------------
def test_whoever_lacks_the_right_cannot_ask(cast: SimpleNamespace):
    with pytest.raises(NotAllowed):
        asked(cast.leader, "test-right")
    assert not Job.objects.exists()


def test_a_role_taken_away_meanwhile_fails_the_job(cast: SimpleNamespace):
    job = asked(cast.administrator, "test-right")
    cast.administrator.assignments.all().delete()
    run_waiting()
    assert (again(job).state, job.failure) == (State.FAILED, running.NO_RIGHT)


def test_an_account_closed_meanwhile_fails_the_job(cast: SimpleNamespace):
    job = asked(cast.leader, "test-rename")
    User.objects.filter(pk=cast.leader.pk).update(is_active=False)
    run_waiting()
    assert (again(job).state, job.failure) == (State.FAILED, running.NO_ACCOUNT)
    assert User.objects.get(pk=cast.leader.pk).full_name != RENAMED


# --- how many -----------------------------------------------------------------------------------------------
def test_the_second_of_two_clicks_finds_the_job_of_the_first(cast: SimpleNamespace):
    token = uuid.uuid4()
    first = asked(cast.leader, token=token)
    assert asked(cast.leader, token=token) == first
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (1, 1)


def test_so_many_and_no_more_at_once(cast: SimpleNamespace, settings: Any):
    settings.JOBS_PER_PERSON = 2
    asked(cast.leader), asked(cast.leader)
    with pytest.raises(Refused, match="đang có 2 việc chờ hoặc đang chạy"):
        asked(cast.leader)
    asked(cast.specialist)
    run_waiting()
    asked(cast.leader)


def test_what_is_asked_for_in_a_transaction_that_fails_was_never_asked_for(cast: SimpleNamespace):
    with transaction.atomic():
        asked(cast.leader)
        transaction.set_rollback(True)
    assert not Job.objects.exists() and not DBTaskResult.objects.exists()


# --- stopping -----------------------------------------------------------------------------------------------
def test_a_waiting_job_is_stopped_at_once_and_never_runs(cast: SimpleNamespace):
    job = asked(cast.leader, "test-rename")
    cancel(job, by=cast.leader)
    run_waiting()
    assert again(job).state == State.CANCELLED
    assert events(job) == ["job.asked", "job.cancelled"]
    assert User.objects.get(pk=cast.leader.pk).full_name != RENAMED


def test_nobody_stops_the_job_of_another(cast: SimpleNamespace):
    job = asked(cast.leader)
    with pytest.raises(NotAllowed):
        cancel(job, by=cast.administrator)


def test_a_double_click_on_stop_is_one_stop(cast: SimpleNamespace, client_as: Any):
    job = asked(cast.leader)
    client: Client = client_as(cast.leader)
    assert [client.post(f"/viec-nen/{job.pk}/dung/").status_code for _ in range(2)] == [302, 302]
    assert events(job) == ["job.asked", "job.cancelled"]
