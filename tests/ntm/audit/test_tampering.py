"""Fifty ways, chosen by dice, of spoiling a record of thirty entries: each is found, the first bad entry named."""

import random
import re
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from communes.models import ConditionCheck, Duty, Evidence, Judgement, Remark, Step
from ntm.audit import guards, log
from ntm.audit.events import DOWNLOAD
from ntm.audit.models import Chain, LogEntry
from ntm.audit.querysets import type_of
from tests import factories
from tests.conftest import make_land

# The record first, the transaction of the test within it.
pytestmark = pytest.mark.usefixtures("record", "db")
LENGTH = 30
#: A column, and a value that no entry of the record has in it.
COLUMNS: dict[str, object] = {
    "at": "2020-02-02 02:02:02+00:00",
    "actor_name": "Người khác",
    "address": "192.0.2.77",
    "action": "catalogue.added",
    "object_type": "communes.unit",
    "object_id": "987654",
    "object_label": "Danh mục khác",
    "province_id": 4242,
    "changes": '{"code": ["a", "b"]}',
    "reason": "sửa lén",
    "batch": "0" * 32,
    "previous": "1" * 64,
    "digest": "2" * 64,
    "search_key": "giau di",
}


#: What the record tells of: every kind of row that the work on returns writes, and two events.
KINDS = {
    "communes.period": "catalogue.changed",
    "communes.round": "round.changed",
    "communes.submission": "submission.summed",
    "communes.result": "result.changed",
    "communes.evidence": "evidence.added",
    "communes.step": "step.recorded",
    "communes.remark": "remark.recorded",
    "communes.judgement": "judgement.recorded",
    "communes.conditioncheck": "condition.changed",
    "communes.yeardeclaration": "year.declared",
    "communes.threshold": "threshold.changed",
    "communes.duty": "duty.given",
}


def rows(land: Any) -> list[Any]:
    """One of each kind."""
    made, now, home = factories.small_set(), timezone.now(), land.province.place
    opened = factories.a_round(land.province, made)
    returned = factories.submission(opened, land.commune_a)
    result, one = factories.result(returned, "3", 80), made.indicators.get(code="3")
    condition, body = factories.condition(factories.level()), factories.department()
    check = {"condition": condition, "unit": land.commune_a, "year": 2023, "checked_at": now}
    return [
        factories.period(), opened, returned, result, Evidence.objects.create(result=result, file_name="a.pdf"),
        Step.objects.create(submission=returned, kind="submit", before="draft", after="submitted"),
        Remark.objects.create(result=result, text="Nguồn?"),
        Judgement.objects.create(result=result, verdict="met", basis="BC", result_version=1),
        ConditionCheck.objects.create(**check), factories.declaration(land.province, 2022),
        factories.threshold(one, "gte", 80, province=home),
        Duty.objects.create(indicator=one, province=home, department=body, first_year=2023),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def record(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The record of everybody's work, in a database whose guards were taken off; taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        user, some = factories.user("an"), rows(make_land())
        for at in range(LENGTH):
            row, by = some[at % len(some)], user if at % 2 else log.SYSTEM
            with log.writing():
                if at % 13 == 12:
                    log.note("file.downloaded", DOWNLOAD, str(row), {"file": f"{at}.pdf"}, by=by)
                else:
                    action = KINDS[type_of(row)]
                    log.record(action, row, by=by, reason=f"lần {at}", province_id=at or None)
        guards.release(connection)
        yield
        transaction.set_rollback(True)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def change(number: int, dice: random.Random) -> int:
    column = dice.choice(list(COLUMNS))
    sql(f"UPDATE audit_logentry SET {column} = %s WHERE number = %s", COLUMNS[column], number)
    return number


def delete(number: int, dice: random.Random) -> int:
    sql("DELETE FROM audit_logentry WHERE number = %s", number)
    return number


def delete_and_close_the_gap(number: int, dice: random.Random) -> int:
    delete(number, dice)
    for later in range(number + 1, LENGTH + 1):
        sql("UPDATE audit_logentry SET number = %s WHERE number = %s", later - 1, later)
    Chain.objects.update(count=LENGTH - 1)
    return number


def insert(number: int, dice: random.Random) -> int:
    """A forged entry with everything right but the key."""
    for later in range(LENGTH, number - 1, -1):
        sql("UPDATE audit_logentry SET number = %s WHERE number = %s", later + 1, later)
    entry = LogEntry.objects.get(number=dice.choice([n for n in range(1, LENGTH) if n != number]))
    before = LogEntry.objects.filter(number=number - 1).first()
    entry.pk, entry.number, entry.reason = None, number, "chèn"
    entry.previous, entry.digest = before.digest if before else "0" * 64, f"{dice.getrandbits(256):064x}"
    LogEntry.objects.bulk_create([entry])
    return number


def reorder(number: int, dice: random.Random) -> int:
    other = dice.randrange(number + 1, LENGTH + 1)
    sql("UPDATE audit_logentry SET number = 1000 WHERE number = %s", number)
    sql("UPDATE audit_logentry SET number = %s WHERE number = %s", number, other)
    sql("UPDATE audit_logentry SET number = %s WHERE number = 1000", other)
    return number


def swap_what_they_say(number: int, dice: random.Random) -> int:
    other = dice.randrange(number + 1, LENGTH + 1)
    one, two = LogEntry.objects.get(number=number), LogEntry.objects.get(number=other)
    sql("UPDATE audit_logentry SET reason = %s WHERE number = %s", two.reason + "!", number)
    sql("UPDATE audit_logentry SET reason = %s WHERE number = %s", one.reason + "!", other)
    return number


def truncate(number: int, dice: random.Random) -> int:
    sql("DELETE FROM audit_logentry WHERE number >= %s", number)
    return number


def truncate_with_the_chain(number: int, dice: random.Random) -> int:
    """Cut off, and the chain's own row made to say that it ends there; its seal cannot be made without the key."""
    truncate(number, dice)
    last = LogEntry.objects.filter(number=number - 1).first()
    Chain.objects.update(count=number - 1, head=last.digest if last else "0" * 64)
    return number


WAYS: list[Callable[[int, random.Random], int]] = [
    change, delete, delete_and_close_the_gap, insert, reorder, swap_what_they_say, truncate,
    truncate_with_the_chain,
]  # fmt: skip


def first_bad() -> int:
    with pytest.raises(CommandError) as found:
        call_command("audit_verify", stdout=StringIO())
    named = re.search(r"Mục (\d+):", str(found.value))
    assert named is not None, found.value
    return int(named[1])


@pytest.mark.parametrize("seed", range(50))
def test_each_of_fifty_tamperings_is_found_and_the_first_bad_entry_named(seed: int) -> None:
    dice = random.Random(seed)
    way = WAYS[seed % len(WAYS)]
    number = dice.randrange(1, LENGTH)
    assert way(number, dice) == first_bad()


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_can_be_changed_unseen(column: str) -> None:
    sql(f"UPDATE audit_logentry SET {column} = %s WHERE number = 7", COLUMNS[column])
    assert first_bad() == 7


def test_every_column_is_tried() -> None:
    kept: set[str] = {field.attname for field in LogEntry._meta.concrete_fields} - {
        "id",
        "number",
        "actor_id",
    }
    assert kept == set(COLUMNS)


def test_left_alone_it_passes() -> None:
    """The control: what the tamperings are found against."""
    said: Any = StringIO()
    call_command("audit_verify", stdout=said)
    assert f"{LENGTH} mục" in said.getvalue()


def test_the_record_tells_of_every_kind() -> None:
    told = set(LogEntry.objects.values_list("object_type", flat=True))
    assert told == {*KINDS, DOWNLOAD}
