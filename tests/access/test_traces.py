"""Nobody finds a trace of what is not theirs, on any page, in any file, behind any link."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from tests.access.matrix import Route, routes
from tests.access.world import ACTORS, CANARIES, SCOPES, World, address

pytestmark = pytest.mark.crawl

#: Who must never read which canaries. A district's people see the district and the communes that lie in it.
BLIND = {
    "officer_a": ("b", "district", "foreign"),
    "leader_a": ("b", "district", "foreign"),
    "officer_b": ("a", "district", "foreign"),
    "district_officer": ("foreign",),
    "unassigned": SCOPES,
    "anonymous": SCOPES,
    "disabled": SCOPES,
} | dict.fromkeys(
    ("department", "specialist", "leader", "approver", "administrator", "auditor"), ("foreign",)
)
#: Pages that end the visit.
LEAVING = {"account_logout", "admin:logout"}
LINKS = re.compile(r'(?:href|src|action)="(/[^"#]*)"')


def whole(response: HttpResponseBase) -> str:
    """Everything that was sent: headers, text, and what is packed inside a workbook."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return f"{response.headers}\n{body.decode('utf-8', 'replace')}"


def addresses(world: World) -> set[str]:
    found = (
        address(route, world, scope) for route in routes() for scope in SCOPES if route.name not in LEAVING
    )
    return {where for where in found if where is not None}


def shape(where: str) -> str:
    """Addresses of one shape lead to pages made by the same lines for other rows, years and orders."""
    path, _, query = where.partition("?")
    return re.sub(r"\d+", "#", path) + "&".join(sorted(re.findall(r"\w+(?==)", query)))


def visit(client: Client, start: set[str]) -> Iterator[tuple[str, str]]:
    """Every address, and what those pages lead to: up to four of each shape."""
    seen, waiting, known = set(start), sorted(start), Counter(map(shape, start))
    while waiting:
        where = waiting.pop()
        text = whole(client.get(where))
        yield where, text
        for link in sorted({link.replace("&amp;", "&") for link in LINKS.findall(text)} - seen):
            known[shape(link)] += 1
            if known[shape(link)] <= 4 and not link.startswith("/static/") and "dang-xuat" not in link:
                seen.add(link)
                waiting.append(link)


def test_everybody_of_the_cast_is_watched():
    assert set(BLIND) == set(ACTORS)


@pytest.mark.parametrize("name", BLIND)
def test_no_page_or_file_holds_a_trace_of_what_is_not_theirs(name, world, browser):
    forbidden, met = {CANARIES[scope] for scope in BLIND[name]}, set()
    for where, text in visit(browser(name), addresses(world)):
        # Nobody typed a canary into an address here, so that none can be echoed.
        met |= {canary for canary in CANARIES.values() if canary in text or canary.lower() in text}
        assert not met & forbidden, f"{name} reads {met & forbidden} at {where}"
    # The control: the same search finds every canary that the person may read.
    assert met == set(CANARIES.values()) - forbidden


def alike(text: str, where: str) -> str:
    """Without what differs in any two answers: the address asked for, the form's token, the number."""
    text = text.replace(where, "").replace(where.rsplit("/", 2)[0], "")
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|\d+', "", text)


def missing(route: Route, where: str) -> str:
    """The same address about a row that does not exist."""
    if route.name == "communes:unit":
        return re.sub(r"/(xa|huyen)/\w+/", r"/\1/99999/", where)
    return re.sub(r"\d+", "987654321", where, count=1)


@pytest.mark.parametrize("name", ["officer_a", "specialist", "administrator", "approver"])
def test_what_is_foreign_answers_as_what_does_not_exist(name, world, browser):
    for route in routes():
        where: Any = address(route, world, "foreign")
        if where is None or "batch" in route.route:
            continue
        foreign, nothing = browser(name).get(where), browser(name).get(missing(route, where))
        assert foreign.status_code == nothing.status_code != 200, where
        assert alike(foreign.content.decode(), where) == alike(
            nothing.content.decode(), missing(route, where)
        ), where
        assert set(foreign.headers) == set(nothing.headers), where
