"""`make test`: the whole suite on PostgreSQL with the browser, and beside it on SQLite without; skips are said loudly.

`NTM_NO_SKIP=1` turns every skipped test into a failure; `NTM_CRAWL=everywhere` runs on PostgreSQL too what CI runs on
SQLite only (`crawl`, `alike`). Arguments go to pytest unchanged.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tools import chromium
from tools.prepare import ROOT, say
from tools.testdb import postgres

NO_TESTS_COLLECTED = 5
WIDTH = 100
_CLOSING = re.compile(r"(passed|failed|errors?|skipped|deselected|no tests ran).* in \d+\.\d\ds")


@dataclass
class Pass:
    """One run of the suite on one database, and what came of it."""

    title: str
    database_url: str
    marks: str
    status: int = 0
    closing: str = "(pytest chưa in dòng kết)"
    skipped: list[str] = field(default_factory=list)


def main() -> int:
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, _leave)
    arguments = sys.argv[1:]
    strict = os.environ.get("NTM_NO_SKIP", "") not in ("", "0")
    missing = [] if chromium.found() else [f"mọi kiểm thử trình duyệt: {chromium.MISSING}"]
    scratch = Path(tempfile.mkdtemp(prefix="ntm-test-"))
    try:
        with postgres() as url:
            first = Pass("PostgreSQL", url, _marks_on_postgresql())
            second = Pass("SQLite", f"sqlite:///{scratch}/ntm.sqlite3", "not browser and not postgres")
            _run([first, second], scratch, arguments)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _report([first, second], missing, strict)


def _marks_on_postgresql() -> str:
    """What a page shows to whom does not hang on the database, nor does what uses none; on SQLite both cost half."""
    left_out = [] if os.environ.get("NTM_CRAWL") == "everywhere" else ["not crawl", "not alike"]
    return " and ".join(left_out + ([] if chromium.found() else ["not browser"]))


def _environment(scratch: Path, a_pass: Pass) -> dict[str, str]:
    """What the suite sees: the settings of a trial, whatever this checkout's `.env` says. Compiled modules are kept:
    two workers and some hundred commands read the same."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "DATABASE_URL": a_pass.database_url,
        "DEBUG": "off",
        "HTTPS": "off",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "MEDIA_ROOT": str(scratch / a_pass.title / "media"),
        "STATIC_ROOT": str(scratch / "static"),
    }


def _run(passes: list[Pass], scratch: Path, arguments: list[str]) -> None:
    """All at once: while one waits for a browser, another goes on. Each is shown whole, one after the other."""
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(_begun(each, scratch, arguments)) for each in passes]
        try:
            for a_pass, pytest in zip(passes, running, strict=True):
                say(f"\n{f' {a_pass.title} ':=^{WIDTH}}")
                _show(a_pass, pytest, _log(a_pass, scratch))
        except KeyboardInterrupt:
            for pytest in running:
                _end_group(pytest)
            raise
    for a_pass in passes:
        a_pass.skipped = _skipped(_report_of(a_pass, scratch))


def _begun(a_pass: Pass, scratch: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        str(_workers()),
        f"--junitxml={_report_of(a_pass, scratch)}",
    ]
    # Dealt out as /conftest.py says, in its order.
    command += ["--dist", "loadscope", "--no-loadscope-reorder"]
    # A worker that dies fails the run there and then; xdist cannot deal out files to its successor.
    command += ["--max-worker-restart=0"]
    if a_pass.marks:
        command += ["-m", a_pass.marks]
    if sys.stdout.isatty():
        command += ["--color=yes"]
    with _log(a_pass, scratch).open("wb") as log:
        return subprocess.Popen(
            command + arguments, env=_environment(scratch, a_pass), stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip


def _workers() -> int:
    """For each of the two runs; fewer than two would leave what waits for a browser alone."""
    return max(2, (os.cpu_count() or 1) // 2)


def _show(a_pass: Pass, pytest: subprocess.Popen[bytes], log: Path) -> None:
    """Print what it has written and writes, line by line, to its end."""
    with log.open(encoding="utf-8", errors="replace") as written:
        ended, line = False, ""
        while not ended:
            # Asked before the look, so that its last words are read too.
            ended = _has_ended(pytest)
            while (line := line + written.readline()).endswith("\n"):
                print(line, end="", flush=True)
                if _CLOSING.search(line):
                    a_pass.closing = line.rstrip("\n")
                line = ""
        print(line, end="", flush=True)
    a_pass.status = pytest.returncode


def _has_ended(pytest: subprocess.Popen[bytes]) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        pytest.wait(timeout=0.2)
    return pytest.returncode is not None


def _log(a_pass: Pass, scratch: Path) -> Path:
    return scratch / f"{a_pass.title}.log"


def _report_of(a_pass: Pass, scratch: Path) -> Path:
    return scratch / f"{a_pass.title}.xml"


def _end_group(pytest: subprocess.Popen[bytes]) -> None:
    """Let pytest tidy up, then end whatever it left: workers, browsers, servers."""
    os.killpg(pytest.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        pytest.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pytest.pid, signal.SIGKILL)


def _skipped(report: Path) -> list[str]:
    """Every skipped or expected failure as `file::test: reason`, from pytest's own report."""
    if not report.exists():
        return []
    found = []
    for case in ElementTree.parse(report).iter("testcase"):
        for skip in case.iter("skipped"):
            found.append(f"{case.get('classname', '')}::{case.get('name', '')}: {skip.get('message', '')}")
    return found


def _report(passes: list[Pass], missing: list[str], strict: bool) -> int:
    skipped = missing + [f"{each.title}: {line}" for each in passes for line in each.skipped]
    failed = [each for each in passes if each.status]
    lines = [f"{each.title}: {'KHÔNG ĐẠT' if each.status else 'đạt'}" for each in passes]
    lines.append(
        "SQLite không chạy các kiểm thử trình duyệt và riêng cho PostgreSQL (đã chạy trên PostgreSQL)."
    )
    lines.append(f"BỎ QUA {len(skipped)}:" if skipped else "Không bỏ qua kiểm thử nào.")
    lines += [f"  - {line}" for line in skipped]
    if skipped and strict:
        lines.append("NTM_NO_SKIP=1: có kiểm thử bị bỏ qua nên coi là KHÔNG ĐẠT.")
    say("\n" + "#" * WIDTH)
    for line in lines:
        say(f"# {line}")
    say("#" * WIDTH)
    for each in passes:
        say(f"{each.title}:\n{each.closing}")
    if any(each.status == NO_TESTS_COLLECTED for each in failed):
        say("Không có kiểm thử nào được chọn.")
    return 1 if failed or (skipped and strict) else 0


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("\nĐã dừng kiểm thử giữa chừng.")
        sys.exit(130)
