"""A second role adds what it grants where it was given; it never widens what the first one may do."""

import random

import pytest

from communes.choices import Tier
from communes.models import Assignment, Unit
from communes.reach import reach_of, reach_with
from communes.selectors.returns import Asked, open_return
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from tests import factories
from tests.access.matrix import ANONYMOUS, line_of
from tests.access.test_csrf import WRITING
from tests.access.test_forged import RECORD, told
from tests.access.world import ACTORS, address
from tests.access.writes import written
from tests.forms import filled, forms_on

pytestmark = pytest.mark.crawl

#: The person, the role that is added, where it is added, the scope where neither alone may write, and how many routes
#: must have been tried: a test that finds nothing to ask shows nothing.
PAIRS = [
    ("officer_a", "leader", "a", "b", 9),
    ("leader_a", "department", "a", "b", 11),
    ("officer_a", "administrator", "a", "b", 7),
    ("specialist", "auditor", "foreign", "foreign", 43),
    ("approver", "leader", "foreign", "foreign", 4),
    ("administrator", "auditor", "foreign", "foreign", 14),
    ("administrator", "leader", "foreign", "foreign", 14),
    ("department", "leader", "foreign", "foreign", 3),
]
TYPED = ("vì chuyển công tác", "31/12/2026", "12,5", "2023")


def give(world, name, role, at):
    home = Unit.objects.get(place=world.row(at, "unit").province, tier=Tier.PROVINCE)
    body = factories.department("so-khac") if role == "department" else None
    Assignment.objects.create(user=getattr(world.people, name), unit=home, role=role, department=body)


def grants(route, role):
    return line_of(route).allows(role, "POST") or line_of(route).allows(ANONYMOUS, "POST")


def attempts(client, where, dice):
    """What the page's own forms would send, filled in, thrice; without a form, the bare request."""
    page = client.get(where)
    forms = forms_on(page.content.decode()) if page.status_code == 200 and not page.streaming else []
    page.close()
    for form in forms or [None]:
        for _ in range(3):
            about = filled(form, dice, lambda one, dice: dice.choice(TYPED)) if form else {"version": "1"}
            yield client.post((form and form.action) or where, about)


@pytest.mark.parametrize(("name", "role", "at", "scope", "floor"), PAIRS)
def test_what_neither_role_may_alone_both_may_not_together(name, role, at, scope, floor, world, browser):
    """A page may show its form, since both may read the row; nothing that is sent from it is stored."""
    give(world, name, role, at)
    first, asked, dice = ACTORS[name][0], 0, random.Random(7)
    for route in WRITING:
        where = address(route, world, scope)
        # Without arguments a page is about the person's own; what the added role grants, it grants there.
        if where is None or "<" not in route.route or not grants(route, first) or grants(route, role):
            continue
        before = told(LogEntry).count()
        with written() as tables:
            for answer in attempts(browser(name), where, dice):
                assert answer.status_code < 500, where
        assert tables <= RECORD | {"audit_receipt"} and told(LogEntry).count() == before, (where, tables)
        asked += 1
    assert asked >= floor


@pytest.mark.parametrize("scope", ["a", "b"])
def test_a_commune_officer_who_also_reads_the_province_types_at_home_only(scope, world, browser):
    give(world, "officer_a", "leader", "a")
    code = world.row(scope, "unit").code
    assert browser("officer_a").get(f"/nhap-lieu/{code}/2023/").status_code == 200  # Both are there to read.
    officer = User.objects.get(pk=world.people.officer_a.pk)
    opened = open_return(officer, Asked(code, 2023), today())
    assert opened.may_type == (scope == "a")


def test_nobody_asks_what_may_be_written_without_saying_by_which_right(world):
    person, unit = User.objects.get(pk=world.people.specialist.pk), world.row("a", "unit")
    with pytest.raises(RuntimeError):
        reach_of(person).may_write(unit)
    assert reach_with(person, "communes.enter_result").may_write(unit)
    assert not reach_with(person, "communes.submit_result").may_write(unit)
