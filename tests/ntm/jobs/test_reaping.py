"""What was cut off is given up once, in words; what goes on is left alone; who lost a job writes nothing."""

import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.jobs import live
from ntm.jobs.models import Job
from ntm.jobs.registry import Work
from ntm.jobs.services import pulse, running, signs
from ntm.jobs.services.reaping import reap
from ntm.jobs.services.running import CUT_OFF, claim
from tests.ntm.jobs.drill import silence
from tests.ntm.jobs.kinds import RENAMED, asked, run_waiting


def running_job(by: Any) -> Job:
    job = claim(asked(by, "test-rename").pk)
    assert job is not None
    return job


def test_a_silent_job_is_given_up_once(cast: SimpleNamespace):
    job = running_job(cast.leader)
    silence(job)
    assert (reap(), reap()) == (1, 0)
    job.refresh_from_db()
    assert (job.state, job.failure) == ("failed", CUT_OFF)
    assert LogEntry.objects.get(action="job.failed").changes["cause"][1] == CUT_OFF
    running.execute(job.pk)
    assert User.objects.get(pk=cast.leader.pk).full_name != RENAMED


def test_a_job_that_shows_itself_is_left_alone(cast: SimpleNamespace):
    job = running_job(cast.leader)
    silence(job)
    signs.beat(Work(job.pk, cast.leader, done=1))
    assert reap() == 0


def test_a_job_that_only_waits_is_left_alone_however_long(cast: SimpleNamespace):
    asked(cast.leader)
    Job.objects.update(asked_at=timezone.now() - timedelta(days=9))
    assert reap() == 0


def test_a_place_in_the_queue_whose_worker_died_before_it_began(cast: SimpleNamespace):
    job = asked(cast.leader)
    entry = DBTaskResult.objects.get(pk=job.task)
    entry.claim("gone")
    assert reap() == 0
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=1))
    assert reap() == 1
    job.refresh_from_db()
    entry.refresh_from_db()
    assert (job.state, entry.status) == ("failed", "FAILED")


def test_a_worker_that_lost_its_job_keeps_nothing_of_it(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """It was only slow; meanwhile another has given the job up."""
    job = asked(cast.leader, "test-rename")

    def slow(pk: int) -> Any:
        taken = claim(pk)
        assert taken is not None
        taken.claim = uuid.uuid4()
        return taken

    monkeypatch.setattr(running, "claim", slow)
    run_waiting()
    job.refresh_from_db()
    assert (job.state, User.objects.get(pk=cast.leader.pk).full_name) == ("running", cast.leader.full_name)
    assert "was given up" in caplog.text


def test_a_beat_that_fails_is_not_the_end_of_the_worker(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def away(name: str) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(pulse.signs, "worker_lives", away)
    monkeypatch.setattr(pulse, "connection", SimpleNamespace(close=lambda: None))
    pulse.Pulse("one")._beat(shows_worker=True)
    assert "could not be written" in caplog.text


def test_the_signs_of_a_job_that_is_over_are_gone(cast: SimpleNamespace):
    job = asked(cast.leader)
    run_waiting()
    assert not list(live.folder().glob(f"{job.pk}.*"))
