"""Which databases an address may name, and how the two kinds are opened."""

import os
from pathlib import Path

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from ntm.databases import database


@pytest.fixture
def env() -> environ.Env:
    return environ.Env()


@pytest.mark.filterwarnings("ignore:Engine not recognized")
@pytest.mark.parametrize("url", ["", "mysql://a:b@c/d", "khong phai dia chi", "oracle://a/b"])
def test_only_the_two_databases_are_taken(env, monkeypatch: pytest.MonkeyPatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database(env)


def test_sqlite_queues_its_writers(env, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite://:memory:")
    options = database(env)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "foreign_keys=ON" in options["init_command"]
    assert options["timeout"] >= 20


def test_postgres_keeps_a_pool_and_the_options_of_its_address(env, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://ntm:mat%40khau@may-chu:5433/ntm?sslmode=require")
    found = database(env)
    assert (found["HOST"], found["PORT"], found["PASSWORD"]) == ("may-chu", 5433, "mat@khau")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] >= 2
    assert found["OPTIONS"]["options"] == "-c random_page_cost=1.1"
    assert found["CONN_HEALTH_CHECKS"] is True


def test_an_address_with_options_of_its_own_keeps_them(env, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://ntm@may-chu/ntm?options=-c%20random_page_cost%3D4")
    assert database(env)["OPTIONS"]["options"] == "-c random_page_cost=4"


def test_a_database_needs_its_folder(
    env: environ.Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none/ntm.sqlite3")
    with pytest.raises(ImproperlyConfigured, match="chưa có thư mục .*/none"):
        database(env)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/ntm.sqlite3")
    assert database(env)["NAME"] == f"{tmp_path}/ntm.sqlite3"


def test_a_database_needs_to_write_in_its_folder(
    env: environ.Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/ntm.sqlite3")
    # Asked of the system, since the superuser may write anywhere.
    monkeypatch.setattr(os, "access", lambda *args: False)
    with pytest.raises(ImproperlyConfigured, match="không ghi được vào thư mục"):
        database(env)
