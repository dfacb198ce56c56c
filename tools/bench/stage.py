"""Where measurements and drills happen: a PostgreSQL and a gunicorn of their own, all in a scratch folder."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from tools.bench.browser import HOST, Browser
from tools.prepare import ROOT, Stop
from tools.testdb import PostgresServer

WORKERS, THREADS = 2, 4
_START_SECONDS = 40
#: Of the caller's environment, what would make our server another one.
_NOT_OURS = (
    "TEST_DATABASE_URL",
    "GUNICORN_CMD_ARGS",
    "WEB_CONCURRENCY",
    "TRUSTED_PROXIES",
    "PORT",
)


@dataclass(frozen=True)
class Stage:
    """A scratch folder and how the application is configured in it. `password`: of every demonstration account."""

    folder: Path
    settings: str
    password: str

    def environment(self, database_url: str, **more: str) -> dict[str, str]:
        """Settings like a server's, but for https, whatever this checkout's `.env` says."""
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        return kept | {
            "DJANGO_SETTINGS_MODULE": self.settings,
            "DATABASE_URL": database_url,
            "DEBUG": "off",
            "HTTPS": "off",
            "ALLOWED_HOSTS": HOST,
            "LOG_LEVEL": "INFO",
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
            "DEMO_PASSWORD": self.password,
            # One signing in has to do for a long run.
            "MFA_ROLES": "off",
            "SESSION_IDLE_MINUTES": "720",
            "SESSION_IDLE_MINUTES_ADMINISTRATOR": "720",
            "PYTHONUTF8": "1",
            **more,
        }

    def manage(self, environment: dict[str, str], *arguments: str) -> str:
        """What the command printed; stops the program with its words if it failed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=False,
            capture_output=True, text=True, errors="replace",
        )  # fmt: skip
        if done.returncode:
            raise Stop(
                f"{done.stdout}{done.stderr.rstrip()}\n\nLệnh manage.py {arguments[0]} không chạy được."
            )
        return done.stdout

    def ask(self, environment: dict[str, str], *arguments: str) -> Any:
        """What the command found: the last line that it printed, JSON."""
        return json.loads(self.manage(environment, *arguments).splitlines()[-1])

    def fill(self, environment: dict[str, str]) -> None:
        """An empty database becomes the demonstration's."""
        self.manage(environment, "migrate", "--no-input", "--verbosity=0")
        self.manage(environment, "load_demo")

    @contextlib.contextmanager
    def serve(
        self, environment: dict[str, str], name: str, application: str = "ntm.wsgi", *more: str
    ) -> Iterator["Server"]:
        """gunicorn as `make run` starts it, on a free port, until the block ends. `more`: further options."""
        port = _free_port()
        command = [sys.executable, "-m", "gunicorn", f"{application}:application", "--bind", f"{HOST}:{port}"]
        command += ["--worker-class", "ntm.serving.Worker", "--logger-class", "ntm.serving.Logger"]
        command += ["--limit-request-line", "8190"]
        command += ["--workers", str(WORKERS), "--threads", str(THREADS)]
        command += ["--timeout", "60", "--log-level", "warning", "--no-control-socket", *more]
        log = self.folder / f"{name}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            _wait_until_up(process, port, log)
            yield Server(port, process, log)
        finally:
            process.terminate()
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass(frozen=True)
class Server:
    """A running gunicorn; `process` is its master."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def visitor(self, username: str, password: str) -> Browser:
        """A browser in which this account is signed in."""
        browser = Browser(self.port)
        browser.sign_in(username, password)
        return browser


@contextlib.contextmanager
def staged(settings: str) -> Iterator[tuple[Stage, PostgresServer]]:
    """A stage with collected static files and a PostgreSQL that writes to disk as a server's does. Ctrl+C and
    SIGTERM leave nothing behind."""
    signal.signal(signal.SIGTERM, _leave)
    stage = Stage(Path(tempfile.mkdtemp(prefix="ntm-stage-")), settings, secrets.token_urlsafe(12))
    server: PostgresServer | None = None
    try:
        stage.manage(stage.environment("sqlite://:memory:"), "collectstatic", "--no-input", "--verbosity=0")
        server = PostgresServer(durable=True)
        server.start()
        yield stage, server
    finally:
        if server is not None:
            server.remove()
        shutil.rmtree(stage.folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        browser = Browser(port)
        with contextlib.suppress(OSError):
            if browser.get("/healthz").status == 200:
                browser.close()
                return
        browser.close()
        time.sleep(0.1)
    raise Stop(f"{log.read_text(errors='replace')[-3000:]}\nMáy chủ gunicorn không khởi động được.")


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
