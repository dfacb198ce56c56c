"""Many writers in the same moment, on PostgreSQL: one chain, one effect of a double click."""

import uuid
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet
from django.test import Client

from communes.models import Level, Period
from ntm.audit import log
from ntm.audit.models import Chain, LogEntry
from ntm.audit.verification import verify
from tests import factories
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS, WRITES = 6, 15


def write_a_lot(period: Period) -> Callable[[], None]:
    def act() -> None:
        for _ in range(WRITES):
            with log.writing():
                log.record("catalogue.changed", period, by=log.SYSTEM)
                log.record("catalogue.changed", period, by=log.SYSTEM)

    return act


def test_writers_in_the_same_moment_leave_one_unbroken_chain() -> None:
    results = at_once(*[write_a_lot(factories.period())] * WRITERS)
    assert results == [None] * WRITERS
    assert LogEntry.objects.count() == Chain.objects.get().count == WRITERS * WRITES * 2
    assert verify().fault is None


def test_without_the_lock_on_the_head_they_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
    # Its query is kept once it is made; here it is made anew each time, without the lock.
    monkeypatch.setattr(log, "_chain", log._chain.__wrapped__)
    results = at_once(*[write_a_lot(factories.period())] * WRITERS)
    assert any(isinstance(result, DatabaseError) for result in results) or verify().fault is not None


def test_two_clicks_in_the_same_moment_make_one_row_and_go_to_one_place(
    cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    period = factories.period()
    typed = {
        "period": period.pk, "code": "ntm", "tier": "commune", "rank": "1", "name": "Xã đạt chuẩn",
        "short_name": "Đạt chuẩn", "city_name": "", "confirmed": "on", "token": str(uuid.uuid4()), "_continue": "1",
    }  # fmt: skip
    clicks = [client_as(cast.administrator) for _ in range(4)]
    answers = at_once(
        *[lambda client=client: client.post("/quan-tri/communes/level/add/", typed) for client in clicks]
    )
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {
        f"/quan-tri/communes/level/{Level.objects.get().pk}/change/"
    }
    assert LogEntry.objects.count() == 1
