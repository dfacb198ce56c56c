"""The reader itself: a child that knows nothing of the server, a parent that survives it and stays small."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from ntm.core.errors import Refused
from ntm.sheets.reading import book as reading
from ntm.sheets.reading import limits
from ntm.sheets.reading.book import open_book
from ntm.sheets.workbook import fault_in, read_table
from tests.architecture import source
from tests.data import parts
from tests.data.build import CORPUS
from tests.data.hostile import many_lines
from tests.data.parts import HEADER, row, sheet
from tests.ntm.sheets import files

GOOD = parts.rows(HEADER, row(2, "A:x", "B|<v>1</v>"))


def ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> str:
    """The sentence when the child is this program."""
    script = tmp_path / "child.py"
    script.write_text(program, encoding="utf-8")
    monkeypatch.setattr(reading, "_CHILD", script)
    with pytest.raises(Refused) as refusal:
        open_book(files.upload(GOOD))
    return refusal.value.message


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import os; os.abort()", "quá nhiều bộ nhớ"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "quá nhiều bộ nhớ"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "bị hỏng"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "quá 60 giây"),
        ("raise SystemExit(3)", "bị hỏng"),
        ("", "bị hỏng"),
        ("print('rác')", "bị hỏng"),
        ("print('x' * 100)", "bị hỏng"),
        ("print('[1]'); print('0' * 20)", "bị hỏng"),
    ],
)
def test_however_the_child_ends_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, words: str
) -> None:
    assert words in ends(tmp_path, monkeypatch, program)


def test_a_child_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 1)
    assert "chưa xong" in ends(tmp_path, monkeypatch, "import time; time.sleep(60)")


def test_the_child_knows_no_secret_of_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    run = subprocess.run

    def spy(command: list[str], **said: Any) -> Any:
        seen.update(said["env"], command=command)
        return run(command, **said)

    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    monkeypatch.setattr(reading.subprocess, "run", spy)
    open_book(files.upload(GOOD)).__exit__()
    assert "SECRET_KEY" not in seen
    assert seen["command"][:2] == [sys.executable, "-I"]


def test_the_child_starts_nothing_slow() -> None:
    """Neither Django nor openpyxl, nor what is slow of Python's own; of ours only what stands in the reader and the
    plain text rules."""
    code = (
        "import sys, json; sys.path.append(sys.argv[1])\n"
        "import ntm.sheets.reading.inside.reading\n"
        "print(json.dumps(list(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(source.ROOT)], capture_output=True, check=True, text=True
    )
    loaded = json.loads(done.stdout)
    slow = {"django", "openpyxl", "import_export", "dataclasses", "inspect"}
    assert not slow.intersection(name.split(".")[0] for name in loaded)
    ours = [name for name in loaded if name.startswith("ntm.") and not name.startswith("ntm.sheets.reading")]
    assert sorted(ours) == ["ntm.core", "ntm.core.text", "ntm.sheets"]


def test_the_limits_are_those_that_are_promised() -> None:
    said = (
        limits.BYTES,
        limits.MEMBERS,
        limits.UNPACKED,
        limits.RATIO,
        limits.SHEETS,
        limits.ROWS,
        limits.COLUMNS,
    )
    assert said == (10 * 2**20, 1000, 200 * 2**20, 100, 20, 100_000, 200)
    assert (limits.CELL, limits.MEMORY, limits.SECONDS) == (32_767, 2**30, 60)


def test_a_file_that_is_too_large_is_not_even_read() -> None:
    class Large:
        size, name = limits.BYTES + 1, "a.xlsx"

    with pytest.raises(Refused, match="lớn hơn 10 MB"):
        open_book(Large())


def test_a_large_sheet_costs_the_worker_no_memory() -> None:
    """Its rows held at once would take half as much again."""
    content = parts.rows(*many_lines(50_000))
    tracemalloc.start()
    try:
        with open_book(files.upload(content)) as book:
            assert sum(1 for _ in book.sheets[0].rows()) == 50_000
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 2 * len(content) + 10 * limits.MEBI


def test_rows_of_two_sheets_may_be_read_in_turns_and_again() -> None:
    content = parts.xlsx(sheet(row(1, "A:a") + row(2, "A:b")), sheet(row(3, "A:c") + row(7, "A:d")))
    with open_book(files.upload(content)) as book:
        first, second = book.sheets
        both = [(one.cells[0], two.number) for one, two in zip(first.rows(), second.rows(), strict=True)]
        assert both == [(["s", "a"], 3), (["s", "b"], 7)]
        assert [one.number for one in second.rows()] == [3, 7]


def test_values_stand_in_their_own_columns_wherever_the_table_begins() -> None:
    with open_book(files.upload(parts.rows(row(4, "C:x", "E|<v>1</v>"), row(6, "D:y")))) as book:
        assert [(one.number, one.cells) for one in book.sheets[0].rows()] == [
            (4, [None, None, ["s", "x"], None, ["n", "1"]]),
            (6, [None, None, None, ["s", "y"]]),
        ]


def test_a_catalogue_takes_percentages_as_numbers_and_no_header_in_two_rows() -> None:
    share = parts.rows(HEADER, row(2, "A:x", "B s='5'|<v>0.9</v>"))
    assert read_table(files.upload(share)).rows == [(2, [["s", "x"], ["n", "0.9"]])]
    with pytest.raises(Refused, match=r"ô gộp \(A1:A2\)"):
        read_table(files.upload(CORPUS["header in two merged rows"].make()))


def test_a_letter_that_was_lost_before_is_a_fault_of_its_cell() -> None:
    cell = read_table(files.upload("Mã;Tên\n1;X\ufffd A\n")).rows[0][1][1]
    assert "ký tự đã hỏng" in str(fault_in(cell))
