"""Another role or unit in one act: the old one ends, the new one begins, or nothing happens at all."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communes.models import Assignment
from communes.services.transfer import Post, transfer
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.core.dates import format_date, today
from ntm.core.errors import NotAllowed, Refused
from tests import factories
from tests.communes import appraising

ROLES = "/quan-tri/communes/assignment/"
DAY = timedelta(days=1)


def standing(user: User, shift: int = 0) -> set[tuple[str, int]]:
    rows = Assignment.objects.filter(user=user).standing(today() + shift * DAY)
    return set(rows.values_list("role", "unit_id"))


@pytest.fixture
def officer(cast: SimpleNamespace) -> Assignment:
    return cast.officer_a.assignments.get()


def typed(land: Any, **changes: Any) -> dict[str, Any]:
    facts = {"role": "commune_leader", "unit": land.commune_b.pk, "from_day": format_date(today())}
    return facts | {"reason": "QĐ điều động số 15", "version": 1} | changes


def test_the_page_moves_a_person_from_today_on_in_one_batch(
    officer: Assignment, cast: SimpleNamespace, land: Any, client_as: Callable[..., Client]
) -> None:
    browser, url = client_as(cast.administrator), f"{ROLES}{officer.pk}/chuyen/"
    assert url in browser.get(f"{ROLES}{officer.pk}/change/").text
    assert browser.get(url).status_code == 200
    assert browser.post(url, typed(land, reason="")).status_code == 422
    answer = browser.post(url, typed(land))
    assert answer.status_code == 302
    assert standing(cast.officer_a) == {("commune_leader", land.commune_b.pk)}
    told = list(LogEntry.objects.about_rows().order_by("number"))
    assert [entry.action for entry in told] == ["assignment.ended", "assignment.given"]
    assert len({entry.batch for entry in told}) == 1
    assert {entry.reason for entry in told} == {"QĐ điều động số 15"}
    assert browser.post(url, typed(land, reason="Bản cũ")).status_code == 409


def test_from_a_later_day_both_roles_have_their_days(
    officer: Assignment, cast: SimpleNamespace, land: Any
) -> None:
    day = today() + 10 * DAY
    to = Post(land.commune_b, "commune_officer", last_day=day + DAY)
    given = transfer(officer, to=to, from_day=day, reason="x", version=1, by=cast.administrator)
    assert (given.first_day, given.last_day) == (day, day + DAY)
    assert standing(cast.officer_a) == standing(cast.officer_a, 9) == {("commune_officer", land.commune_a.pk)}
    assert standing(cast.officer_a, 10) == {("commune_officer", land.commune_b.pk)}
    assert standing(cast.officer_a, 12) == set()


def test_the_old_role_may_go_to_a_successor_from_the_same_day(
    officer: Assignment, cast: SimpleNamespace, land: Any, client_as: Callable[..., Client]
) -> None:
    officer.last_day = today() + 30 * DAY
    officer.save()
    url = f"{ROLES}{officer.pk}/chuyen/"
    day = format_date(today() + DAY)
    answer = client_as(cast.administrator).post(url, typed(land, successor=cast.unassigned.pk, from_day=day))
    assert answer.status_code == 302
    taken = cast.unassigned.assignments.get()
    assert (taken.role, taken.unit, taken.first_day) == ("commune_officer", land.commune_a, today() + DAY)
    assert taken.last_day == today() + 30 * DAY
    assert LogEntry.objects.about_rows().values("batch").distinct().count() == 1


def test_a_successor_who_holds_the_role_for_less_holds_it_on(
    officer: Assignment, cast: SimpleNamespace, land: Any, client_as: Callable[..., Client]
) -> None:
    limited = Assignment.objects.create(
        user=cast.officer_b, unit=land.commune_a, role="commune_officer", last_day=today() + DAY
    )
    url = f"{ROLES}{officer.pk}/chuyen/"
    answer = client_as(cast.administrator).post(url, typed(land, successor=cast.officer_b.pk))
    assert answer.status_code == 302
    limited.refresh_from_db()
    assert (limited.last_day, limited.ended_at) == (None, None)
    assert LogEntry.objects.about_rows().values("batch").distinct().count() == 1


def test_an_officer_goes_to_another_department(cast: SimpleNamespace, land: Any) -> None:
    person, other = appraising.judge_for(cast.department), factories.department("so-yt")
    row = person.assignments.get()
    to = Post(land.province, "department", other)
    given = transfer(row, to=to, from_day=today(), reason="x", by=cast.administrator)
    assert given.department == other
    assert standing(person) == {("department", land.province.pk)}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"from_day": "01/01/2020"}, "đã qua"),
        ({"role": "commune_officer", "unit": "commune_a"}, "giống như đang giữ"),
        ({"role": "specialist"}, "chỉ giao ở cấp tỉnh"),
        ({"role": "department", "unit": "province"}, "phải ghi rõ sở, ngành"),
        ({"last_day": "01/01/2020"}, "từ ngày đầu"),
    ],
)
def test_what_cannot_be_is_refused_as_a_whole(
    officer: Assignment, cast: SimpleNamespace, land: Any, client_as: Callable[..., Client],
    changes: dict[str, Any], words: str,
) -> None:  # fmt: skip
    if "unit" in changes:
        changes = changes | {"unit": getattr(land, changes["unit"]).pk}
    before = list(Assignment.objects.order_by("pk").values())
    answer = client_as(cast.administrator).post(f"{ROLES}{officer.pk}/chuyen/", typed(land, **changes))
    assert (answer.status_code, words in answer.text) == (422, True)
    assert list(Assignment.objects.order_by("pk").values()) == before
    assert not LogEntry.objects.about_rows().exists()


@pytest.mark.parametrize("days", [{"last_day": today() - DAY}, {"ended_at": timezone.now()}])
def test_nobody_goes_from_a_role_that_is_over(
    officer: Assignment, cast: SimpleNamespace, land: Any, days: dict[str, Any]
) -> None:
    cast.officer_a.assignments.update(**days)
    to = Post(land.commune_b, "commune_officer")
    for day in (today(), today() + DAY):
        with pytest.raises(Refused, match="Vai trò này đã"):
            transfer(officer, to=to, from_day=day, reason="x", by=cast.administrator)
    assert not standing(cast.officer_a, 2)


def test_the_last_administrator_stays_and_nobody_reaches_beyond_the_province(
    officer: Assignment, cast: SimpleNamespace, land: Any
) -> None:
    keys = cast.administrator.assignments.get()
    with pytest.raises(Refused, match="không còn quản trị"):
        transfer(
            keys, to=Post(land.province, "leader"), from_day=today() + DAY, reason="x", by=cast.administrator
        )
    facts: dict[str, Any] = {"from_day": today(), "reason": "x"}
    away = Post(land.foreign_commune, "commune_officer")
    for by, to in ((cast.administrator, away), (cast.specialist, Post(land.commune_b, "commune_officer"))):
        with pytest.raises(NotAllowed):
            transfer(officer, to=to, **facts, by=by)
    assert standing(cast.officer_a) == {("commune_officer", land.commune_a.pk)}
