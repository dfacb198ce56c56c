"""What kind of file this is, by what it holds and never by its name. Everything but .xlsx and .csv is named."""

from collections.abc import Iterable

from ntm.sheets.reading.inside.refusing import LOCKED, Unreadable

_SAVE = "Hãy mở bằng Excel và lưu lại thành .xlsx"
_ARCHIVE = "Đây là tệp nén, không phải bảng tính .xlsx. Hãy giải nén rồi chọn đúng tệp bảng tính."

_OLE = b"\xd0\xcf\x11\xe0"
#: Names of streams inside an OLE file, in UTF-16, and what they tell.
_STREAMS = (
    ("EncryptedPackage", LOCKED),
    (
        "WordDocument",
        "Đây là tệp Word (.doc), không phải bảng tính. Hãy chép bảng sang Excel rồi lưu thành .xlsx.",
    ),
    ("PowerPoint Document", "Đây là tệp PowerPoint, không phải bảng tính."),
    ("Workbook", f"Đây là tệp .xls đời cũ (Excel 97–2003). {_SAVE}."),
    ("Book", f"Đây là tệp .xls đời cũ (Excel 95). {_SAVE}."),
)
_BIFF = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
_MAGIC = (
    (_BIFF, f"Đây là tệp .xls đời cũ. {_SAVE}."),
    ((b"%PDF",), "Đây là tệp PDF, không phải bảng tính. Hãy chọn tệp Excel gốc."),
    ((b"{\\rtf",), "Đây là tệp văn bản (RTF), không phải bảng tính."),
    ((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM"), "Đây là tệp ảnh, không phải bảng tính."),
    ((b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), _ARCHIVE),
    ((b"SQLite format 3",), "Đây là tệp cơ sở dữ liệu, không phải bảng tính."),
)


def is_zip(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def refuse_by_magic(content: bytes) -> None:
    """Raises `Unreadable` naming what begins like a kind of file that is not read."""
    if not content:
        raise Unreadable("Tệp trống, không có nội dung.")
    if content.startswith(_OLE):
        for name, sentence in _STREAMS:
            if name.encode("utf-16-le") in content:
                raise Unreadable(sentence)
        raise Unreadable(
            "Đây là tệp .xls đời cũ hoặc tệp đặt mật khẩu. Hãy bỏ mật khẩu, lưu lại thành .xlsx."
        )
    for magic, sentence in _MAGIC:
        # Two letters are too few to tell a bitmap from a text that begins so.
        if content.startswith(magic) and not (content.startswith(b"BM") and b"\x00" not in content[:64]):
            raise Unreadable(sentence)


def refuse_markup(text: str) -> None:
    """Raises `Unreadable` for a page of the web or XML, which programs like to save under the name .xls."""
    start = text.lstrip("\ufeff \t\r\n")[:2000].lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in start or 'progid="excel.sheet"' in start:
        raise Unreadable(f"Đây là bảng tính XML 2003 đổi đuôi, không phải .xlsx. {_SAVE}.")
    if "urn:oasis:names:tc:opendocument" in start:
        raise Unreadable("Đây là tệp .fods. Hãy lưu lại thành .xlsx hoặc .csv.")
    if start.startswith(("<!doctype", "<html", "<table", "<head", "<body", "<meta", "<style", "<div")) or (
        start.startswith("mime-version:") and "<html" in text.lower()
    ):
        raise Unreadable(f"Đây là trang web (HTML) đổi đuôi, không phải bảng tính. {_SAVE}.")
    if start.startswith("<?xml"):
        raise Unreadable(f"Đây là trang web hoặc tệp XML đổi đuôi, không phải bảng tính. {_SAVE}.")


def refuse_other_packages(names: Iterable[str]) -> None:
    """Raises `Unreadable` naming a zip that is no .xlsx; `names` are those of its members, in small letters."""
    there = set(names)
    if {"mimetype", "content.xml"} <= there:
        raise Unreadable("Đây là tệp .ods. Hãy lưu lại thành .xlsx hoặc .csv.")
    if any(name.startswith("xl/workbook") and name.endswith(".bin") for name in there):
        raise Unreadable("Đây là tệp .xlsb. Hãy lưu lại thành .xlsx hoặc .csv.")
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in there):
        raise Unreadable("Tệp có chứa macro (.xlsm). Hãy lưu lại thành .xlsx.")
    if "word/document.xml" in there:
        raise Unreadable(
            "Đây là tệp Word (.docx), không phải bảng tính. Hãy chép bảng sang Excel rồi lưu thành .xlsx."
        )
    if "ppt/presentation.xml" in there:
        raise Unreadable("Đây là tệp PowerPoint, không phải bảng tính.")
    if "xl/workbook.xml" not in there:
        raise Unreadable(_ARCHIVE)
