"""The code after the password: what it opens, that it works once, and what wrong ones lead to."""

import time
from typing import Any

import pytest
from django.test import Client

from ntm.accounts import second_factor, services
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import CODE, LOGIN, code


@pytest.fixture
def person(land: Any) -> User:
    return entering.person(land)


def actions() -> list[str]:
    return [entry.action for entry in LogEntry.objects.order_by("number")]


def test_the_password_alone_opens_nothing(person: User, client: Client) -> None:
    entering.with_factor(person)
    assert entering.sign_in(client, next="/dia-ban/")["Location"] == CODE
    assert not entering.inside(client)
    assert client.get("/dia-ban/")["Location"].startswith(LOGIN)
    page = client.get(CODE)
    assert "no-store" in page["Cache-Control"]
    before = client.cookies["sessionid"].value
    assert client.post(CODE, {"code": code()})["Location"] == "/dia-ban/"
    assert client.cookies["sessionid"].value != before
    assert client.get("/dia-ban/").status_code == 200


def test_the_page_of_the_code_is_nothing_to_who_has_given_no_password(client: Client, person: User) -> None:
    entering.with_factor(person)
    assert client.get(CODE)["Location"] == LOGIN
    assert client.post(CODE, {"code": code()})["Location"] == LOGIN


def test_a_code_of_the_app_works_once_also_within_its_half_minute(person: User) -> None:
    entering.with_factor(person)
    first, second = Client(), Client()
    shown = code()
    entering.sign_in(first)
    assert first.post(CODE, {"code": f"{shown[:3]} {shown[3:]}"})["Location"] == "/"
    entering.sign_in(second)
    answer = second.post(CODE, {"code": shown})
    assert answer.status_code == 200
    assert "đã dùng rồi" in answer.text
    assert second.post(CODE, {"code": code(-1)}).status_code == 200, (
        "an older one is worth nothing after a newer"
    )
    assert not entering.inside(second)


def test_the_code_that_set_it_up_does_not_sign_in(person: User, client: Client) -> None:
    same = code()  # Asked for again it might be the next half minute's.
    second_factor.turn_on(person, entering.SECRET, same)
    entering.sign_in(client)
    assert client.post(CODE, {"code": same}).status_code == 200


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(
    person: User, monkeypatch: pytest.MonkeyPatch, steps: int, good: bool
) -> None:
    now = time.time()
    entering.with_factor(person)
    monkeypatch.setattr(time, "time", lambda: now + 600)
    assert second_factor.use_code(person, code(steps)) is good


def test_each_spare_code_works_once_and_is_recorded(person: User) -> None:
    spare = entering.with_factor(person)
    for one in spare[:2]:
        client = Client()
        entering.sign_in(client)
        assert client.post(CODE, {"code": one}).status_code == 302
        again = Client()
        entering.sign_in(again)
        assert again.post(CODE, {"code": one}).status_code == 200
    assert second_factor.spare_codes_left(person) == 8
    assert actions().count("account.spare_code_used") == 2


def test_the_fifth_wrong_code_locks_from_every_address_also_for_the_right_one(person: User) -> None:
    entering.with_factor(person)
    statuses = []
    for number in range(5):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        entering.sign_in(client)
        statuses.append(client.post(CODE, {"code": "000000"}).status_code)
    assert statuses == [200, 200, 200, 200, 429]
    answer = client.post(CODE, {"code": code()})
    assert answer.status_code == 429
    assert "Tạm khóa đăng nhập" in answer.text
    assert not entering.inside(client)
    assert actions()[-6:].count("account.wrong_code") == 5
    assert actions()[-1] == "account.locked"


def test_wrong_passwords_of_a_stranger_do_not_lock_the_code(person: User, client: Client) -> None:
    entering.with_factor(person)
    stranger = Client(REMOTE_ADDR="10.0.0.66")
    for name in ("chuyenvien", "MÃ:chuyenvien", "mã:chuyenvien"):
        for _ in range(5):
            entering.sign_in(stranger, name, "sai")
    entering.sign_in(client)
    assert client.post(CODE, {"code": code()}).status_code == 302


def test_the_right_password_does_not_forget_wrong_codes(person: User, client: Client) -> None:
    entering.with_factor(person)
    for _ in range(4):
        entering.sign_in(client)
        client.post(CODE, {"code": "000000"})
        client.cookies.clear()
    entering.sign_in(client)
    assert client.post(CODE, {"code": "000000"}).status_code == 429


@pytest.mark.parametrize("event", ["closed", "new password"])
def test_what_happens_between_password_and_code_counts(person: User, client: Client, event: str) -> None:
    entering.with_factor(person)
    entering.sign_in(client)
    if event == "closed":
        User.objects.filter(pk=person.pk).update(is_active=False)
    else:
        services.set_password(person, entering.GOOD + "9", by=entering.audit.SYSTEM)
    assert client.post(CODE, {"code": code()})["Location"] == LOGIN
    assert not entering.inside(client)
