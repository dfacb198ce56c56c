"""Accounts through the verbs and the admin: what is refused, what is recorded, what never is."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from ntm.accounts import services
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories

USERS = "/quan-tri/accounts/user/"
GOOD = "Ruộng-bậc-thang-88"


@pytest.fixture
def browser(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.administrator)


def add(browser: Client, **changes: Any) -> Any:
    page = browser.get(f"{USERS}add/")
    token = page.context["adminform"].form["token"].value()
    typed = {"username": "moi", "full_name": "Người mới", "email": "", "password": GOOD, "again": GOOD}
    return browser.post(f"{USERS}add/", typed | {"token": token} | changes)


def new_user(by: Any, **changes: Any) -> User:
    return services.create_user(
        **{"username": "moi", "full_name": "Người mới", "password": GOOD} | changes, by=by
    )


def test_an_account_is_made_with_a_password_and_without_a_role(
    browser: Client, cast: SimpleNamespace
) -> None:
    assert add(browser, username="Moi").status_code == 302
    user = User.objects.get(username="moi")
    assert user.check_password(GOOD)
    assert not user.assignments.exists()
    entry = LogEntry.objects.get()
    assert (entry.action, entry.actor) == ("account.created", cast.administrator)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"username": "OFFICER_A"}, "username", "đã có người dùng"),
        ({"username": "có dấu cách"}, "username", ""),
        ({"username": ""}, "username", ""),
        ({"full_name": " "}, "full_name", ""),
        ({"full_name": "x" * 201}, "full_name", ""),
        ({"email": "x"}, "email", ""),
        ({"password": "ngắn", "again": "ngắn"}, "password", ""),
        ({"password": "1234567890123", "again": "1234567890123"}, "password", ""),
        ({"password": "password123", "again": "password123"}, "password", ""),
        ({"again": "khác hẳn với trên"}, "again", "không giống nhau"),
    ],
)
def test_what_is_wrong_with_a_new_account_stands_beside_its_field(
    browser: Client, changes: dict[str, str], field: str, words: str
) -> None:
    answer = add(browser, **changes)
    assert answer.status_code == 422
    errors = answer.context["adminform"].form.errors
    assert list(errors) == [field]
    assert words in errors[field][0]
    assert not User.objects.filter(username="moi").exists()


def test_no_password_and_no_hash_reaches_the_record_or_the_log(
    browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    add(browser)
    user = User.objects.get(username="moi")
    first = user.password
    browser.post(f"{USERS}{user.pk}/mat-khau/", {"password": GOOD + "9", "again": GOOD + "9", "version": 1})
    add(browser, username="khac", again="nhầm")
    user.refresh_from_db()
    written = json.dumps(
        list(LogEntry.objects.values("changes", "reason", "object_label")), ensure_ascii=False
    )
    for secret in (GOOD, first, user.password, "argon2"):
        assert secret not in written + caplog.text
    assert [entry.action for entry in LogEntry.objects.all()] == ["account.password_set", "account.created"]


def test_a_new_password_ends_open_sessions_and_keeps_the_old_one_out(
    browser: Client, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    person = services.set_password(cast.specialist, "Mật-khẩu-cũ-1", by=audit.SYSTEM)
    theirs = client_as(person)
    assert theirs.get("/dia-ban/").status_code == 200
    answer = browser.post(
        f"{USERS}{person.pk}/mat-khau/", {"password": GOOD, "again": GOOD, "version": person.version}
    )
    assert answer.status_code == 302
    assert theirs.get("/dia-ban/").status_code == 302
    person.refresh_from_db()
    assert person.check_password(GOOD)


def test_a_password_page_opened_before_somebody_elses_change_is_a_conflict(
    browser: Client, cast: SimpleNamespace
) -> None:
    person = cast.specialist
    services.change_user(person, full_name="Tên mới", email="", version=1, by=cast.administrator)
    answer = browser.post(f"{USERS}{person.pk}/mat-khau/", {"password": GOOD, "again": GOOD, "version": 1})
    assert answer.status_code == 409
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_a_closed_account_loses_its_session_at_the_next_click_and_may_be_opened_again(
    browser: Client, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    person, theirs = cast.specialist, client_as(cast.specialist)
    assert theirs.get("/dia-ban/").status_code == 200
    assert "Lý do" in browser.get(f"{USERS}{person.pk}/khoa/").text
    answer = browser.post(f"{USERS}{person.pk}/khoa/", {"reason": "Nghỉ việc", "version": 1})
    assert answer.status_code == 302
    assert theirs.get("/dia-ban/").status_code == 302
    assert LogEntry.objects.get().reason == "Nghỉ việc"
    assert browser.post(f"{USERS}{person.pk}/mo-lai/", {"reason": "Trở lại", "version": 2}).status_code == 200
    person.refresh_from_db()
    assert (person.is_active, person.version) == (True, 3)


def test_closing_needs_a_reason_and_the_present_version(browser: Client, cast: SimpleNamespace) -> None:
    url = f"{USERS}{cast.specialist.pk}/khoa/"
    assert browser.post(url, {"reason": " ", "version": 1}).status_code == 422
    assert browser.post(url, {"reason": "x", "version": 9}).status_code == 409
    assert not LogEntry.objects.exists()


def test_nobody_closes_the_own_account_so_one_administrator_always_remains(
    browser: Client, cast: SimpleNamespace
) -> None:
    answer = browser.post(f"{USERS}{cast.administrator.pk}/khoa/", {"reason": "x", "version": 1})
    assert answer.status_code == 422
    assert "tự khóa tài khoản" in answer.text


def test_an_administrator_who_was_closed_meanwhile_closes_nobody(land: Any, cast: SimpleNamespace) -> None:
    other = factories.user("quantri2", "administrator", land.province)
    services.deactivate(cast.administrator, reason="x", version=1, by=other)
    assert cast.administrator.is_active  # as this request still believes
    with pytest.raises(NotAllowed):
        services.deactivate(other, reason="x", version=1, by=cast.administrator)


def test_closing_twice_and_opening_an_open_account_are_refused(cast: SimpleNamespace) -> None:
    services.deactivate(cast.specialist, reason="x", version=1, by=cast.administrator)
    with pytest.raises(Refused):
        services.deactivate(cast.specialist, reason="x", version=2, by=cast.administrator)
    with pytest.raises(Refused):
        services.reactivate(cast.leader, reason="x", version=1, by=cast.administrator)
    with pytest.raises(Stale):
        services.reactivate(cast.specialist, reason="x", version=1, by=cast.administrator)


def test_an_account_of_another_province_is_as_good_as_missing(
    browser: Client, land: Any, cast: SimpleNamespace
) -> None:
    away = factories.user("nguoi_la", "specialist", land.foreign, full_name="Người tỉnh khác")
    for url in ("change/", "history/", "mat-khau/", "khoa/", "mo-lai/"):
        assert browser.get(f"{USERS}{away.pk}/{url}").status_code == 404
        assert browser.get(f"{USERS}999999/{url}").status_code == 404
    assert "Người tỉnh khác" not in browser.get(USERS).text
    with pytest.raises(NotAllowed):
        services.set_password(away, GOOD, by=cast.administrator)


@pytest.mark.parametrize("role", ["specialist", "auditor", "leader", "officer_a", "unassigned"])
def test_only_administrators_touch_accounts(
    role: str, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    person = getattr(cast, role)
    client, target = client_as(person), cast.department
    for url in (USERS, f"{USERS}add/", f"{USERS}{target.pk}/change/", f"{USERS}{target.pk}/mat-khau/"):
        assert client.get(url).status_code in (302, 403, 404)
    answer = client.post(f"{USERS}{target.pk}/mat-khau/", {"password": GOOD, "again": GOOD, "version": 1})
    assert answer.status_code in (302, 403)
    calls: list[Callable[[], Any]] = [
        lambda: new_user(person),
        lambda: services.set_password(target, GOOD, by=person),
        lambda: services.change_user(target, full_name="x", email="", version=1, by=person),
        lambda: services.deactivate(target, reason="x", version=1, by=person),
        lambda: services.reactivate(target, reason="x", version=1, by=person),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert not LogEntry.objects.about_rows().exists()


def test_forged_fields_change_nothing(browser: Client, cast: SimpleNamespace) -> None:
    person = cast.specialist
    answer = browser.post(
        f"{USERS}{person.pk}/change/",
        {
            "full_name": "Tên mới",
            "email": "",
            "version": 1,
            "username": "khac",
            "is_active": "",
            "password": "x",
        },
    )
    person.refresh_from_db()
    assert answer.status_code == 302
    assert (person.full_name, person.username, person.is_active) == ("Tên mới", "specialist", True)


def test_a_commands_password_is_the_operators_own_choice(db: None) -> None:
    assert new_user(audit.SYSTEM, password="demo").check_password("demo")
