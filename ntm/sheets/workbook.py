"""A file of a person as a table: recognised by its content, read within limits, refused with a sentence."""

import csv
import io
import json
import logging
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ntm.core.errors import Refused
from ntm.core.text import quote
from ntm.sheets.headers import letters_of

logger = logging.getLogger("ntm.sheets")

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 2000
MAX_COLUMNS = 50
MAX_CELL = 32_767
_MAX_MEMBERS = 1000
_MAX_UNPACKED = 50 * 1024 * 1024
_MAX_RATIO = 100
_MEBI = 1024 * 1024
_SECONDS = 60
_READER = Path(__file__).with_name("reader.py")

#: What a spreadsheet would run, or what an export has put an apostrophe before for that reason.
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True)
class Table:
    """`header` and `rows` of encoded cells (see `ntm.sheets.reader`); a row is its number in the sheet and cells.

    Plain lists, so that a table can travel in a signed form between preview and confirmation.
    """

    header: list[Any]
    rows: list[tuple[int, list[Any]]]
    from_1904: bool = False
    sheet: str = ""

    def packed(self) -> dict[str, Any]:
        return {"header": self.header, "rows": self.rows, "from_1904": self.from_1904, "sheet": self.sheet}

    @classmethod
    def unpacked(cls, data: dict[str, Any]) -> "Table":
        rows = [(number, cells) for number, cells in data["rows"]]
        return cls(data["header"], rows, data["from_1904"], data.get("sheet", ""))

    def cell(self, number: int, at: int) -> str:
        """How a spreadsheet calls a cell: "Danh sách!D14"; columns count from 0."""
        place = f"{letters_of(at)}{number}"
        return f"{self.sheet}!{place}" if self.sheet else place


def read_table(file: Any, max_bytes: int = MAX_BYTES) -> Table:
    """The table in an uploaded .xlsx or .csv file. Raises `Refused` beside the field `file`."""
    if file.size == 0:
        raise _refused("Tệp trống, không có nội dung.")
    if file.size > max_bytes:
        raise _refused(f"Tệp lớn hơn {max_bytes // _MEBI} MB. Chỉ nhận tệp nhỏ, tối đa {MAX_ROWS} dòng.")
    file.seek(0)
    content: bytes = file.read()
    named_xlsx = str(file.name or "").lower().endswith(".xlsx")
    table = _from_xlsx(content) if content.startswith(b"PK\x03\x04") else _from_csv(content, named_xlsx)
    if not table.header:
        raise _refused("Tệp không có dòng tiêu đề.")
    if not table.rows:
        raise _refused("Tệp chỉ có tiêu đề, chưa có dòng dữ liệu nào.")
    return table


def escaped_for_csv(text: str) -> str:
    """Text that itself begins like an escaped formula gets one more apostrophe, so that reading takes one off."""
    return f"'{text}" if _ESCAPED.match(text) else text


def _refused(sentence: str) -> Refused:
    return Refused(sentence, "file")


# --- .xlsx ------------------------------------------------------------------------------------------


def _from_xlsx(content: bytes) -> Table:
    _look_inside(content)
    limits = json.dumps({"rows": MAX_ROWS, "columns": MAX_COLUMNS})
    command = [sys.executable, "-I", str(_READER), limits]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=True)
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        logger.info("A workbook could not be read: %s", type(error).__name__)
        raise _refused(
            "Tệp bị hỏng hoặc không phải bảng tính .xlsx. Hãy mở và lưu lại bằng Excel."
        ) from error
    if "refused" in answer:
        raise _refused(answer["refused"])
    return Table.unpacked(answer["table"])


def _look_inside(content: bytes) -> None:
    """What the list of members tells before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError) as error:
        raise _refused("Tệp bị hỏng: không mở được.") from error
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    too_dense = any(
        member.file_size > _MEBI and member.file_size > _MAX_RATIO * max(1, member.compress_size)
        for member in members
    )
    if len(members) > _MAX_MEMBERS or unpacked > _MAX_UNPACKED or too_dense:
        raise _refused("Tệp giải nén ra quá lớn, nên không được mở.")
    if "mimetype" in names and "content.xml" in names:
        raise _refused("Đây là tệp .ods. Hãy lưu lại thành .xlsx hoặc .csv.")
    if any(name.endswith(".bin") and name.startswith("xl/workbook") for name in names):
        raise _refused("Đây là tệp .xlsb. Hãy lưu lại thành .xlsx hoặc .csv.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused("Tệp có chứa macro (.xlsm). Hãy lưu lại thành .xlsx.")
    if "xl/workbook.xml" not in names:
        raise _refused("Đây là tệp nén, không phải bảng tính .xlsx.")


# --- .csv -------------------------------------------------------------------------------------------

_OTHER_KINDS = (
    (
        b"\xd0\xcf\x11\xe0",
        "Đây là tệp .xls đời cũ hoặc tệp đặt mật khẩu. Hãy bỏ mật khẩu, lưu lại thành .xlsx.",
    ),
    (b"%PDF", "Đây là tệp PDF, không phải bảng tính."),
    (b"{\\rtf", "Đây là tệp văn bản, không phải bảng tính."),
    (b"\xff\xd8\xff", "Đây là tệp ảnh, không phải bảng tính."),
    (b"\x89PNG", "Đây là tệp ảnh, không phải bảng tính."),
    (b"\xff\xfe", "Tệp .csv ghi bằng UTF-16. Hãy lưu lại bằng “CSV UTF-8”."),
    (b"\xfe\xff", "Tệp .csv ghi bằng UTF-16. Hãy lưu lại bằng “CSV UTF-8”."),
)


def _from_csv(content: bytes, named_xlsx: bool) -> Table:
    for magic, sentence in _OTHER_KINDS:
        if content.startswith(magic):
            raise _refused(sentence)
    lines = _csv_lines(_csv_text(content, named_xlsx), named_xlsx)
    header = _encoded_line(lines[0][1]) if lines else []
    rows = [(number, _encoded_line(cells)) for number, cells in lines[1:]]
    return Table(header, [row for row in rows if any(row[1])])


def _not_csv(sentence: str, named_xlsx: bool, what: str, then: str) -> Refused:
    """Refuse what is no .csv either; of a file that bears the name of a workbook, say that first."""
    if named_xlsx:
        advice = "Hãy mở tệp gốc và lưu lại thành .xlsx bằng Excel"
        sentence = (
            f"Tệp mang đuôi .xlsx nhưng {what}, không phải bảng tính Excel. {advice}; nếu là .csv thì {then}."
        )
    return _refused(sentence)


_MARKUP = ("<!doctype", "<html", "<?xml", "<table")
_IS_MARKUP = "Đây là trang web hoặc tệp XML đổi đuôi, không phải bảng tính."


def _csv_text(content: bytes, named_xlsx: bool) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = "Tệp .csv không ghi bằng UTF-8. Hãy lưu lại bằng “CSV UTF-8”."
        raise _not_csv(sentence, named_xlsx, "bị hỏng", "ghi bằng UTF-8") from error
    if text.lstrip()[:200].lower().startswith(_MARKUP):
        raise _refused(_IS_MARKUP)
    if "\x00" in text:
        sentence = "Tệp có ký tự không đọc được, không phải .csv."
        raise _not_csv(sentence, named_xlsx, "bị hỏng, có ký tự không đọc được", "ghi bằng UTF-8")
    return text


def _csv_lines(text: str, named_xlsx: bool) -> list[tuple[int, list[str]]]:
    """Each line that holds anything, with the number under which a spreadsheet shows it."""
    if ";" not in text.partition("\n")[0]:
        rule = "ngăn các cột bằng dấu chấm phẩy (;)"
        raise _not_csv(f"Tệp .csv phải {rule}.", named_xlsx, "bên trong là văn bản", rule)
    lines: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True), 1
        ):
            if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
                raise _refused(f"Dòng {number} có quá {MAX_COLUMNS} cột.")
            if any(cell.strip() for cell in cells):
                lines.append((number, cells[:MAX_COLUMNS]))
            if len(lines) > MAX_ROWS + 1:
                raise _refused(f"Tệp có quá {MAX_ROWS} dòng dữ liệu. Hãy chia thành nhiều tệp.")
    except csv.Error as error:
        raise _refused("Tệp .csv bị hỏng: dấu ngoặc kép không khớp hoặc ô quá dài.") from error
    return lines


def _encoded_line(cells: list[str]) -> list[Any]:
    return [["s", cell[1:] if _ESCAPED.match(cell) else cell] if cell.strip() else None for cell in cells]


# --- cells ------------------------------------------------------------------------------------------


def fault_in(cell: Any) -> str | None:
    """Why a cell cannot be read, whatever its column wants; None when it can."""
    if cell is None:
        return None
    kind, text = cell
    if kind == "e":
        return f"Ô chứa giá trị lỗi {quote(text)} của bảng tính."
    if kind == "f":
        return "Ô chứa công thức chưa có kết quả. Hãy mở tệp bằng Excel, lưu lại, hoặc dán giá trị."
    if len(text) > MAX_CELL:
        return f"Ô dài quá {MAX_CELL} ký tự."
    return None
