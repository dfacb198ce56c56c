"""One job, several takers; one person, several clicks."""

import uuid
from collections.abc import Iterator
from threading import Barrier
from typing import Any

import pytest

from ntm.jobs.choices import State
from ntm.jobs.models import Job
from ntm.jobs.registry import KINDS
from ntm.jobs.services.running import claim
from ntm.jobs.services.worker import Worker
from tests import factories
from tests.ntm.jobs import kinds
from tests.ntm.jobs.kinds import asked
from tests.racing import at_once, refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 15


@pytest.fixture(autouse=True)
def kinds_of_work() -> Iterator[None]:
    before = dict(KINDS)
    kinds.register()
    yield
    KINDS.clear()
    KINDS.update(before)


@pytest.fixture
def person() -> Any:
    return factories.user("person")


def test_of_several_takers_one_gets_the_job(person: Any, settings: Any):
    settings.JOBS_PER_PERSON = 100
    for _ in range(ROUNDS):
        job = asked(person)
        won = at_once(*[lambda pk=job.pk: claim(pk)] * 4)
        assert sum(one is not None for one in won) == 1


def test_the_race_is_one_that_reading_before_writing_loses(person: Any):
    """Without the one statement that decides, both would have the job: this is what the test above would catch."""
    job = asked(person)
    both_have_read = Barrier(2)

    def naive() -> bool:
        row = Job.objects.get(pk=job.pk)
        waiting = row.state == State.WAITING
        both_have_read.wait(timeout=30)
        if waiting:
            row.state = State.RUNNING
            row.save(update_fields=["state"])
        return waiting

    assert at_once(naive, naive) == [True, True]


def test_of_two_workers_one_takes_an_entry_of_the_queue(person: Any, settings: Any):
    settings.JOBS_PER_PERSON = 100
    for _ in range(ROUNDS):
        asked(person)
        takers = [Worker(interval=1) for _ in range(3)]
        taken = at_once(*[taker._take for taker in takers])
        assert sum(one is not None for one in taken) == 1


def test_two_clicks_at_once_are_one_job(person: Any):
    token = uuid.uuid4()
    first, second = at_once(*[lambda: asked(person, token=token)] * 2)
    assert first == second
    assert Job.objects.count() == 1


def test_clicks_at_once_do_not_pass_the_limit(person: Any, settings: Any):
    settings.JOBS_PER_PERSON = 2
    results = at_once(*[lambda: asked(person)] * 5)
    assert refused(results) == 3
    assert Job.objects.count() == 2
