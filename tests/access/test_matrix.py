"""Every address × every person × every method answers as the signed document says."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.http.response import HttpResponseBase

from ntm.audit import refusals
from ntm.audit.models import LogEntry
from ntm.core.checks import walk
from tests.access.headers import check_headers
from tests.access.matrix import (
    ANONYMOUS,
    METHODS,
    NOBODY,
    OWN,
    SELF,
    Line,
    Route,
    document,
    get_resolver,
    known_roles,
    line_of,
    lines,
    members,
    routes,
)
from tests.access.traces import traces, whole
from tests.access.world import ACTORS, MAKERS, SCOPES, WITHIN, World, address

pytestmark = pytest.mark.crawl

#: What happens besides the facts: sessions, and the counting of wrong passwords.
PASSING = {"sessions", "axes"}
ANSWERED = {"GET": {200, 302}, "POST": {200, 302, 400, 409, 422}}
REFUSED = {403, 404}
SIGN_IN = {"/tai-khoan/dang-nhap/", "/quan-tri/login/"}


def line(route: Route) -> Line:
    return line_of(route) or NOBODY


def may(route: Route, name: str, method: str, scope: str) -> bool:
    """What the document says about this cell."""
    role, mine = ACTORS[name]
    has_arguments = "<" in route.route
    own = scope == mine or scope in WITHIN.get(mine, ()) or not has_arguments
    allowed = line(route).allows(role, method, own=own, made=not has_arguments or MAKERS.get(scope) == name)
    return allowed and (scope != "foreign" or role == ANONYMOUS)


def answered(response: HttpResponseBase, method: str) -> bool:
    """The page itself, or its form with what is wrong; not the way to the sign-in page."""
    come_back = to_sign_in(response) and "?next=" in response["Location"]
    return response.status_code in ANSWERED[method] and not come_back


def to_sign_in(response: HttpResponseBase) -> bool:
    """Sent to the form; or to the admin's door, which leads to it."""
    return response.status_code == 302 and response["Location"].partition("?")[0] in SIGN_IN


def refused(response: HttpResponseBase, name: str, method: str, route: Route) -> bool:
    """403 or 404; for visitors the sign-in page; 405 where nobody may use the method."""
    allowed = set(REFUSED)
    if method not in line(route).roles:
        allowed.add(405)
    if ACTORS[name][0] == ANONYMOUS and to_sign_in(response):
        return True
    return response.status_code in allowed


def counts() -> dict[str, int]:
    """How many rows each table holds, the record's too; of the record without what is no change: that a file left,
    that an attempt was refused."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label not in PASSING and model is not LogEntry
    ]
    with connection.cursor() as cursor:  # In one query: all this is asked some seven hundred times.
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', COUNT(*) FROM \"{table}\"" for table in tables))
        found: dict[str, int] = dict(cursor.fetchall())
    return found | {"entries about rows": LogEntry.objects.about_rows().count()}


#: Those for whom one scope of the province is like another: they are asked about one of them, and a foreign one.
EVERYWHERE = frozenset(name for name, (_, mine) in ACTORS.items() if not mine)


def cells(route: Route, world: World, methods: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
    """Person, method, scope, address: where the document tells the cell from others, which is what is asked. What
    nobody may do is asked in one scope only, by a visitor and by whoever may do most."""
    places = {scope: where for scope in SCOPES if (where := address(route, world, scope)) is not None}
    first = next(iter(places), None)
    roles = line(route).roles
    for scope, where in places.items():
        for method in methods:
            if method in roles:
                names = [
                    name for name in ACTORS if _differs(name, method, scope, roles, first=scope == first)
                ]
            else:
                names = [ANONYMOUS, _boldest(route)] if scope == first else []
            yield from ((name, method, scope, where) for name in names)


def _differs(name: str, method: str, scope: str, roles: dict[str, dict[str, str]], *, first: bool) -> bool:
    """`disabled` is a visitor to the application, and officer_b the mirror image of officer_a: each is asked what could
    be theirs alone."""
    role, mine = ACTORS[name]
    if name == "disabled":
        return first and method == next(iter(roles))
    if name == "officer_b":
        return scope == mine and roles[method].get(role) in (OWN, SELF)
    return first or scope == "foreign" or name not in EVERYWHERE


def _boldest(route: Route) -> str:
    """Who writes here, or reads, or else the administrator."""
    named = [role for roles in reversed(line(route).roles.values()) for role in roles if role != ANONYMOUS]
    return next((name for role in named for name in ACTORS if ACTORS[name][0] == role), "administrator")


@pytest.fixture(autouse=True)
def _a_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all that a test is refused the first is written down, as in an hour in which too much was: how many are is
    asked in tests/ntm/audit/test_events.py."""
    refused_before = itertools.count(1)
    monkeypatch.setattr(
        refusals, "_count", lambda who: 1 if next(refused_before) == 1 else refusals.MOST_AN_HOUR + 2
    )


def ask(browser: Any, name: str, method: str, where: str) -> HttpResponseBase:
    """The answer, whose headers are right and in which nothing is to be read that is not this person's."""
    response: HttpResponseBase = getattr(browser(name), method.lower())(where)
    check_headers(response, where)
    assert not traces(name, whole(response)), f"{name} reads what is not theirs: {method} {where}"
    return response


@pytest.mark.parametrize("route", routes(), ids=str)
def test_each_cell_is_as_signed(route, world, browser):
    wrong: list[str] = []
    before: dict[str, int] | None = counts()
    unsafe = tuple(method for method in METHODS if method != "GET")
    # Whoever is refused first: what the others then write must not hide a write of theirs.
    asked = [*cells(route, world, ("GET",)), *cells(route, world, unsafe)]
    asked.sort(key=lambda cell: may(route, cell[0], cell[1], cell[2]) and cell[1] != "GET")
    by_right: set[tuple[str, str]] = set()
    for name, method, scope, where in asked:
        if (name, method) in by_right:
            continue
        allowed = may(route, name, method, scope)
        if allowed and method != "GET" and before is not None:
            assert counts() == before, "a GET, or a refused request, has written something"
            before = None
        response = ask(browser, name, method, where)
        good = answered(response, method) if allowed else refused(response, name, method, route)
        if not good:
            word = "may" if allowed else "may not"
            wrong.append(f"{method} {where} ({scope}): {name} {word}, got {response.status_code}")
        # Who has not the right is refused before any row is looked for: in one scope as in another.
        if response.status_code != 404 and ACTORS[name][0] not in line(route).roles.get(method, {}):
            by_right.add((name, method))
    assert before is None or counts() == before, "a GET, or a refused request, has written something"
    assert not wrong, "\n".join(wrong)


def test_no_route_is_missing_from_the_document():
    missing = [str(route) for route in routes() if line_of(route) is None]
    assert not missing, f"Say in ntm/access_matrix.yaml who may open these: {missing}"


def test_no_line_of_the_document_is_about_nothing():
    used = {id(line_of(route)) for route in routes()}
    idle = [row.key for row in lines() if id(row) not in used]
    assert not idle


def test_the_walk_finds_what_the_system_check_finds():
    assert {route.route for route in routes()} == {route for route, _ in walk(get_resolver().url_patterns)}


def test_the_document_names_only_known_roles_and_methods():
    for row in lines():
        assert set(row.roles) <= set(METHODS), row.key
        for roles in row.roles.values():
            assert set(roles) <= known_roles(), row.key


def test_every_anonymous_allow_has_its_reason_and_there_are_eight_at_most():
    public = [row for row in lines() if any(ANONYMOUS in roles for roles in row.roles.values())]
    assert [row.key for row in public if not row.reason] == []
    assert sum(line_of(route) in public for route in routes()) <= 8


def test_every_role_may_do_something():
    named = {role for row in lines() for roles in row.roles.values() for role in roles}
    assert named == known_roles()
    assert {role for group in document()["groups"] for role in members(group)} == known_roles()


def test_the_cast_holds_every_role():
    assert {role for role, _ in ACTORS.values()} == known_roles()


def test_the_project_passes_its_own_checks():
    call_command("check", verbosity=0)
