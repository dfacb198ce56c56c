"""Which column of a file is which: by its Vietnamese words, in any order, in capitals or not."""

from collections.abc import Collection
from typing import Any

from ntm.core.errors import Refused
from ntm.core.text import canonical, clean, detect_legacy_encoding, quote


def places_of(header: list[Any], columns: list[str], optional: Collection[str] = ()) -> dict[str, int]:
    """Where each column stands in the file. Raises `Refused` naming what is missing, unknown or there twice.

    `optional` columns of these may be missing.
    """
    texts = [str(cell[1]) if cell else "" for cell in header]
    if encoding := detect_legacy_encoding(" ".join(texts)):
        raise _refused(f"Tiêu đề gõ bằng bảng mã {encoding}. Hãy chuyển sang Unicode rồi lưu lại.")
    known = {_word(name): name for name in columns}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for at, text in enumerate(texts):
        if not clean(text):
            continue
        name = known.get(_word(text))
        if name is None:
            unknown.append(f"{quote(text)} (ô {letters_of(at)}1)")
        elif name in places:
            where = f"ô {letters_of(places[name])}1 và {letters_of(at)}1"
            raise _refused(f"Tiêu đề {quote(text)} xuất hiện hai lần ({where}).")
        else:
            places[name] = at
    missing = [quote(name) for name in columns if name not in places and name not in optional]
    if missing or unknown:
        raise _refused(_sentence(missing, unknown))
    return places


def letters_of(at: int) -> str:
    """How a spreadsheet calls a column; they count from 0."""
    letters, at = "", at + 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _sentence(missing: list[str], unknown: list[str]) -> str:
    parts = []
    if missing:
        parts.append(f"Thiếu cột {', '.join(missing)}.")
    if unknown:
        parts.append(f"Không nhận ra cột {', '.join(unknown[:5])}.")
    return " ".join([*parts, "Hãy xuất tệp mẫu rồi điền vào đó."])


def _word(text: str) -> str:
    return canonical(text).casefold()


def _refused(sentence: str) -> Refused:
    return Refused(sentence, "file")
