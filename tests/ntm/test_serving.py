"""Requests that gunicorn cannot read, over a real socket: answered in Vietnamese, with the headers of every page."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.access.headers import check_headers
from tools import run_app
from tools.prepare import ROOT

HOST = "Host: 127.0.0.1"
LONG = "a" * 9000


def started_by_make_run(monkeypatch: pytest.MonkeyPatch, port: int) -> list[str]:
    told: list[list[str]] = []
    monkeypatch.setattr(run_app.os, "execv", lambda _, command: told.append(command))
    run_app._serve(port)
    return told[0]


def log_of(folder: Path) -> Path:
    return folder / "log"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serving")


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """A server started as `make run` starts it; what it refuses here needs no database."""
    with socket.socket() as probe:
        probe.bind((run_app.HOST, 0))
        free: int = probe.getsockname()[1]
    with pytest.MonkeyPatch.context() as patch:
        command = started_by_make_run(patch, free)
    # It would not start where no static files were collected; a page that refuses names them as they are.
    (folder / "staticfiles.json").write_text('{"version": "1.1", "paths": {}, "hash": ""}')
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/none.sqlite3",
        "STATIC_ROOT": str(folder),
    }
    environment["HTTPS"] = "on"
    # As an operator who wants to see everything, accesses too.
    command = [*command, "--log-level", "debug", "--access-logfile", "-"]
    with log_of(folder).open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait(free)
        yield free
    finally:
        server.terminate()
        server.wait(timeout=40)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            if ask(port, f"GET /healthz HTTP/1.1\r\n{HOST}\r\nConnection: close\r\n\r\n").status_code:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("The server did not come up.")


def ask(port: int, request: str) -> Any:
    """Everything is sent before anything is read, as a browser does."""
    with socket.create_connection((run_app.HOST, port), timeout=20) as client:
        client.sendall(request.encode("latin-1"))
        answer = http.client.HTTPResponse(client)
        answer.begin()
        return SimpleNamespace(
            status_code=answer.status, headers=dict(answer.getheaders()), text=answer.read().decode()
        )


HOSTILE = (
    'GET /x"\\\t{"level": "INFO"} HTTP/1.1\r\n\r\n',
    'khong\n{"at": "2026-01-01", "level": "INFO", "message": "forged"}\r\n\r\n',
    f'GET / HTTP/1.1\r\n{HOST}\r\nUser-Agent: "}}\x0b\x85%(message)s\r\n\r\n',
    f"GET /%0a%0dforged HTTP/1.1\r\n{HOST}\r\nReferer: %s %d\r\n\r\n",
    f"GET / HTTP/1.1\r\n{HOST}\r\nForged\x00: 1\r\n\r\n",
)


def test_each_event_is_one_line_of_json_whatever_was_sent(port: int, folder: Path) -> None:
    for request in HOSTILE:
        ask(port, request)
    wanted = f"GET /healthz?last HTTP/1.1\r\n{HOST}\r\nConnection: close\r\n\r\n"
    assert ask(port, wanted).status_code == 200
    for _ in range(50):
        if "healthz?last" in (written := log_of(folder).read_text(encoding="utf-8")):
            break
        time.sleep(0.1)
    events = [json.loads(line) for line in written.splitlines()]
    assert {"gunicorn.error", "gunicorn.access"} <= {event["logger"] for event in events}
    assert all({"at", "level", "logger", "message"} <= set(event) for event in events)
    assert not any(event["message"] == "forged" for event in events)


@pytest.mark.parametrize(
    ("request_text", "status", "heading"),
    [
        ("khong phai http\r\n\r\n", 400, "Yêu cầu không đọc được"),
        (f"GET / HTTP/9.9\r\n{HOST}\r\n\r\n", 400, "Yêu cầu không đọc được"),
        (f"GET / HTTP/1.1\r\n{HOST}\r\nKhong hop le: 1\r\n\r\n", 400, "Yêu cầu không đọc được"),
        (f"GET /{LONG} HTTP/1.1\r\n{HOST}\r\n\r\n", 414, "Địa chỉ quá dài"),
        (f"GET / HTTP/1.1\r\n{HOST}\r\nCookie: {LONG}\r\n\r\n", 431, "Thông tin kèm theo quá dài"),
        (f"GET / HTTP/1.1\r\n{HOST}\r\nCookie: {LONG * 40}\r\n\r\n", 431, "Thông tin kèm theo quá dài"),
    ],
)
def test_what_gunicorn_cannot_read(port: int, request_text: str, status: int, heading: str) -> None:
    answer = ask(port, request_text)
    assert (answer.status_code, f"<h1>{heading}</h1>" in answer.text) == (status, True)
    assert '<html lang="vi">' in answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Connection"] == "close"
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    check_headers(answer, heading)
    assert LONG not in answer.text


def test_the_longest_address_still_arrives(port: int) -> None:
    answer = ask(port, f"GET /healthz?{'a' * 8100} HTTP/1.1\r\n{HOST}\r\nConnection: close\r\n\r\n")
    assert answer.status_code == 200


def test_the_command_for_a_server_starts_the_same_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    written = next(line for line in readme.splitlines() if line.startswith(".venv/bin/gunicorn ")).split()
    told = started_by_make_run(monkeypatch, 8000)
    option: Callable[[list[str], str], str] = lambda words, name: words[words.index(name) + 1]  # noqa: E731
    for name in ("--worker-class", "--logger-class", "--limit-request-line", "--workers", "--threads"):
        assert option(written, name) == option(told, name)
