"""Which of our columns a header names; nothing where it could be another. Pure."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from ntm.core.text import folded
from ntm.sheets.imports.kinds import VALUE, Column
from ntm.sheets.imports.values import Cell

_EDGES = " .:*;,-–"
_CODE = re.compile(
    r"(?:(?:chỉ tiêu|tiêu chí) )?([0-9][0-9a-z]*(?:[.][0-9a-z]+)*)[.:)]?(?: [-–:])?(?: +|$)(.*)"
)
_UNIT = re.compile(r"\([^()]*\)\s*$")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
#: A name that was cut off is believed from so many letters on.
_CUT = 12


def word(text: str) -> str:
    return folded(text).strip(_EDGES)


class Headers:
    """The columns by every word that means exactly one of them. `year`: a header that names another one brings no
    value of this one."""

    def __init__(self, columns: Sequence[Column], year: int | None = None) -> None:
        self.columns = {column.key: column for column in columns}
        self.year = year
        self.words: dict[str, str | None] = {}
        self._numbers: dict[Decimal, list[str]] = {}
        for key in self.columns:
            if (number := _number(key)) is not None:
                self._numbers.setdefault(number, []).append(key)
        # Where the header stands is tried out, so that each text is asked about again and again.
        self._known: dict[str, str | None] = {}
        for column in columns:
            for text in {word(name) for name in (column.key, column.title, *column.names) if word(name)}:
                self.words[text] = None if text in self.words else column.key

    def of(self, *texts: str) -> str | None:
        """The column of the first of these words that names one."""
        return next((key for text in texts if (key := self._once(text))), None)

    def of_cell(self, cell: Cell) -> str | None:
        """The column of a header's cell. A number such as 1.1 may be 1.10: only where both cannot be."""
        if cell is None:
            return None
        if cell[0] != "n":
            return self.of(cell[1])
        equal = self._numbers.get(Decimal(cell[1]), [])
        return equal[0] if len(equal) == 1 else None

    def guess(self, text: str) -> str | None:
        """What the column might be, for a person to decide."""
        found = _CODE.fullmatch(word(text))
        return found[1] if found and found[1] in self.columns else None

    def _once(self, text: str) -> str | None:
        if text not in self._known:
            self._known[text] = self._of(text)
        return self._known[text]

    def _of(self, text: str) -> str | None:
        tidy = word(text)
        key = self.words.get(tidy) or self.words.get(word(_UNIT.sub("", tidy))) or self._by_code(tidy)
        if key is None or (self.columns[key].use == VALUE and self._is_of_another_year(tidy, key)):
            return None
        return key

    def names_another_year(self, text: str) -> bool:
        """Whether the words speak of years, and not of ours."""
        named = {int(found) for found in _YEAR.findall(text)}
        return self.year is not None and bool(named) and self.year not in named

    def _is_of_another_year(self, tidy: str, key: str) -> bool:
        own = {word(name) for name in (self.columns[key].title, *self.columns[key].names)}
        return tidy not in own and self.names_another_year(tidy)

    def _by_code(self, tidy: str) -> str | None:
        """ "1.1. Tên chỉ tiêu": the code counts only beside the column's own words, perhaps cut off."""
        found = _CODE.fullmatch(tidy)
        if found is None or found[1] not in self.columns:
            return None
        rest = word(_UNIT.sub("", found[2]))
        if not rest:
            return found[1] if not found[2] else None
        column = self.columns[found[1]]
        own = [word(_UNIT.sub("", folded(name))) for name in (column.title, *column.names)]
        cut = rest.rstrip("…. ")
        return column.key if any(_same(name, rest, cut) for name in own) else None


def _same(name: str, rest: str, cut: str) -> bool:
    bare = _CODE.fullmatch(name)
    name = word(bare[2]) if bare and bare[2] else name
    return name == rest or (len(cut) >= _CUT and name.startswith(cut))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def numbered(cells: Iterable[Cell]) -> bool:
    """Whether a row below the header only numbers the columns: (1) (2) (3), or 1 2 3."""
    texts = [cell[1].strip("() ") for cell in cells if cell]
    return len(texts) > 2 and texts == [str(at) for at in range(1, len(texts) + 1)]
