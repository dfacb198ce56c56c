"""Files of text: .csv of every make, and what only bears its name."""

from tests.data.member import Member, read, refused

_ROWS = {1: ["sMã", "sTên"], 2: ["s0012", "sPhú Đình"]}
_TEXT = "Mã;Tên\r\n0012;Phú Đình\r\n"
#: "Xã Phú Đình", "Đạt chuẩn nông thôn mới" as older fonts and code pages write them.
TCVN3 = "X· Phó §×nh;§¹t chuÈn n«ng th«n míi"
VNI = "Xaõ Phuù Ñình;Ñaït chuaån noâng thoân môùi"
#: With the tone after its vowel, as that code page has it.
CP1258 = "Xa\u0303 Phu\u0301 Đi\u0300nh;Đa\u0323t chuâ\u0309n"


def _as(text: str, encoding: str, mark: bytes = b"") -> bytes:
    return mark + text.encode(encoding)


TEXTS: dict[str, Member] = {
    "csv with its mark": read("a.csv", lambda: _as(_TEXT, "utf-8-sig"), _ROWS, titles=[""], from_1904=False),
    "csv without its mark": read("a.csv", lambda: _as(_TEXT.replace("\r", ""), "utf-8"), _ROWS),
    "csv of an old Mac": read("a.csv", lambda: _as(_TEXT.replace("\n", ""), "utf-8"), _ROWS),
    "csv with commas": read("a.csv", lambda: _as(_TEXT.replace(";", ","), "utf-8"), _ROWS),
    "csv with tabs": read("a.txt", lambda: _as(_TEXT.replace(";", "\t"), "utf-8"), _ROWS),
    "csv in UTF-16, as Excel's Unicode text": read(
        "a.txt", lambda: _as(_TEXT.replace(";", "\t"), "utf-16-le", b"\xff\xfe"), _ROWS
    ),
    "csv in UTF-16, the other way round": read("a.csv", lambda: _as(_TEXT, "utf-16-be", b"\xfe\xff"), _ROWS),
    "csv that says its delimiter": read(
        "a.csv", lambda: _as("sep=,\n" + _TEXT.replace(";", ","), "utf-8"), _ROWS
    ),
    "csv with commas inside its titles": read(
        "a.csv", lambda: _as("Mã;Tên, họ\n1;x\n", "utf-8"), {1: ["sMã", "sTên, họ"], 2: ["s1", "sx"]}
    ),
    "csv with quotes and lines": read(
        "a.csv",
        lambda: _as('"Mã";"Tên ""cũ"""\n"a;b";"một\nhai"\n\n;3\n', "utf-8"),
        {1: ["sMã", 'sTên "cũ"'], 2: ["sa;b", "smột\nhai"], 4: [None, "s3"]},
    ),
    "csv with a line break in its header": read(
        "a.csv",
        lambda: _as('"Mã\nsố, cũ";Tên\n1;x\n', "utf-8"),
        {1: ["sMã\nsố, cũ", "sTên"], 2: ["s1", "sx"]},
    ),
    "csv with escaped formulas": read(
        "a.csv",
        lambda: _as("Mã;Tên\n'=1+1;=cmd|' /C calc'!A0\n", "utf-8"),
        {2: ["s=1+1", "s=cmd|' /C calc'!A0"]},
    ),
    "csv with a decimal comma between commas": refused(
        "a.csv", lambda: _as("Mã,Số\n1,2,5\n", "utf-8"), "Dòng 2 có 3 ô nhưng tiêu đề có 2 cột"
    ),
    "csv with two delimiters": refused(
        "a.csv", lambda: _as("Mã,x\tTên\n1\t2\n", "utf-8"), "cả dấu phẩy và dấu tab"
    ),
    "csv of one column": refused("a.csv", lambda: _as("Mã\n1\n", "utf-8"), "dấu chấm phẩy"),
    "csv with an open quote": refused("a.csv", lambda: _as('Mã;Tên\n"x;1\n', "utf-8"), "ngoặc kép"),
    "csv with NUL": refused("a.csv", lambda: b"a;b\n\x00;1\n", "không đọc được"),
    "csv in no known encoding": refused("a.csv", lambda: b"a;b\n\xff\x9a\x00;1\n", "không ghi bằng UTF-8"),
    "csv cut off in UTF-16": refused(
        "a.csv", lambda: _as(_TEXT, "utf-16-le", b"\xff\xfe")[:-1], "không ghi bằng UTF-8"
    ),
    "csv in TCVN3": refused(
        "a.csv", lambda: _as(f"Ma;Ten\n{TCVN3}\n", "latin-1"), "bảng mã TCVN3, ví dụ “X· Phó"
    ),
    "csv in VNI": refused("a.csv", lambda: _as(f"Ma;Ten\n{VNI}\n", "cp1252"), "bảng mã VNI, ví dụ “Xaõ"),
    "csv in Windows-1258": refused(
        "a.csv", lambda: _as(f"Ma;Ten\n{CP1258}\n", "cp1258"), "bảng mã Windows-1258, ví dụ"
    ),
    "csv in TCVN3, already in UTF-8": refused(
        "a.csv", lambda: _as(f"Ma;Ten\n{TCVN3}\n", "utf-8"), "bảng mã TCVN3, ví dụ “X· Phó §×nh” ở ô A2"
    ),
    "csv wider than 200": refused("a.csv", lambda: b"a;b\n" + b";" * 250 + b"x\n", "quá 200 cột"),
    "csv of 100,001 lines": refused("a.csv", lambda: b"a;b\n" + b"1;2\n" * 100_000, "quá dòng thứ 100.000"),
    "csv with an endless cell": refused("a.csv", lambda: b"a;b\n1;" + b"x" * 32_768, "32.767"),
    "letter called xlsx": refused(
        "thu.xlsx", lambda: "Kính gửi Sở".encode(), "mang đuôi .xlsx nhưng bên trong là văn bản"
    ),
    "noise called xlsx": refused("x.xlsx", lambda: b"\xff\x00\x9a" * 40, "mang đuôi .xlsx nhưng bị hỏng"),
    "web page called xls": refused(
        "a.xls", lambda: b"\n<html xmlns:o='x'><table><tr><td>1;2", "trang web (HTML)"
    ),
    "web archive called xls": refused(
        "a.xls", lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>", "trang web (HTML)"
    ),
    "spreadsheet of XML 2003": refused(
        "a.xls",
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "XML 2003",
    ),
    "some XML": refused("a.xml", lambda: b"<?xml version='1.0'?><a/>", "tệp XML"),
    "flat OpenDocument": refused(
        "a.fods",
        lambda: (
            b"<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'/>"
        ),
        ".fods",
    ),
}
