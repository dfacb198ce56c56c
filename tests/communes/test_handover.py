"""A leaver hands everything over in one act: all of it or nothing, told as one."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from communes.models import Assignment
from communes.services.handover import hand_over
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused
from tests import factories
from tests.communes import appraising

ROLES = "/quan-tri/communes/assignment/"


def standing(user: User) -> set[tuple[str, int, int | None]]:
    rows = Assignment.objects.filter(user=user, ended_at=None)
    return set(rows.values_list("role", "unit_id", "department_id"))


@pytest.fixture
def leaver(cast: SimpleNamespace, land: Any) -> User:
    """A department's officer who also enters for a commune."""
    person = appraising.judge_for(cast.department)
    Assignment.objects.create(user=person, unit=land.commune_a, role="commune_officer")
    return person


def test_roles_and_what_waits_in_them_go_over_in_one_act(
    leaver: User, cast: SimpleNamespace, client_as: Callable[[Any], Client]
) -> None:
    held, theirs = standing(leaver), client_as(cast.unassigned)
    assert len(held) == 2
    assert theirs.get("/tham-dinh/").status_code == 403
    browser = client_as(cast.administrator)
    url = f"{ROLES}{leaver.assignments.first().pk}/ban-giao/"
    assert "bàn giao toàn bộ 2 vai trò" in browser.get(url).text
    typed = {"successor": cast.unassigned.pk, "reason": "Nghỉ hưu", "close": "on"}
    assert browser.post(url, typed | {"version": 9}).status_code == 409
    answer = browser.post(url, typed | {"version": 1})
    assert answer.status_code == 302
    assert (standing(leaver), standing(cast.unassigned)) == (set(), held)
    assert theirs.get("/tham-dinh/").status_code == 200
    leaver.refresh_from_db()
    assert not leaver.is_active
    told = list(LogEntry.objects.about_rows().order_by("number"))
    assert [entry.action for entry in told] == [
        "assignment.given", "assignment.given", "assignment.ended", "assignment.ended", "account.deactivated",
    ]  # fmt: skip
    assert len({entry.batch for entry in told}) == 1
    assert {entry.reason for entry in told[2:]} == {"Nghỉ hưu"}
    assert browser.post(url, typed | {"version": 2}).status_code == 422


def test_what_the_successor_holds_already_is_not_given_twice(
    leaver: User, cast: SimpleNamespace, land: Any
) -> None:
    Assignment.objects.create(user=cast.unassigned, unit=land.commune_a, role="commune_officer")
    given = hand_over(
        leaver=leaver, successor=cast.unassigned, reason="Chuyển việc", close=False, by=cast.administrator
    )
    assert [row.role for row in given] == ["department"]
    assert User.objects.get(pk=leaver.pk).is_active


@pytest.mark.parametrize(
    ("theirs", "leavers", "expected"),
    [
        ((None, 3), (None, None), [(None, None)]),
        ((-5, 3), (-9, 9), [(-5, 9)]),
        ((4, 8), (None, 6), [(0, 8)]),
        ((4, 8), (None, None), [(0, None)]),
        ((None, 2), (5, 9), [(None, 2), (5, 9)]),
        ((None, None), (1, 4), [(None, None)]),
    ],
)
def test_a_shorter_period_of_the_successors_is_extended(
    cast: SimpleNamespace, theirs: Any, leavers: Any, expected: Any
) -> None:
    def days(pair: Any) -> dict[str, Any]:
        first, last = (None if one is None else today() + timedelta(days=one) for one in pair)
        return {"first_day": first, "last_day": last}

    unit = cast.leader_a.assignments.get().unit
    cast.leader_a.assignments.update(**days(leavers))
    Assignment.objects.create(user=cast.unassigned, unit=unit, role="commune_leader", **days(theirs))
    hand_over(leaver=cast.leader_a, successor=cast.unassigned, reason="x", close=False, by=cast.administrator)
    rows = Assignment.objects.filter(user=cast.unassigned, ended_at=None)
    found = [(row.first_day, row.last_day) for row in rows]
    assert sorted(found, key=str) == sorted((tuple(days(pair).values()) for pair in expected), key=str)
    assert not Assignment.objects.filter(user=cast.leader_a).not_over(today()).exists()


def test_periods_go_along_and_what_is_still_to_come(cast: SimpleNamespace, land: Any) -> None:
    day = today()
    cast.leader_a.assignments.update(last_day=day + timedelta(days=9))
    Assignment.objects.create(
        user=cast.leader_a, unit=land.commune_b, role="commune_leader", first_day=day + timedelta(days=5)
    )
    given = hand_over(
        leaver=cast.leader_a, successor=cast.unassigned, reason="x", close=False, by=cast.administrator
    )
    assert [(row.unit, row.first_day, row.last_day) for row in given] == [
        (land.commune_a, day, day + timedelta(days=9)),
        (land.commune_b, day + timedelta(days=5), None),
    ]
    assert not Assignment.objects.filter(user=cast.leader_a).not_over(day).exists()


def test_work_of_another_department_is_not_left_with_nobody(leaver: User, cast: SimpleNamespace) -> None:
    """Whoever speaks for one department of the province cannot take over another's: refused as a whole."""
    unit = leaver.assignments.get(role="department").unit
    other = factories.user("so_khac", home_id=unit.province_id)
    department = factories.department("so-khac")
    Assignment.objects.create(user=other, unit=unit, role="department", department=department)
    before = standing(leaver)
    with pytest.raises(Refused, match="so_khac đang giữ vai trò đó"):
        hand_over(leaver=leaver, successor=other, reason="x", close=False, by=cast.administrator)
    assert standing(leaver) == before


def test_the_last_administrator_hands_the_keys_over(cast: SimpleNamespace, land: Any) -> None:
    second = factories.user("second", "administrator", land.province)
    hand_over(leaver=cast.administrator, successor=cast.unassigned, reason="Nghỉ hưu", close=True, by=second)
    assert {role for role, *_ in standing(cast.unassigned)} == {"administrator"}


@pytest.mark.parametrize("who", ["leaver", "closed", "foreign"])
def test_nothing_is_handed_to_who_cannot_hold_it(
    leaver: User, cast: SimpleNamespace, land: Any, who: str
) -> None:
    closed = factories.user("closed", None, is_active=False)
    foreign = factories.user("foreign", "specialist", land.foreign)
    successor = {"leaver": leaver, "closed": closed, "foreign": foreign}[who]
    before = standing(leaver)
    with pytest.raises((Refused, NotAllowed)):
        hand_over(leaver=leaver, successor=successor, reason="x", close=True, by=cast.administrator)
    assert standing(leaver) == before


def test_only_the_administrator_hands_over(leaver: User, cast: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        hand_over(leaver=leaver, successor=cast.unassigned, reason="x", close=False, by=cast.specialist)


def test_a_closed_account_is_not_offered(
    leaver: User, cast: SimpleNamespace, client_as: Callable[[Any], Client]
) -> None:
    factories.user("closed", None, is_active=False, full_name="Người đã nghỉ")
    page = client_as(cast.administrator).get(f"{ROLES}{leaver.assignments.first().pk}/ban-giao/").text
    assert "Người đã nghỉ" not in page
