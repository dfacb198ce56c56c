"""Databases beside that of the tests, for processes of their own; and every table, which the first worker of a run
makes by `migrate` (five seconds) and all others copy."""

import fcntl
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from tools.prepare import setting


def address(name: str, folder: Path, vendor: str = "") -> str:
    """Of a database on the kind of server the tests run on, unless told another; on SQLite a file in the folder."""
    if (vendor or connection.vendor) == "sqlite":
        return f"sqlite:///{_file(name, folder)}"
    return _on_server(name)


def copied(source: str, name: str, folder: Path) -> str:
    """The address of a copy of a database, which has this address and to which nobody may be connected."""
    if connection.vendor == "sqlite":
        shutil.copyfile(source.removeprefix("sqlite:///"), _file(name, folder))
    else:
        create(name, Path(urlsplit(source).path).name)
    return address(name, folder)


def _file(name: str, folder: Path) -> Path:
    return folder / f"{name}.sqlite3"


def _on_server(name: str) -> str:
    return urlunsplit(urlsplit(setting("DATABASE_URL"))._replace(path=f"/{name}"))


def create(name: str, template: str = "") -> None:
    """On PostgreSQL, empty or as another one, to which nobody may be connected; one that was left is taken away."""
    remove(name)
    _say(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))


def remove(name: str) -> None:
    _say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _say(statement: str) -> None:
    with psycopg.connect(_on_server("postgres"), autocommit=True) as server:
        server.execute(statement)


class Tables:
    """Every table, and of rows only those of the migrations. `shared`: a folder of all workers of a run."""

    def __init__(self, shared: Path) -> None:
        self._lock = (shared / "tables.lock").open("w")
        #: On SQLite the tables; on PostgreSQL the name of the database that has them.
        self._kept = shared / "tables.sqlite3"
        self._own = ""
        self._memory: sqlite3.Connection | None = None

    def prepare(self) -> None:
        """Before the database of the tests is made: out of what another worker has kept, if one has."""
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        if not self._kept.exists():
            return
        # Nothing is left to be made, and the models of all migrations need not be built to see it.
        connection.settings_dict["TEST"]["MIGRATE"] = False
        if connection.vendor == "sqlite":
            # What is in memory lasts as long as somebody is connected.
            self._memory = sqlite3.connect(connection.creation._get_test_db_name(), uri=True)
            with closing(sqlite3.connect(self._kept)) as kept:
                kept.backup(self._memory)
        else:
            self._own = f"{connection.creation._get_test_db_name()}_tables"
            create(self._own, self._kept.read_text("utf-8"))
            connection.settings_dict["TEST"]["TEMPLATE"] = self._own

    def keep(self) -> None:
        """After the database of the tests is made."""
        if not self._kept.exists():
            if connection.vendor == "sqlite":
                connection.ensure_connection()
                with closing(sqlite3.connect(self._kept)) as kept:
                    connection.connection.backup(kept)
            else:
                connection.close()
                connection.close_pool()
                self._own = f"{connection.settings_dict['NAME']}_tables"
                create(self._own, connection.settings_dict["NAME"])
                self._kept.write_text(self._own, "utf-8")
        fcntl.flock(self._lock, fcntl.LOCK_UN)

    @contextmanager
    def lent(self, name: str, folder: Path) -> Iterator[str]:
        """The address of a copy that is gone after the block."""
        name = f"{name}_{uuid.uuid4().hex[:12]}"
        try:
            yield self.copy(name, folder)
        finally:
            if connection.vendor == "postgresql":
                remove(name)

    def copy(self, name: str, folder: Path) -> str:
        """The address of a copy with this name."""
        own = f"sqlite:///{self._kept}" if connection.vendor == "sqlite" else _on_server(self._own)
        return copied(own, name, folder)

    def end(self) -> None:
        if self._memory:
            self._memory.close()
        if self._own:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            # Whoever begins only now finds nothing to copy.
            if self._kept.exists() and self._kept.read_text("utf-8") == self._own:
                self._kept.unlink()
            remove(self._own)
        self._lock.close()
