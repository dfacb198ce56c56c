"""What goes out comes back: the template, and the file of the list, brought back unchanged change nothing."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funding.models import Amount, Source
from ntm.core.numbers import MAX_MONEY
from ntm.core.text import clean
from tests import factories
from tests.communes import sheets
from tests.communes.test_sheets_round_trip import NASTY

PAGE, TEMPLATE = "/nhap-tep/nguon-von/?nam=2023", "/nhap-tep/nguon-von/mau.xlsx?nam=2023"
LISTS = {"xlsx": "/nguon-von/2023/danh-sach.xlsx", "csv": "/nguon-von/2023/danh-sach.csv"}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    """Every qualifier, bounds of the amount, hostile notes, names and documents, two papers of one name."""
    local = factories.source("local", "Ngân sách địa phương", order=1)
    factories.source("part", "Một phần", order=2, parent=local)
    factories.amount(land.province, MAX_MONEY, code="local", qualifier="about")
    for at, text in enumerate(NASTY):
        words = clean(text)[:110]
        source = factories.source(f"n-{at}", f"{words} {at}", order=10 + at)
        number = words[:40] if at % 2 else ""
        paper = factories.document(number, title=words[:150], province=land.province.place)
        factories.amount(
            land.province, at * 10**13 + at, code=source.code, note=clean(text), document=paper,
            qualifier=("exact", "at_least", "about")[at % 3],
        )  # fmt: skip
    for _ in range(2):
        twin = factories.document("", title="Cùng tên", province=land.province.place)
    factories.source("twin", "Nguồn có văn bản trùng tên", order=60)
    factories.amount(land.province, 7, code="twin", document=twin)
    return SimpleNamespace(office=client_as(cast.specialist), land=land)


def unchanged(client: Any, content: bytes, name: str) -> int:
    """How many rows the file brings; none of them anything new."""
    page = client.get(sheets.brought(client, PAGE, content, name))
    found = sheets.counts(page)
    assert (found["them"], found["doi"], found["loi"]) == (0, 0, 0), sheets.text_of(page)
    assert not sheets.seen(page), "nothing to confirm"
    return found["giu"]


def sent(client: Any, address: str) -> bytes:
    return b"".join(client.get(address).streaming_content)


def test_round_trip_of_the_template_changes_nothing(place):
    assert unchanged(place.office, sent(place.office, TEMPLATE), "mau.xlsx") == Source.objects.count()


def test_round_trip_through_another_program_changes_nothing(place):
    unchanged(place.office, sheets.packed(sheets.fetched(place.office, TEMPLATE)), "mau.xlsx")


@pytest.mark.parametrize("kind", LISTS)
def test_round_trip_of_the_list_of_the_year_changes_nothing(place, kind):
    assert (
        unchanged(place.office, sent(place.office, LISTS[kind]), f"nguon-von.{kind}")
        == Amount.objects.count()
    )


def test_the_template_offers_qualifiers_and_documents_and_shows_every_dong(place):
    sheet = sheets.fetched(place.office, TEMPLATE)["Nguồn vốn"]
    at = sheets.header_of(sheet)
    lists = {str(rule.sqref)[0] for rule in sheet.data_validations.dataValidation}
    assert lists == {"E", "F"}
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=5)}
    cell = rows["twin"][at["so_tien"] - 1]
    assert (cell.number_format, cell.protection.locked) == ("#,##0", False)
    assert rows["twin"][at["ten"] - 1].protection.locked
    assert rows["part"][at["so_tien"] - 1].protection.locked, "its branch is known as a whole"


def test_no_live_formula_leaves_in_a_template(place):
    book = sheets.fetched(place.office, TEMPLATE)
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.alike
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(notes=sheets.texts(6), amounts=st.lists(st.integers(0, MAX_MONEY), min_size=6, max_size=6))
def test_round_trip_of_any_note_and_amount(place, notes, amounts):
    rows = Amount.objects.filter(source_of_funds__code__in=("twin", "n-0", "n-1", "n-2", "n-3", "n-4"))
    for row, note, amount in zip(rows, notes, amounts, strict=True):
        Amount.objects.filter(pk=row.pk).update(note=clean(note), amount=amount)
    unchanged(place.office, sent(place.office, TEMPLATE), "mau.xlsx")
    for kind, address in LISTS.items():
        unchanged(place.office, sent(place.office, address), f"nguon-von.{kind}")


def test_the_list_of_another_year_is_refused_by_name(place):
    """Its header says of no year: last year's money would stand there as this year's."""
    content = sent(place.office, LISTS["xlsx"])
    page = place.office.get(sheets.brought(place.office, PAGE.replace("2023", "2022"), content, "tep.xlsx"))
    assert "Danh sách này được xuất cho việc khác" in sheets.text_of(page)
    assert not sheets.seen(page)
