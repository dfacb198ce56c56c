"""A small file as one table: the sheet that is meant, its header and its rows, within the limits of a catalogue."""

from dataclasses import dataclass
from typing import Any

from ntm.core.errors import Refused
from ntm.core.sheet import is_count_line
from ntm.core.text import quote
from ntm.sheets.headers import letters_of
from ntm.sheets.reading import limits
from ntm.sheets.reading.book import Book, Sheet, open_book
from ntm.sheets.reading.inside.csv_file import ESCAPED

MAX_BYTES = 2 * limits.MEBI
MAX_ROWS = 2000
MAX_COLUMNS = 50

PREFERRED = "Danh sách"
ABOUT = "Thông tin"
_HIDDEN = "Trang tính có {} dòng đang ẩn; các dòng đó cũng được đọc."


@dataclass(frozen=True)
class Table:
    """`header` and `rows` of encoded cells (see `ntm.sheets.reading.book`); a row is its number in the sheet and cells.

    Plain lists, so that a table can travel in a signed form between preview and confirmation; `notices` are for the
    first preview only. A number shown as a percentage is here a number like any other: 0.9 is 0,9.
    """

    header: list[Any]
    rows: list[tuple[int, list[Any]]]
    from_1904: bool = False
    sheet: str = ""
    notices: tuple[str, ...] = ()

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
    if file.size > max_bytes:
        raise _refused(
            f"Tệp lớn hơn {max_bytes // limits.MEBI} MB. Chỉ nhận tệp nhỏ, tối đa {MAX_ROWS} dòng."
        )
    with open_book(file) as book:
        sheet = _chosen(book)
        if sheet.merged:
            raise _refused(f"Trang tính có ô gộp ({sheet.merged[0]}). Hãy bỏ gộp rồi điền đủ từng ô.")
        lines, hidden = _lines(book, sheet)
        if not lines:
            raise _refused("Tệp không có dòng tiêu đề.")
        if len(lines) == 1:
            raise _refused("Tệp chỉ có tiêu đề, chưa có dòng dữ liệu nào.")
        notices = [*book.notices, *([_HIDDEN.format(hidden)] if hidden else [])]
        return Table(lines[0][1], lines[1:], book.from_1904, sheet.title, tuple(notices))


def escaped_for_csv(text: str) -> str:
    """Text that itself begins like an escaped formula gets one more apostrophe, so that reading takes one off."""
    return f"'{text}" if ESCAPED.match(text) else text


def fault_in(cell: Any) -> str | None:
    """Why a cell cannot be read, whatever its column wants; None when it can."""
    if cell is None:
        return None
    kind, text = cell
    if kind == "e":
        return f"Ô chứa giá trị lỗi {quote(text)} của bảng tính."
    if kind == "f":
        return "Ô chứa công thức chưa có kết quả. Hãy mở tệp bằng Excel, lưu lại, hoặc dán giá trị."
    if "\ufffd" in text:
        return "Ô có ký tự đã hỏng (\ufffd) từ một lần chuyển mã trước. Hãy gõ lại chữ trong ô."
    if len(text) > limits.CELL:
        return f"Ô dài quá {limits.CELL} ký tự."
    return None


def _chosen(book: Book) -> Sheet:
    visible = [sheet for sheet in book.sheets if not sheet.hidden and sheet.title != ABOUT]
    named = [sheet for sheet in visible if sheet.title == PREFERRED]
    if named or len(visible) == 1:
        return (named or visible)[0]
    if not visible:
        raise _refused("Tệp không có trang tính nào đang hiện.")
    names = ", ".join(f"“{sheet.title}”" for sheet in visible[:5])
    raise _refused(
        f"Tệp có nhiều trang tính ({names}). Hãy chỉ để lại một, hoặc đặt tên nó là “{PREFERRED}”."
    )


def _lines(book: Book, sheet: Sheet) -> tuple[list[tuple[int, list[Any]]], int]:
    """The rows with their numbers, and how many of them the sheet hides."""
    if sheet.height > MAX_ROWS + 2:  # the header, and the last line of a file of ours
        raise _too_long()
    lines, hidden = [], 0
    for row in sheet.rows():
        if len(row.cells) > MAX_COLUMNS:
            raise _too_wide(book, row.number)
        if not is_count_line([cell[1] if cell else None for cell in row.cells]):
            lines.append((row.number, [_plain(cell) for cell in row.cells]))
            hidden += row.hidden and any(row.cells)
    if len(lines) > MAX_ROWS + 1:
        raise _too_long()
    return lines, hidden


def _plain(cell: list[str] | None) -> list[str] | None:
    return ["n", cell[1]] if cell and cell[0] == "p" else cell


def _too_long() -> Refused:
    return _refused(f"Tệp có quá {MAX_ROWS} dòng dữ liệu. Hãy chia thành nhiều tệp.")


def _too_wide(book: Book, number: int) -> Refused:
    if book.kind == "csv":
        return _refused(f"Dòng {number} có quá {MAX_COLUMNS} cột.")
    return _refused(f"Dòng {number} có dữ liệu ở quá cột thứ {MAX_COLUMNS}. Hãy xóa các cột thừa.")


def _refused(sentence: str) -> Refused:
    return Refused(sentence, "file")
