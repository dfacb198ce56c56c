"""Somebody is let in by a code that the administrator hands over: good once, for some days, shown once."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ntm.accounts import services
from ntm.accounts.models import User
from ntm.accounts.passwords import CODE_DAYS, one_time_code
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused
from tests import factories
from tests.ntm.accounts import entering
from tests.racing import at_once

CHANGE = "/tai-khoan/doi-mat-khau/"
USERS = "/quan-tri/accounts/user/"


@pytest.fixture
def administrator(cast: SimpleNamespace, client_as: Callable[[Any], Client]) -> Client:
    return client_as(cast.administrator)


def url_of(user: User) -> str:
    return f"{USERS}{user.pk}/ma-mot-lan/"


def issue(administrator: Client, user: User) -> str:
    """Through the page; the code as it stands there."""
    user.refresh_from_db()
    answer = administrator.post(url_of(user), {"version": user.version})
    assert answer.status_code == 200
    found = re.search(r'<code class="secret">([a-z2-9-]{14})</code>', answer.text)
    assert found, answer.text
    return found[1]


def sign_in(user: User, password: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(entering.LOGIN, {"login": user.username, "password": password})


def test_the_code_lets_in_once_to_choose_a_password(administrator: Client, cast: SimpleNamespace) -> None:
    code = issue(administrator, cast.officer_a)
    client, answer = sign_in(cast.officer_a, code)
    assert answer.status_code == 302
    assert client.get("/viec-cua-toi/")["Location"].startswith(CHANGE)
    new = {"oldpassword": code, "password1": "cau-chuyen-rieng-7", "password2": "cau-chuyen-rieng-7"}
    assert client.post(CHANGE, new).status_code == 302
    assert client.get("/viec-cua-toi/").status_code == 200
    assert sign_in(cast.officer_a, code)[1].status_code == 200
    assert sign_in(cast.officer_a, "cau-chuyen-rieng-7")[1].status_code == 302


def test_the_second_sign_in_meets_a_wrong_password(
    administrator: Client, cast: SimpleNamespace, client_as: Callable[[Any], Client]
) -> None:
    code = issue(administrator, cast.officer_a)
    first = sign_in(cast.officer_a, code)[0]
    again = sign_in(cast.officer_a, code)[1]
    wrong = sign_in(cast.officer_a, "khong-phai-ma")[1]
    assert again.status_code == wrong.status_code == 200
    assert again.context["form"].errors == wrong.context["form"].errors
    actions = list(LogEntry.objects.values_list("action", flat=True)[:4])
    assert actions == ["account.wrong_password"] * 2 + ["account.signed_in", "account.code_used"]
    new = {"oldpassword": code, "password1": "cau-chuyen-rieng-7", "password2": "cau-chuyen-rieng-7"}
    assert first.post(CHANGE, new).status_code == 302
    assert sign_in(cast.officer_a, "cau-chuyen-rieng-7")[1].status_code == 302


def test_a_spent_code_is_locked_like_a_guess_and_a_new_one_is_good_again(
    administrator: Client, cast: SimpleNamespace, settings: Any
) -> None:
    code = issue(administrator, cast.officer_a)
    sign_in(cast.officer_a, code)
    statuses = [sign_in(cast.officer_a, code)[1].status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert statuses[-1] == 429
    assert sign_in(cast.officer_a, issue(administrator, cast.officer_a))[1].status_code == 302


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_comes_in() -> None:
    person = factories.user("moi")
    code = services.issue_code(person, version=None, by=audit.SYSTEM)
    results = at_once(*[lambda: sign_in(person, code)[1].status_code] * 2)
    assert sorted(results) == [200, 302]


def test_it_is_shown_once_and_stands_in_no_record(administrator: Client, cast: SimpleNamespace) -> None:
    code = issue(administrator, cast.officer_a)
    assert code not in administrator.get(url_of(cast.officer_a)).text
    assert code not in str(list(LogEntry.objects.values()))
    entry = LogEntry.objects.about_rows().get(action="account.code_issued")
    assert entry.changes["must_change_password"] == [False, True]
    assert not any(code in str(cookie) for cookie in administrator.cookies.values())


def test_a_code_that_was_not_used_in_time_is_refused_with_its_reason(
    administrator: Client, cast: SimpleNamespace
) -> None:
    code = issue(administrator, cast.officer_a)
    late = timezone.now() - timedelta(days=CODE_DAYS, minutes=1)
    User.objects.filter(pk=cast.officer_a.pk).update(password_changed_at=late)
    answer = sign_in(cast.officer_a, code)[1]
    assert answer.status_code == 200
    assert f"Mã dùng một lần đã quá {CODE_DAYS} ngày" in answer.text


def test_open_sessions_end_and_a_stale_page_issues_nothing(
    administrator: Client, cast: SimpleNamespace, client_as: Callable[[Any], Client]
) -> None:
    theirs = client_as(cast.officer_a)
    assert theirs.get("/viec-cua-toi/").status_code == 200
    old = User.objects.get(pk=cast.officer_a.pk).version
    issue(administrator, cast.officer_a)
    assert theirs.get("/viec-cua-toi/").status_code == 302
    assert administrator.post(url_of(cast.officer_a), {"version": old}).status_code == 409


def test_an_account_without_a_password_waits_for_its_code(
    administrator: Client, cast: SimpleNamespace
) -> None:
    page = administrator.get(f"{USERS}add/")
    token = page.context["adminform"].form["token"].value()
    typed = {"token": token, "username": "moi", "full_name": "Cán bộ xã mới", "email": ""}
    assert administrator.post(f"{USERS}add/", typed).status_code == 302
    made = User.objects.get(username="moi")
    assert not made.has_usable_password()
    assert sign_in(made, issue(administrator, made))[1].status_code == 302


def test_only_the_administrator_issues_and_never_for_a_closed_account(cast: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        services.issue_code(cast.officer_a, version=None, by=cast.specialist)
    User.objects.filter(pk=cast.officer_a.pk).update(is_active=False)
    with pytest.raises(Refused, match="đang khóa"):
        services.issue_code(cast.officer_a, version=None, by=cast.administrator)


def test_no_two_codes_are_alike() -> None:
    assert len({one_time_code() for _ in range(1000)}) == 1000
