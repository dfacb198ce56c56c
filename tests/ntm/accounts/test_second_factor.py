"""The second factor: set up, asked for, used once, lost; never skipped, never in the record."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from ntm import environment
from ntm.accounts import second_factor
from ntm.accounts.middleware import SignedIn
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from tests.access.matrix import routes
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import (
    AGAIN,
    CODE,
    FACTOR,
    LOGIN,
    LOGOUT,
    OFF,
    ON,
    SPARE,
    code,
    confirm,
    hidden,
)


@pytest.fixture(autouse=True)
def office(settings: Any) -> None:
    settings.MFA_ROLES = frozenset({"administrator", "approver", "specialist"})


@pytest.fixture
def person(land: Any) -> User:
    return entering.person(land)


@pytest.fixture
def clerk(land: Any) -> User:
    """Nothing asks this one for a factor."""
    return entering.person(land, "leader", "lanhdao")


def actions() -> list[str]:
    return [entry.action for entry in LogEntry.objects.order_by("number")]


def set_up(client: Client) -> Any:
    """Through the pages; the answer holds the spare codes."""
    page = client.get(ON)
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert secret is not None
    typed = {"sealed": hidden(page.text, "sealed"), "code": code(secret=secret[1].replace(" ", ""))}
    return client.post(ON, typed)


# --- whoever must have one ---------------------------------------------------------------------------


def test_nobody_who_must_have_one_gets_past_setting_it_up(person: User, client: Client) -> None:
    """Every address of the project, asked by a specialist without the factor: the middleware answers for the view, and
    where it lets somebody pass, the whole request is made."""
    entering.sign_in(client)
    request: Any = client.get("/dia-ban/").wsgi_request
    free = {"healthz", "readyz", "account_login", "mfa_authenticate", "account_logout"}
    free |= {"account_change_password", "account_reauthenticate", "second_factor_on"}
    for route in routes():
        if route.name in free:
            continue
        where = "/" + re.sub(r"<[^>]+>|\(\?P[^)]*\)", "1", route.route).replace("^", "").replace("$", "")
        for method in ("get", "post"):
            answer = _at_the_door(request, method.upper(), where) or getattr(client, method)(where)
            led = answer.status_code == 302 and answer["Location"] in (ON, LOGIN)
            assert led or answer.status_code in (403, 404), (method, where, answer.status_code)
            assert answer.status_code != 200


def _at_the_door(request: Any, method: str, where: str) -> Any:
    with suppress(Resolver404):
        match = resolve(where)
        request.method, request.path, request.path_info, request.resolver_match = method, where, where, match
        return SignedIn(lambda _: HttpResponse()).process_view(request, match.func, match.args, match.kwargs)
    return None


def test_a_script_gets_a_sentence_instead_of_a_page(person: User, client: Client) -> None:
    entering.sign_in(client)
    for headers in ({"Accept": "application/json"}, {"Sec-Fetch-Mode": "cors"}, {"X-Fragment": "1"}):
        answer = client.get("/dia-ban/", headers=headers)
        assert answer.status_code == 403
        assert "xác thực hai lớp" in answer.json()["sentence"]
    assert client.get("/tong-quan/2023.json").json()["error"] == "no-second-factor"


def test_signing_out_and_the_own_password_stay_within_reach(person: User, client: Client) -> None:
    entering.sign_in(client)
    assert client.get(entering.CHANGE).status_code == 200
    assert client.post(LOGOUT).status_code == 302
    assert not entering.inside(client)


def test_the_admin_is_no_way_around(land: Any, client: Client) -> None:
    entering.person(land, "administrator", "quantri")
    entering.sign_in(client, "quantri")
    assert client.get("/quan-tri/login/")["Location"] == ON
    assert client.get("/quan-tri/accounts/user/")["Location"] == ON


def test_a_role_without_the_duty_works_without_it(clerk: User, client: Client) -> None:
    entering.sign_in(client, "lanhdao")
    assert client.get("/dia-ban/").status_code == 200
    assert "Đang tắt" in client.get(FACTOR).text


def test_setting_up_shows_the_codes_once_and_opens_the_door(person: User, client: Client) -> None:
    entering.sign_in(client)
    elsewhere = Client()
    entering.sign_in(elsewhere)
    answer = set_up(client)
    codes = re.findall(r"<li><code>(\d{8})</code></li>", answer.text)
    assert len(set(codes)) == 10
    assert all(one in answer.text.split("data:text/plain")[1] for one in codes)
    assert client.get("/dia-ban/").status_code == 200
    assert not entering.inside(elsewhere)
    assert "10" in client.get(FACTOR).text
    for page in (client.get(FACTOR), client.get(SPARE)):
        assert not set(codes) & set(re.findall(r"\d{8}", page.text))
    assert actions().count("account.second_factor_on") == 1


def test_a_fresh_sign_in_is_not_asked_for_the_password_again_and_a_stale_one_is(
    person: User, client: Client, later: Callable[[float], None], settings: Any
) -> None:
    entering.sign_in(client)
    assert client.get("/dia-ban/")["Location"] == ON
    assert client.get(ON).status_code == 200
    later(6)
    assert client.get(ON)["Location"].partition("?")[0] == entering.AGAIN
    confirm(client, ON)


def test_somebody_whose_password_was_not_asked_for_is_asked(person: User, client: Client) -> None:
    client.force_login(person)
    assert client.get(ON)["Location"].partition("?")[0] == entering.AGAIN


def test_the_picture_and_the_text_are_the_secret_and_nothing_is_asked_of_another_host(
    person: User, client: Client
) -> None:
    entering.sign_in(client)
    page = client.get(ON)
    assert 'class="qr"' in page.text
    assert "style=" not in page.text
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert page["Cache-Control"].startswith(("no-store", "max-age=0"))


@pytest.mark.parametrize("wrong", ["000000", "", "12345", "x" * 30])
def test_a_wrong_first_code_sets_nothing_up_and_keeps_the_picture(
    person: User, client: Client, wrong: str
) -> None:
    entering.sign_in(client)
    page = client.get(ON)
    sealed = hidden(page.text, "sealed")
    answer = client.post(ON, {"sealed": sealed, "code": wrong})
    assert answer.status_code == 422
    assert hidden(answer.text, "sealed") == sealed
    assert 'class="qr"' in answer.text
    assert not Authenticator.objects.exists()


def test_a_secret_that_was_sealed_for_another_person_is_refused(
    person: User, clerk: User, client: Client
) -> None:
    theirs = Client()
    entering.sign_in(theirs, "lanhdao")
    sealed = hidden(theirs.get(ON).text, "sealed")
    entering.sign_in(client)
    assert client.post(ON, {"sealed": sealed, "code": "123456"}).status_code == 422
    assert client.post(ON, {"sealed": "x", "code": "123456"}).status_code == 422


# --- changing it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [OFF, SPARE])
def test_every_change_asks_for_the_password_again(clerk: User, client: Client, url: str) -> None:
    entering.sign_in(client, "lanhdao")
    for method in ("get", "post"):
        answer = getattr(client, method)(url)
        assert answer["Location"].startswith(AGAIN)
    assert client.post(AGAIN, {"password": "sai", "next": url}).status_code == 200
    assert client.get(url)["Location"].startswith(AGAIN)


def test_guesses_at_the_own_password_lock_too(clerk: User, client: Client) -> None:
    entering.sign_in(client, "lanhdao")
    client.get(ON)
    statuses = [client.post(AGAIN, {"password": "sai", "next": ON}).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


def test_new_spare_codes_make_the_old_ones_worthless(clerk: User, client: Client) -> None:
    old = entering.with_factor(clerk)
    entering.sign_in(client, "lanhdao")
    client.post(CODE, {"code": code()})
    confirm(client, SPARE)
    answer = client.post(SPARE)
    new = re.findall(r"<li><code>(\d{8})</code></li>", answer.text)
    assert len(new) == 10
    assert not set(new) & set(old)
    assert not second_factor.use_code(clerk, old[0])
    assert second_factor.use_code(clerk, new[0])
    assert "account.spare_codes_renewed" in actions()


def test_who_need_not_have_it_may_turn_it_off(clerk: User, client: Client) -> None:
    entering.with_factor(clerk)
    entering.sign_in(client, "lanhdao")
    client.post(CODE, {"code": code()})
    confirm(client, OFF)
    assert client.post(OFF)["Location"] == FACTOR
    assert not Authenticator.objects.exists()
    assert actions()[-1] == "account.second_factor_off"
    assert entering.sign_in(Client(), "lanhdao")["Location"] == "/"


def test_who_must_have_it_may_not(person: User, client: Client) -> None:
    entering.with_factor(person)
    entering.sign_in(client)
    client.post(CODE, {"code": code()})
    assert OFF not in client.get(FACTOR).text
    confirm(client, OFF)
    assert client.post(OFF).status_code == 422
    assert Authenticator.objects.filter(user=person).count() == 2


def test_a_role_that_asks_for_it_asks_at_the_next_click(land: Any, clerk: User, client: Client) -> None:
    entering.sign_in(client, "lanhdao")
    clerk.assignments.create(unit=land.province, role="approver")
    assert client.get("/dia-ban/")["Location"] == ON
    entering.with_factor(clerk)
    assert client.get("/dia-ban/")["Location"].startswith(LOGIN), (
        "set up elsewhere: this session never showed it"
    )


# --- the administrator -------------------------------------------------------------------------------


def test_the_administrator_takes_a_lost_one_away_and_open_sessions_end(
    person: User, cast: Any, client_as: Callable[..., Client], settings: Any
) -> None:
    settings.MFA_ROLES = frozenset({"specialist"})
    entering.with_factor(person)
    theirs = Client()
    entering.sign_in(theirs)
    theirs.post(CODE, {"code": code()})
    admin = client_as(cast.administrator)
    url = reverse("admin:accounts_user_factor", args=[person.pk])
    assert url in admin.get(reverse("admin:accounts_user_change", args=[person.pk])).text
    version = User.objects.get(pk=person.pk).version
    assert admin.post(url, {"reason": " ", "version": version}).status_code == 422
    assert admin.post(url, {"reason": "Mất điện thoại", "version": version}).status_code == 302
    entry = LogEntry.objects.first()
    assert (entry.action, entry.reason, entry.actor) == (
        "account.second_factor_removed",
        "Mất điện thoại",
        cast.administrator,
    )
    assert not entering.inside(theirs)
    fresh = Client()
    entering.sign_in(fresh)
    assert fresh.get("/dia-ban/")["Location"] == ON


def test_taking_away_is_the_administrators_of_the_province_and_not_of_oneself(
    person: User, land: Any, cast: Any
) -> None:
    entering.with_factor(person)
    calls: list[tuple[Any, Any, type[Exception]]] = [
        (person, cast.auditor, NotAllowed),
        (cast.leader, cast.administrator, Refused),
        (entering.factories.user("la", "specialist", land.foreign), cast.administrator, NotAllowed),
    ]
    for target, by, error in calls:
        with pytest.raises(error):
            second_factor.take_away(target, reason="x", version=None, by=by)
    with pytest.raises(Stale):
        second_factor.take_away(person, reason="x", version=99, by=cast.administrator)
    entering.with_factor(cast.administrator)
    with pytest.raises(Refused, match="của mình"):
        second_factor.take_away(cast.administrator, reason="x", version=None, by=cast.administrator)


def test_no_secret_no_code_and_no_password_is_in_the_record_or_the_log(
    person: User, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    entering.sign_in(client)
    answer = set_up(client)
    codes = re.findall(r"<li><code>(\d{8})</code></li>", answer.text)
    entering.sign_in(Client(), password="mat-khau-sai-bi-mat")
    other = Client()
    entering.sign_in(other)
    other.post(CODE, {"code": "135790"})
    other.post(CODE, {"code": codes[0]})
    written = caplog.text + json.dumps(
        list(LogEntry.objects.values("changes", "reason", "object_label", "actor_name")), ensure_ascii=False
    )
    rows = [json.dumps(row.data) for row in Authenticator.objects.all()]
    seeds = re.findall(r'"(?:secret|seed)": "([^"]+)"', "".join(rows))
    for secret in (*codes, *seeds, entering.GOOD, "mat-khau-sai-bi-mat", "135790"):
        assert secret not in written, secret
    call_command("audit_verify")


@pytest.mark.parametrize(
    ("value", "roles"),
    [
        ("", {"administrator", "approver", "specialist"}),
        ("off", set()),
        ("auditor, leader", {"auditor", "leader"}),
    ],
)
def test_who_must_have_it_is_a_setting(monkeypatch: pytest.MonkeyPatch, value: str, roles: set[str]) -> None:
    monkeypatch.setenv("MFA_ROLES", value)
    default = ("administrator", "approver", "specialist")
    assert environment.role_codes(environment.environ.Env(), "MFA_ROLES", default) == roles


@pytest.mark.parametrize("value", ["admin", "on", "specialist;approver", "specialist,"])
def test_a_wrong_role_stops_the_start_with_a_sentence(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MFA_ROLES", value)
    with pytest.raises(ImproperlyConfigured, match="MFA_ROLES=.*không có vai trò.*Chỉ nhận off, hoặc các mã"):
        environment.role_codes(environment.environ.Env(), "MFA_ROLES", ())
