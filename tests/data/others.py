"""Files of other kinds, whatever they are called, and workbooks that are broken: each is named."""

import io
import zipfile

from tests.data import parts
from tests.data.member import Member, refused
from tests.data.parts import HEADER, row, rows, sheet, zipped

_PLAIN = sheet(HEADER + row(2, "A:x", "B|<v>1</v>"))


def with_members(**more: bytes) -> bytes:
    """A good workbook with further members; "__" stands for "/"."""
    return parts.xlsx(
        _PLAIN, more={name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
    )


def without(name: str) -> bytes:
    kept = parts.members(_PLAIN)
    del kept[name]
    return zipped(kept)


def dde() -> bytes:
    link = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    return parts.xlsx(_PLAIN, more={"xl/externalLinks/externalLink1.xml": link})


def legacy(text: str) -> bytes:
    name, state = text.split(";")
    return rows(row(1, "A:Ma", "B:Ten"), row(2, f"A:{name}", f"B:{state}"))


def damaged_inside() -> bytes:
    """One byte of a packed sheet turned round: the checksum no longer fits."""
    whole = bytearray(rows(HEADER, *(row(at, f"A:{at * 7919}") for at in range(2, 300))))
    with zipfile.ZipFile(io.BytesIO(bytes(whole))) as archive:
        found = archive.getinfo("xl/worksheets/sheet1.xml")
    whole[found.header_offset + 200] ^= 0xFF
    return bytes(whole)


def locked() -> bytes:
    return parts.forged(parts.members(_PLAIN), {}, flags=1)


def broken(old: str, new: str) -> bytes:
    return parts.xlsx(_PLAIN.replace(old, new))


OTHERS: dict[str, Member] = {
    "no byte": refused("a.xlsx", lambda: b"", "Tệp trống"),
    "xls": refused("a.xls", lambda: parts.ole("Workbook"), ".xls đời cũ (Excel 97–2003)"),
    "xls called xlsx": refused("a.xlsx", lambda: parts.ole("Workbook"), ".xls đời cũ (Excel 97–2003)"),
    "xls of Excel 95": refused("a.xls", lambda: parts.ole("Book"), "Excel 95"),
    "xls without a container": refused(
        "a.xls", lambda: b"\x09\x08\x08\x00\x00\x05\x05\x00" + bytes(60), ".xls đời cũ"
    ),
    "workbook with a password": refused(
        "a.xlsx", lambda: parts.ole("EncryptionInfo", "EncryptedPackage"), "đặt mật khẩu"
    ),
    "archive with a password": refused("a.xlsx", locked, "đặt mật khẩu"),
    "doc": refused("a.doc", lambda: parts.ole("WordDocument"), "tệp Word (.doc)"),
    "unknown container": refused("a.msi", lambda: parts.ole("Khác"), ".xls đời cũ hoặc tệp đặt mật khẩu"),
    "ods": refused(
        "a.ods",
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
        ".ods",
    ),
    "ods called xlsx": refused("a.xlsx", lambda: zipped({"mimetype": "x", "content.xml": "<a/>"}), ".ods"),
    "xlsb": refused("a.xlsb", lambda: zipped({"xl/workbook.bin": b"\x83\x01"}), ".xlsb"),
    "xlsm": refused("a.xlsm", lambda: with_members(xl__vbaProject_dot_bin=b"x"), "macro (.xlsm)"),
    "xlsm called xlsx": refused("a.xlsx", lambda: with_members(xl__vbaProject_dot_bin=b"x"), "macro (.xlsm)"),
    "macros of Excel 4": refused(
        "a.xlsx", lambda: with_members(xl__macrosheets__sheet1_dot_xml=b"<a/>"), "macro (.xlsm)"
    ),
    "docx": refused("a.docx", lambda: zipped({"word/document.xml": "<a/>"}), "tệp Word (.docx)"),
    "pptx": refused("a.pptx", lambda: zipped({"ppt/presentation.xml": "<a/>"}), "PowerPoint"),
    "workbook inside an archive": refused(
        "a.zip", lambda: zipped({"bảng.xlsx": rows(HEADER)}), "Hãy giải nén"
    ),
    "archive inside an archive called xlsx": refused(
        "a.xlsx", lambda: zipped({"a.zip": zipped({"b.zip": b"x"})}), "tệp nén"
    ),
    "empty archive": refused("a.xlsx", lambda: zipped({}), "tệp nén"),
    "rar": refused("a.rar", lambda: b"Rar!\x1a\x07\x00" + bytes(20), "tệp nén"),
    "gzip": refused("a.gz", lambda: b"\x1f\x8b\x08" + bytes(20), "tệp nén"),
    "pdf": refused("a.pdf", lambda: b"%PDF-1.7\n", "PDF"),
    "picture called xlsx": refused("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n", "tệp ảnh"),
    "rtf": refused("a.rtf", lambda: b"{\\rtf1", "RTF"),
    "cut off": refused("a.xlsx", lambda: rows(HEADER)[:-200], "chưa tải hoặc chép xong"),
    "only the beginning": refused("a.xlsx", lambda: rows(HEADER)[:300], "bị hỏng"),
    "a byte turned round": refused("a.xlsx", damaged_inside, "bị hỏng"),
    "no sheet": refused("a.xlsx", lambda: without("xl/worksheets/sheet1.xml"), "bị hỏng"),
    "no list of sheets": refused("a.xlsx", lambda: without("xl/_rels/workbook.xml.rels"), "bị hỏng"),
    "broken xml": refused("a.xlsx", lambda: broken("</row>", "<row>"), "bị hỏng"),
    "text that is not there": refused("a.xlsx", lambda: rows(row(1, "A t='s'|<v>7</v>")), "bị hỏng"),
    "unknown error value": refused(
        "a.xlsx",
        lambda: rows(row(1, "B t='e'|<v>Err:508</v>")),
        "Ô B1 của trang tính “Trang 1” chứa giá trị lỗi “Err:508”",
    ),
    "links that call a program": refused("a.xlsx", dde, "DDE"),
    "workbook in TCVN3": refused(
        "a.xlsx",
        lambda: legacy("X· Phó §×nh;§¹t chuÈn"),
        "bảng mã TCVN3, ví dụ “X· Phó §×nh” ở ô A2 của trang tính “Trang 1”",
    ),
    "workbook in VNI": refused("a.xlsx", lambda: legacy("Xaõ Phuù Ñình;Ñaït chuaån"), "bảng mã VNI"),
    "workbook in Windows-1258": refused(
        "a.xlsx", lambda: legacy("Xã Phuì Ðình;Ðaòt chuâÒn"), "bảng mã Windows-1258"
    ),
}
