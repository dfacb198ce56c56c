"""Who is locked, what it looks like, who lifts it; and the comings and goings in the record."""

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from ntm.accounts import services
from ntm.accounts.models import User
from ntm.audit.log import change_counter
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused
from tests import factories
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import CODE, LOGOUT, sign_in

#: Headers that tell the second and the length of the name.
_PASSING = {"Expires", "Content-Length"}
USERS = "/quan-tri/accounts/user/"


@pytest.fixture
def person(land: Any) -> User:
    return entering.person(land)


def fail(count: int = 5, name: str = "chuyenvien", **client: Any) -> Any:
    for _ in range(count):
        last = sign_in(Client(**client), name, "sai-bét")
    return last


def entries() -> list[tuple[str, str, str]]:
    rows = LogEntry.objects.exclude(action="account.password_set").order_by("number")
    return [(row.action, row.object_label, row.actor_name) for row in rows]


# --- the administrator -------------------------------------------------------------------------------


def test_the_administrator_sees_who_is_locked_and_lifts_it_with_a_reason(
    person: User, cast: Any, client_as: Callable[..., Client]
) -> None:
    admin = client_as(cast.administrator)
    url = reverse("admin:accounts_user_unlock", args=[person.pk])
    form = reverse("admin:accounts_user_change", args=[person.pk])
    assert url not in admin.get(form).text
    fail()
    assert url in admin.get(form).text
    listed = admin.get(f"{USERS}?tam-khoa=co").text
    assert "chuyenvien" in listed
    assert "officer_a" not in listed
    assert "chuyenvien" not in admin.get(f"{USERS}?tam-khoa=khong").text
    version = User.objects.get(pk=person.pk).version
    assert admin.post(url, {"reason": "", "version": version}).status_code == 422
    assert admin.post(url, {"reason": "Đã gọi lại", "version": version}).status_code == 302
    entry = LogEntry.objects.first()
    assert (entry.action, entry.reason) == ("account.unlocked", "Đã gọi lại")  # type: ignore[union-attr]
    assert sign_in(Client()).status_code == 302


def test_a_lock_on_codes_is_seen_and_lifted_as_well(person: User, cast: Any) -> None:
    entering.with_factor(person)
    for _ in range(5):
        client = Client()
        sign_in(client)
        client.post(CODE, {"code": "000000"})
    services.unlock(person, reason="x", version=None, by=cast.administrator)
    client = Client()
    sign_in(client)
    assert client.post(CODE, {"code": entering.code()}).status_code == 302


def test_lifting_is_the_administrators_of_the_province_and_needs_a_lock(
    person: User, cast: Any, land: Any
) -> None:
    with pytest.raises(Refused, match="không bị tạm khóa"):
        services.unlock(person, reason="x", version=None, by=cast.administrator)
    fail()
    with pytest.raises(NotAllowed):
        services.unlock(person, reason="x", version=None, by=cast.auditor)
    away = factories.user("nguoi_la", "specialist", land.foreign)
    with pytest.raises(NotAllowed):
        services.unlock(away, reason="x", version=None, by=cast.administrator)


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_of_accounts_costs_the_same_for_3_and_for_30(
    cast: Any, land: Any, client_as: Callable[..., Client], count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        factories.user(f"them_{number}", "leader", land.province)
    admin = client_as(cast.administrator)
    admin.get(USERS)
    with django_assert_max_num_queries(8):
        admin.get(USERS)


# --- what a stranger learns --------------------------------------------------------------------------


def test_existing_and_missing_accounts_look_the_same_until_and_after_the_lock(person: User) -> None:
    for _ in range(6):
        mine, none = fail(1), fail(1, "khong_co_ai")
        pages = [re.sub(r'value="[^"]*"', "", page.text) for page in (mine, none)]
        assert pages[0].replace("chuyenvien", "") == pages[1].replace("khong_co_ai", "")
        assert mine.status_code == none.status_code
        assert set(mine.cookies) == set(none.cookies)
        seen = [{k: v for k, v in page.headers.items() if k not in _PASSING} for page in (mine, none)]
        assert seen[0] == seen[1]


def test_they_take_the_same_time_with_the_real_hash(land: Any) -> None:
    entering.person(land)
    took: dict[str, list[float]] = {"chuyenvien": [], "khong_co_ai": []}
    for number in range(8):
        for name, times in took.items():
            client = Client(REMOTE_ADDR=f"10.1.{number}.1")
            began = time.perf_counter()
            sign_in(client, name, "sai-bét")
            times.append(time.perf_counter() - began)
    mine, none = (statistics.median(times) for times in took.values())
    assert abs(mine - none) < 0.35 * max(mine, none), (mine, none)


# --- the record --------------------------------------------------------------------------------------


def test_coming_and_going_are_recorded_with_the_address(person: User) -> None:
    client = Client(REMOTE_ADDR="10.0.0.5")
    sign_in(client)
    client.post(LOGOUT)
    rows = LogEntry.objects.filter(action__in=("account.signed_in", "account.signed_out")).order_by("number")
    assert [(row.action, row.actor, row.address) for row in rows] == [
        ("account.signed_in", person, "10.0.0.5"),
        ("account.signed_out", person, "10.0.0.5"),
    ]
    assert {row.province_id for row in rows} == {person.assignments.get().unit.province_id}


def test_a_wrong_password_is_recorded_under_the_account_and_an_unknown_name_under_none(person: User) -> None:
    fail(1)
    fail(1, "mat-khau-go-nham-o-ten")
    assert entries() == [
        ("account.wrong_password", "chuyenvien", "Hệ thống"),
        ("account.wrong_password", "Không có tài khoản này", "Hệ thống"),
    ]
    assert "go-nham" not in str(list(LogEntry.objects.values()))


def test_a_flood_adds_no_more_entries_than_the_lock_allows(person: User) -> None:
    fail(20)
    said = [action for action, _, _ in entries()]
    assert said == ["account.wrong_password"] * 5 + ["account.locked"]


def test_a_flood_of_many_names_from_one_address_is_bounded(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ntm.accounts.signins._MOST", 10)
    for number in range(20):
        fail(1, f"ten-{number}")
    assert len(entries()) == 10
    call_command("audit_verify")


def test_comings_and_goings_leave_what_is_cached_alone(person: User, cast: Any) -> None:
    before = change_counter()
    client = Client()
    sign_in(client)
    client.post(LOGOUT)
    fail(1)
    assert change_counter() == before
    services.deactivate(person, reason="x", version=None, by=cast.administrator)
    assert change_counter() > before


def test_the_auditor_reads_them_in_words(person: User, cast: Any, client_as: Callable[..., Client]) -> None:
    fail()
    page = client_as(cast.auditor).get("/nhat-ky/").text
    assert "Nhập sai mật khẩu" in page
    assert "Tạm khóa đăng nhập vì nhập sai nhiều lần" in page
