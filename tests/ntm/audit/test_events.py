"""Files that leave, attempts that are refused and commands that write are in the record; no flood can fill it."""

import sys
from io import StringIO
from subprocess import run
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command, get_commands, load_command_class
from django.db import DatabaseError
from django.test import Client

from communes.models import Period
from ntm.audit import log, refusals
from ntm.audit.commands import RecordedCommand, account, refusal
from ntm.audit.models import LogEntry
from ntm.audit.verification import verify
from ntm.core import exports
from ntm.environment import BASE_DIR
from tests import factories


@pytest.fixture(autouse=True)
def no_counts_of_another_test(db: None) -> None:
    cache.clear()


def facts(entry: LogEntry) -> dict[str, Any]:
    return {name: value for name, (_, value) in entry.changes.items()}


def events() -> list[LogEntry]:
    return list(LogEntry.objects.filter(object_type__startswith="event.").order_by("number"))


def drain(answer: Any) -> bytes:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return body


# --- files ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_is_recorded_with_who_what_filter_and_rows(kind, land, cast, client_as):
    where = f"/dia-ban/danh-sach.{kind}?nam=2023&ten=phu"
    drain(client_as(cast.specialist).get(where))
    (entry,) = events()
    assert (entry.action, entry.actor, entry.province_id) == (
        "export.made", cast.specialist, land.province.place_id,
    )  # fmt: skip
    assert facts(entry)["rows"] == 2
    assert facts(entry)["file"] == f"dia-ban.{kind}"
    assert "phu" in facts(entry)["scope"]


def test_the_rows_are_those_of_the_file(land, cast, client_as):
    body = drain(client_as(cast.specialist).get("/dia-ban/danh-sach.csv?nam=2023"))
    assert facts(events()[0])["rows"] == len(body.splitlines()) - 2 > 3


def test_the_figures_for_machines_and_a_code_table_are_recorded_too(land, cast, client_as):
    drain(client_as(cast.specialist).get("/tong-quan/2023.json"))
    drain(client_as(cast.specialist).get("/tong-quan/2023.xlsx"))
    drain(client_as(cast.administrator).get("/quan-tri/communes/period/export.csv"))
    assert [facts(entry)["file"].rpartition(".")[2] for entry in events()] == ["json", "xlsx", "csv"]


def test_a_page_leaves_no_entry(land, cast, client_as):
    client_as(cast.specialist).get("/dia-ban/?nam=2023")
    assert events() == []


def test_without_its_entry_no_file_leaves(land, cast, client_as, monkeypatch):
    def fail(handed: Any) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(exports, "_told", [fail])
    with pytest.raises(RuntimeError):
        client_as(cast.specialist).get("/dia-ban/danh-sach.csv?nam=2023")


def test_an_event_moves_no_kept_page_and_a_write_does(land, cast, client_as):
    with log.writing():
        log.record("unit.changed", land.commune_a, by=log.SYSTEM)
    before = log.change_counter()
    drain(client_as(cast.specialist).get("/dia-ban/danh-sach.csv?nam=2023"))
    client_as(cast.officer_a).get("/nguon-von/2023/")
    assert len(events()) == 2
    assert log.change_counter() == before
    with log.writing():
        log.record("unit.changed", land.commune_a, by=log.SYSTEM)
    assert log.change_counter() == before + 1
    assert verify().fault is None


def test_an_event_reads_as_words(land, cast, client_as):
    drain(client_as(cast.specialist).get("/dia-ban/danh-sach.csv?nam=2023"))
    client = client_as(cast.auditor)
    page = client.get(f"/nhat-ky/{events()[0].number}/").text
    for words in ("Tải tệp về", "Tệp tải về", "Số dòng", "dia-ban.csv"):
        assert words in page
    assert 'data-count="1"' in client.get("/nhat-ky/", {"loai": "event.export"}).text


# --- refusals ---------------------------------------------------------------------------------------------
def test_a_refusal_by_right_and_one_by_scope_are_recorded(land, cast, client_as):
    decision = factories.decision(land.foreign)
    client = client_as(cast.officer_a)
    assert client.get("/nguon-von/2023/").status_code == 403
    assert client.get(f"/quyet-dinh/{decision.pk}/").status_code == 404
    assert client.get("/quyet-dinh/99999/").status_code == 404
    told = [(facts(entry)["status"], facts(entry)["route"], entry.actor) for entry in events()]
    assert told == [
        (403, "/nguon-von/2023/", cast.officer_a),
        (404, f"/quyet-dinh/{decision.pk}/", cast.officer_a),
        (404, "/quyet-dinh/99999/", cast.officer_a),
    ]
    assert facts(events()[1])["object"] == f"Quyết định {decision.pk}"


def test_a_form_without_its_token_is_recorded(land, cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.specialist, backend="communes.backends.AssignmentBackend")
    assert client.post("/nguon-von/nhap/", {"amount": "5"}).status_code == 403
    assert facts(events()[0])["cause"] == "biểu mẫu thiếu mã xác nhận của trang"


def test_a_lock_against_guessing_is_recorded(land, cast, settings):
    client = Client(REMOTE_ADDR="10.0.0.7")
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        answer = client.post("/tai-khoan/dang-nhap/", {"login": "officer_a", "password": "sai-mat-khau"})
    assert answer.status_code == 429
    assert not events()
    lock = LogEntry.objects.get(action="account.locked")
    assert (lock.actor, lock.address) == (None, "10.0.0.7")


def test_what_no_address_leads_to_is_no_refusal(land, cast, client_as):
    assert client_as(cast.officer_a).get("/khong-co/").status_code == 404
    assert Client().get("/quyet-dinh/1/").status_code == 302
    assert events() == []


def test_a_flood_of_one_person_is_summed_up(land, cast, client_as):
    client = client_as(cast.officer_a)
    for _ in range(refusals.MOST_AN_HOUR + 15):
        client.get("/nguon-von/2023/")
    assert len(events()) == refusals.MOST_AN_HOUR + 1
    assert events()[-1].action == "attempt.many"
    client_as(cast.officer_b).get("/nguon-von/2023/")
    assert events()[-1].actor == cast.officer_b


def test_a_flood_from_many_addresses_is_bounded(land, cast, monkeypatch):
    monkeypatch.setattr(refusals, "MOST_OF_VISITORS", 10)
    for at in range(25):
        client = Client(enforce_csrf_checks=True, REMOTE_ADDR=f"10.0.1.{at}")
        assert client.post("/tai-khoan/dang-nhap/", {"login": "x"}).status_code == 403
    assert len(events()) == 10


def test_a_word_that_somebody_made_up_stays_out_of_the_record(land, cast, client_as):
    client_as(cast.officer_a).get("/nhat-ky/doi-tuong/mat-khau-cua-toi-la-abc/1/")
    assert "mat-khau" not in str(events()[0].changes)


def test_a_record_that_cannot_be_written_does_not_spoil_the_answer(land, cast, client_as, monkeypatch):
    def fail(*args: Any, **named: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(refusals, "note", fail)
    assert client_as(cast.officer_a).get("/nguon-von/2023/").status_code == 403


# --- commands ---------------------------------------------------------------------------------------------
class Writes(RecordedCommand):
    """Writes twice, or not at all."""

    told = ("name",)

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--name", default="")
        parser.add_argument("--password", default="")
        parser.add_argument("--idle", action="store_true")

    def work(self, **options: Any) -> None:
        for _ in range(0 if options["idle"] else 2):
            with log.writing():
                log.record("catalogue.changed", factories.period(), by=log.SYSTEM)


def test_a_command_that_writes_says_who_ran_it_and_shares_a_batch(db):
    call_command(Writes(), name="Xã A", password="CNRY-secret", stdout=StringIO())
    (entry,) = events()
    assert entry.action == "command.ran"
    assert facts(entry) == {"account": account(), "arguments": "name=Xã A"}
    assert "CNRY" not in str(list(LogEntry.objects.values()))
    assert LogEntry.objects.values("batch").distinct().count() == 1
    assert LogEntry.objects.count() == 3


def test_a_command_that_writes_nothing_leaves_nothing(db):
    call_command(Writes(), idle=True, stdout=StringIO())
    assert not LogEntry.objects.exists()
    assert not Period.objects.exists()


def test_before_sudo_it_was_somebody(monkeypatch):
    monkeypatch.setenv("SUDO_USER", "an.nguyen")
    assert account().endswith("(sudo: an.nguyen)")


def test_every_command_that_writes_is_recorded():
    """Backups tell of themselves, and each job that `work` does bears its own entry."""
    reading = {"accounts_report", "audit_grants", "audit_verify", "check_units", "recount", "verify_backup"}
    telling = {"backup", "restore", "work"}
    labels = ("communes", "targets", "funding", "ntm")
    ours = {name: app for name, app in get_commands().items() if app.partition(".")[0] in labels}
    assert {name for name, app in ours.items() if not _recorded(app, name)} == reading | telling
    assert "load_demo" in ours


def _recorded(app: str, name: str) -> bool:
    return isinstance(load_command_class(app, name), RecordedCommand)


def test_a_command_of_a_package_that_writes_past_the_record_is_refused():
    """Before anything is opened, in words that say what to do instead."""
    told = run(
        [sys.executable, "manage.py", "changepassword", "khong-co"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("Không chạy lệnh changepassword: ") and "create_admin" in told.stderr
    assert refusal("loaddata") and refusal("flush") and not refusal("migrate")


def test_whatever_a_package_brings_is_refused_or_writes_nothing_of_ours():
    """One that a new release brings is looked at before it is let in."""
    harmless = {
        "account_unsetmultipleprimaryemails", "axes_list_attempts", "clearsessions", "collectstatic", "db_worker",
        "export", "findstatic", "prune_db_task_results", "remove_stale_contenttypes", "runserver",
    }  # fmt: skip
    theirs = {
        name
        for name, app in get_commands().items()
        if app != "django.core" and app.partition(".")[0] not in ("communes", "targets", "funding", "ntm")
    }
    assert {name for name in theirs if not refusal(name)} == harmless
