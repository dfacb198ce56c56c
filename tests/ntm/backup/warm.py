"""Commands without their start: a process that has read the application once begins each as a copy of itself.

A command takes one to three seconds, of which reading the application is one, and making the models of today's
migrations another; this folder runs a hundred of them. Settings are read anew, from the environment of each.
"""

import importlib
import json
import os
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings as real
from django.core.management import execute_from_command_line
from django.db import connections
from django.test.signals import setting_changed


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class Warm:
    """`run()` is `python manage.py …` in this environment: a process of its own, with what it prints and its code."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.out, self.err = folder / "out", folder / "err"
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, environment: dict[str, str], *arguments: str) -> Done:
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None and answers is not None
        asked.write(json.dumps([environment, str(self.out), str(self.err), *arguments]) + "\n")
        asked.flush()
        code = int(answers.readline())
        return Done(code, self.out.read_text("utf-8"), self.err.read_text("utf-8"))

    def end(self) -> None:
        self._process.communicate()


def _serve() -> None:
    django.setup()
    # Only now can what has models be read.
    from ntm.backup.schema import Schema, schema_of  # noqa: PLC0415

    # Of the state that nearly every command asks for; kept for the same question.
    assert schema_of(Schema(frozenset()).loader.graph.nodes).tables
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    os._exit(0)


def _become(environment: dict[str, str], out: str, err: str, *arguments: str) -> None:
    """The command, to its end."""
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
    code = 0
    try:
        _read_settings(environment)
        execute_from_command_line(["manage.py", *arguments])
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    connections.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _read_settings(environment: dict[str, str]) -> None:
    """As a process that begins in this environment; nothing has asked a database before."""
    os.environ.clear()
    os.environ.update(environment)
    read = importlib.reload(importlib.import_module(real.SETTINGS_MODULE))
    changed = {name: getattr(read, name) for name in dir(read) if name.isupper()}
    for name, value in changed.items():
        if getattr(real, name) != value:
            setattr(real, name, value)
            # Databases are forgotten below; of them Django's own listener only warns.
            if name != "DATABASES":
                setting_changed.send(sender=None, setting=name, value=value, enter=True)
    for alias in connections:
        del connections[alias]
    connections.__dict__.pop("settings", None)
    connections._settings = None  # type: ignore[attr-defined]


if __name__ == "__main__":
    _serve()
