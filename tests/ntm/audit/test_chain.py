"""Whatever is done to the record behind the application's back is found, and the first bad entry is named."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communes.models import Period
from ntm.audit import guards, log
from ntm.audit.models import Chain, LogEntry
from ntm.audit.verification import verify
from tests import factories
from tests.replayed import replayed

pytestmark = pytest.mark.django_db


@pytest.fixture
@replayed
def ten(db: None) -> None:
    period = factories.period()
    with log.writing():
        for number in range(10):
            log.record("catalogue.changed", period, by=log.SYSTEM, reason=f"lần {number + 1}")


@pytest.fixture
def record(ten: None) -> Iterator[None]:
    """Ten entries, and a database whose guards somebody took off."""
    guards.release(connection)
    yield
    guards.protect(connection)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def change(number: int) -> None:
    sql("UPDATE audit_logentry SET reason = %s WHERE number = %s", "sửa lén", number)


def change_the_author(number: int) -> None:
    sql("UPDATE audit_logentry SET actor_name = %s WHERE number = %s", "Người khác", number)


def delete(number: int) -> None:
    sql("DELETE FROM audit_logentry WHERE number = %s", number)


def delete_and_close_the_gap(number: int) -> None:
    delete(number)
    for later in range(number + 1, 11):
        sql("UPDATE audit_logentry SET number = %s WHERE number = %s", later - 1, later)
    Chain.objects.update(count=9)


def insert(number: int) -> None:
    for later in range(10, number - 1, -1):
        sql("UPDATE audit_logentry SET number = %s WHERE number = %s", later + 1, later)
    entry = LogEntry.objects.get(number=number + 1)
    entry.pk, entry.number, entry.digest, entry.reason = None, number, "f" * 64, "chèn"
    LogEntry.objects.bulk_create([entry])


def reorder(number: int) -> None:
    sql("UPDATE audit_logentry SET number = 1000 WHERE number = %s", number)
    sql("UPDATE audit_logentry SET number = %s WHERE number = %s", number, number + 1)
    sql("UPDATE audit_logentry SET number = %s WHERE number = 1000", number + 1)


def truncate(number: int) -> None:
    sql("DELETE FROM audit_logentry WHERE number >= %s", number)


TAMPERING = [change, change_the_author, delete, delete_and_close_the_gap, insert, reorder, truncate]


@pytest.mark.usefixtures("record")
def test_an_untouched_record_passes() -> None:
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert "10 mục" in out.getvalue()
    assert f"10:{Chain.objects.get().head}" in out.getvalue()


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("number", range(1, 10))
@pytest.mark.parametrize("tamper", TAMPERING)
def test_tampering_is_found_and_the_first_bad_entry_named(tamper: Callable[[int], None], number: int) -> None:
    tamper(number)
    with pytest.raises(CommandError, match=rf"Mục {number}:"):
        call_command("audit_verify", stdout=StringIO())


@pytest.mark.usefixtures("record")
def test_a_cut_off_end_shows_against_a_head_from_the_log_even_with_its_chain() -> None:
    chain = Chain.objects.get()
    known = f"{chain.count}:{chain.head}"
    truncate(6)
    older = LogEntry.objects.get(number=5).digest
    Chain.objects.update(count=5, head=older, seal=log.seal_of(5, older))  # from a copy of that time
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert "chỉ --known mới phát hiện được" in out.getvalue()
    with pytest.raises(CommandError, match="Mục 6:"):
        call_command("audit_verify", f"--known={known}", stdout=StringIO())


def end_at(number: int) -> None:
    truncate(number + 1)
    Chain.objects.update(count=number, head=LogEntry.objects.get(number=number).digest)


def record_once_more() -> None:
    with log.writing():
        log.record("catalogue.changed", Period.objects.get(), by=log.SYSTEM)


@pytest.mark.usefixtures("record")
def test_an_end_that_was_cut_off_with_its_chain_has_no_seal() -> None:
    end_at(5)
    with pytest.raises(CommandError, match="Mục 6: đầu chuỗi không mang đúng dấu niêm phong"):
        call_command("audit_verify", stdout=StringIO())


@pytest.mark.usefixtures("record")
def test_writing_on_does_not_heal_a_chain_that_was_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    end_at(5)
    record_once_more()
    record_once_more()
    assert "The seal of the audit chain is wrong." in caplog.text
    with pytest.raises(CommandError, match="Mục 8: đầu chuỗi"):
        call_command("audit_verify", stdout=StringIO())


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("keep_chain", [True, False])
def test_an_emptied_record_is_found_by_the_rows_that_are_still_there(keep_chain: bool) -> None:
    sql("DELETE FROM audit_logentry")
    if keep_chain:
        Chain.objects.update(count=0, head="0" * 64, seal=log.seal_of(0, "0" * 64))
    else:
        Chain.objects.all().delete()
    with pytest.raises(CommandError, match="Mục 1: nhật ký trống"):
        call_command("audit_verify", stdout=StringIO())


@pytest.mark.usefixtures("record")
def test_a_chain_without_its_row_is_found() -> None:
    Chain.objects.all().delete()
    with pytest.raises(CommandError, match="Mục 1:"):
        call_command("audit_verify", stdout=StringIO())


@pytest.mark.usefixtures("record")
def test_an_entry_hidden_from_the_search_is_found() -> None:
    sql("UPDATE audit_logentry SET search_key = 'x' WHERE number = 4")
    with pytest.raises(CommandError, match="Mục 4: khóa tìm kiếm"):
        call_command("audit_verify", stdout=StringIO())


@pytest.mark.usefixtures("record")
def test_the_seal_costs_no_statement_of_its_own() -> None:
    with CaptureQueriesContext(connection) as queries:
        record_once_more()
    assert [query["sql"].split()[0] for query in queries if "audit_chain" in query["sql"]] == [
        "SELECT",
        "UPDATE",
    ]


@pytest.mark.usefixtures("record")
def test_a_record_written_anew_shows_against_a_head_from_the_log() -> None:
    known = f"10:{Chain.objects.get().head}"
    sql("DELETE FROM audit_logentry")
    Chain.objects.all().delete()
    with log.writing():
        for number in range(10):
            log.record("catalogue.changed", Period.objects.get(), by=log.SYSTEM, reason=f"giả {number}")
    assert verify().fault is None
    with pytest.raises(CommandError, match="Mục 10:"):
        call_command("audit_verify", f"--known={known}", stdout=StringIO())


@pytest.mark.usefixtures("record")
def test_an_entry_added_without_the_application_is_found() -> None:
    entry = LogEntry.objects.get(number=10)
    entry.pk, entry.number, entry.previous = None, 11, entry.digest
    entry.digest = log.digest_of(entry)  # even by somebody who has the key
    LogEntry.objects.bulk_create([entry])
    with pytest.raises(CommandError, match="Mục 11:"):
        call_command("audit_verify", stdout=StringIO())


@pytest.mark.usefixtures("record")
def test_another_key_finds_the_first_entry_wrong(settings: pytest.FixtureRequest) -> None:
    settings.AUDIT_KEY = "x" * 40
    with pytest.raises(CommandError, match="Mục 1:"):
        call_command("audit_verify", stdout=StringIO())


def test_a_head_that_is_none_is_refused_with_a_sentence() -> None:
    with pytest.raises(CommandError, match="cần dạng"):
        call_command("audit_verify", "--known=12", stdout=StringIO())


def test_an_empty_record_passes() -> None:
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert "0 mục" in out.getvalue()


@pytest.mark.usefixtures("record")
def test_the_record_is_read_in_portions(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable
) -> None:
    monkeypatch.setattr("ntm.audit.querysets._CHUNK", 4)
    with django_assert_num_queries(6):  # the head, 4 + 4 + 2 + 0 entries, the head
        assert verify().head.count == 10
