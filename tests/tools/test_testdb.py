import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tools.prepare import ROOT
from tools.testdb import PostgresServer, postgres


def test_a_server_keeps_its_data_over_a_kill_and_leaves_nothing_behind() -> None:
    server = PostgresServer(durable=True)
    try:
        server.start()
        with psycopg.connect(server.url()) as connection:
            connection.execute("create table kept (row_no int)")
            connection.execute("insert into kept values (7)")
        server.kill()
        server.start()
        for url in (server.url(), server.copy("another")):
            with psycopg.connect(url) as connection:
                assert connection.execute("select row_no from kept").fetchone() == (7,)
    finally:
        server.remove()
    assert not server.folder.exists()


def test_a_given_address_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://ntm@db.example.vn/ntm")
    with postgres() as url:
        assert url == "postgres://ntm@db.example.vn/ntm"


def test_a_server_ends_with_an_owner_that_is_killed_outright() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-m", "tools.testdb"], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"},
    )  # fmt: skip
    assert owner.stdout is not None
    with owner.stdout:
        url = owner.stdout.readline().strip()
        folder = Path("/") / url.partition("host=%2F")[2].replace("%2F", "/")
        assert (folder / "data" / "postmaster.pid").exists()
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    deadline = time.monotonic() + 30
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not folder.exists()
