"""A workbook as a person brings it, and the way through the pages of an import."""

import io
import re
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from ntm.core import bulk
from ntm.jobs.registry import Work
from tests.ntm.jobs.kinds import run_waiting

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def form_token(html: str) -> str:
    found = re.search(r'name="token" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def book_of(*rows: Any, title: str = "Sheet") -> Workbook:
    """What somebody has made on their own."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    return book


def fetched(client: Any, url: str) -> Any:
    """The template that an address gives, opened."""
    response = client.get(url)
    assert response.status_code == 200
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def packed(book: Any) -> bytes:
    """Saved; openpyxl forgets to escape what looks like an escape."""
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            cell._value = re.sub("_x(?=[0-9A-Fa-f]{4}_)", "_x005F_x", cell.value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(client: Any, url: str, content: Any, name: str = "tep.xlsx") -> Any:
    """Send a file to the page of an import, opened before; the answer, which for a file that was kept leads to its
    preview. Any token that was not used yet is as good as that of the page, which need not be drawn for it."""
    content = packed(content) if hasattr(content, "save") else content
    return client.post(url, {"file": SimpleUploadedFile(name, content), "token": str(uuid.uuid4())})


def brought(client: Any, url: str, content: Any, name: str = "tep.xlsx") -> str:
    """The address of the preview."""
    response = bring(client, url, content, name)
    assert response.status_code == 302, text_of(response)
    return str(response["Location"])


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def counts(response: Any) -> dict[str, int]:
    """The numbers of the four tabs."""
    html = response.content.decode()
    return {word: int(re.search(rf'data-{word}="(\d+)"', html)[1]) for word in ("them", "doi", "giu", "loi")}  # type: ignore[index]


def seen(response: Any) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', response.content.decode())
    return found[1] if found else ""


def confirm(client: Any, where: str, page: Any = None, **more: str) -> Any:
    """What the button of the preview does: of the one that was drawn, or that is drawn now."""
    return client.post(f"{where}xac-nhan/", {"seen": seen(page or client.get(where))} | more)


def undoing(page: Any) -> dict[str, str]:
    """What the form of an undo sends."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return dict(hidden) | {"reason": "Nhập nhầm tệp"}


def texts(number: int) -> Any:
    """So many texts of any letters at once: each goes into a row of its own, since the way out and back is dear."""
    return st.lists(
        st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80),
        min_size=number,
        max_size=number,
    )


def rows_of(book: Any) -> Any:
    return book["Kết quả"]


def header_of(sheet: Any) -> dict[str, int]:
    """Where each column stands, by its stable key in the hidden first row."""
    return {str(cell.value).removeprefix("ntm:"): cell.column for cell in sheet[1] if cell.value}


def put(sheet: Any, key: str, column: str, value: Any) -> None:
    """Write into the row of a key."""
    at = header_of(sheet)
    row = next(cells[0].row for cells in sheet.iter_rows(min_row=5) if cells[0].value == key)
    sheet.cell(row, at[column]).value = value


def changed(page: Any) -> tuple[int, int, int]:
    """How many rows a preview would add and change, and how many are wrong."""
    found = counts(page)
    return found["them"], found["doi"], found["loi"]


def heard(client: Any, where: str, settings: Any, monkeypatch: Any) -> list[tuple[int, int]]:
    """How far the job that confirms a preview says it is, where each row of a file is a portion of its own."""
    found: list[tuple[int, int]] = []
    reached = Work.reached

    def spy(work: Work, done: int, total: int) -> None:
        found.append((done, total))
        reached(work, done, total)

    monkeypatch.setattr(Work, "reached", spy)
    monkeypatch.setattr(bulk, "PORTION", 1)
    settings.LARGE_WRITE_CELLS = 0
    assert confirm(client, where).status_code == 302
    run_waiting()
    return found
