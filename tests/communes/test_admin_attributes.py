"""A measured value in the admin: read, typed and compared with a decimal comma."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from communes.choices import AttributeKind
from communes.models import Attribute
from communes.models.attributes import in_words
from communes.services.attributes import change_attribute
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.selectors import history_of
from tests import factories
from tests.conftest import Land

ATTRIBUTES = "/quan-tri/communes/attribute/"
AREA = AttributeKind.AREA_KM2


@pytest.fixture
def specialist(cast: SimpleNamespace, client_as: Callable[[User], Client]) -> Client:
    return client_as(cast.specialist)


@pytest.fixture
def area(land: Land) -> Attribute:
    return factories.attribute(land.commune_a, AREA, "45.09")


def change(row: Attribute) -> str:
    return f"{ATTRIBUTES}{row.pk}/change/"


def offered(client: Client, row: Attribute) -> str:
    """What stands in the form's field."""
    return str(client.get(change(row)).context["adminform"].form["value"].value())


def save(client: Client, row: Attribute, value: str, version: int = 1) -> Any:
    data = {"value": value, "valid_to": "", "document": "", "trust": "verified", "source": ""}
    return client.post(change(row), data | {"version": version})


@pytest.mark.parametrize(
    ("kind", "stored", "words"),
    [
        (AREA, "45.09", "45,09"),
        (AREA, "1234.5", "1.234,5"),
        (AREA, "3526", "3.526"),
        (AttributeKind.POPULATION, "4102", "4.102"),
        (AttributeKind.ATK, "1", "Có"),
        (AttributeKind.ATK, "0", "Không"),
        (AttributeKind.AREA_TYPE, "III", "III"),
        (AttributeKind.COMMUNE_GROUP, "1", "1"),
    ],
)
def test_a_stored_value_is_read_as_people_write_it(kind: str, stored: str, words: str) -> None:
    assert in_words(kind, stored) == words


@pytest.mark.parametrize("reader", ["specialist", "approver"])
def test_no_page_of_the_admin_shows_a_decimal_point(
    land: Land, area: Attribute, cast: SimpleNamespace, client_as: Callable[[User], Client], reader: str
) -> None:
    client = client_as(getattr(cast, reader))
    for url in (ATTRIBUTES, change(area), f"/quan-tri/communes/commune/{land.commune_a.pk}/change/"):
        page = client.get(url).text
        assert "45,09" in page, url
        assert "45.09" not in page, url


@pytest.mark.parametrize(
    ("kind", "stored", "shown"),
    [
        (AREA, "45.09", "45,09"),
        (AREA, "45.125", "45,125"),
        (AREA, "1234.5", "1234,5"),
        (AREA, "3526", "3526"),
        (AttributeKind.POPULATION, "4102", "4102"),
        (AttributeKind.ATK, "1", "Có"),
        (AttributeKind.AREA_TYPE, "III", "III"),
    ],
)
def test_a_form_saved_as_it_was_opened_changes_nothing(
    land: Land, specialist: Client, kind: str, stored: str, shown: str
) -> None:
    row = factories.attribute(land.commune_a, kind, stored)
    assert offered(specialist, row) == shown
    assert save(specialist, row, shown).status_code == 302
    row.refresh_from_db()
    assert (row.value, row.version) == (stored, 1)


@pytest.mark.parametrize("typed", ["46,18", "46.18", " 46,18 "])
def test_either_spelling_is_taken(area: Attribute, specialist: Client, typed: str) -> None:
    assert save(specialist, area, typed).status_code == 302
    area.refresh_from_db()
    assert area.value == "46.18"


def test_what_could_be_two_numbers_is_asked_again_and_stays(area: Attribute, specialist: Client) -> None:
    answer = save(specialist, area, "46.180")
    assert answer.status_code == 422
    assert "có hai cách hiểu" in answer.text
    assert 'value="46.180"' in answer.text


def test_the_two_values_of_a_conflict_are_read_alike(area: Attribute, specialist: Client) -> None:
    change_attribute(area, expected=1, value="46.18", by=audit.SYSTEM)
    answer = save(specialist, area, "47,5")
    assert answer.status_code == 409
    rows = {row.label: row for row in answer.context["conflict"].rows}
    assert (rows["Giá trị"].mine, rows["Giá trị"].theirs) == ("47,5", "46,18")


def test_the_history_tells_the_values_with_a_comma(area: Attribute, specialist: Client) -> None:
    change_attribute(area, expected=1, value="46.18", by=audit.SYSTEM)
    (item,) = history_of(area)
    assert [(line.label, line.before, line.after) for line in item.changes] == [("Giá trị", "45,09", "46,18")]
    page = specialist.get(f"{ATTRIBUTES}{area.pk}/history/").text
    assert not re.search(r"4[56]\.\d\d\b", page)
