"""Where the header of a sheet stands and which column is which. Pure: rows in, places out."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ntm.sheets.headers import letters_of
from ntm.sheets.imports.brought import SIGN
from ntm.sheets.imports.headers_of import Headers, word
from ntm.sheets.imports.values import Cell
from ntm.sheets.reading.book import Row

#: How many rows with anything in them a header is looked for.
_SEARCHED = 30
_MERGED = re.compile(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)")


@dataclass(frozen=True)
class Heading:
    """A column of the file that holds anything: where, what its header says, which of ours it is (empty: none).
    `guess`: which it might be. `decided`: a person said so."""

    at: int
    text: str
    key: str = ""
    guess: str = ""
    decided: bool = False

    @property
    def letters(self) -> str:
        return letters_of(self.at)


@dataclass(frozen=True)
class Layout:
    """`numbers`: the rows of the header, as the spreadsheet counts them. `start`: the first row of data among the rows.
    `doubles`: columns of ours with the headings that both name them."""

    numbers: tuple[int, ...]
    start: int
    headings: tuple[Heading, ...]

    @property
    def places(self) -> dict[str, int]:
        return {one.key: one.at for one in self.headings if one.key and one.key not in self.doubles}

    @property
    def doubles(self) -> dict[str, list[Heading]]:
        found: dict[str, list[Heading]] = defaultdict(list)
        for one in self.headings:
            if one.key:
                found[one.key].append(one)
        return {key: some for key, some in found.items() if len(some) > 1}

    @property
    def unknown(self) -> list[Heading]:
        """Columns that nobody has decided about."""
        return [one for one in self.headings if not one.key and not one.decided]

    @property
    def ignored(self) -> list[Heading]:
        return [one for one in self.headings if not one.key and one.decided]

    def cell(self, heading: Heading) -> str:
        return f"{heading.letters}{self.numbers[-1]}"

    @property
    def signature(self) -> str:
        """The same for every file with this header."""
        return hashlib.sha256("|".join(word(one.text) for one in self.headings).encode()).hexdigest()


def layout_of(
    rows: Sequence[Row],
    merged: Sequence[str],
    headers: Headers,
    *,
    ours: bool,
    decided: Mapping[str, str] | None = None,
) -> Layout:
    """Find the header. `ours`: the sheet is our own template, whose hidden row of keys counts. `decided`: column of
    ours ("" for none) by the place of the file's."""
    keys_at = next((at for at, row in enumerate(rows[:_SEARCHED]) if _is_of_keys(row)), None)
    spans = [span for text in merged if (span := _span(text))]
    found = _header(rows, spans, headers, keys_at)
    texts = _texts(rows, spans, found)
    start = found[-1] + 1
    keys = _keys(rows[keys_at], headers) if ours and keys_at is not None else {}
    width = max((len(row.cells) for row in rows[found[0] :]), default=0)
    below = [rows[at] for at in found] + list(rows[start:])
    holding = [at for at in range(width) if any(_at(row, at) for row in below)]
    headings = tuple(_heading(at, rows, found, texts, headers, keys, decided or {}) for at in holding)
    return Layout(tuple(rows[at].number for at in found), start, headings)


def _heading(
    at: int,
    rows: Sequence[Row],
    found: Sequence[int],
    texts: Mapping[int, list[str]],
    headers: Headers,
    keys: Mapping[int, str],
    decided: Mapping[str, str],
) -> Heading:
    shown = texts.get(at, [])
    text = " – ".join(dict.fromkeys(shown))
    if str(at) in decided:
        return Heading(at, text, decided[str(at)], decided=True)
    if at in keys:
        return Heading(at, text, keys[at], decided=not keys[at])
    key = _match(_at(rows[found[-1]], at), shown, headers)
    return Heading(at, text, key or "", headers.guess(shown[-1]) or "" if shown else "")


def _match(cell: Cell, texts: Sequence[str], headers: Headers) -> str | None:
    """By all words from top to bottom, then by the lowest alone."""
    if len(texts) == 1 and cell is not None:
        return headers.of_cell(cell)
    key = headers.of(" ".join(texts), " - ".join(texts)) if texts else None
    if key or not texts:
        return key
    # "Năm 2022" above "Kết quả" is another year's result, although "Kết quả" alone would be ours.
    if any(headers.names_another_year(text) for text in texts):
        return None
    return headers.of_cell(cell) if cell is not None else headers.of(texts[-1])


def _header(
    rows: Sequence[Row], spans: Sequence[tuple[int, int, int, int]], headers: Headers, keys_at: int | None
) -> list[int]:
    """The rows of the header by their place: those under which most of our columns are found; at first one row."""
    best, score = [], 0
    for depth in (1, 2):
        for at in range(min(len(rows), _SEARCHED)):
            these = list(range(at, at + depth))
            if these[-1] >= len(rows) or keys_at in these:
                continue
            texts = _texts(rows, spans, these)
            matched = {
                key
                for place, some in texts.items()
                if (key := _match(_at(rows[these[-1]], place), some, headers))
            }
            if len(matched) > max(score, 1):
                best, score = these, len(matched)
    return best or [_fullest(rows, keys_at)]


def _fullest(rows: Sequence[Row], keys_at: int | None) -> int:
    """Where no header is known: the row with most texts in it, for a person to say what they are."""
    places = [at for at in range(min(len(rows), _SEARCHED)) if at != keys_at] or [0]
    return max(places, key=lambda at: (sum(1 for cell in rows[at].cells if cell and cell[0] == "s"), -at))


def _texts(
    rows: Sequence[Row], spans: Sequence[tuple[int, int, int, int]], these: Sequence[int]
) -> dict[int, list[str]]:
    """What the header says above each column, from top to bottom; a merged cell speaks for all that it covers."""
    found: dict[int, list[str]] = defaultdict(list)
    for at in these:
        said = {place: cell[1] for place, cell in enumerate(rows[at].cells) if cell}
        for top, left, bottom, right in spans:
            if top <= rows[at].number <= bottom and left in said and top == rows[at].number:
                said |= dict.fromkeys(range(left, right + 1), said[left])
        for place, text in said.items():
            found[place].append(text)
    return found


def _span(text: str) -> tuple[int, int, int, int] | None:
    """Top, left, bottom, right; rows from 1, columns from 0."""
    found = _MERGED.fullmatch(text)
    if found is None:
        return None
    return int(found[2]), _column(found[1]), int(found[4]), _column(found[3])


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _is_of_keys(row: Row) -> bool:
    return row.hidden and any(cell and cell[0] == "s" and cell[1].startswith(SIGN) for cell in row.cells)


def _keys(row: Row, headers: Headers) -> dict[int, str]:
    """Our columns by the template's hidden row; a column of the template that brings nothing is none of ours."""
    return {
        at: key if key in headers.columns else ""
        for at, cell in enumerate(row.cells)
        if cell and cell[1].startswith(SIGN) and (key := cell[1].removeprefix(SIGN)) is not None
    }


def _at(row: Row, at: int) -> Cell:
    return row.cells[at] if at < len(row.cells) else None
