"""What the matrix does not ask about traces: that its search finds what it looks for, and that foreign is as missing.

Every answer of the matrix is searched (`test_each_cell_is_as_signed`); what links lead to is followed with the
world of `seed_acceptance` (tests/acceptance/test_canaries.py).
"""

import re
from typing import Any

import pytest

from tests.access.matrix import routes
from tests.access.traces import BLIND, canaries_in, traces, whole
from tests.access.world import ACTORS, CANARIES, SCOPES, address

pytestmark = pytest.mark.crawl

#: Where each person finds what they may read: lists, a file, and the pages of the rows themselves.
LISTS = ("/", "/dia-ban/danh-sach.xlsx?nam=2023", "/quyet-dinh/", "/van-ban/", "/viec-cua-toi/")


def test_everybody_of_the_cast_is_watched():
    assert set(BLIND) == set(ACTORS)


@pytest.mark.parametrize("name", BLIND)
def test_the_search_finds_every_canary_that_the_person_may_read(name, world, browser):
    """The control of every search for traces: on the same pages, by the same function."""
    mine = set(SCOPES) - set(BLIND[name])
    pages = [where for route in routes() for scope in mine if (where := address(route, world, scope))]
    named = [where for where in pages if re.search(r"/(dia-ban|van-ban|quyet-dinh|minh-chung)/", where)]
    client, met = browser(name), set()
    for where in [*LISTS, *named]:
        if met == mine:
            break
        text = whole(client.get(where))
        assert not traces(name, text), where
        met |= canaries_in(text)
    assert met == mine


def alike(text: str, where: str) -> str:
    """Without what differs in any two answers: the address asked for, the form's token, the number."""
    text = text.replace(where, "").replace(where.rsplit("/", 2)[0], "")
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|\d+', "", text)


def missing(where: str) -> str:
    """The same address about a row that does not exist: another code of a unit, else another key."""
    by_code = re.sub(r"/(xa|huyen)/\w+/", r"/\1/99999/", where)
    return by_code if by_code != where else re.sub(r"\d+", "987654321", where, count=1)


@pytest.mark.parametrize("name", ["officer_a", "specialist", "administrator", "approver"])
def test_what_is_foreign_answers_as_what_does_not_exist(name, world, browser):
    client = browser(name)
    for route in routes():
        where: Any = address(route, world, "foreign")
        if where is None or "batch" in route.route:
            continue
        foreign, nothing = client.get(where), client.get(missing(where))
        assert foreign.status_code == nothing.status_code != 200, where
        assert alike(foreign.content.decode(), where) == alike(nothing.content.decode(), missing(where)), (
            where
        )
        assert set(foreign.headers) == set(nothing.headers), where


def test_a_canary_inside_a_workbook_is_found(world, browser):
    text = whole(browser("specialist").get("/dia-ban/danh-sach.xlsx?nam=2023"))
    assert CANARIES["a"] in text and CANARIES["foreign"] not in text
