"""What stands around the sheets of a workbook: their names and places, the calendar, formats, links elsewhere."""

import posixpath
import re
from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from ntm.sheets.reading import limits
from ntm.sheets.reading.inside.archive import Archive
from ntm.sheets.reading.inside.refusing import Unreadable, damaged

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
_FALSE = ("", "0", "false", "off")
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_PERCENTS = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


class SheetPart(NamedTuple):
    """A sheet as the workbook lists it; `path` is its member, empty for a chart on a sheet of its own."""

    title: str
    hidden: bool
    path: str


class Package:
    """`dates` and `percents`: the numbers of the formats of cells that show a day or a percentage."""

    # No dataclass: its module alone takes a seventh of the time in which the child starts.
    def __init__(self) -> None:
        self.sheets: list[SheetPart] = []
        self.from_1904 = self.links = False
        self.shared = self.styles = ""
        self.dates: set[str] = set()
        self.percents: set[str] = set()


def parser(start: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    """A parser that calls `start` for each element and takes no declaration of types or entities."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartElementHandler = start
    made.StartDoctypeDeclHandler = _refuse_declarations
    return made


def truth(value: str | None) -> bool:
    return (value or "").lower() not in _FALSE


def read_package(archive: Archive) -> Package:
    """Raises `Unreadable` for a workbook without sheets, with too many, or that calls other programs."""
    package = Package()
    relations = _relations(archive)
    for name, said in _elements(archive.read(WORKBOOK), "workbookPr", "externalReference", "sheet"):
        if name == "workbookPr":
            package.from_1904 = truth(said.get("date1904"))
        elif name == "externalReference":
            package.links = True
        elif name == "sheet":
            kind, path = relations.get(said.get("id", ""), ("", ""))
            hidden = said.get("state", "visible") != "visible"
            package.sheets.append(
                SheetPart(said.get("name", ""), hidden, path if kind == "worksheet" else "")
            )
    if not package.sheets:
        raise damaged()
    if len(package.sheets) > limits.SHEETS:
        raise Unreadable(
            f"Tệp có {len(package.sheets)} trang tính, chỉ nhận nhiều nhất {limits.SHEETS}. "
            "Hãy chép riêng trang cần nhập sang một tệp mới."
        )
    by_kind = {kind: path for kind, path in relations.values() if path in archive}
    package.shared, package.styles = by_kind.get("sharedStrings", ""), by_kind.get("styles", "")
    _refuse_calls(archive)
    return package


def read_formats(package: Package, data: bytes) -> None:
    """Note which formats of cells show days and percentages."""
    custom: dict[int, str] = {}
    inside, at = False, 0
    for name, said in _elements(data, "numFmt", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs", "xf"):
        if name == "numFmt":
            custom[_number(said.get("numFmtId"))] = _QUOTED.sub("", said.get("formatCode", "")).lower()
        elif name == "cellXfs":
            inside = True
        elif name in ("cellStyleXfs", "cellStyles", "dxfs"):
            inside = False
        elif name == "xf" and inside:
            chosen = _number(said.get("numFmtId"))
            code = custom.get(chosen, "")
            if chosen in _PERCENTS or "%" in code:
                package.percents.add(str(at))
            elif chosen in _DATES or (code != "general" and re.search("[dmyhs]", code)):
                package.dates.add(str(at))
            at += 1


def _relations(archive: Archive) -> dict[str, tuple[str, str]]:
    """By id: the last word of the kind, and the member it names."""
    found = {}
    for _, said in _elements(archive.read(RELATIONS), "Relationship"):
        if said.get("TargetMode", "") != "External":
            target = said.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[said.get("Id", "")] = (said.get("Type", "").rpartition("/")[2], path)
    return found


def _refuse_calls(archive: Archive) -> None:
    """Links to other workbooks are never followed; one that starts a program makes the whole file suspect."""
    links = (name for name in archive.members if name.startswith("xl/externallinks/externallink"))
    if any(_elements(archive.read(name), "ddeLink") for name in links):
        raise Unreadable(
            "Tệp có liên kết DDE gọi chương trình khác nên không được mở. "
            "Hãy chép các ô, dán dạng giá trị (Paste Values) sang một tệp mới."
        )


def _elements(data: bytes, *wanted: str) -> list[tuple[str, dict[str, str]]]:
    """Every element of these names with its attributes, both without the prefix of their namespace."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, said: dict[str, str]) -> None:
        plain = name.rpartition(":")[2]
        if plain in wanted:
            found.append((plain, {key.rpartition(":")[2]: value for key, value in said.items()}))

    try:
        parser(start).Parse(data, True)
    except expat.ExpatError as error:
        raise damaged() from error
    return found


def _refuse_declarations(*_: object) -> None:
    raise Unreadable(
        "Tệp bị hỏng hoặc có khai báo lạ (DTD) bên trong nên không được mở. Hãy mở và lưu lại bằng Excel."
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
