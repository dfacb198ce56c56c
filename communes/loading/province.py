"""Another province, from a folder with files like those of `communes.reference`; how they are made: CONTRIBUTING.md."""

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from communes.choices import AttributeKind, Extent, UnitKind
from communes.loading.attributes import load_attributes
from communes.loading.catalogues import load_documents
from communes.loading.units import load_units
from communes.reference import rows
from ntm.audit import log as audit
from ntm.core.errors import Refused

#: The file that must be there: the units at the end of 2023.
_UNITS = "units-2023"
#: What else a province may have. Each has the columns of our file of that name.
FILES = (_UNITS, "documents", "lineage", "reorganisations", "units-2025", "attributes")
#: Lists of units, each of a day.
_ONE_A_CODE = (_UNITS, "units-2025")


@audit.verb
def load_province(folder: Path) -> None:
    """Add what is missing of the folder's province, change nothing that is there, or nothing at all.

    `Refused` where the files cannot be read, or contradict each other or the tables.
    """
    for name in _names(folder):
        _check(name, folder)
    if not any(row["kind"] == UnitKind.TINH for row in rows(_UNITS, folder)):
        raise Refused(f"tệp {_UNITS}.csv không có dòng nào loại tỉnh.")
    _check_events(folder)
    documents = load_documents(by=audit.SYSTEM, folder=folder)
    load_units(documents, by=audit.SYSTEM, folder=folder)
    load_attributes(documents, by=audit.SYSTEM, folder=folder)


def _names(folder: Path) -> list[str]:
    found = sorted(path.stem for path in folder.glob("*.csv"))
    if _UNITS not in found:
        raise Refused(f"thư mục {folder} không có tệp {_UNITS}.csv.")
    if strange := [name for name in found if name not in FILES]:
        known = ", ".join(f"{name}.csv" for name in FILES)
        raise Refused(f"tệp {strange[0]}.csv không được dùng; các tệp được nhận: {known}.")
    return found


def _check(name: str, folder: Path) -> None:
    """What the verbs do not ask, since our own files are right: the columns, and cells that are read before them."""
    with _readable(name):
        lines = rows(name, folder)
    if name in _ONE_A_CODE:
        _refuse_twice(name, [row.get("code") or "" for row in lines])
    wanted = set(rows(name)[0])
    for number, row in enumerate(lines, start=2):
        if missing := sorted(wanted - set(row)):
            raise Refused(f"tệp {name}.csv thiếu cột {missing[0]}; các cột cách nhau bằng dấu phẩy.")
        if None in row or None in row.values():
            raise Refused(f"tệp {name}.csv, dòng {number}: số ô khác số cột.")
        for column, text in row.items():
            if column in _CELLS and not _CELLS[column](text):
                raise Refused(f"tệp {name}.csv, dòng {number}, cột {column}: {text!r} không hợp lệ.")


def _refuse_twice(name: str, codes: list[str]) -> None:
    """Of two units of one code the first would be left out without a word."""
    known: dict[str, int] = {}
    for number, code in enumerate(codes, start=2):
        if code and code in known:
            raise Refused(f"tệp {name}.csv, dòng {number}, cột code: mã {code} đã có ở dòng {known[code]}.")
        known[code] = number


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError:
        raise Refused(f"tệp {name}.csv không phải văn bản UTF-8.") from None
    except csv.Error:
        raise Refused(f"tệp {name}.csv không đọc được: một ô mở dấu nháy kép mà không đóng.") from None
    except OSError:
        raise Refused(f"không đọc được tệp {name}.csv: hãy cấp quyền đọc.") from None


def _check_events(folder: Path) -> None:
    """A change that no resolution carries out would be left out without a word."""
    events = {(row["effective"], row["resolution"]) for row in rows("reorganisations", folder)}
    for row in rows("lineage", folder):
        if (row["effective"], row["resolution"]) not in events:
            raise Refused(f"reorganisations.csv thiếu {row['resolution']} ngày {row['effective']}.")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_code(text: str) -> bool:
    return re.fullmatch(r"\d{2}|\d{3}|\d{5}", text, re.ASCII) is not None


_CELLS: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(("effective", "code_as_of", "valid_from"), _is_day),
    **dict.fromkeys(("kind", "old_kind", "new_kind"), lambda text: text in UnitKind.values),
    **dict.fromkeys(("code", "old_code", "new_code"), _is_code),
    "issued_on": lambda text: not text or _is_day(text),
    "attribute": lambda text: text in AttributeKind.values,
    "share": lambda text: text in Extent.values,
}
