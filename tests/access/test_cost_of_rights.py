"""To be let in to less costs no more: a page asks the database no more for a person of a single unit than for one who
sees the province."""

from collections.abc import Callable, Iterable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communes.models import Evidence, Remark, Result, Unit
from communes.selectors.appraisal_work_kinds import KINDS
from ntm.accounts.models import User
from ntm.sheets.models import Upload
from tests import factories
from tests.access.matrix import Route, line_of, routes
from tests.access.world import ACTORS, WITHIN, World, address

pytestmark = pytest.mark.crawl

#: The people of single units, and the scopes that they read.
RESTRICTED = {
    name: (mine, *WITHIN.get(mine, ())) for name, (_, mine) in ACTORS.items() if mine in ("a", "district")
}
#: Whom they are held against: the first of these who may open the page.
WIDE = ("administrator", "specialist", "approver", "department", "leader", "auditor")

Browser = Callable[..., Client]


def may(route: Route, name: str) -> bool:
    """What is one person's alone has no second reader to be held against."""
    line = line_of(route)
    return line is not None and line.allows(ACTORS[name][0], "GET", made=False)


def shared() -> list[Route]:
    """Pages and files that somebody of a single unit and somebody of the province may both open."""
    people = (RESTRICTED, WIDE)
    return [route for route in routes() if all(any(may(route, name) for name in some) for some in people)]


def kinds(name: str) -> list[str]:
    """The kinds of work that this person has."""
    user = User.objects.get(username=name)
    return [kind.code for kind in KINDS.values() if kind.is_for(user)]


def yardstick(route: Route) -> str:
    """Whom a page is held against; one that lists what waits for its reader, against one who has any work."""
    of_work = "viec-cua-toi/" in route.route
    return next(name for name in WIDE if may(route, name) and (kinds(name) or not of_work))


def asked(client: Client, where: str) -> int:
    """How many questions; none where the page only leads on."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(where)
        response.close()
    assert response.status_code in (200, 302), where
    return len(queries) if response.status_code == 200 else 0


@pytest.fixture(autouse=True)
def past(world: World) -> None:
    """The commune and the district of the cast were made of others of their own district and province, twice over:
    only their own people have to be let in to these by what became of them."""
    for scope in ("a", "district"):
        new = world.row(scope, "unit")
        home = Unit.objects.get(place=new.parent)
        for year in (2020, 2015):
            day = date(year, 1, 1)
            old = factories.unit(home, f"Trước {year}", kind=new.kind, valid_to=day)
            factories.succession(old, new)
            new = old


@pytest.fixture(autouse=True)
def ripe(world: World) -> None:
    """A return that waits for the specialist: of their own making in nothing, and asked nothing about. A list of work
    with nothing in it would be no yardstick."""
    of_b = {"submission__unit": world.row("b", "commune")}
    Result.objects.filter(**of_b).update(entered_by=None)
    Evidence.objects.filter(result__in=Result.objects.filter(**of_b)).update(added_by=None)
    Remark.objects.filter(result__in=Result.objects.filter(**of_b)).update(closed_at=timezone.now())


@pytest.fixture(autouse=True)
def brought(world: World) -> None:
    """Everybody has brought a file of their own: a list of one's own is held against such a list, not an empty one."""
    own = world.row("a", "upload")
    for name in WIDE:
        Upload.objects.create(
            kind=own.kind,
            params=own.params,
            by=getattr(world.people, name),
            file_name="bang.csv",
            file=own.file.name,
        )


def limit(route: Route, world: World, browser: Browser, where: str) -> int:
    """What the page costs the person of the province the second time, when a process has read what it keeps; a list
    of work, the dearest of their own."""
    name = yardstick(route)
    places = addresses(route, world, name, (where,))
    return max(min(asked(browser(name), one) for _ in range(2)) for one in places)


def addresses(route: Route, world: World, name: str, places: Iterable[str]) -> set[str]:
    """Where this person finds the page: at these places, or at each kind of their work."""
    if "<slug:kind>" not in route.route:
        return set(places)
    return {where.replace("con-trong", kind) for where in places for kind in kinds(name)}


@pytest.mark.parametrize("route", shared(), ids=str)
def test_a_page_asks_no_more_for_whom_less_is_open(route: Route, world: World, browser: Browser) -> None:
    limits: dict[str, int] = {}
    for name in filter(lambda one: may(route, one), RESTRICTED):
        for place in {where for scope in RESTRICTED[name] if (where := address(route, world, scope))}:
            limits[place] = limits.get(place) or limit(route, world, browser, place)
            for where in addresses(route, world, name, (place,)):
                cost = asked(browser(name), where)
                if cost > limits[place]:  # What a process keeps of this person it may not have read yet.
                    cost = asked(browser(name), where)
                assert cost <= limits[place], f"{name} asks {cost} at {where}, not {limits[place]}"
