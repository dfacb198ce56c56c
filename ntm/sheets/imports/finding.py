"""Which row of ours a row of a file is about: by its code; by its name only as a proposal. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ntm.core.text import clean, folded, quote, without_kind
from ntm.sheets.imports.kinds import Known
from ntm.sheets.imports.values import BadCell, Cell, plain, typed

_TOTAL = re.compile(r"(?:tổng|cộng|toàn (?:tỉnh|huyện|xã)|bình quân|trung bình|lũy kế)\b")
#: All that a row is called that adds up, also where a number stands in the column of codes.
_SUMS = frozenset({"tổng", "tổng số", "tổng cộng", "cộng", "tong so", "tong cong"})


@dataclass(frozen=True)
class Found:
    """`row`: what is meant. `proposed`: by the name alone, so that a person must say yes. `why`: nothing is meant.
    `unknown`: the key, where none of the rows bears it."""

    row: Known | None = None
    proposed: bool = False
    why: str = ""
    unknown: str = ""


class Finder:
    """Rows by code and by name."""

    def __init__(self, known: Mapping[str, Known], unknown: str, *, exact_names: bool) -> None:
        self.known, self.unknown, self.exact_names = known, unknown, exact_names
        self.folded = {folded(key): row for key, row in known.items()}
        self.numbers: dict[Decimal, list[Known]] = defaultdict(list)
        self.names: dict[str, list[Known]] = defaultdict(list)
        self.shared: dict[str, list[Known]] = defaultdict(list)
        for key, row in known.items():
            if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", key):
                self.numbers[Decimal(key)].append(row)
            for name in _spellings(row):
                self.names[name].append(row)
            if row.code:
                self.shared[_unpadded(row.code)].append(row)

    def find(self, key: Cell, name: Cell) -> Found:
        """By the cells of the row. A name that cannot be read may be another row's: its code alone is not enough."""
        try:
            said = self._said(name)
        except BadCell as bad:
            return Found(why=str(bad))
        if key is None:
            return self._by_name(said)
        found = self._by_key(key)
        if found.unknown and (some := self.shared.get(_unpadded(found.unknown))):
            return _one_of(some, found.unknown, said)
        return found if found.row is None else self._named(found.row, said)

    def _said(self, name: Cell) -> str:
        """A name of ours is not read again: it may look like another encoding."""
        if name and name[0] == "s" and folded(name[1]) in self.names:
            return clean(name[1])
        return typed(name, "text")

    def _by_key(self, cell: Cell) -> Found:
        assert cell is not None  # noqa: S101 asked by the caller
        if cell[0] == "n":
            equal = self.numbers.get(Decimal(cell[1]), [])
            if len(equal) > 1:
                codes = " hay ".join(row.key for row in equal)
                return Found(
                    why=f"Mã {plain(Decimal(cell[1]))} là số nên không rõ là {codes}. Hãy gõ mã dạng chữ."
                )
            return Found(equal[0]) if equal else self._unknown(plain(Decimal(cell[1])))
        row = self.folded.get(folded(cell[1])) if cell[0] == "s" else None
        if row is not None:
            return Found(row)
        try:
            text = typed(cell, "text")
        except BadCell as bad:
            return Found(why=str(bad))
        row = self.folded.get(folded(text))
        return Found(row) if row else self._unknown(text)

    def _unknown(self, key: str) -> Found:
        return Found(why=self.unknown.format(quote(key)), unknown=key)

    def _named(self, row: Known, said: str) -> Found:
        """The row of the code, unless the name beside it speaks of another."""
        if not said or folded(said) in _spellings(row) or _bare(said) in _spellings(row):
            return Found(row)
        others = [other for other in self._by_words(said) if other.key != row.key]
        if not others and not self.exact_names:
            return Found(row)
        whose = f"là {others[0].name}" if others else f"không phải {row.name}"
        return Found(why=f"Mã {row.key} là {row.name}, nhưng tên {quote(said)} {whose}. Hãy sửa mã hoặc tên.")

    def _by_name(self, said: str) -> Found:
        rows = self._by_words(said)
        if len(rows) == 1:
            return Found(rows[0], proposed=True)
        if rows:
            codes = ", ".join(row.key for row in rows)
            return Found(why=f"Tên {quote(said)} có ở nhiều dòng (mã {codes}). Hãy ghi mã.")
        name = f", và tên {quote(said)} không khớp dòng nào" if said else ""
        return Found(why=f"Không có mã{name}. Hãy ghi mã.")

    def _by_words(self, said: str) -> list[Known]:
        if not said:
            return []
        whole = self.names.get(folded(said), [])
        rows = whole or ([] if without_kind(said)[0] else self.names.get(_bare(said), []))
        return list({row.key: row for row in rows}.values())


def _one_of(some: list[Known], code: str, said: str) -> Found:
    """Of rows that share a code, the one that the name beside it speaks of, as a proposal."""
    named = [row for row in some if folded(said) in _spellings(row)]
    named = named or [row for row in some if _bare(said) in _spellings(row)]
    if said and len(named) == 1:
        return Found(named[0], proposed=True)
    ways = ", ".join(f"{row.name} ghi {row.key}" for row in some)
    return Found(why=f"Mã {quote(code)} có ở nhiều dòng: {ways}. Hãy ghi mã như vậy.")


def _unpadded(code: str) -> str:
    """A spreadsheet takes the zeros before a number away."""
    return folded(code).lstrip("0")


def is_total(key: Cell, *others: Cell) -> bool:
    """Whether the words of a row say that it adds others up. With a code it is a row of its own, whatever its name:
    "Cộng Hòa"."""
    cells = others if key is None else (key,)
    words = [clean(cell[1]).casefold() for cell in cells if cell and cell[0] == "s"]
    return any(_TOTAL.match(text) for text in words)


def is_numbered_total(key: Cell, name: Cell) -> bool:
    """Whether a row whose code is none of ours only adds others up: nothing but such a word is its name, and its code
    nothing but a number, perhaps that of the row."""
    numbered = key is not None and (key[0] == "n" or clean(key[1]).isdecimal())
    return numbered and name is not None and name[0] == "s" and folded(name[1]).strip(" .:") in _SUMS


def _spellings(row: Known) -> set[str]:
    return {spelt for name in (row.name, *row.names) for spelt in (folded(name), _bare(name))}


def _bare(name: str) -> str:
    return folded(without_kind(name)[1])
