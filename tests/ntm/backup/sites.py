"""Offices of their own: a database, a folder of files, and the commands that run on them as an operator runs them."""

import json
import os
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection

from ntm.backup.manifest import MANIFEST
from tests.ntm.backup.warm import Done, Warm
from tools.prepare import setting

ROOT: Path = settings.BASE_DIR


@dataclass(frozen=True)
class Site:
    """One machine: what it holds, and where."""

    address: str
    media: Path
    keys: dict[str, str]
    warm: Warm = field(compare=False)

    def run(self, *arguments: str, **more: str) -> Done:
        # The suite has checked the system; a third of a command's time would go into it again.
        quick = [] if arguments[0] == "shell" else ["--skip-checks"]
        return self.warm.run(self.environment(**more), *arguments, *quick)

    def manage(self, *arguments: str, **more: str) -> str:
        """What a command printed that must go well."""
        done = self.run(*arguments, **more)
        assert done.code == 0, (arguments, done.err)
        return done.out

    def script(self, text: str) -> Any:
        """What a few lines of Python print as JSON."""
        # Pages that it opens name their static files as they are: nobody has collected them.
        return json.loads(self.manage("shell", "--no-imports", "-c", text, DEBUG="on") or "null")

    def environment(self, **more: str) -> dict[str, str]:
        plain = {"DEBUG": "off", "HTTPS": "off", "MFA_ROLES": "off", "LOG_LEVEL": "WARNING", "CACHE_URL": ""}
        plain |= {"ALLOWED_HOSTS": "testserver", "STATIC_ROOT": str(self.media.parent / "static")}
        return os.environ | plain | self.keys | {
            "DATABASE_URL": self.address, "MEDIA_ROOT": str(self.media), "PYTHONUTF8": "1",
        } | more  # fmt: skip

    @property
    def database(self) -> Path:
        """The file, on SQLite."""
        return Path(self.address.removeprefix("sqlite:///"))

    @property
    def name(self) -> str:
        """What `--overwrite` takes."""
        return Path(urlsplit(self.address).path).name

    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.media.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.media)): path.read_bytes() for path in paths}


def postgres_address(name: str) -> str:
    """On the server of the tests."""
    return urlunsplit(urlsplit(setting("DATABASE_URL"))._replace(path=f"/{name}"))


class Sites:
    """Makes new ones, and takes their databases away at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = {name: getattr(settings, name) for name in ("SECRET_KEY", "AUDIT_KEY", "FACTOR_KEY")}
        self.made: list[str] = []
        self.warm = Warm(ROOT, folder)

    def new(self, vendor: str = "") -> Site:
        """Without a table, on the database of the tests unless told another."""
        return self._with_database(vendor or connection.vendor)

    def migrated(self) -> Site:
        """With every table, on the database of the tests: `migrate` has run once, for all of these."""
        return self._with_database(connection.vendor, self._template)

    def copy_of(self, other: Site) -> Site:
        """As it stands now; nobody may be connected to it."""
        site = self._with_database(connection.vendor, other)
        shutil.copytree(other.media, site.media, dirs_exist_ok=True)
        return site

    @cached_property
    def _template(self) -> Site:
        site = self.new()
        site.manage("migrate", "--no-input", "--verbosity=0")
        return site

    def _with_database(self, vendor: str, template: Site | None = None) -> Site:
        name = f"ntm_backup_{uuid.uuid4().hex[:12]}"
        media = self.folder / name / "media"
        media.mkdir(parents=True)
        if vendor == "sqlite":
            site = Site(f"sqlite:///{media.parent}/{name}.sqlite3", media, self.keys, self.warm)
            if template:
                shutil.copyfile(template.database, site.database)
            return site
        self._server(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template.name}"' if template else ""))
        self.made.append(name)
        return Site(postgres_address(name), media, self.keys, self.warm)

    def remove(self) -> None:
        self.warm.end()
        for name in self.made:
            self._server(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _server(self, statement: str) -> None:
        with psycopg.connect(postgres_address("postgres"), autocommit=True) as server:
            server.execute(statement)


def manifest_of(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        found: dict[str, Any] = json.loads(archive.read(MANIFEST))
    return found


def rewritten(path: Path, target: Path, change: Callable[[str, bytes], Iterable[tuple[str, bytes]]]) -> Path:
    """The same archive, each part as `change` gives it back."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            for new_name, content in change(name, source.read(name)):
                made.writestr(new_name, content)
    return target


def facts_of(path: Path, *without: str) -> dict[str, Any]:
    """What is in the tables by the manifest, but those named."""
    return {table["name"]: table for table in manifest_of(path)["tables"] if table["name"] not in without}
