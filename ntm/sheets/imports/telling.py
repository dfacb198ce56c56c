"""What a file says about whose its rows are and of which year, beside the marker that only our own workbooks have."""

import re
from collections.abc import Mapping, Sequence

from ntm.core.text import folded, quote
from ntm.sheets.imports.brought import SIGN, Brought
from ntm.sheets.imports.headers_of import word
from ntm.sheets.imports.kinds import CellFault, Target
from ntm.sheets.imports.layout import Heading
from ntm.sheets.reading.book import Row

#: In how many rows of a file the first one of a template may stand, and its title.
_TOP = 5
_NUMBERS = re.compile(r"[0-9.]+")
#: What a browser and we add to a name.
_ADDED = re.compile(r"^mau-|(?: \([0-9]+\))?\.[^.]*$")
_OTHER_TEMPLATE = (
    "Tệp này lưu từ mẫu hay danh sách của việc khác, không phải “{}”. Hãy mở đúng trang đã tải mẫu rồi chọn lại "
    "tệp."
)
_OTHER_NAME = (
    "Tên tệp {} là tên danh sách của đơn vị, chỉ tiêu hay năm khác, không phải “{}”. Hãy mở đúng trang rồi chọn lại "
    "tệp; nếu số liệu trong tệp đúng là của trang này thì đổi tên tệp."
)


def not_of(target: Target, brought: Brought, file_name: str) -> str:
    """Why a file without a marker says that it is of something else: a template saved as another kind of file by its
    title, a list by the name that we gave it."""
    top = [[cell[1] for cell in row.cells if cell] for row in brought.rows[:_TOP]]
    is_template = any(text.startswith(SIGN) for texts in top for text in texts)
    if is_template and not any(folded(target.title) == folded(text) for texts in top for text in texts):
        return _OTHER_TEMPLATE.format(target.title)
    stem = _ADDED.sub("", file_name)
    shape = "[0-9.]+".join(map(re.escape, _NUMBERS.split(target.filename)))
    if stem != target.filename and shape != re.escape(target.filename) and re.fullmatch(shape, stem):
        return _OTHER_NAME.format(quote(file_name), target.title)
    return ""


def telling(target: Target, headings: Sequence[Heading]) -> dict[int, tuple[Heading, frozenset[str]]]:
    """Columns that bring nothing but say whose a row is, by their place: with what a row of this target says there."""
    told = {word(title): said for title, said in target.told.items()}
    return {one.at: (one, told[word(one.text)]) for one in headings if not one.key and word(one.text) in told}


def of_another(
    row: Row, columns: Mapping[int, tuple[Heading, frozenset[str]]], title: str
) -> list[tuple[int, CellFault]]:
    """The cells of a row by which it is somebody else's or of another year, by their place."""
    found = []
    for at, (heading, own) in columns.items():
        cell = row.cells[at] if at < len(row.cells) else None
        if cell and _bare(cell[1]) not in {_bare(said) for said in own}:
            sentence = (
                f"Cột {quote(heading.text)} ghi {quote(cell[1])}, không phải của “{title}”. Hãy bỏ dòng này ra, hoặc "
                "mở đúng trang rồi chọn lại tệp."
            )
            found.append((at, CellFault("", sentence)))
    return found


def _bare(text: str) -> str:
    """ "Năm 2023" is 2023, and a code of which a spreadsheet took the zeros away is the same code."""
    return folded(text).removeprefix("năm ").strip().lstrip("0")
