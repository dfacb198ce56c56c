"""Commands without their start: a process that has read the application once begins each as a copy of itself.

A command takes one to two seconds, of which reading the application is one; this folder runs a hundred of them.
"""

import json
import os
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

import django
from django.core.management import execute_from_command_line
from django.db import connections


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class Warm:
    """`run()` is `python manage.py …` in this environment: a process of its own, with what it prints and its code."""

    def __init__(self, root: Path, environment: dict[str, str], folder: Path) -> None:
        self.out, self.err = folder / "out", folder / "err"
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=root, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *arguments: str) -> Done:
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None and answers is not None
        asked.write(json.dumps([str(self.out), str(self.err), *arguments]) + "\n")
        asked.flush()
        code = int(answers.readline())
        return Done(code, self.out.read_text("utf-8"), self.err.read_text("utf-8"))

    def end(self) -> None:
        self._process.communicate()


def _serve() -> None:
    django.setup()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    os._exit(0)


def _become(out: str, err: str, *arguments: str) -> None:
    """The command, to its end."""
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), stream)
    code = 0
    try:
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


if __name__ == "__main__":
    _serve()
