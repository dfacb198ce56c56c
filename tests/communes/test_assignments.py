"""Roles are given and ended through verbs, inside the own province, and somebody always keeps the keys."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from communes.models import Assignment
from communes.services.assignments import assign, end, set_department
from ntm.accounts import services as accounts
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused
from tests import factories

ROLES = "/quan-tri/communes/assignment/"


@pytest.fixture
def browser(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.administrator)


def held_by(user: User) -> Assignment:
    return user.assignments.get()


def add(browser: Client, **typed: Any) -> Any:
    token = browser.get(f"{ROLES}add/").context["adminform"].form["token"].value()
    return browser.post(f"{ROLES}add/", {"token": token, **typed})


def test_a_role_is_given_on_the_page_and_works_at_the_next_click(
    browser: Client, land: Any, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    theirs = client_as(cast.unassigned)
    assert theirs.get("/dia-ban/").status_code == 403
    answer = add(browser, user=cast.unassigned.pk, unit=land.commune_a.pk, role="commune_officer")
    assert answer.status_code == 302
    assert theirs.get("/dia-ban/").status_code == 200
    entry = LogEntry.objects.about_rows().get()
    assert (entry.action, entry.province_id) == ("assignment.given", land.province.place_id)


def test_a_role_is_ended_with_a_reason_and_gone_at_the_next_click(
    browser: Client, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    theirs, row = client_as(cast.leader), held_by(cast.leader)
    assert theirs.get("/dia-ban/").status_code == 200
    url = f"{ROLES}{row.pk}/thu-hoi/"
    assert str(row) in browser.get(url).text
    assert browser.post(url, {"reason": "", "version": 1}).status_code == 422
    assert browser.post(url, {"reason": "Chuyển công tác", "version": 9}).status_code == 409
    assert browser.post(url, {"reason": "Chuyển công tác", "version": 1}).status_code == 302
    assert theirs.get("/dia-ban/").status_code == 403
    row.refresh_from_db()
    assert row.ended_at is not None
    assert LogEntry.objects.about_rows().get().reason == "Chuyển công tác"
    assert browser.post(url, {"reason": "lần nữa", "version": 2}).status_code == 422


@pytest.mark.parametrize(
    ("role", "where", "words"),
    [
        ("specialist", "commune_a", "cấp tỉnh"),
        ("administrator", "district", "cấp tỉnh"),
        ("commune_officer", "province", "cấp xã"),
        ("commune_leader", "district", "cấp xã"),
        ("district_officer", "commune_a", "cấp huyện"),
    ],
)
def test_a_role_is_given_only_at_its_own_level(
    land: Any, cast: SimpleNamespace, role: str, where: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        assign(user=cast.unassigned, unit=getattr(land, where), role=role, by=cast.administrator)
    assert refusal.value.field == "unit"


def test_an_unknown_role_the_same_role_twice_and_a_closed_account_are_refused(
    land: Any, cast: SimpleNamespace
) -> None:
    with pytest.raises(Refused):
        assign(user=cast.unassigned, unit=land.province, role="vua", by=cast.administrator)
    with pytest.raises(Refused, match="đang giữ vai trò đó"):
        assign(user=cast.leader, unit=land.province, role="leader", by=cast.administrator)
    with pytest.raises(Refused, match="đang khóa"):
        assign(user=cast.disabled, unit=land.province, role="leader", by=cast.administrator)
    assert not LogEntry.objects.exists()


def test_nobody_gives_roles_outside_the_own_province(
    browser: Client, land: Any, cast: SimpleNamespace
) -> None:
    with pytest.raises(NotAllowed):
        assign(user=cast.unassigned, unit=land.foreign_commune, role="commune_officer", by=cast.administrator)
    away = factories.user("nguoi_la", "specialist", land.foreign)
    with pytest.raises(NotAllowed):
        assign(user=away, unit=land.province, role="specialist", by=cast.administrator)
    with pytest.raises(NotAllowed):
        end(held_by(away), reason="x", by=cast.administrator)
    page = browser.get(f"{ROLES}add/").text
    assert "Trường Hà" not in page
    assert "nguoi_la" not in page
    assert add(browser, user=away.pk, unit=land.province.pk, role="specialist").status_code == 422
    for url in (f"{held_by(away).pk}/change/", f"{held_by(away).pk}/thu-hoi/", "999999/thu-hoi/"):
        assert browser.get(ROLES + url).status_code == 404


def test_the_last_administrator_of_a_province_stays(
    browser: Client, land: Any, cast: SimpleNamespace
) -> None:
    row = held_by(cast.administrator)
    factories.user("quantri_xa", "administrator", land.foreign)
    closed = factories.user("quantri_cu", "administrator", land.province, is_active=False)
    with pytest.raises(Refused, match="quản trị cuối cùng"):
        end(row, reason="x", by=cast.administrator)
    assert (
        "quản trị cuối cùng" in browser.post(f"{ROLES}{row.pk}/thu-hoi/", {"reason": "x", "version": 1}).text
    )
    accounts.reactivate(closed, reason="x", version=1, by=cast.administrator)
    end(row, reason="x", by=cast.administrator)
    assert row.user.assignments.filter(ended_at=None).count() == 0


@pytest.mark.parametrize("role", ["specialist", "approver", "auditor", "officer_a", "unassigned"])
def test_only_administrators_give_and_end_roles(
    role: str, land: Any, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    person, row = getattr(cast, role), held_by(cast.leader)
    client = client_as(person)
    for url in (ROLES, f"{ROLES}add/", f"{ROLES}{row.pk}/thu-hoi/"):
        assert client.get(url).status_code in (302, 403)
    assert client.post(f"{ROLES}{row.pk}/thu-hoi/", {"reason": "x"}).status_code in (302, 403)
    with pytest.raises(NotAllowed):
        assign(user=person, unit=land.province, role="administrator", by=person)
    with pytest.raises(NotAllowed):
        end(row, reason="x", by=person)
    assert not LogEntry.objects.about_rows().exists()


def test_a_role_is_never_changed_or_deleted_in_the_admin(
    browser: Client, land: Any, cast: SimpleNamespace
) -> None:
    row = held_by(cast.leader)
    page = browser.get(f"{ROLES}{row.pk}/change/")
    assert page.status_code == 200
    assert 'name="role"' not in page.text
    assert "/thu-hoi/" in page.text
    data = {"user": cast.leader.pk, "unit": land.province.pk, "role": "administrator"}
    assert browser.post(f"{ROLES}{row.pk}/change/", data).status_code == 403
    assert browser.post(f"{ROLES}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.role == "leader"


def test_the_list_tells_standing_roles_from_ended_ones(browser: Client, cast: SimpleNamespace) -> None:
    end(held_by(cast.leader), reason="x", by=cast.administrator)
    assert "leader_a" in browser.get(ROLES, {"tinh_trang": "dang-giu"}).text
    ended = browser.get(ROLES, {"tinh_trang": "da-thu-hoi"}).context["cl"]
    assert [row.user for row in ended.result_list] == [cast.leader]


def test_a_departments_officer_needs_the_department_and_nobody_else_has_one(
    browser: Client, land: Any, cast: SimpleNamespace
) -> None:
    here, ours = (
        {"user": cast.unassigned, "unit": land.province, "by": cast.administrator},
        factories.department(),
    )
    with pytest.raises(Refused, match="phải ghi rõ sở, ngành") as missing:
        assign(role="department", **here)
    with pytest.raises(Refused, match="Chỉ vai trò “Sở, ngành”") as surplus:
        assign(role="leader", department=ours, **here)
    assert missing.value.field == surplus.value.field == "department"
    typed = {"user": cast.unassigned.pk, "unit": land.province.pk, "role": "department"}
    assert "phải ghi rõ sở, ngành" in add(browser, **typed).text
    assert add(browser, **typed, department=ours.pk).status_code == 302
    assert held_by(cast.unassigned).department == ours


def test_a_role_given_before_departments_were_kept_works_and_is_placed_later(
    browser: Client, land: Any, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    row, ours = held_by(cast.department), factories.department()
    assert row.department is None
    assert client_as(cast.department).get("/dia-ban/").status_code == 200
    url = f"{ROLES}{row.pk}/so-nganh/"
    assert url in browser.get(f"{ROLES}{row.pk}/change/").text
    assert browser.post(url, {"department": ours.pk, "version": 1}).status_code == 302
    row.refresh_from_db()
    assert row.department == ours
    assert LogEntry.objects.get().action == "assignment.placed"
    set_department(row, department=ours, by=cast.administrator)
    assert LogEntry.objects.count() == 1
    with pytest.raises(Refused, match="Chỉ vai trò"):
        set_department(held_by(cast.leader), department=ours, by=cast.administrator)
    with pytest.raises(NotAllowed):
        set_department(row, department=ours, by=cast.specialist)
