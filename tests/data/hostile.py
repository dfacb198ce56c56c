"""Files made to hurt: bombs, lies and contradictions. Each is refused at once, or costs nothing."""

import random
from collections.abc import Iterator

from tests.data import parts
from tests.data.member import Member, read, refused
from tests.data.parts import HEADER, row, rows, sheet, xlsx, zipped

_MEBI = 1024 * 1024
_LARGE = "quá lớn"
_SHEET = "xl/worksheets/sheet1.xml"
_LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def zeros_in_sheet() -> bytes:
    """Forty million blanks between two tags."""
    return rows(HEADER, after=" " * 40_000_000)


def claims(size: int) -> bytes:
    """A sheet of 40 MB that claims to be small."""
    inside = sheet(HEADER, after=" " * 40_000_000).encode()
    return parts.lying(_SHEET, inside, size)


def zip_of_zips() -> bytes:
    """Each layer a thousand times as large as the one around it."""
    layer = zipped({"0.bin": bytes(20 * _MEBI)})
    for _ in range(3):
        layer = zipped({f"{at}.zip": layer for at in range(10)})
    return parts.xlsx(sheet(HEADER), more={"xl/embeddings/a.zip": layer})


def shared_strings() -> bytes:
    """One long text and many cells that show it: 50,000 × 30,000 letters."""
    lines = "".join(row(at, *(f"{letter} t='s'|<v>0</v>" for letter in "ABCDE")) for at in range(1, 10_001))
    return rows(lines + _noise(), shared=("<t>" + "x" * 30_000 + "</t>",))


def _noise() -> str:
    """What keeps a small bomb below the ratio of unpacked to packed."""
    chance = random.Random(1)
    return f"<!-- {chance.getrandbits(400_000):x} -->"


def all_together() -> bytes:
    """Each member is small enough, all of them are not."""
    one = bytes(900_000)
    return parts.forged(
        parts.members(sheet(HEADER), more={f"xl/media/{at}.bin": one for at in range(250)}), {}
    )


def unpacks_too_much() -> bytes:
    """Twenty sheets of 15 MB that claim 1 MB each, none of them dense."""
    chance = random.Random(2)
    inside = sheet(HEADER, after=f"<!--{chance.getrandbits(800_000):x}-->" + " " * 15_000_000).encode()
    every = parts.members(*[inside.decode()] * 20)
    return parts.forged(every, {f"xl/worksheets/sheet{at}.xml": _MEBI for at in range(1, 21)})


def many_lines(count: int) -> Iterator[str]:
    chance = random.Random(3)
    return (f'<row r="{at}"><c r="A{at}"><v>{chance.random()}</v></c></row>' for at in range(1, count + 1))


def twice() -> bytes:
    """Two members whose names differ in capitals only: which of them is the sheet?"""
    return parts.xlsx(sheet(HEADER), more={"XL/Worksheets/Sheet1.xml": sheet(row(1, "A:khác"))})


def replaced(member: str, old: str, new: str) -> bytes:
    changed = parts.members(sheet(HEADER))
    changed[member] = str(changed[member]).replace(old, new)
    return zipped(changed)


HOSTILE: dict[str, Member] = {
    "bomb in a sheet": refused("a.xlsx", zeros_in_sheet, _LARGE),
    "bomb that claims to be small": refused("a.xlsx", lambda: claims(1000), _LARGE),
    "bomb that claims nothing": refused("a.xlsx", lambda: claims(0), _LARGE),
    "bomb beside the sheets": refused(
        "a.xlsx", lambda: parts.xlsx(sheet(HEADER), more={"xl/media/0.png": bytes(30 * _MEBI)}), _LARGE
    ),
    "bomb of many small members": refused("a.xlsx", all_together, _LARGE),
    "bomb of many sheets that lie": refused("a.xlsx", unpacks_too_much, _LARGE),
    "archives in archives": read("a.xlsx", zip_of_zips, {1: ["sMã", "sSố"]}),
    "bomb of shared strings": refused("a.xlsx", shared_strings, "quá nhiều bộ nhớ"),
    "member larger than it claims to be": refused(
        "a.xlsx", lambda: parts.forged(parts.members(sheet(HEADER)), {"xl/workbook.xml": 300 * _MEBI}), _LARGE
    ),
    "a thousand and more members": refused(
        "a.xlsx",
        lambda: parts.xlsx(sheet(HEADER), more={f"xl/media/{at}": b"" for at in range(1000)}),
        _LARGE,
    ),
    "a hundred thousand members": refused(
        "a.xlsx", lambda: parts.xlsx(sheet(HEADER)) + b"PK\x01\x02" * 100_000, _LARGE
    ),
    "twenty-one sheets": refused("a.xlsx", lambda: xlsx(*[sheet(HEADER)] * 21), "21 trang tính"),
    "far row": refused(
        "a.xlsx", lambda: rows(HEADER, row(1048576, "A|<v>1</v>")), "ô A1048576, quá dòng thứ 100.000"
    ),
    "far column": refused("a.xlsx", lambda: rows(HEADER, row(3, "XFD|<v>1</v>")), "ô XFD3, quá cột thứ 200"),
    "far corner": refused("a.xlsx", lambda: rows(HEADER, row(1048576, "XFD:x")), "ô XFD1048576"),
    "far formula": refused("a.xlsx", lambda: rows(HEADER, row(9, "ZZ|<f>1</f>")), "ô ZZ9, quá cột thứ 200"),
    "row of no spreadsheet": refused(
        "a.xlsx", lambda: rows(HEADER, row(10**30, "A|<v>1</v>")), "quá dòng thứ 100.000"
    ),
    "column 201": refused("a.xlsx", lambda: rows(row(1, "GS:x")), "ô GS1, quá cột thứ 200"),
    "row 100,001": refused("a.xlsx", lambda: rows(*many_lines(100_001)), "ô A100001, quá dòng thứ 100.000"),
    "row 100,000": read("a.xlsx", lambda: rows(*many_lines(100_000)), None, height=100_000, width=1),
    "corner 100,000 by 200": read(
        "a.xlsx",
        lambda: rows(row(1, "A:x"), row(100_000, "GR:y")),
        {1: ["sx"], 100_000: [None] * 199 + ["sy"]},
        height=2,
        width=200,
    ),
    "cell of 32,768 letters": refused(
        "a.xlsx", lambda: rows(row(1, "C:" + "x" * 32_768)), "Ô C1 của trang tính “Trang 1” dài quá 32.767"
    ),
    "cell of a million letters": refused("a.xlsx", lambda: rows(row(1, "A:" + "x" * 900_000)), "32.767"),
    "entities": refused("a.xlsx", lambda: replaced(_SHEET, "<worksheet", f"{_LAUGHS}<worksheet"), "DTD"),
    "entity from outside": refused(
        "a.xlsx", lambda: replaced(_SHEET, "<worksheet", f"{_OUTSIDE}<worksheet"), "DTD"
    ),
    "entities in the list of sheets": refused(
        "a.xlsx", lambda: replaced("xl/workbook.xml", "<workbook ", f"{_LAUGHS}<workbook "), "DTD"
    ),
    "one cell twice": refused("a.xlsx", lambda: rows(row(1, "A:x", "A:y")), "ghi ô A1 hai lần"),
    "one row twice": refused("a.xlsx", lambda: rows(HEADER, HEADER), "hai lần hoặc sai thứ tự"),
    "rows upside down": refused("a.xlsx", lambda: rows(row(5, "A:x"), row(2, "A:y")), "sai thứ tự"),
    "cell of another row": refused(
        "a.xlsx", lambda: rows('<row r="3"><c r="A70000"><v>1</v></c></row>'), "sai thứ tự"
    ),
    "place that is none": refused(
        "a.xlsx", lambda: rows('<row r="3"><c r="$A$3"><v>1</v></c></row>'), "sai thứ tự"
    ),
    "one member twice": refused("a.xlsx", twice, "bị hỏng"),
    "unknown packing": refused(
        "a.xlsx", lambda: parts.forged(parts.members(sheet(HEADER)), {}, method=99), "bị hỏng"
    ),
    "sheet outside the archive": refused(
        "a.xlsx",
        lambda: replaced("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "../../etc/passwd"),
        "bị hỏng",
    ),
    "deep nesting": read(
        "a.xlsx", lambda: rows(HEADER, after="<a>" * 30_000 + "</a>" * 30_000), {1: ["sMã", "sSố"]}
    ),
    "endless tag": refused(
        "a.xlsx", lambda: rows(f'<row r="1" x="{"y" * 900_000}"><c r="A1"><v>1</v></c>'), "bị hỏng"
    ),
    "all columns hidden": read(
        "a.xlsx",
        lambda: rows(HEADER, before='<cols><col min="1" max="999999999" hidden="1"/></cols>'),
        {1: ["sMã", "sSố"]},
        hidden_columns=set(range(200)),
    ),
    "formula in a comment": read(
        "a.xlsx",
        lambda: rows(HEADER, "<!-- <row r='9'><c r='A9'><f>1</f></c></row> -->"),
        {1: ["sMã", "sSố"]},
    ),
    "noise after PK": refused(
        "a.xlsx", lambda: b"PK\x03\x04" + bytes(random.Random(4).randbytes(500)), "bị hỏng"
    ),
}
