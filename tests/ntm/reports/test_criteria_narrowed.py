"""Lists of returns by kind of commune and by how many criteria are met, as report forms open them."""

from typing import Any

import pytest
from django.test import Client

from communes.choices import AttributeKind
from ntm.core.dates import today
from ntm.core.scope import Scope
from ntm.reports.selectors.criteria import AREAS, Asked, criteria_year
from tests import factories
from tests.conftest import Land
from tests.ntm.reports.reading import Page
from tests.replayed import replayed
from tests.returns import fill, opened

LIST = "/tieu-chi/2023/so-lieu/?bo=ntm"


@pytest.fixture
@replayed
def filled(land: Land) -> Land:
    """A and C are especially difficult, D is of the second group; A meets 3 criteria, B and C less."""
    for unit in (land.commune_a, land.commune_c):
        factories.attribute(unit, AttributeKind.ESPECIALLY_DIFFICULT)
    factories.attribute(land.commune_d, AttributeKind.COMMUNE_GROUP, "2")
    fill(opened(land.province), land)
    return land


@pytest.fixture
def reader(filled: Land, cast: Any, client_as: Any) -> Client:
    client: Client = client_as(cast.leader)
    return client


@pytest.mark.parametrize(
    ("query", "count", "words"),
    [
        ("vung=dbkk", 2, "xã đặc biệt khó khăn"),
        ("vung=nhom-2", 1, "xã nhóm 2"),
        ("vung=atk", 0, "xã an toàn khu"),
        ("dat_tu=3&dat_den=3", 1, "đạt 3 tiêu chí"),
        ("dat_tu=0&dat_den=2", 2, "đạt từ 0 đến 2 tiêu chí"),
        ("dat_den=2&vung=dbkk", 1, "đạt đến 2 tiêu chí"),
        ("nhom=da-gui&tieu_chi=1&kq=dat&vung=dbkk", 1, "xã đặc biệt khó khăn"),
    ],
)
def test_a_list_is_narrowed_and_says_to_what(reader: Client, query: str, count: int, words: str) -> None:
    page = Page(reader, f"{LIST}&{query}")
    assert page.count == count
    assert words in page.text


def test_the_filter_form_keeps_what_it_does_not_show(reader: Client) -> None:
    page = Page(reader, f"{LIST}&vung=dbkk&dat_tu=0&dat_den=2")
    assert 'name="vung" value="dbkk"' in page.html and 'name="dat_den" value="2"' in page.html


@pytest.mark.parametrize("query", ["vung=sao-hoa", "dat_tu=-1", "dat_den=nhieu"])
def test_what_is_no_kind_of_commune_is_refused(reader: Client, query: str) -> None:
    assert reader.get(f"{LIST}&{query}").status_code == 400


def test_a_draft_has_no_number_of_criteria(reader: Client, land: Land) -> None:
    found = criteria_year(Scope.of(land.province.place_id, 2023, today()), "ntm")
    assert found is not None
    assert {row.code for row in found.members(Asked(least=0, most=99))} == {
        unit.code for unit in (land.commune_a, land.commune_b, land.commune_c)
    }
    assert all(found.members(Asked(area=area)) is not None for area in AREAS)
