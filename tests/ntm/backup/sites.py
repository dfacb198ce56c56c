"""Offices of their own: a database, a folder of files, and the commands that run on them as an operator runs them."""

import json
import os
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from ntm.backup.manifest import MANIFEST
from tests import databases
from tests.databases import Tables
from tests.ntm.backup.warm import Done, Warm

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
        plain = {"DEBUG": "off", "HTTPS": "off", "MFA_ROLES": "off", "LOG_LEVEL": "WARNING"}
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


class Sites:
    """Makes new ones, and takes their databases away at the end."""

    def __init__(self, folder: Path, tables: Tables) -> None:
        self.folder, self.tables = folder, tables
        self.keys = {name: getattr(settings, name) for name in ("SECRET_KEY", "AUDIT_KEY", "FACTOR_KEY")}
        self.made: list[str] = []
        self.warm = Warm(ROOT, folder)

    def new(self, vendor: str = "") -> Site:
        """Without a table, on the database of the tests unless told another."""
        name, folder = self._place()
        if (vendor or connection.vendor) == "postgresql":
            databases.create(name)
        return self._site(folder, databases.address(name, folder, vendor))

    def migrated(self) -> Site:
        """With every table, on the database of the tests."""
        name, folder = self._place()
        return self._site(folder, self.tables.copy(name, folder))

    def copy_of(self, other: Site) -> Site:
        """As it stands now; nobody may be connected to it."""
        name, folder = self._place()
        shutil.copytree(other.media, folder / "media", dirs_exist_ok=True)
        return self._site(folder, databases.copied(other.address, name, folder))

    def _place(self) -> tuple[str, Path]:
        """A name that nobody has, and a folder of this name."""
        name = f"ntm_backup_{uuid.uuid4().hex[:12]}"
        self.made.append(name)
        folder = self.folder / name
        (folder / "media").mkdir(parents=True)
        return name, folder

    def _site(self, folder: Path, address: str) -> Site:
        return Site(address, folder / "media", self.keys, self.warm)

    def remove(self) -> None:
        self.warm.end()
        if connection.vendor == "postgresql":
            for name in self.made:
                databases.remove(name)


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
