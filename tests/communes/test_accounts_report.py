"""Who may sign in, as a list to review; and who has not come for long."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from communes.models import Assignment
from communes.selectors.accounts import account_lines
from ntm.accounts import second_factor
from ntm.accounts.models import User
from ntm.core.dates import format_date, today
from tests.ntm.accounts import entering

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


def test_each_role_tells_its_period_and_whether_it_stands(seen: SimpleNamespace, land: Any) -> None:
    day = today()
    for person, days in (
        (seen.leader, {"first_day": day + timedelta(days=1)}),
        (seen.auditor, {"first_day": date(2020, 1, 1), "last_day": date(2020, 12, 31)}),
        (seen.approver, {"ended_at": datetime(2026, 3, 1, 9, tzinfo=UTC)}),
        (seen.specialist, {"last_day": day}),
    ):
        person.assignments.update(**days)
    Assignment.objects.create(user=seen.leader, unit=land.province, role="auditor")
    second_factor.turn_on(seen.specialist, entering.SECRET, entering.code())
    roles = {name: row["Vai trò"] for name, row in report().items()}
    home, tomorrow = "Tỉnh Thái Nguyên", format_date(day + timedelta(days=1))
    assert roles[seen.leader.username] == (
        f"Lãnh đạo tỉnh ({home}): chưa đến ngày, từ {tomorrow}; Kiểm toán nội bộ ({home}): đang giữ, không thời hạn"
    )
    assert roles[seen.auditor.username].endswith(": đã hết hạn, từ 01/01/2020 đến hết 31/12/2020")
    assert roles[seen.approver.username].endswith(": đã thu hồi 01/03/2026")
    assert roles[seen.specialist.username].endswith(f": đang giữ, đến hết {format_date(day)}")
    assert report()[seen.specialist.username]["Xác thực hai lớp"] == "đang bật"


def test_both_admin_lists_tell_second_factor_and_long_absence(
    seen: SimpleNamespace, client_as: Callable[[Any], Client]
) -> None:
    second_factor.turn_on(seen.specialist, entering.SECRET, entering.code())
    browser = client_as(seen.administrator)
    for url, words in ((LIST, "Cán bộ xã ("), ("/quan-tri/communes/assignment/", "Cán bộ xã")):
        text = browser.get(url).text
        assert text.count("đang bật") == 1
        assert "(không dùng 46 ngày)" in text
        assert "chưa lần nào (không dùng 50 ngày)" in text
        assert words in text


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
