"""Every file of the corpus, good, bad and hostile, through the reader: what it holds, or one sentence; nothing else."""

import os
import resource
import time
from pathlib import Path
from typing import Any

import pytest

from ntm.core.errors import Refused
from ntm.sheets.reading.book import Book, open_book
from tests.data.build import CORPUS, build
from tests.data.member import Member
from tests.ntm.sheets import files

#: Two are promised; a machine that runs the whole suite at once gets more.
_SECONDS = 6
_MEMORY_KB = 300 * 1024


def found(book: Book) -> dict[str, Any]:
    """All that a member may say of a book and of its first sheet."""
    first = book.sheets[0]
    return {
        "titles": [sheet.title for sheet in book.sheets],
        "hidden_sheets": [sheet.title for sheet in book.sheets if sheet.hidden],
        "from_1904": book.from_1904,
        "notices": len(book.notices),
        "merged": first.merged,
        "hidden_columns": set(first.hidden_columns),
        "hidden_rows": [row.number for row in first.rows() if row.hidden],
        "height": first.height,
        "width": first.width,
    }


def rows_of(book: Book) -> dict[int, list[str | None]]:
    return {
        row.number: [cell[0] + cell[1] if cell else None for cell in row.cells]
        for row in book.sheets[0].rows()
    }


@pytest.mark.parametrize("title", CORPUS)
def test_a_file_is_read_exactly_or_refused_with_a_sentence(title: str) -> None:
    member = CORPUS[title]
    file = files.upload(member.make(), member.file)
    process, memory = os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    if member.refused:
        _refused(member, file, began)
    else:
        _read(member, file)
    assert os.getpid() == process
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < _MEMORY_KB


def _refused(member: Member, file: Any, began: float) -> None:
    with pytest.raises(Refused) as refusal:
        open_book(file)
    assert member.refused in refusal.value.message
    assert refusal.value.field == "file"
    assert time.monotonic() - began < _SECONDS


def _read(member: Member, file: Any) -> None:
    with open_book(file) as book:
        said = found(book)
        assert {name: said[name] for name in member.about} == dict(member.about)
        if member.rows is not None:
            there = rows_of(book)
            assert {number: there.get(number) for number in member.rows} == dict(member.rows)


def test_the_whole_corpus_can_be_written_into_a_folder(tmp_path: Path) -> None:
    assert len(CORPUS) >= 45
    assert {path.parent for path in build(tmp_path)} == {tmp_path}
