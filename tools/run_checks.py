"""`make check`: style, types, templates, migrations, deployment settings; runs all, then says what failed."""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools.prepare import ROOT, say

#: Written so that this file does not match itself.
_FOREIGN = re.compile(
    r"py[p]i\.org|python[h]osted|registry\.(np[m]js|ya[r]npkg)|deb\.[d]ebian|--(extra-)?index-[u]rl[ =]"
)
_MACHINE = re.compile(r"(?<![\w.])/(wo[r]k|ro[o]t|ho[m]e)/\w")


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable[[], tuple[bool, str]]


def _command(*arguments: str, env: dict[str, str] | None = None) -> Callable[[], tuple[bool, str]]:
    def run() -> tuple[bool, str]:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=os.environ | (env or {}), check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        return done.returncode == 0, done.stdout

    return run


def _production() -> dict[str, str]:
    """An environment like the server's, so that `check --deploy` judges what will really run."""
    return {
        "DEBUG": "off",
        "HTTPS": "on",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "AUDIT_KEY": secrets.token_urlsafe(48),
        "FACTOR_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": "postgres://ntm@127.0.0.1/ntm",
        "ALLOWED_HOSTS": "ntm.example.vn",
        "CSRF_TRUSTED_ORIGINS": "https://ntm.example.vn",
        "TRUSTED_PROXIES": "1",
    }


def _tracked_text() -> tuple[bool, str]:
    """No tracked file names a package registry or a path of somebody's machine."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        return True, "không phải bản git, bỏ qua"
    found = []
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if not name or name.endswith(".svg") or not path.is_file():
            continue
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
            if _FOREIGN.search(line) or _MACHINE.search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    return not found, "\n".join(found)


#: What this compiles of a fresh checkout, the four workers of `make test` would each compile again, all at once.
_COLLECTING = _command(
    "-m",
    "pytest",
    "--collect-only",
    "-qq",
    env={"PYTHONDONTWRITEBYTECODE": "", "DATABASE_URL": "sqlite://:memory:"},
)

CHECKS = (
    Check("mypy", _command("-m", "mypy")),
    Check("collecting tests", _COLLECTING),
    Check("ruff check", _command("-m", "ruff", "check", ".")),
    Check("ruff format", _command("-m", "ruff", "format", "--check", ".")),
    Check("djlint", _command("-m", "djlint", "templates", "--lint", "--quiet")),
    Check("makemigrations", _command("manage.py", "makemigrations", "--check", "--dry-run")),
    Check(
        "check --deploy",
        _command("manage.py", "check", "--deploy", "--fail-level", "WARNING", env=_production()),
    ),
    Check("translations", _command("tools/translations.py", "--check")),
    Check("tracked files", _tracked_text),
)


def _timed(check: Check) -> tuple[bool, str, float]:
    began = time.monotonic()
    good, words = check.run()
    return good, words, time.monotonic() - began


def main() -> int:
    failed = []
    # The longest begins first; what each found is said in the order of the list.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for check, (good, words, seconds) in zip(CHECKS, pool.map(_timed, CHECKS), strict=True):
            say(f"{'đạt ' if good else 'LỖI '} {check.name:<16} {seconds:5.1f} giây")
            if not good:
                failed.append(check.name)
                say("".join(f"     {line}\n" for line in words.rstrip().splitlines()))
    verdict = f"không đạt: {', '.join(failed)}" if failed else f"đạt cả {len(CHECKS)} mục"
    say(f"make check: {verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
