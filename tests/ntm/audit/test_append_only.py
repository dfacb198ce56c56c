"""Neither code nor SQL changes or deletes an entry."""

import logging
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from communes.models import Period
from ntm.audit import guards, log
from ntm.audit.models import Chain, LogEntry
from tests import factories


@pytest.fixture
def entry(db: None) -> LogEntry:
    with log.writing():
        log.record("catalogue.added", factories.period(), by=log.SYSTEM)
    return LogEntry.objects.get()


WAYS: list[Callable[[LogEntry], object]] = [
    lambda entry: entry.save(),
    lambda entry: entry.save(update_fields=["reason"]),
    lambda entry: entry.delete(),
    lambda entry: LogEntry.objects.update(reason="x"),
    lambda entry: LogEntry.objects.filter(pk=entry.pk).delete(),
    lambda entry: LogEntry.objects.bulk_update([entry], ["reason"]),
    lambda entry: LogEntry.objects.update_or_create(pk=entry.pk, defaults={"reason": "x"}),
    lambda entry: LogEntry.objects.create(number=99, at=entry.at),
]


@pytest.mark.parametrize("way", WAYS)
def test_code_cannot_change_the_record(entry: LogEntry, way: Callable[[LogEntry], object]) -> None:
    with pytest.raises(PermissionError):
        way(entry)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_logentry SET reason = 'x'", "DELETE FROM audit_logentry"]
)
def test_the_database_refuses_what_the_code_did_not(entry: LogEntry, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    guards.release(connection)
    with connection.cursor() as cursor:  # the same statement, unguarded, would have passed
        cursor.execute(statement)
        assert cursor.rowcount == 1
    guards.protect(connection)


@pytest.mark.postgres
def test_the_database_refuses_to_truncate(entry: LogEntry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL itself refuses, for another reason
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE audit_logentry")


@pytest.mark.django_db(transaction=True)
def test_guards_are_there_again_after_migrate() -> None:
    with log.writing():
        log.record("catalogue.added", factories.period(), by=log.SYSTEM)
    guards.release(connection)
    call_command("migrate", verbosity=0)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM audit_logentry")


@log.verb
def change_and_fail(period: Period) -> None:
    Period.objects.update(code="hỏng")
    log.record("catalogue.changed", period, by=log.SYSTEM)
    raise ZeroDivisionError


def test_a_rolled_back_verb_leaves_no_entry(db: None) -> None:
    period = factories.period()
    with pytest.raises(ZeroDivisionError):
        change_and_fail(period)
    assert not LogEntry.objects.exists()
    assert log.change_counter() == 0


def test_an_inner_verb_that_is_refused_and_caught_leaves_no_entry_while_the_outer_one_does(db: None) -> None:
    period = factories.period()
    with log.writing():
        log.record("catalogue.added", period, by=log.SYSTEM)
        with pytest.raises(ZeroDivisionError):
            change_and_fail(period)
    assert [entry.action for entry in LogEntry.objects.all()] == ["catalogue.added"]
    assert Period.objects.get().code == "2021-2025"


def test_recording_outside_a_verb_or_under_an_unknown_code_is_a_mistake(db: None) -> None:
    period = factories.period()
    with pytest.raises(RuntimeError):
        log.record("catalogue.added", period, by=log.SYSTEM)
    with pytest.raises(KeyError), log.writing():
        log.record("no.such.action", period, by=log.SYSTEM)


def test_each_commit_writes_the_new_head_into_the_log(
    db: None, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Callable
) -> None:
    period = factories.period()
    caplog.set_level(logging.INFO, "ntm.audit")
    with django_capture_on_commit_callbacks(execute=True), log.writing():
        log.record("catalogue.changed", period, by=log.SYSTEM)
        log.record("catalogue.changed", period, by=log.SYSTEM)
    assert [record.getMessage() for record in caplog.records if record.name == "ntm.audit"] == [
        f"audit head 2:{Chain.objects.get().head}"
    ]
