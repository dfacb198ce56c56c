"""Codes of the second factor that come in the same moment: one is used once, and the fifth wrong one locks."""

from typing import Any

import pytest
from django.test import Client

from ntm.accounts import second_factor
from ntm.accounts.models import User
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import CODE, code, sign_in
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person(land: Any) -> User:
    return entering.person(land)


def at_the_code(count: int) -> list[Client]:
    clients = [Client(REMOTE_ADDR=f"10.0.3.{number}") for number in range(count)]
    for client in clients:
        sign_in(client)
    return clients


def send(clients: list[Client], typed: str) -> list[int]:
    return at_once(*(lambda one=one: one.post(CODE, {"code": typed}).status_code for one in clients))


@pytest.mark.parametrize("kind", ["app", "spare"])
def test_of_four_who_send_one_code_one_comes_in(person: User, kind: str) -> None:
    spare = entering.with_factor(person)
    clients = at_the_code(4)
    typed = code() if kind == "app" else spare[0]
    assert sorted(send(clients, typed)) == [200, 200, 200, 302]
    assert sum(entering.inside(client) for client in clients) == 1


def test_eight_wrong_codes_at_once_are_four_tries_and_a_lock(person: User) -> None:
    entering.with_factor(person)
    assert sorted(send(at_the_code(8), "000000")) == [200] * 4 + [429] * 4


def test_without_the_lock_on_the_account_more_would_be_tried(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the race above is a real one."""
    entering.with_factor(person)
    monkeypatch.setattr(second_factor, "lock", lambda user: user)
    tried: list[str] = []
    right = second_factor.use_code
    monkeypatch.setattr(
        second_factor, "use_code", lambda user, typed: tried.append(typed) or right(user, typed)
    )
    send(at_the_code(8), "000000")
    assert len(tried) > 5
