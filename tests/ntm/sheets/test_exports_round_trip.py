"""What leaves as a list or a code table: no live formula, every text as it was typed, and back without a change."""

import csv
import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communes.models import Department, Level
from funding.models import Source
from ntm.core.text import clean
from tests import factories
from tests.communes.test_sheets_round_trip import NASTY
from tests.ntm.sheets import files

TABLES = {
    Level: "/quan-tri/communes/level/",
    Department: "/quan-tri/communes/department/",
    Source: "/quan-tri/funding/source/",
}
#: What reading a cell cleans is cleaned when it is typed, too; so stored texts are clean.
WORDS = [text[:120] for text in NASTY if clean(text) == text] + [
    "Tổng số: 3 dòng",
    "'=1",
    "''=1",
    '"',
    "''",
    "-",
]


@pytest.fixture
def browser(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.administrator)


def sent(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, address
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def comes_back_unchanged(browser: Client, at: str, rows: int) -> None:
    """Both files of the table, brought back: nothing added, changed or wrong, and the last line is none of them."""
    for kind in ("xlsx", "csv"):
        content = sent(browser, f"{at}export.{kind}")
        page = browser.post(f"{at}import/", {"file": files.upload(content, f"tệp.{kind}")})
        names = ("added", "changed", "unchanged", "faults")
        counts = [int(re.search(rf'data-{name}="(\d+)"', page.text)[1]) for name in names]  # type: ignore[index]
        assert counts == [0, 0, rows, 0], (kind, page.text[:300])


def test_round_trip_of_each_code_table_with_hostile_texts(browser: Client) -> None:
    for number, words in enumerate(WORDS):
        factories.department(f"so-{number}", name=words, short_name=words[:20])
        factories.source(f"nguon-{number}", words, order=number)
    for code, words in zip(("ntm", "advanced", "model"), WORDS, strict=False):
        made = factories.level(code)
        Level.objects.filter(pk=made.pk).update(name=words, short_name=words[:20])
    for model, at in TABLES.items():
        comes_back_unchanged(browser, at, model._default_manager.count())


@pytest.mark.alike
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    words=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60).map(clean).filter(bool)
)
def test_round_trip_of_any_name(browser: Client, words: str) -> None:
    factories.source("central")
    Source.objects.update(name=words)
    comes_back_unchanged(browser, TABLES[Source], 1)


def test_round_trip_of_a_name_that_reads_as_a_legacy_encoding(browser: Client) -> None:
    """As it stands it is right; typed anew it is asked about, and nothing is taken in silently."""
    factories.source("central")
    Source.objects.update(name="BÜ")
    comes_back_unchanged(browser, TABLES[Source], 1)
    content = sent(browser, f"{TABLES[Source]}export.csv").decode().replace("BÜ", "TÜ").encode()
    page = browser.post(f"{TABLES[Source]}import/", {"file": files.upload(content, "tệp.csv")})
    assert "TCVN3" in page.text
    assert Source.objects.get().name == "BÜ"


def test_a_list_with_hostile_texts_holds_them_as_text_and_no_formula(
    land: Any, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    for words in WORDS:
        factories.decision(land.province, number=words[:50], title=words)
    client = client_as(cast.leader)
    page = openpyxl.load_workbook(io.BytesIO(sent(client, "/quyet-dinh/danh-sach.xlsx"))).worksheets[0]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    header, *rows, last = page.iter_rows(values_only=True)
    at = header.index("Trích yếu")
    assert sorted(str(row[at]) for row in rows) == sorted(openpyxl_sees(words) for words in WORDS)
    assert last[0] == f"Tổng số: {len(WORDS)} dòng"
    text = sent(client, "/quyet-dinh/danh-sach.csv").decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))[1:-1]
    assert len(lines) == len(WORDS)
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def openpyxl_sees(words: str) -> str:
    """This reader leaves the escaping of `_x…_` as it stands in the file; Excel and ours undo it."""
    return re.sub(r"(_x[0-9a-fA-F]{4}_)", r"_x005F\1", words)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_last_line_is_passed_over_wherever_rows_were_added(browser: Client, kind: str) -> None:
    """Somebody writes a new row below the line that counts: it is read, and the line is still no data."""
    factories.source("central")
    at = TABLES[Source]
    content = sent(browser, f"{at}export.{kind}")
    new = ("tinh", "Ngân sách tỉnh", None, 2, None)
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        book.worksheets[0].append(new)
        target = io.BytesIO()
        book.save(target)
        content = target.getvalue()
    else:
        content += ";".join(str(cell or "") for cell in new).encode()
    page = browser.post(f"{at}import/", {"file": files.upload(content, f"tệp.{kind}")})
    assert [int(re.search(rf'data-{name}="(\d+)"', page.text)[1]) for name in ("added", "faults")] == [1, 0]  # type: ignore[index]
