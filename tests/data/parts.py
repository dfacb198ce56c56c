"""The parts of the corpus: raw .xlsx members, so that also what no program writes can be made."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: By place: plain, day, moment, time of day, duration, percent, percent of our own, money, day of our own.
_FORMATS = (0, 14, 22, 21, 46, 9, 170, 171, 172)
_RAW = re.compile(r"([A-Z]+) ?([^:|]*)\|(.*)", re.DOTALL)
DAY, MOMENT, TIME, DURATION, PERCENT, OWN_PERCENT, MONEY, OWN_DAY = range(1, 9)
STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="3"><numFmt numFmtId="170" formatCode="0.0%"/>'
    '<numFmt numFmtId="171" formatCode="#,##0&quot; đồng (tháng)&quot;;[Red]-#,##0"/>'
    '<numFmt numFmtId="172" formatCode="[$-42A]dd/mm/yyyy;@"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>'
    + "".join(f'<xf numFmtId="{number}"/>' for number in _FORMATS)
    + "</cellXfs></styleSheet>"
)


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet(rows: str = "", before: str = "", after: str = "") -> str:
    """The XML of a sheet: rows as they stand in <sheetData>, and what stands around it."""
    head = f'<worksheet xmlns="{_MAIN}" xmlns:r="{_DOC}">'
    return f"{_XML}{head}{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def row(number: int, *cells: str, **said: str) -> str:
    """A row of cells given as "A|<v>1</v>", "B s='1'|…" or, for text, as "C:text"."""
    attributes = "".join(f' {name}="{value}"' for name, value in said.items())
    return f'<row r="{number}"{attributes}>{"".join(_cell(number, one) for one in cells)}</row>'


def _cell(number: int, said: str) -> str:
    if found := _RAW.fullmatch(said):
        return f'<c r="{found[1]}{number}" {found[2]}>{found[3]}</c>'
    letters, _, text = said.partition(":")
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<c r="{letters}{number}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


HEADER = row(1, "A:Mã", "B:Số")


def members(
    *sheets: str,
    titles: tuple[str, ...] = (),
    states: Mapping[str, str] | None = None,
    workbook: str = "",
    after_sheets: str = "",
    shared: tuple[str, ...] = (),
    more: Mapping[str, str | bytes] | None = None,
) -> dict[str, str | bytes]:
    """All members of a workbook; `workbook` and `after_sheets` stand before and after its list of sheets."""
    names = titles or tuple(f"Trang {at}" for at in range(1, len(sheets) + 1))
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{(states or {}).get(name, "visible")}" r:id="rId{at}"/>'
        for at, name in enumerate(names, 1)
    )
    targets = [("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
    targets += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{_DOC}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    root = f'<Relationship Id="rId1" Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/>'
    strings = "".join(f"<si>{text}</si>" for text in shared)
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{root}</Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}">{workbook}<sheets>{listed}</sheets>'
        f"{after_sheets}</workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        "</Relationships>",
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'{_XML}<sst xmlns="{_MAIN}">{strings}</sst>',
    }
    made |= {f"xl/worksheets/sheet{at}.xml": content for at, content in enumerate(sheets, 1)}
    return made | dict(more or {})


def xlsx(*sheets: str, **said: Any) -> bytes:
    return zipped(members(*sheets, **said))


def rows(*lines: str, before: str = "", after: str = "", **said: Any) -> bytes:
    """A workbook of one sheet."""
    return xlsx(sheet("".join(lines), before, after), **said)


# --- archives that lie ------------------------------------------------------------------------------
def lying(name: str, content: bytes, claimed: int) -> bytes:
    """A workbook whose member claims to be small; with a checksum that fits what is really in it."""
    return forged(members(sheet(HEADER)) | {name: content}, {name: claimed})


def forged(
    all_members: Mapping[str, str | bytes], claims: Mapping[str, int], method: int = 8, flags: int = 0
) -> bytes:
    """An archive written by hand: some members claim another size; `method` and `flags` are stated of all."""
    body, directory = b"", b""
    # A bomb is many times the same member.
    known = {content: _packed(content) for content in set(all_members.values())}
    for name, content in all_members.items():
        packed, checksum, true_size = known[content]
        size = claims.get(name, true_size)
        sizes = struct.pack("<LLLHH", checksum, len(packed), size, len(name.encode()), 0)
        common = struct.pack("<HHHHH", 20, flags, method, 0, 33) + sizes
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common
        directory += struct.pack("<HHHLL", 0, 0, 0, 0, len(body)) + name.encode()
        body += b"PK\x03\x04" + common + name.encode() + packed
    end = struct.pack("<HHHHLLH", 0, 0, len(all_members), len(all_members), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def _packed(content: str | bytes) -> tuple[bytes, int, int]:
    """With the checksum and the size of what is in it."""
    data = content.encode() if isinstance(content, str) else content
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return deflater.compress(data) + deflater.flush(), zlib.crc32(data), len(data)


# --- older containers -------------------------------------------------------------------------------
def ole(*streams: str) -> bytes:
    """An OLE compound file of version 3 with these streams, each of one sector: what .xls and encrypted files are."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<L", 0) + struct.pack("<L", free) * 108
    sectors = [table, end, *[end] * len(streams)]
    fat = b"".join(struct.pack("<L", one) for one in sectors + [free] * (128 - len(sectors)))
    entries = _entry("Root Entry", 5, 1, end, 0)
    for at, name in enumerate(streams):
        following = at + 2 if at + 1 < len(streams) else free
        entries += _entry(name, 2, free, at + 2, 512, following)
    biff = bytes.fromhex("09081000000605005a4fcd07c9000200060800000a000000").ljust(512, b"\0")
    return head + fat + entries.ljust(512, b"\0")[:512] + biff * len(streams)


def _entry(name: str, kind: int, child: int, start: int, size: int, following: int = 0xFFFFFFFF) -> bytes:
    title = name.encode("utf-16-le")
    said = title.ljust(64, b"\0") + struct.pack(
        "<HBBLLL", len(title) + 2, kind, 1, 0xFFFFFFFF, following, child
    )
    return said + bytes(36) + struct.pack("<LLL", start, size, 0)
