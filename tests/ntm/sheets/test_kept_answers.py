"""What was read of a file is kept for a while, and never believed when it is not whole."""

import io
import os
import time
from pathlib import Path
from typing import Any

import pytest

from ntm.core.errors import Refused
from ntm.sheets.reading import book, kept
from ntm.sheets.reading.book import open_book
from tests.ntm.sheets import files

CONTENT = files.xlsx(["Mã", "Tên"], ["05602", "Phú Đình"])


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One for each start of the reader."""
    seen: list[str] = []
    ended = book._ended

    def counted(script: Path, argument: str, *rest: Any) -> int:
        seen.append(argument)
        return ended(script, argument, *rest)

    monkeypatch.setattr(book, "_ended", counted)
    return seen


def read(content: bytes = CONTENT, name: str = "tệp.xlsx") -> list[Any]:
    with open_book(files.upload(content, name)) as found:
        return [row.cells for sheet in found.sheets for row in sheet.rows()]


def answers() -> list[Path]:
    return [path for path in kept._folder().glob("*") if path.is_file()]


def test_a_file_is_read_once_however_often_it_is_looked_at(starts: list[str]):
    assert read() == read() == [[["s", "Mã"], ["s", "Tên"]], [["s", "05602"], ["s", "Phú Đình"]]]
    assert starts == ["xlsx"]
    [answer] = answers()
    assert answer.stat().st_mode & 0o077 == 0


def test_another_content_name_or_reader_is_read_anew(starts: list[str], monkeypatch: pytest.MonkeyPatch):
    read()
    read(files.xlsx(["Mã", "Tên"], ["05602", "Phú Định"]))
    read(name="tệp")
    monkeypatch.setattr(kept, "_reader", lambda: "mới")
    read()
    assert starts == ["xlsx", "xlsx", "", "xlsx"]


@pytest.mark.parametrize("broken", [b"", b"[1,0,[]]\n", b"x\n" * 9])
def test_what_the_disk_has_cut_off_is_read_anew(starts: list[str], broken: bytes):
    whole = read()
    answers()[0].write_bytes(broken)
    assert read() == whole
    assert len(starts) == 2
    assert read() == whole
    assert len(starts) == 2


def test_what_the_disk_has_damaged_in_the_middle_is_read_anew(starts: list[str]):
    """Its last line may be as whole as ever."""
    whole = read()
    [answer] = answers()
    content = answer.read_bytes()
    for damaged in (content.replace(b"05602", b"05603"), content.replace(b"[1,", b"?1,")):
        assert damaged != content
        [answer] = answers()
        answer.write_bytes(damaged)
        assert read() == whole
    assert len(starts) == 3
    assert len(answers()) == 1


def test_a_refusal_is_not_kept(starts: list[str]):
    for _ in range(2):
        with pytest.raises(Refused):
            read(b"PK\x03\x04 cut")
    assert (len(starts), answers()) == (2, [])


def test_a_full_disk_does_not_keep_a_file_from_being_read(monkeypatch: pytest.MonkeyPatch):
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept.shutil, "copyfileobj", full)
    assert len(read()) == 2
    assert answers() == []


def test_a_long_answer_is_not_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept, "LARGEST", 100)
    assert len(read()) == 2
    assert answers() == []


def test_old_answers_go_then_the_oldest_until_there_is_room(monkeypatch: pytest.MonkeyPatch):
    folder = kept._folder()
    folder.mkdir(parents=True)
    for name, age in {"stale": kept.SECONDS + 60, "old": 50, "asked": 40, "young": 30}.items():
        kept.keep(name, io.BytesIO(b"x" * 100))
        [path] = folder.glob(f"{name}.*")
        os.utime(path, (time.time() - age,) * 2)
    kept.make_room()
    assert {path.stem for path in answers()} == {"old", "asked", "young"}
    used = kept.found("old")
    assert used is not None
    used.close()
    monkeypatch.setattr(kept, "MOST", 350)
    kept.make_room(wanted=150)
    assert {path.stem for path in answers()} == {"old", "young"}
