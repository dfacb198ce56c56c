"""A quick look at the XML of a sheet for all that calamine does not tell of it, and for how large it really is."""

from xml.parsers import expat

from ntm.sheets.reading import limits
from ntm.sheets.reading.inside.package import Package, parser, truth
from ntm.sheets.reading.inside.refusing import Unreadable, address, damaged

_ROWS, _COLUMNS = limits.ROWS, limits.COLUMNS
#: Those that calamine knows; another one would make it give up the whole workbook.
_ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#DATA!"}
)


class Look:
    """Filled by `take`. Rows count from 1, columns from 0; `formulas` and `percents` are columns by row."""

    def __init__(self, title: str, package: Package) -> None:
        self.title = title
        self.merged: list[str] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[int] = []
        self.formulas: dict[int, list[int]] = {}
        self.percents: dict[int, list[int]] = {}
        #: What a cell holds whatever calamine says: error values, and numbers that are no day though shown as one.
        self.stored: dict[int, dict[int, str]] = {}
        self._dates, self._shares = package.dates, package.percents
        self._watched = package.dates | package.percents
        self._columns: dict[str, int] = {}
        #: The row, also as its cells write it, and how many digits that takes.
        self._row, self._digits, self._count = 0, "0", 1
        self._column = -1
        #: The attributes of the cell.
        self._said: dict[str, str] = {}
        #: Just after <c>: only there is an <f> the formula of the cell.
        self._fresh = False
        self._caught: list[str] | None = None
        self._parser: expat.XMLParserType = parser(self._start)

    def take(self, data: bytes) -> None:
        """Raises `Unreadable` for a sheet that is too large, contradicts itself or cannot be read."""
        try:
            # In one piece: in many, a single enormous token costs the square of its length.
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise damaged() from error
        self._let_go()

    # --- elements: called for each of them, millions of times, hence short ways first --------------------
    def _start(self, name: str, said: dict[str, str]) -> None:
        if self._caught is not None:
            self._let_go()
        if name == "c":
            self._fresh, self._said = True, said
            place = said.get("r")
            if place is None:
                self._column += 1
                return
            letters = place[: -self._count]
            column = self._columns.get(letters)
            if column is None:
                column = self._columns[letters] = _column_of(letters)
            if column <= self._column or not place.endswith(self._digits):
                raise self._contradicts(self._row, max(column, 0))
            self._column = column
        elif name == "v":
            if self._row > _ROWS or self._column >= _COLUMNS:
                raise self._too_far()
            said = self._said
            if "t" in said or ("s" in said and said["s"] in self._watched):
                self._value(said.get("t", ""), said.get("s", ""))
        else:
            self._other(name.rpartition(":")[2], said, prefixed=":" in name)

    def _other(self, name: str, said: dict[str, str], *, prefixed: bool) -> None:
        if name == "f":
            if self._fresh:
                self.formulas.setdefault(self._row, []).append(self._column)
                if self._row > _ROWS or self._column >= _COLUMNS:
                    raise self._too_far()
            return
        self._fresh = False
        if name == "row":
            self._new_row(said)
        elif name == "is":
            self._start("v", said)
        elif name in ("c", "v") and prefixed:
            self._start(name, said)
        elif name == "mergeCell":
            self.merged.append(said.get("ref", ""))
        elif name == "col" and truth(said.get("hidden")):
            first, last = int(said.get("min", "1")), int(said.get("max", "1"))
            self.hidden_columns.extend(range(first - 1, min(last, _COLUMNS)))

    def _new_row(self, said: dict[str, str]) -> None:
        number = int(said["r"]) if "r" in said else self._row + 1
        if number <= self._row:
            raise self._contradicts(number, 0)
        self._row, self._digits, self._column = number, str(number), -1
        self._count = len(self._digits)
        if truth(said.get("hidden")):
            self.hidden_rows.add(number)

    def _value(self, kind: str, style: str) -> None:
        if kind == "e" or style in self._dates:
            self._caught = []
            self._parser.CharacterDataHandler = self._caught.append
        elif kind == "str":
            # A formula whose result is an empty text has a result.
            columns = self.formulas.get(self._row)
            if columns and columns[-1] == self._column:
                columns.pop()
        if style in self._shares:
            self.percents.setdefault(self._row, []).append(self._column)

    def _let_go(self) -> None:
        """The text of a value that was waited for is complete."""
        if self._caught is None:
            return
        text = "".join(self._caught).strip()
        self._caught = None
        self._parser.CharacterDataHandler = None
        kind = self._said.get("t", "n")
        if kind == "e":
            if text not in _ERRORS:
                where = f"Ô {address(self._row, self._column)} của trang tính “{self.title}”"
                raise Unreadable(f"{where} chứa giá trị lỗi “{text[:40]}”. Hãy sửa công thức hoặc xóa ô đó.")
            self._keep(f"e{text}")
        elif kind == "n" and text.startswith("-"):
            # Calamine makes midnight of it.
            self._keep(f"n{text}")

    def _keep(self, cell: str) -> None:
        self.stored.setdefault(self._row, {})[self._column] = cell

    # --- faults ------------------------------------------------------------------------------------------
    def _too_far(self) -> Unreadable:
        """A cell that holds something: the only thing that makes a sheet large."""
        place = f"Trang tính “{self.title}” có dữ liệu ở ô {address(self._row, self._column)}"
        if self._row > _ROWS:
            return Unreadable(
                f"{place}, quá dòng thứ 100.000. Hãy xóa hẳn các dòng thừa ở dưới (chọn dòng, Delete), "
                "hoặc chia thành nhiều tệp."
            )
        return Unreadable(
            f"{place}, quá cột thứ {_COLUMNS}. Hãy xóa hẳn các cột thừa ở bên phải (chọn cột, Delete)."
        )

    def _contradicts(self, row: int, column: int) -> Unreadable:
        return Unreadable(
            f"Tệp bị hỏng: trang tính “{self.title}” ghi ô {address(row, column)} hai lần hoặc sai thứ tự. "
            "Hãy mở và lưu lại bằng Excel."
        )


def _column_of(letters: str) -> int:
    """-1 for what is no column, which then stands in no order."""
    if not (letters.isascii() and letters.isalpha() and letters.isupper() and len(letters) <= 3):
        return -1
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
