from pathlib import Path

import pytest

from tools.run_tests import Pass, _report, _skipped

REPORT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="tests.a" name="test_runs"/>
<testcase classname="tests.a" name="test_waits"><skipped type="pytest.skip" message="cần Chromium"/></testcase>
</testsuite></testsuites>"""


def test_skipped_tests_are_read_with_their_reasons(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT, encoding="utf-8")
    assert _skipped(tmp_path / "report.xml") == ["tests.a::test_waits: cần Chromium"]


def _passes(*skipped: str, status: int = 0) -> list[Pass]:
    first = Pass("PostgreSQL", "", "", skipped=list(skipped), closing="=== 2 passed in 1.00s ===")
    return [first, Pass("SQLite", "", "", status=status, closing="=== 1 passed in 1.00s ===")]


def test_a_skip_is_said_loudly_and_fails_only_where_skipping_is_forbidden(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _report(_passes("a: b"), [], strict=False) == 0
    assert "BỎ QUA 1" in capsys.readouterr().out
    assert _report(_passes("a: b"), [], strict=True) == 1
    assert "KHÔNG ĐẠT" in capsys.readouterr().out


def test_a_missing_browser_counts_as_a_skip() -> None:
    assert _report(_passes(), ["không có Chromium"], strict=True) == 1
    assert _report(_passes(), [], strict=True) == 0


@pytest.mark.parametrize("status", [1, 2, 5, -9])
def test_any_end_of_pytest_but_success_fails(status: int) -> None:
    assert _report(_passes(status=status), [], strict=False) == 1


def test_the_last_lines_are_pytests_own(capsys: pytest.CaptureFixture[str]) -> None:
    _report(_passes(), [], strict=False)
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "PostgreSQL:",
        "=== 2 passed in 1.00s ===",
        "SQLite:",
        "=== 1 passed in 1.00s ===",
    ]
