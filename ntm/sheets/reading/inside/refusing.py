"""Why a file is not read."""

TOO_LARGE = (
    "Tệp giải nén ra quá lớn, nên không được mở. Hãy chép riêng bảng cần nhập sang một tệp mới rồi lưu lại."
)
TOO_MUCH = (
    "Tệp cần quá nhiều bộ nhớ nên không đọc được. "
    "Hãy chép riêng bảng cần nhập sang một tệp mới, hoặc chia nhỏ tệp."
)
LOCKED = "Tệp đặt mật khẩu nên không đọc được. Hãy mở bằng Excel, bỏ mật khẩu rồi lưu lại thành .xlsx."
DAMAGED = "Tệp bị hỏng hoặc không phải bảng tính .xlsx. Hãy mở và lưu lại bằng Excel."


class Unreadable(Exception):
    """The Vietnamese sentence for the person who sent the file."""


def damaged() -> Unreadable:
    return Unreadable(DAMAGED)


def address(row: int, column: int) -> str:
    """How a spreadsheet calls a cell; rows count from 1 and columns from 0."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def too_long(title: str, row: int, column: int) -> Unreadable:
    where = f"Ô {address(row, column)}" + (f" của trang tính “{title}”" if title else "")
    return Unreadable(f"{where} dài quá 32.767 ký tự, là mức nhiều nhất của Excel. Hãy rút gọn rồi lưu lại.")
