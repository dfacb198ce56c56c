"""What every answer about signing in carries, refusals too."""

from typing import Any

import pytest
from django.test import Client

from ntm.accounts.models import User
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import AGAIN, CHANGE, CODE, FACTOR, LOGIN, LOGOUT, OFF, ON, SPARE, sign_in


@pytest.fixture
def person(land: Any) -> User:
    return entering.person(land)


def holds(answer: Any) -> None:
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]


def test_pages_forms_and_refusals_of_signing_in(person: User, client: Client) -> None:
    holds(client.get(LOGIN))
    for _ in range(5):
        holds(sign_in(client, "khong_co", "sai"))
    holds(client.get(CODE))
    entering.with_factor(person)
    holds(sign_in(client))
    holds(client.get(CODE))
    holds(client.post(CODE, {"code": "000000"}))
    holds(client.post(CODE, {"code": entering.code()}))
    for url in (AGAIN, CHANGE, FACTOR, ON, OFF, SPARE, LOGOUT, "/tai-khoan/phien/", "/tai-khoan/gui-lai/"):
        holds(client.get(url))
    holds(entering.confirm(client, SPARE))
    holds(client.post(SPARE))
    holds(client.post("/tai-khoan/phien/ket-thuc/", {"phien": "x"}))
    client.cookies.pop("sessionid")
    late = client.post("/nguon-von/nhap/", {"note": "x"})
    assert late.status_code == 403
    holds(late)


def test_cookies_are_kept_from_scripts_and_other_sites(person: User, client: Client, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    answer = sign_in(client)
    for name in ("sessionid", "ntm_person"):
        cookie = answer.cookies[name]
        assert cookie["httponly"] and cookie["secure"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["expires"], "gone with the browser"


def test_the_door_is_not_kept_by_any_cache_and_no_mail_is_sent(
    person: User, client: Client, mailoutbox: list[Any]
) -> None:
    sign_in(client)
    client.get(ON)
    client.post(
        CHANGE, {"oldpassword": entering.GOOD, "password1": "Moi-hoan-toan-9", "password2": "Moi-hoan-toan-9"}
    )
    assert mailoutbox == []
