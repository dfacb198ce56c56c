"""A form as data: which cell of its workbook holds which figure. Read from a .toml beside the .xlsx, and checked.

What is wrong is named with its place (file, cell), all of it at once. Nothing here reads the database.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from ntm.core.provenance import Trust
from ntm.reports.official import vocabulary
from ntm.reports.official.area import Area

FILES = Path(__file__).parent / "files"
#: What a form may be about: the whole province, or one commune.
PROVINCE, COMMUNE = "tinh", "xa"
_FACTS = {"code", "number", "title", "version", "source", "trust", "about", "sheet", "first_year"}
_MAY = {"last_year", "note"}
_YEARS = {"first_year", "last_year"}


class BadForm(ValueError):
    """A form that cannot be used; `faults` are sentences with their places."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Asked:
    """One figure: its name; `of`: shown as percent of this other one; `label`: what it is called in comparisons (text
    has none); `blank`: why there is no figure at all."""

    figure: str = ""
    of: str = ""
    label: str = ""
    blank: str = ""


@dataclass(frozen=True)
class Cell:
    area: Area
    asked: Asked


@dataclass(frozen=True)
class Block:
    """One line per member of a kind of rows; `columns` by their place in the block, from 0. Rows that the workbook has
    no room for are added below the last one, in its look."""

    area: Area
    rows: str
    columns: dict[int, Asked]


@dataclass(frozen=True)
class Blank:
    """Cells that no data of the product stands behind, and why."""

    area: Area
    why: str


@dataclass(frozen=True)
class Shown:
    """A table of the form as pages show it; the first `head` rows are its header."""

    area: Area
    head: int
    caption: str


@dataclass(frozen=True)
class Form:
    """`trust`, `source`: whether its layout was held against the legal text, and what it was taken from. `seal`: the
    hash of both files. `last_year` None: until another form takes its place."""

    code: str
    number: str
    title: str
    version: str
    source: str
    trust: str
    about: str
    sheet: str
    first_year: int
    last_year: int | None
    path: Path
    seal: str
    cells: tuple[Cell, ...]
    blocks: tuple[Block, ...]
    blanks: tuple[Blank, ...]
    shown: tuple[Shown, ...]
    note: Area | None

    def is_for(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    @property
    def is_verified(self) -> bool:
        return self.trust == Trust.VERIFIED

    @property
    def of_commune(self) -> bool:
        return self.about == COMMUNE


@lru_cache(maxsize=4)
def all_forms(folder: Path = FILES) -> Mapping[str, Form]:
    """By code. Read once per process. Raises `BadForm`; the system check has said so before anybody opens a page."""
    forms = [read_form(path) for path in sorted(folder.glob("*.toml"))]
    return MappingProxyType({form.code: form for form in forms})


def forms_of(year: int) -> list[Form]:
    """The forms of a year, in the order of their files."""
    return [form for form in all_forms().values() if form.is_for(year)]


def read_form(path: Path) -> Form:
    """The form of this .toml and the .xlsx beside it."""
    return _Reading(path).form()


class _Reading:
    """One form while it is read; faults are gathered."""

    def __init__(self, path: Path) -> None:
        self.path, self.book_path = path, path.with_suffix(".xlsx")
        self.faults: list[str] = []
        try:
            self.data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadForm([f"{path.name}: {error}"]) from error
        missing = _FACTS - self.data.keys()
        if missing:
            raise BadForm([f"{path.name}: thiếu {', '.join(sorted(missing))}"])
        for name in sorted((_FACTS | _MAY) & self.data.keys()):
            kind, word = (int, "số") if name in _YEARS else (str, "chữ")
            # Not isinstance: true and false are whole numbers to it.
            if type(self.data[name]) is not kind:
                self.fault("", f"{name} phải là {word}")
        if self.faults:
            raise BadForm(self.faults)
        if not self.book_path.exists():
            raise BadForm([f"{path.name}: không có tệp {self.book_path.name} bên cạnh"])
        self.book = self.opened()
        if self.data["sheet"] not in [sheet.title for sheet in self.book.worksheets]:
            raise BadForm([f"{self.book_path.name}: không có trang tính “{self.data['sheet']}”"])
        self.sheet = self.book[self.data["sheet"]]

    def opened(self) -> Any:
        try:
            return load_workbook(self.book_path)
        except Exception as error:
            # What openpyxl raises depends on the part that is damaged: of zip, of XML, of Python itself.
            words = f"không mở được, tệp hỏng hoặc có mật khẩu ({type(error).__name__})"
            raise BadForm([f"{self.book_path.name}: {words}"]) from error

    def form(self) -> Form:
        data = self.data
        if unknown := data.keys() - _FACTS - _MAY - {"cell", "block", "blank", "shown"}:
            self.fault("", f"không hiểu {', '.join(sorted(unknown))}")
        if data["about"] not in (PROVINCE, COMMUNE):
            self.fault("", f"about phải là “{PROVINCE}” hoặc “{COMMUNE}”")
        if data["trust"] not in (Trust.VERIFIED, Trust.RECALLED):
            self.fault("", f"trust phải là “{Trust.VERIFIED}” hoặc “{Trust.RECALLED}”")
        cells, blocks, shown = tuple(self.cells()), tuple(self.blocks()), tuple(self.tables())
        blanks = tuple(self.blanks())
        note = self.area(data["note"]) if "note" in data else None
        self.look_for_overlaps([*cells, *blocks, *blanks], note)
        self.look_around(blocks)
        if self.faults:
            raise BadForm(self.faults)
        return Form(
            **{name: data[name] for name in _FACTS},
            last_year=data.get("last_year"), path=self.book_path, seal=self.seal(),
            cells=cells, blocks=blocks, blanks=blanks, shown=shown, note=note,
        )  # fmt: skip

    def seal(self) -> str:
        return hashlib.sha256(self.path.read_bytes() + self.book_path.read_bytes()).hexdigest()

    def fault(self, at: object, words: str) -> None:
        self.faults.append(f"{self.path.name}{f', ô {at}' if at else ''}: {words}")

    def text(self, row: dict[str, Any], name: str, at: object = "", usual: str = "") -> str:
        given = row.get(name, usual)
        if isinstance(given, str):
            return given
        self.fault(at, f"{name} phải là chữ")
        return ""

    def parts(self, of: dict[str, Any], name: str, at: object = "") -> list[dict[str, Any]]:
        """The tables that the file opens with [[name]]."""
        given = of.get(name, [])
        if isinstance(given, list) and all(isinstance(each, dict) for each in given):
            return given
        self.fault(at, f"{name} phải là các bảng, mỗi bảng mở bằng hai ngoặc vuông")
        return []

    # --- where ---------------------------------------------------------------------------------------------
    def area(self, at: str) -> Area | None:
        """A name of the workbook, or an address; None with a fault where there is no such place."""
        named = self.sheet.defined_names.get(at) or self.book.defined_names.get(at)
        if named is not None:
            places = [place for title, place in named.destinations if title == self.sheet.title]
            if len(places) != 1:
                self.fault(at, "tên này không chỉ đúng một chỗ của trang tính")
                return None
            at = places[0]
        found = Area.at(at)
        if found is None:
            self.fault(at, "không phải địa chỉ ô, cũng không phải tên trong tệp .xlsx")
            return None
        if found.right > self.sheet.max_column or found.bottom > self.sheet.max_row:
            self.fault(found, f"nằm ngoài trang tính ({self.sheet.dimensions})")
            return None
        return found

    def one_cell(self, at: str) -> Area | None:
        """Of a merged range its first cell; no other one can hold anything."""
        found = self.area(at)
        if found is None:
            return None
        first = Area(found.left, found.top, found.left, found.top)
        for merged in self.sheet.merged_cells.ranges:
            inside = Area(*merged.bounds)
            if inside.meets(first):
                if (inside.left, inside.top) != (first.left, first.top):
                    self.fault(found, f"nằm giữa ô gộp {inside}")
                return first
        if found != first:
            self.fault(found, "là nhiều ô; một con số chỉ đứng trong một ô")
        return first

    # --- what ----------------------------------------------------------------------------------------------
    def asked(self, row: dict[str, Any], at: object, rows: str = "") -> Asked:
        if unknown := row.keys() - {"at", "figure", "of", "label", "blank"}:
            self.fault(at, f"không hiểu {', '.join(sorted(unknown))}")
        if bool(row.get("figure")) == bool(row.get("blank")):
            self.fault(at, "cần đúng một trong hai: figure (con số) hoặc blank (vì sao chưa có)")
        asked = Asked(*(self.text(row, name, at) for name in ("figure", "of", "label", "blank")))
        for name in filter(None, (asked.figure, asked.of)):
            if fault := vocabulary.fault_of(name, rows):
                self.fault(at, fault)
        return asked

    def cells(self) -> Iterator[Cell]:
        for row in self.parts(self.data, "cell"):
            at = self.text(row, "at")
            area, asked = self.one_cell(at), self.asked(row, at)
            if asked.blank:
                self.fault(at, "ô chưa có nguồn số liệu phải khai ở [[blank]]")
            if area is not None:
                yield Cell(area, asked)

    def blanks(self) -> Iterator[Blank]:
        for row in self.parts(self.data, "blank"):
            at = self.text(row, "at")
            area, why = self.area(at), self.text(row, "why", at)
            if not why:
                self.fault(at, "thiếu why (vì sao chưa có số liệu)")
            if area is not None:
                yield Blank(area, why)

    def blocks(self) -> Iterator[Block]:
        for row in self.parts(self.data, "block"):
            at = self.text(row, "at")
            area, kind = self.area(at), self.text(row, "rows", at)
            if kind not in vocabulary.ROWS:
                self.fault(at, f"không có loại dòng “{kind}”")
            elif area is not None:
                yield Block(area, kind, self.columns(row, area))

    def columns(self, row: dict[str, Any], area: Area) -> dict[int, Asked]:
        found: dict[int, Asked] = {}
        for each in self.parts(row, "column", area):
            place = each.get("at")
            if type(place) is not int or not 1 <= place <= area.right - area.left + 1:
                self.fault(area, f"khối không có cột thứ {place}")
            elif place - 1 in found:
                self.fault(area, f"cột thứ {place} được khai hai lần")
            else:
                column = get_column_letter(area.left + place - 1)
                found[place - 1] = self.asked(each, f"{column}{area.top}", row["rows"])
        return found

    def tables(self) -> Iterator[Shown]:
        for row in self.parts(self.data, "shown"):
            area, head = self.area(self.text(row, "at")), row.get("head", 1)
            if area is None:
                continue
            height = area.bottom - area.top + 1
            if type(head) is not int or not 0 <= head <= height:
                self.fault(area, f"head phải là số dòng tiêu đề, từ 0 đến {height}")
                continue
            yield Shown(area, head, self.text(row, "caption", area, self.data["title"]))

    # --- together ------------------------------------------------------------------------------------------
    def look_for_overlaps(self, parts: list[Cell | Block | Blank], note: Area | None) -> None:
        areas = [part.area for part in parts] + ([note] if note else [])
        for one, other in combinations(areas, 2):
            if one.meets(other):
                self.fault(one, f"chồng lên {other}")
        blocks = [part for part in parts if isinstance(part, Block)]
        for one_block, other_block in combinations(blocks, 2):
            if (
                one_block.area.top <= other_block.area.bottom
                and other_block.area.top <= one_block.area.bottom
            ):
                self.fault(
                    one_block.area, f"đứng cạnh khối {other_block.area}; hai khối phải ở các dòng khác nhau"
                )

    def look_around(self, blocks: tuple[Block, ...]) -> None:
        """What openpyxl would leave behind when rows are added: formulas anywhere, and what is merged, formatted by a
        condition or held to a list below."""
        if not blocks:
            return
        lasts = {block.area.bottom for block in blocks}
        first = min(lasts)
        for row in self.sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    below, above = (
                        "ở dưới một khối dòng sẽ chỉ sai ô",
                        "ở trên một khối dòng sẽ bỏ sót dòng được thêm",
                    )
                    self.fault(cell.coordinate, f"công thức {below if cell.row >= first else above}")
        for merged in self.sheet.merged_cells.ranges:
            if any(merged.min_row <= last < merged.max_row for last in lasts):
                self.fault(merged, "ô gộp đi qua dòng cuối của một khối, nơi các dòng được thêm vào")
        for rule in self.sheet.conditional_formatting:
            if any(part.max_row > first for part in rule.cells.ranges):
                self.fault(rule.cells, "định dạng có điều kiện ở dưới một khối dòng")
        for choice in self.sheet.data_validations.dataValidation:
            if any(part.max_row > first for part in choice.cells.ranges):
                self.fault(choice.cells, "danh sách chọn ở dưới một khối dòng")
