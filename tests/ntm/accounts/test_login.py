"""Coming in and going out: what a stranger can learn, how often they may guess, and that old sessions are dead."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from ntm.accounts.models import User
from ntm.accounts.services import set_password
from ntm.audit import log as audit
from tests import factories

LOGIN, LOGOUT, CHANGE = "/tai-khoan/dang-nhap/", "/tai-khoan/dang-xuat/", "/tai-khoan/doi-mat-khau/"
GOOD = "Ruộng-bậc-thang-88"


@pytest.fixture
def person(land: Any) -> User:
    return set_password(factories.user("chuyenvien", "specialist", land.province), GOOD, by=audit.SYSTEM)


def sign_in(client: Client, name: str = "chuyenvien", password: str = GOOD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **more})


def without_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_the_form_has_exactly_a_name_and_a_password(client: Client, db: None) -> None:
    page = client.get(LOGIN)
    assert page.status_code == 200
    fields = re.findall(r'<input[^>]* name="([^"]+)"', page.text)
    assert sorted(set(fields)) == ["csrfmiddlewaretoken", "login", "password"]
    assert "Tên đăng nhập" in page.text
    assert "Mật khẩu" in page.text


def test_a_right_password_opens_the_home_page_whatever_the_case_of_the_name(
    client: Client, person: User
) -> None:
    answer = sign_in(client, "ChuyenVien")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_session_is_a_new_one_after_signing_in_and_a_dead_one_after_signing_out(
    client: Client, person: User
) -> None:
    client.get(LOGIN)
    session = client.session
    session["before"] = "1"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(client)
    inside = client.cookies["sessionid"].value
    assert inside != before
    assert client.get("/dia-ban/").status_code == 200
    assert client.post(LOGOUT).status_code == 302
    client.cookies["sessionid"] = inside
    assert client.get("/dia-ban/").status_code == 302


def test_signing_out_is_never_done_by_a_link(client: Client, person: User) -> None:
    sign_in(client)
    assert client.get(LOGOUT).status_code == 200
    assert client.get("/dia-ban/").status_code == 200


def test_a_page_asked_for_before_signing_in_comes_after_it_but_never_a_foreign_one(
    client: Client, person: User
) -> None:
    assert client.get("/dia-ban/")["Location"] == f"{LOGIN}?next=/dia-ban/"
    assert sign_in(client, next="/dia-ban/")["Location"] == "/dia-ban/"
    assert sign_in(Client(), next="https://example.org/")["Location"] == "/"
    assert sign_in(Client(), next="//example.org/")["Location"] == "/"


def test_a_wrong_password_a_missing_and_a_closed_account_look_the_same(client: Client, person: User) -> None:
    factories.user("da_khoa", is_active=False)
    User.objects.filter(username="da_khoa").update(password=person.password)
    answers = [
        sign_in(Client(), "chuyenvien", "sai"),
        sign_in(Client(), "khong_co", "sai"),
        sign_in(Client(), "da_khoa", "sai"),
        sign_in(Client(), "da_khoa", GOOD),
    ]
    pages = {
        without_token(answer.text).replace(name, "")
        for answer, name in zip(answers, ("chuyenvien", "khong_co", "da_khoa", "da_khoa"), strict=True)
    }
    assert {answer.status_code for answer in answers} == {200}
    assert len(pages) == 1
    assert all(set(answer.cookies) == {"csrftoken"} for answer in answers)
    assert "Tên đăng nhập hoặc mật khẩu" in answers[0].text


def test_a_missing_account_costs_the_same_hash(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    original = User.set_password
    monkeypatch.setattr(User, "set_password", lambda self, raw: (hashed.append("x"), original(self, raw))[1])
    sign_in(client, "khong_co", "sai")
    assert hashed == ["x"]


@pytest.mark.parametrize("name", ["chuyenvien", "khong_co"])
def test_the_fifth_wrong_password_locks_in_vietnamese_also_for_the_right_one(
    client: Client, person: User, name: str
) -> None:
    statuses = [sign_in(client, name, "sai").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    answer = sign_in(client, name)
    assert answer.status_code == 429
    assert "Tạm khóa đăng nhập" in answer.text
    assert "no-store" in answer["Cache-Control"]


def test_the_case_of_the_name_gives_no_further_guesses(client: Client, person: User) -> None:
    for name in ("chuyenvien", "Chuyenvien", "CHUYENVIEN", "chuyenVIEN", "ChuyenVien"):
        last = sign_in(client, name, "sai")
    assert last.status_code == 429


def test_a_lock_keeps_only_this_machine_out(person: User) -> None:
    attacker, office = Client(REMOTE_ADDR="10.0.0.66"), Client(REMOTE_ADDR="10.0.0.7")
    for _ in range(5):
        sign_in(attacker, password="sai")
    assert sign_in(attacker).status_code == 429
    assert sign_in(office).status_code == 302


def test_a_forged_header_does_not_make_another_machine(person: User) -> None:
    client = Client()
    for number in range(5):
        answer = client.post(
            LOGIN, {"login": "chuyenvien", "password": "sai"}, headers={"X-Forwarded-For": f"10.9.9.{number}"}
        )
    assert answer.status_code == 429


def test_a_right_password_forgets_the_wrong_ones(client: Client, person: User) -> None:
    for _ in range(2):
        for _ in range(4):
            sign_in(client, password="sai")
        assert sign_in(client).status_code == 302
        client.post(LOGOUT)


def test_a_new_password_from_the_administrator_lifts_the_lock(client: Client, person: User) -> None:
    for _ in range(5):
        sign_in(client, password="sai")
    set_password(person, GOOD + "9", by=audit.SYSTEM)
    assert sign_in(client, password=GOOD + "9").status_code == 302


def test_a_person_changes_the_own_password_and_other_sessions_die(client: Client, person: User) -> None:
    sign_in(client)
    elsewhere = Client()
    sign_in(elsewhere)
    typed = {"oldpassword": GOOD, "password1": GOOD + "9", "password2": GOOD + "9"}
    assert client.post(CHANGE, typed | {"oldpassword": "sai"}).status_code == 200
    answer = client.post(CHANGE, typed)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/dia-ban/").status_code == 200
    assert elsewhere.get("/dia-ban/").status_code == 302
    assert sign_in(Client(), password=GOOD + "9").status_code == 302


def test_who_has_no_password_is_told_so(client_as: Callable[..., Client], land: Any) -> None:
    assert client_as(factories.user("khac", "leader", land.province)).get(CHANGE).status_code == 403


@pytest.mark.parametrize("url", [LOGIN, LOGOUT, CHANGE])
def test_a_form_without_its_token_is_refused(url: str, person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person, backend="communes.backends.AssignmentBackend")
    assert client.post(url, {}).status_code == 403


def test_the_package_may_send_nobody_to_a_page_that_is_not_there(client: Client, person: User) -> None:
    """What is listed here are all its pages; whatever else the package knows is not mounted."""
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    mounted = {name for name in names if name.startswith(("account_", "mfa_", "usersessions_"))}
    assert mounted == {
        "account_login",
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "mfa_authenticate",
    }
    sign_in(client)
    assert client.get(LOGIN)["Location"] == "/"
    assert client.post(LOGOUT)["Location"] == reverse("account_login")
    assert client.get(LOGOUT)["Location"].startswith(LOGIN)
