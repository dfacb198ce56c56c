"""Reading pages and files as a person or a script would: links with their figures, totals, rows."""

import csv
import io
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
from django.test import Client

from ntm.core.numbers import integer


@dataclass
class Anchor:
    """One link of a page: a figure (a count), a sum (đồng), or neither."""

    href: str
    figure: int | None = None
    sum: int | None = None
    text: str = ""

    @property
    def query(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(urlsplit(self.href).query).items()}

    @property
    def path(self) -> str:
        return urlsplit(self.href).path

    @property
    def kind(self) -> tuple[str, ...]:
        """What it asks for: links of one kind differ only in which district or level they ask for."""
        asked = self.query
        tier = "district" * asked.get("muc", "").startswith("district")
        return (self.path, asked.get("so", ""), asked.get("nhom", ""), tier, *sorted(asked))


#: Digits that count nothing: days, years, a size of paper.
_NO_FIGURE = re.compile(r"\b\d{2}/\d{2}/\d{4}\b|\b20\d\d\b|\bA4\b")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: list[Anchor] = []
        self.totals: list[dict[str, str]] = []
        self.bare: list[str] = []
        self.unlinked: list[str] = []
        self._open: Anchor | None = None
        self._in_main = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        self._in_main |= tag == "main"
        if tag == "a":
            self._open = Anchor(found.get("href") or "", _whole(found, "figure"), _whole(found, "sum"))
            self.anchors.append(self._open)
        elif "data-figure" in found or "data-sum" in found:
            self.bare.append(f"<{tag}> {found}")
        if "data-count" in found:
            self.totals.append(found)

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.text += data
        elif self._in_main and re.search(r"\d", _NO_FIGURE.sub("", data)):
            self.unlinked.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open = None
        self._in_main &= tag != "main"


class Reader(Client):
    """Opens each address once for all who share what was opened: for tests that only read what was committed."""

    def __init__(self, like: Client, opened: dict[str, Any]) -> None:
        super().__init__()
        self.cookies = like.cookies
        self._opened = opened

    def get(self, path: str, *given: Any, **named: Any) -> Any:
        assert not (given or named), "kept by its address alone"
        if path not in self._opened:
            self._opened[path] = super().get(path)
        return self._opened[path]


class Page:
    """A page that answered 200."""

    def __init__(self, client: Client, address: str) -> None:
        response = client.get(address)
        assert response.status_code == 200, f"{address}: {response.status_code}"
        self.read(response)

    @classmethod
    def of(cls, response: Any) -> "Page":
        """A page that answered whatever."""
        page = cls.__new__(cls)
        page.read(response)
        return page

    def read(self, response: Any) -> None:
        """An answer that a `Reader` keeps is parsed once."""
        self.html = response.content.decode()
        parser = getattr(response, "parsed", None)
        if parser is None:
            parser = response.parsed = _Page()
            parser.feed(self.html)
        self.anchors, self.bare, self.totals = parser.anchors, parser.bare, parser.totals
        self.unlinked = parser.unlinked

    @property
    def text(self) -> str:
        """What is read on the page: no tags, single spaces."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.html)).strip()

    @property
    def figures(self) -> list[Anchor]:
        return [anchor for anchor in self.anchors if anchor.figure is not None]

    @property
    def sums(self) -> list[Anchor]:
        return [anchor for anchor in self.anchors if anchor.sum is not None]

    @property
    def percents(self) -> list[Anchor]:
        return [anchor for anchor in self.anchors if re.fullmatch(r"[\d,.]+%", anchor.text.strip())]

    @property
    def count(self) -> int:
        """Of a list page: the one total that it states."""
        (total,) = self.totals
        return int(total["data-count"])

    @property
    def parts(self) -> int | None:
        """Of a list page: how many signed parts its total is the sum of; None where each row counts one."""
        (total,) = self.totals
        return int(total["data-parts"]) if "data-parts" in total else None

    @property
    def total(self) -> int:
        """Of a list of money: the đồng that it states."""
        (total,) = self.totals
        return int(total["data-total"])

    def values(self, path: str, **query: str) -> set[int | None]:
        """The figures that lead to this list."""
        return {a.figure for a in self.figures if a.path == path and a.query == query}


def file_of(address: str, kind: str) -> str:
    """The address of the same list as a file."""
    path, _, query = address.partition("?")
    return f"{path}danh-sach.{kind}" + (f"?{query}" if query else "")


def body(response: Any) -> bytes:
    """An answer whole, also one that is sent in pieces; the answer keeps it for whoever reads it next."""
    if response.streaming:
        response.whole = getattr(response, "whole", None) or b"".join(response.streaming_content)
        response.close()
        return bytes(response.whole)
    return bytes(response.content)


def whole_book(response: Any) -> openpyxl.Workbook:
    """A workbook to be read only, once for whoever is given the same answer."""
    found: openpyxl.Workbook | None = getattr(response, "book", None)
    if found is None:
        found = response.book = openpyxl.load_workbook(io.BytesIO(body(response)))
    return found


def sheets(response: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of the first sheet by header, and what the second says about them."""
    book = whole_book(response)
    header, *rows, last = book.worksheets[0].iter_rows(values_only=True)
    assert last[0] == f"Tổng số: {integer(len(rows))} dòng"
    facts = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    return [dict(zip(map(str, header), row, strict=True)) for row in rows], facts


def rows_of_xlsx(response: Any) -> list[dict[str, Any]]:
    return sheets(response)[0]


def rows_of_csv(response: Any) -> list[dict[str, str]]:
    text = body(response).decode("utf-8-sig")
    *rows, last = csv.DictReader(io.StringIO(text), delimiter=";")
    assert next(iter(last.values())) == f"Tổng số: {integer(len(rows))} dòng"
    return rows


def workbook(client: Client, address: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """As `sheets`, of an address."""
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return sheets(response)


def table(client: Client, address: str) -> list[dict[str, str]]:
    """The rows of a .csv by header."""
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return rows_of_csv(response)


def _whole(attrs: dict[str, str | None], name: str) -> int | None:
    value = attrs.get(f"data-{name}")
    return None if value is None else int(value)
