"""What the child writes: a line of JSON for each row, a last line about the whole, and where that line begins.

A row is [number, 1 if hidden, cells]; a cell is null or one text: its kind as one letter, then the value (see
`ntm.sheets.reading.book`). The last line comes only after everything else went well, or says why it did not.
"""

import json
from typing import IO, Any

from ntm.core.text import detect_legacy_encoding, is_plainly_legacy, quote
from ntm.sheets.reading.inside.refusing import Unreadable, address

#: Digits of the number that ends the answer.
FOOTER = 20
_SAMPLES = 2000
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Answer:
    """Writes to a binary stream; remembers what the last line must tell."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out
        self.at = 0
        self.sheets: list[dict[str, Any]] = []
        self._samples: dict[str, tuple[str, int, int]] = {}

    def begin(self, title: str, **about: Any) -> None:
        """The rows that follow belong to this sheet."""
        self.sheets.append({"title": title, **about, "rows": 0, "columns": 0, "start": self.at})

    def row(self, number: int, hidden: bool, cells: list[str | None]) -> None:
        """`cells` must end with one that is not null."""
        self._write(_encode([number, int(hidden), cells]).encode())
        sheet = self.sheets[-1]
        sheet["rows"] += 1
        sheet["columns"] = max(sheet["columns"], len(cells))

    def sample(self, text: str, row: int, column: int) -> None:
        """Remember a text with letters beyond ASCII, to judge at the end in which encoding the file was typed."""
        if text not in self._samples and len(self._samples) < _SAMPLES:
            self._samples[text[:200]] = (self.sheets[-1]["title"], row, column)

    def end(self, **about: Any) -> None:
        """Raises `Unreadable` for a file in a legacy encoding."""
        self._refuse_legacy()
        self._last({**about, "sheets": self.sheets})

    def refuse(self, sentence: str) -> None:
        self._last({"refused": sentence})

    def _refuse_legacy(self) -> None:
        """By its majority: one odd word among many is the row's fault, which the row's own reader names. So is a single
        letter that may be right."""
        found = [(text, name) for text in self._samples if (name := detect_legacy_encoding(text))]
        if 2 * len(found) < max(len(self._samples), 1) or not (
            len(found) > 1 or any(is_plainly_legacy(text) for text, _ in found)
        ):
            return
        text, name = found[0]
        title, row, column = self._samples[text]
        where = f"ô {address(row, column)}" + (f" của trang tính “{title}”" if title else "")
        raise Unreadable(
            f"Chữ trong tệp gõ bằng bảng mã {name}, ví dụ {quote(text)} ở {where}. "
            "Hãy chuyển sang Unicode (trong UniKey: Công cụ, Chuyển mã) rồi lưu lại."
        )

    def _last(self, about: dict[str, Any]) -> None:
        start = self.at
        self._write(_encode(about).encode())
        self._write(b"%0*d" % (FOOTER, start))
        self.out.flush()

    def _write(self, line: bytes) -> None:
        self.out.write(line)
        self.out.write(b"\n")
        self.at += len(line) + 1
