"""Every form that writes carries what makes a second click or an old page harmless."""

import pytest

from tests.access.matrix import Route
from tests.access.test_csrf import WRITING, writers
from tests.access.world import World, address
from tests.forms import forms_on

#: A version, one for each row, the mark of what was shown, or a token.
CARRIED = {"version", "versions", "seen", "token"}
#: Forms without any, by the pattern of the route's name, each with its reason.
BARE = {
    "account_": "one's own way in and out, which says itself when it comes twice",
    "mfa_authenticate": "the same",
    "_import": "brings a file to be previewed; nothing is stored before the form after it",
    "criteria-import": "the same",
    "sheets:columns": "a choice about one's own file, the same when made twice",
}
#: What a page of several forms says that this one does, where a file that never changes is taken away: done twice, the
#: second is refused by a sentence.
ONE_WAY = {"go-tep"}
pytestmark = pytest.mark.crawl


def bare(route: Route) -> bool:
    return any(word in route.name for word in BARE)


@pytest.mark.parametrize("route", [route for route in WRITING if not bare(route)], ids=str)
def test_a_form_carries_a_version_a_mark_or_a_token(route: Route, world: World, browser):
    for scope in (
        "a",
        "district",
    ):  # The other commune is like the first, and what is foreign opens for nobody.
        where = address(route, world, scope)
        for name in writers(route) if where else ():
            page = browser(name).get(where)
            found = forms_on(page.content.decode()) if page.status_code == 200 and not page.streaming else []
            page.close()
            for form in found:
                if "viec" in form.fields and form.fields["viec"].value in ONE_WAY:
                    continue
                assert CARRIED & {field.rpartition("-")[2] for field in form.fields}, (where, form.action)


def test_every_exception_is_about_something():
    assert all(any(word in route.name for route in WRITING) for word in BARE)
