"""Who may sign in, as a list to review; and who has not come for long."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from communes.selectors.accounts import account_lines
from ntm.accounts.models import User

LIST = "/quan-tri/accounts/user/"


def report(*options: str) -> dict[str, dict[str, str]]:
    out = io.StringIO()
    call_command("accounts_report", *options, stdout=out)
    rows = csv.DictReader(io.StringIO(out.getvalue()), delimiter=";")
    return {row["Tên đăng nhập"]: row for row in rows}


@pytest.fixture
def seen(cast: SimpleNamespace) -> SimpleNamespace:
    """The officer came 46 days ago, the specialist 44; the leader never, with an account of 50 days."""
    now = timezone.now()
    User.objects.update(last_login=now)
    User.objects.filter(pk=cast.officer_a.pk).update(last_login=now - timedelta(days=46))
    User.objects.filter(pk=cast.specialist.pk).update(last_login=now - timedelta(days=44))
    User.objects.filter(pk=cast.leader.pk).update(last_login=None, created_at=now - timedelta(days=50))
    return cast


def test_every_account_stands_there_with_its_roles_and_state(seen: SimpleNamespace) -> None:
    User.objects.filter(pk=seen.auditor.pk).update(is_active=False)
    rows = report()
    assert set(rows) == set(User.objects.values_list("username", flat=True))
    officer = rows[seen.officer_a.username]
    assert officer["Vai trò"].startswith("Cán bộ xã (")
    assert (officer["Tình trạng"], officer["Số ngày không dùng"]) == ("không dùng từ 45 ngày", "46")
    assert rows[seen.specialist.username]["Tình trạng"] == "đang dùng"
    assert rows[seen.auditor.username]["Tình trạng"] == "đã khóa"
    assert rows[seen.leader.username]["Đăng nhập lần cuối"] == "chưa lần nào"
    assert rows[seen.unassigned.username]["Vai trò"] == "chưa giao vai trò"


def test_only_who_has_not_come_for_long(seen: SimpleNamespace) -> None:
    assert set(report("--inactive")) == {seen.officer_a.username, seen.leader.username}
    User.objects.filter(pk=seen.leader.pk).update(is_active=False)
    assert set(report("--inactive")) == {seen.officer_a.username}


def test_no_secret_is_in_it(seen: SimpleNamespace) -> None:
    text = str(report())
    assert not [user for user in User.objects.all() if user.password in text]


def test_the_administrator_finds_them_in_the_list(
    seen: SimpleNamespace, client_as: Callable[[Any], Client]
) -> None:
    found = client_as(seen.administrator).get(LIST, {"khong-hoat-dong": "co"}).context["cl"].result_list
    assert {user.username for user in found} == {seen.officer_a.username, seen.leader.username}


def test_it_takes_two_queries_however_many_accounts(
    seen: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        list(account_lines(User.objects.all()))
