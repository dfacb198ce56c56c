"""A person at the door: the pages they meet, and the app on their phone."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from ntm.accounts import second_factor
from ntm.accounts.models import User
from ntm.accounts.services import set_password
from ntm.audit import log as audit
from tests import factories

LOGIN, LOGOUT, CHANGE = "/tai-khoan/dang-nhap/", "/tai-khoan/dang-xuat/", "/tai-khoan/doi-mat-khau/"
AGAIN, CODE = "/tai-khoan/xac-nhan-mat-khau/", "/tai-khoan/xac-thuc-hai-lop/ma/"
FACTOR, ON = "/tai-khoan/xac-thuc-hai-lop/", "/tai-khoan/xac-thuc-hai-lop/bat/"
OFF, SPARE = "/tai-khoan/xac-thuc-hai-lop/tat/", "/tai-khoan/xac-thuc-hai-lop/ma-du-phong/"
GOOD = "Ruộng-bậc-thang-88"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(steps: int = 0, secret: str = SECRET) -> str:
    """What the app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def person(land: Any, role: str = "specialist", name: str = "chuyenvien") -> User:
    return set_password(factories.user(name, role, land.province), GOOD, by=audit.SYSTEM)


def with_factor(user: User) -> list[str]:
    """The person has set it up some time ago; their spare codes."""
    return second_factor.turn_on(user, SECRET, code(-1))


def sign_in(client: Client, name: str = "chuyenvien", password: str = GOOD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **more})


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no hidden {name}"
    return found[1]


def confirm(client: Client, url: str) -> Any:
    """Ask for a page that wants the password again, and give it."""
    answer = client.get(url)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, AGAIN)
    assert client.post(AGAIN, {"password": GOOD, "next": url})["Location"] == url
    return client.get(url)


def inside(client: Client) -> bool:
    return client.get("/tai-khoan/phien/").status_code == 200
