"""Two administrators in the same moment, on PostgreSQL."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError

from communes.models import Assignment
from communes.services.assignments import assign, change_period, end
from ntm.accounts.services import deactivate
from ntm.core.dates import today
from tests import factories
from tests.racing import at_once, refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_the_same_days_are_given_once(cast: SimpleNamespace, land: Any) -> None:
    def given(first: Any, last: Any) -> Any:
        facts = {"user": cast.unassigned, "unit": land.province, "role": "leader"}
        return lambda: assign(**facts, first_day=first, last_day=last, by=cast.administrator)

    day = today()
    results = at_once(given(day, None), given(None, day), given(day.replace(year=day.year - 1), day))
    assert refused(results) == 2
    assert cast.unassigned.assignments.count() == 1


@pytest.mark.parametrize("way", ["end", "limit", "close"])
def test_two_cannot_each_count_on_the_administrator_whom_the_other_takes_away(
    cast: SimpleNamespace, land: Any, way: str
) -> None:
    """Two limited administrators, two unlimited ones: one of the latter stays, however they are taken away."""
    short = [factories.user(f"ngan_{index}", "administrator", land.province) for index in (1, 2)]
    Assignment.objects.filter(user__in=short).update(last_day=today())
    second = factories.user("hai", "administrator", land.province)
    keys = [person.assignments.get() for person in (cast.administrator, second)]
    other = {
        "end": lambda: end(keys[1], reason="x", by=short[1]),
        "limit": lambda: change_period(keys[1], first_day=None, last_day=today(), version=None, by=short[1]),
        "close": lambda: deactivate(second, reason="x", version=None, by=short[1]),
    }[way]
    results = at_once(lambda: end(keys[0], reason="x", by=short[0]), other)
    assert (refused(results), [one for one in results if isinstance(one, DatabaseError)]) == (1, [])
    left = Assignment.objects.filter(role="administrator", user__is_active=True, last_day=None)
    assert left.standing(today()).count() == 1
