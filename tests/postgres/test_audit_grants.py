"""With the printed grants the application's account works, and cannot touch what the record holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from communes.models import Department
from communes.services.catalogues import add_row, change_row
from ntm.audit import guards, log
from ntm.audit.models import LogEntry
from ntm.audit.verification import verify

ROLE = "ntm_app_test"
#: What PostgreSQL calls "no right".
NO_RIGHT = "42501"


@contextmanager
def as_application() -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
        try:
            yield cursor
        finally:
            cursor.execute("RESET ROLE")


@pytest.fixture
def granted(db: None) -> None:
    """An account without any right, and then what the command prints. Gone with the test's transaction."""
    said = StringIO()
    call_command("audit_grants", ROLE, stdout=said)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
        for statement in said.getvalue().splitlines():
            cursor.execute(statement)
    add_row(
        Department(), {"code": "so-nn", "name": "Sở NN", "short_name": "NN", "position": 1}, by=log.SYSTEM
    )


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_logentry SET reason = 'x'",
        "UPDATE audit_logentry SET search_key = 'x'",
        "DELETE FROM audit_logentry",
        "TRUNCATE audit_logentry",
        "DELETE FROM audit_chain",
        "UPDATE audit_chain SET id = 2",
        "TRUNCATE audit_chain",
        "ALTER TABLE audit_logentry DISABLE TRIGGER ALL",
        "DROP TABLE audit_logentry",
        "DELETE FROM django_migrations",
    ],
)
def test_the_application_may_not(granted: None, statement: str) -> None:
    guards.release(connection)  # so that it is the right that is missing, not only the trigger that refuses
    with as_application() as cursor, pytest.raises(ProgrammingError) as refused, transaction.atomic():
        cursor.execute(statement)
    assert refused.value.__cause__.sqlstate == NO_RIGHT  # type: ignore[union-attr]
    guards.protect(connection)
    assert verify().fault is None


@pytest.mark.postgres
def test_a_verb_works_under_it(granted: None) -> None:
    row = Department.objects.get()
    with as_application():
        change_row(row, {"name": "Sở Nông nghiệp"}, version=1, by=log.SYSTEM)
        add_row(
            Department(),
            {"code": "so-yt", "name": "Sở Y tế", "short_name": "YT", "position": 2},
            by=log.SYSTEM,
        )
        assert verify().fault is None
    assert [entry.action for entry in LogEntry.objects.all()] == [
        "catalogue.added", "catalogue.changed", "catalogue.added",
    ]  # fmt: skip


@pytest.mark.postgres
def test_the_owner_may_which_is_why_there_are_two_accounts(granted: None) -> None:
    """The control: without the grants' account only the trigger stands between a hand and the record."""
    guards.release(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_logentry SET reason = 'x'")
        assert cursor.rowcount == 1
    assert verify().fault is not None
    guards.protect(connection)


def test_a_name_that_is_none_is_refused() -> None:
    for name in ('x"; DROP ROLE y', "", "a b"):
        with pytest.raises(CommandError):
            call_command("audit_grants", name, stdout=StringIO())


def test_it_prints_what_the_owner_runs() -> None:
    said = StringIO()
    call_command("audit_grants", ROLE, stdout=said)
    assert f'GRANT SELECT, INSERT ON "audit_logentry" TO "{ROLE}";' in said.getvalue()
    assert f'REVOKE ALL ON "audit_logentry" FROM "{ROLE}";' in said.getvalue()
