"""A .csv file: its encoding, what stands between its cells, and their text exactly as written.

Cells are text, always: what a number means is for the column to say. Semicolon, tab or comma, whichever the header
is parted by; with commas every line must have as many cells as the header, since a decimal comma would shift them.
"""

import csv
import io
import re
from collections.abc import Iterator

from ntm.core.text import detect_legacy_encoding, quote
from ntm.sheets.reading import limits
from ntm.sheets.reading.inside.answer import Answer
from ntm.sheets.reading.inside.recognise import refuse_markup
from ntm.sheets.reading.inside.refusing import Unreadable, too_long

#: What a spreadsheet would run, or what an export has put an apostrophe before for that reason.
ESCAPED = re.compile(r"'+[=+\-@\t\r]")
_HEADER = 100_000
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_DIRECTIVE = re.compile(r"\s*sep=(.)\r?\n", re.IGNORECASE)
_RULE = "ngăn các cột bằng dấu chấm phẩy (;)"
_RESAVE = "Hãy lưu lại bằng “CSV UTF-8”."


def read_csv(content: bytes, named_xlsx: bool, answer: Answer) -> None:
    """Write the one table. Raises `Unreadable`."""
    text = _text(content, named_xlsx)
    delimiter = ""
    if directive := _DIRECTIVE.match(text):
        delimiter, text = directive[1], text[directive.end() :]
    delimiter = delimiter or _delimiter(text, named_xlsx)
    answer.begin("", hidden=False, merged=[], hidden_columns=[])
    width = 0
    for number, cells in _lines(text, delimiter):
        width = width or len(cells)
        if delimiter == "," and len(cells) != width:
            raise Unreadable(
                f"Dòng {number} có {len(cells)} ô nhưng tiêu đề có {width} cột: dấu phẩy trong số hoặc trong chữ "
                "làm lệch cột. Hãy lưu lại thành .xlsx, hoặc .csv ngăn bằng dấu chấm phẩy (;)."
            )
        _write(number, cells, answer)
    answer.end(kind="csv", from_1904=False, notices=[])


# --- text -------------------------------------------------------------------------------------------
def _text(content: bytes, named_xlsx: bool) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse_legacy(content)
        sentence = f"Tệp .csv không ghi bằng UTF-8. {_RESAVE}"
        raise _not_csv(sentence, named_xlsx, "bị hỏng", "ghi bằng UTF-8") from error
    refuse_markup(text)
    if "\x00" in text:
        sentence = f"Tệp có ký tự không đọc được, không phải .csv. {_RESAVE}"
        raise _not_csv(sentence, named_xlsx, "bị hỏng, có ký tự không đọc được", "ghi bằng UTF-8")
    return text


def _refuse_legacy(content: bytes) -> None:
    """Vietnamese of before Unicode, which a spreadsheet still writes when asked for a plain .csv."""
    if _CONTROL.search(content):
        return
    for line in content.decode("cp1252", "replace").splitlines()[:2000]:
        for cell in re.split("[;,\t]", line):
            if not cell.isascii() and (name := detect_legacy_encoding(cell)):
                raise Unreadable(f"Tệp .csv ghi bằng bảng mã {name}, ví dụ {quote(cell)}. {_RESAVE}")


def _not_csv(sentence: str, named_xlsx: bool, what: str, then: str) -> Unreadable:
    """Of a file that bears the name of a workbook, say that first."""
    if not named_xlsx:
        return Unreadable(sentence)
    advice = "Hãy mở tệp gốc và lưu lại thành .xlsx bằng Excel"
    return Unreadable(
        f"Tệp mang đuôi .xlsx nhưng {what}, không phải bảng tính Excel. {advice}; nếu là .csv thì {then}."
    )


# --- cells ------------------------------------------------------------------------------------------
def _delimiter(text: str, named_xlsx: bool) -> str:
    """What parts the header. Our own files use the semicolon, so it wins wherever it stands."""
    # A title may hold a line break between its quotes.
    header = re.split("[\r\n]", re.sub('"[^"]*"', "", text.lstrip()[:_HEADER]), maxsplit=1)[0]
    if ";" in header:
        return ";"
    found = [sign for sign in ("\t", ",") if sign in header]
    if len(found) == 1:
        return found[0]
    if found:
        raise Unreadable(
            f"Dòng tiêu đề có cả dấu phẩy và dấu tab nên không rõ cột nào. Tệp .csv phải {_RULE}."
        )
    raise _not_csv(f"Tệp .csv phải {_RULE}.", named_xlsx, "bên trong là văn bản", _RULE)


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that holds anything, with the number under which a spreadsheet shows it."""
    csv.field_size_limit(limits.BYTES)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(lines, 1):
            if any(cell and not cell.isspace() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise Unreadable("Tệp .csv bị hỏng: dấu ngoặc kép không khớp hoặc ô quá dài.") from error


def _write(number: int, texts: list[str], answer: Answer) -> None:
    if number > limits.ROWS:
        raise Unreadable("Tệp .csv có dữ liệu quá dòng thứ 100.000. Hãy chia thành nhiều tệp.")
    cells: list[str | None] = []
    for at, text in enumerate(texts):
        if not text or text.isspace():
            cells.append(None)
            continue
        if at >= limits.COLUMNS:
            raise Unreadable(f"Dòng {number} có quá {limits.COLUMNS} cột. Hãy xóa các cột thừa.")
        if len(text) > limits.CELL:
            raise too_long("", number, at)
        if not text.isascii():
            answer.sample(text, number, at)
        cells.append(f"s{text[1:]}" if ESCAPED.match(text) else f"s{text}")
    while cells[-1] is None:
        cells.pop()
    answer.row(number, False, cells)
