"""Workbooks as offices make them, and what is read of each: exactly what they hold."""

import io
from datetime import date, datetime, time
from functools import partial

import openpyxl

from tests.data import parts
from tests.data.member import Member, read
from tests.data.parts import HEADER, row, rows, sheet, xlsx

_HEAD = ["sMã", "sSố"]


def ordinary() -> bytes:
    """Written by a program and not by hand."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Danh sách"
    page.append(["Mã", "Số", "Ngày", "Lúc", "Giờ", "Có"])
    moment = datetime(2023, 12, 31, 8, 30)  # noqa: DTZ001 - cells have no zone
    page.append(["05602", 12.5, date(2023, 12, 31), moment, time(8, 30), True])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def line(*cells: str) -> bytes:
    return rows(HEADER, row(2, *cells))


def _values(*texts: str, style: int = 0) -> bytes:
    return line(*(f"{chr(65 + at)} s='{style}'|<v>{text}</v>" for at, text in enumerate(texts)))


def merged_header() -> bytes:
    merged = '<mergeCells count="2"><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/></mergeCells>'
    return rows(
        row(1, "A:Mã", "B:Tiêu chí 1"), row(2, "B:1.1", "C:1.2"), row(3, "A:x", "C|<v>2</v>"), after=merged
    )


def hidden_columns() -> bytes:
    """As Excel writes them: all columns to the right hidden too."""
    columns = '<cols><col min="2" max="2" hidden="1"/><col min="4" max="16384" hidden="true"/></cols>'
    return rows(HEADER, row(2, "A:x", "B|<v>1</v>"), before=columns)


def prefixed() -> bytes:
    """As some programs write: every element in a named namespace."""
    text = sheet(HEADER + row(2, "A:x", "B|<v>1</v>"))
    for name in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        text = text.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
        text = text.replace(f"</{name}>", f"</x:{name}>")
    return xlsx(text.replace("xmlns=", "xmlns:x="))


def linked() -> bytes:
    more = {"xl/externalLinks/externalLink1.xml": "<externalLink><externalBook/></externalLink>"}
    after = '<externalReferences><externalReference r:id="rId9"/></externalReferences>'
    page = sheet(HEADER + row(2, "A:x", "B|<f>[1]Nguồn!A1</f><v>7</v>"))
    return xlsx(page, more=more, after_sheets=after)


GOOD: dict[str, Member] = {
    "kinds of cells": read(
        "thuong.xlsx",
        ordinary,
        {
            1: ["sMã", "sSố", "sNgày", "sLúc", "sGiờ", "sCó"],
            2: ["s05602", "n12.5", "d2023-12-31", "m2023-12-31T08:30:00", "t08:30:00", "b1"],
        },
        titles=["Danh sách"],
    ),
    "numbers typed as text": read(
        "chu-so.xlsx",
        partial(line, "A:1.234", "B:0012", "C:1,5", "D:12%"),
        {1: _HEAD, 2: ["s1.234", "s0012", "s1,5", "s12%"]},
    ),
    "huge and tiny numbers": read(
        "so-lon.xlsx",
        partial(
            _values, "123456789012345", "12345678901234567890", "1E-7", "0.30000000000000004", "1E+3", "-0"
        ),
        {2: ["n123456789012345", "n12345678901234600000", "n0.0000001", "n0.3", "n1000", "n-0"]},
    ),
    "percent formats": read(
        "phan-tram.xlsx",
        partial(line, "A s='5'|<v>0.9</v>", "B s='6'|<v>0.125</v>", "C|<v>0.9</v>", "D s='5' t='b'|<v>1</v>"),
        {2: ["p0.9", "p0.125", "n0.9", "b1"]},
    ),
    "booleans": read(
        "dung-sai.xlsx", partial(line, "A t='b'|<v>1</v>", "B t='b'|<v>0</v>"), {2: ["b1", "b0"]}
    ),
    "money format is no day": read(
        "tien.xlsx", partial(_values, "-1500", "2", style=parts.MONEY), {2: ["n-1500", "n2"]}
    ),
    "error values": read(
        "loi.xlsx",
        partial(
            line,
            *(
                f"{at} t='e'|<v>{text}</v>"
                for at, text in zip("ABC", ("#N/A", "#DIV/0!", "#REF!"), strict=True)
            ),
        ),
        {2: ["e#N/A", "e#DIV/0!", "e#REF!"]},
    ),
    "not a number": read("vo-cung.xlsx", partial(_values, "NaN", "1e999"), {2: ["enan", "einf"]}),
    "formula without a value": read(
        "cong-thuc.xlsx",
        lambda: rows(HEADER, row(2, "A|<f>1+1</f>", "B|<f>1+1</f><v></v>"), row(5, "D|<f>SUM(A1)</f><v/>")),
        {1: _HEAD, 2: ["f", "f"], 5: [None, None, None, "f"]},
    ),
    "formula with a value": read(
        "cong-thuc-co-gia-tri.xlsx",
        partial(
            line,
            "A|<f>1+1</f><v>2</v>",
            "B t='str'|<f>A1</f><v>chữ</v>",
            "C t='str'|<f>A1</f><v></v>",
            "D t='e'|<f>1/0</f><v>#DIV/0!</v>",
        ),
        {2: ["n2", "schữ", None, "e#DIV/0!"]},
    ),
    "formula that calls a program": read(
        "dde-o.xlsx",
        partial(line, "A|<f>cmd|' /C calc'!A0</f>", "B:=cmd|' /C calc'!A0"),
        {2: ["f", "s=cmd|' /C calc'!A0"]},
    ),
    "dates": read(
        "ngay.xlsx",
        partial(
            line,
            "A s='1'|<v>45291</v>",
            "B s='2'|<v>45291.354166667</v>",
            "C s='3'|<v>0.5</v>",
            "D s='4'|<v>1.5</v>",
            "E s='8'|<v>45291</v>",
        ),
        {2: ["d2023-12-31", "m2023-12-31T08:30:00", "t12:00:00", "t36:00:00", "d2023-12-31"]},
        from_1904=False,
    ),
    "dates from 1904": read(
        "mac.xlsx",
        lambda: rows(row(1, "A:Ngày"), row(2, "A s='1'|<v>43829</v>"), workbook='<workbookPr date1904="1"/>'),
        {2: ["d2023-12-31"]},
        from_1904=True,
    ),
    "days that are none": read(
        "ngay-sai.xlsx",
        partial(line, "A:31/02/2023", "B:01/01/23", "C s='1'|<v>-5</v>", "D s='1'|<v>99999999</v>"),
        {2: ["s31/02/2023", "s01/01/23", "n-5", "n99999999"]},
    ),
    "headers in pieces": read(
        "to-hop.xlsx",
        lambda: rows(row(1, "A:Ma\u0303", "B:\u00a0Số ", "C:Tên\u200b xã")),
        {1: ["sMa\u0303", "s\u00a0Số ", "sTên\u200b xã"]},
    ),
    "header in two merged rows": read(
        "gop.xlsx",
        merged_header,
        {1: ["sMã", "sTiêu chí 1"], 2: [None, "s1.1", "s1.2"], 3: ["sx", None, "n2"]},
        merged=("A1:A2", "B1:C1"),
    ),
    "hidden rows": read(
        "dong-an.xlsx",
        lambda: rows(
            HEADER, row(2, "A:x", hidden="1"), row(3, "A:y", hidden="0"), row(4, "A:z", hidden="true")
        ),
        {2: ["sx"], 3: ["sy"], 4: ["sz"]},
        hidden_rows=[2, 4],
    ),
    "hidden columns": read(
        "cot-an.xlsx", hidden_columns, {2: ["sx", "n1"]}, hidden_columns={1, *range(3, 200)}
    ),
    "hidden sheets": read(
        "trang-an.xlsx",
        lambda: xlsx(
            sheet(HEADER),
            sheet(HEADER),
            sheet(HEADER),
            titles=("Một", "Hai", "Ba"),
            states={"Hai": "hidden", "Ba": "veryHidden"},
        ),
        {1: _HEAD},
        titles=["Một", "Hai", "Ba"],
        hidden_sheets=["Hai", "Ba"],
    ),
    "twenty sheets": read(
        "20.xlsx",
        lambda: xlsx(*[sheet(HEADER)] * 20),
        {1: _HEAD},
        titles=[f"Trang {at}" for at in range(1, 21)],
    ),
    "duplicate headers": read(
        "trung.xlsx", lambda: rows(row(1, "A:Số", "B:Số", "C:SỐ")), {1: ["sSố", "sSố", "sSỐ"]}
    ),
    "totals row": read(
        "tong.xlsx",
        lambda: rows(
            HEADER, row(2, "A:x", "B|<v>1</v>"), row(4, "A:Tổng cộng", "B|<f>SUM(B2:B3)</f><v>1</v>")
        ),
        {1: _HEAD, 2: ["sx", "n1"], 4: ["sTổng cộng", "n1"]},
        height=3,
        width=2,
    ),
    "only a header": read("tieu-de.xlsx", lambda: rows(HEADER), {1: _HEAD}, height=1),
    "nothing": read("trong.xlsx", rows, {}, height=0, width=0),
    "false dimension": read(
        "kich-thuoc.xlsx",
        lambda: rows(HEADER, before='<dimension ref="A1:XFD1048576"/>'),
        {1: _HEAD},
        height=1,
    ),
    "formatted far away": read(
        "dinh-dang.xlsx", lambda: rows(HEADER, row(1048576, "XFD s='1'|")), {1: _HEAD}, height=1, width=2
    ),
    "cells without places": read(
        "khong-ten.xlsx",
        lambda: rows("<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>"),
        {1: ["n1", None, "n2"], 3: ["n3"]},
    ),
    "shared and rich text": read(
        "chu.xlsx",
        lambda: rows(
            row(1, "A t='s'|<v>0</v>", "B t='s'|<v>1</v>"),
            shared=("<t>Xã A</t>", '<r><t xml:space="preserve">Xã </t></r><r><t>B</t></r>'),
        ),
        {1: ["sXã A", "sXã B"]},
    ),
    "several lines in a cell": read(
        "nhieu-dong.xlsx",
        partial(line, "A:một\nhai", "B: cách ", "C:a &amp; &lt;b>"),
        {2: ["smột\nhai", "s cách ", "sa &amp; &lt;b>"]},
    ),
    "longest cell": read("dai-nhat.xlsx", partial(line, "A:" + "x" * 32_767), {2: ["s" + "x" * 32_767]}),
    "widest row": read("200.xlsx", lambda: rows(row(1, "GR:x")), {1: [None] * 199 + ["sx"]}, width=200),
    "links to another file": read("lien-ket.xlsx", linked, {2: ["sx", "n7"]}, notices=1),
    "named namespace": read("tien-to.xlsx", prefixed, {1: _HEAD, 2: ["sx", "n1"]}),
    "workbook called csv": read("ten-sai.csv", lambda: rows(HEADER), {1: _HEAD}),
    "workbook called xls": read("ten-sai.xls", lambda: rows(HEADER), {1: _HEAD}),
    "one legacy word among many": read(
        "mot-chu.xlsx",
        lambda: rows(row(1, "A:Mã", "B:Tên xã", "C:Số"), row(2, "A:§· kiÓm chøng")),
        {2: ["s§· kiÓm chøng"]},
    ),
}
