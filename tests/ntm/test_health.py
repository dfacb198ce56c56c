"""What the machine that watches the service is told, and what it is not."""

from collections import namedtuple
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from ntm.core import health

Usage = namedtuple("Usage", "total used free")


def test_alive_asks_nothing_of_the_database(client: Client, django_assert_num_queries: Any, db: None):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_alive_without_any_database(client: Client):
    """No `db` fixture: a query would fail the test."""
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("query", ["", "?ten=a"])
def test_alive_asks_nothing_for_whoever_is_signed_in_either(
    client_as: Any, cast: Any, django_assert_num_queries: Any, query: str
):
    """A database that is away must not hold up the answer because a browser sent its cookie along."""
    browser = client_as(cast.administrator)
    with django_assert_num_queries(0):
        assert browser.get(f"/healthz{query}").status_code == 200


def test_a_page_tries_a_database_that_is_away_once(client_as: Any, cast: Any):
    """Each try holds a thread for as long as a connection is waited for."""
    browser, tries = client_as(cast.administrator), []
    browser.raise_request_exception = False

    def away(execute: Any, *call: Any) -> Any:
        tries.append(call[0])
        raise OperationalError("connection refused")

    with connection.execute_wrapper(away):
        assert browser.get("/dia-ban/").status_code == 503
    assert len(tries) == 1, tries


def test_ready_when_database_migrations_and_disk_are(client: Client, db: None):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["checks"] == {"database": True, "disk": True}


def test_not_ready_without_a_database(client: Client, db: None, monkeypatch: pytest.MonkeyPatch):
    def broken(connection: Any) -> None:
        raise DatabaseError("connection refused: secret-host")

    monkeypatch.setattr(health, "MigrationExecutor", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable", "checks": {"database": False, "disk": True}, "warnings": [],
    }  # fmt: skip
    assert b"secret-host" not in answer.content


def test_not_ready_while_a_migration_waits(client: Client, db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["0002"])
    assert client.get("/readyz").json()["checks"]["database"] is False


def test_a_default_province_that_is_not_there_is_told(client: Client, land: Any, settings: Any):
    def told() -> bool:
        return "province" in client.get("/readyz").json()["warnings"]

    assert not told()
    settings.DEFAULT_PROVINCE = "99"
    assert told()


def test_not_ready_on_a_full_disk(client: Client, db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda folder: Usage(10, 10, 1024))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["disk"]) == (503, False)


def test_the_disk_is_judged_before_its_folder_is_made(client: Client, db: None, settings: Any, tmp_path: Any):
    settings.MEDIA_ROOT = tmp_path / "not" / "yet" / "there"
    assert client.get("/readyz").json()["checks"]["disk"] is True


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_neither_tells_a_version_nor_sets_a_cookie(client: Client, db: None, address: str):
    answer = client.get(address)
    assert not answer.cookies
    assert not any(name in answer.headers for name in ("Server", "X-Powered-By"))
    assert not any(sign in answer.content.decode().lower() for sign in ("django", "python", "version"))


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_both_only_answer_questions(client: Client, db: None, address: str, method: str):
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_neither_is_sent_to_https(client: Client, db: None, settings: Any, address: str):
    """A watcher on the machine itself speaks plain http."""
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(address).status_code == 200
