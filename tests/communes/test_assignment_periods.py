"""A role gives its rights from its first day to its last, both included, and on no other."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from communes.choices import Holding
from communes.models import Assignment
from communes.services.assignments import assign, change_period, end
from ntm.accounts import second_factor
from ntm.accounts import services as accounts
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.audit.past import states_before
from ntm.core.dates import format_date, today
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories

ROLES = "/quan-tri/communes/assignment/"
DAY = timedelta(days=1)


@pytest.fixture
def browser(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.administrator)


def held(user: User, **days: Any) -> Assignment:
    """The person's one role, with these days."""
    user.assignments.update(**days)
    return user.assignments.get()


def given(cast: SimpleNamespace, land: Any, **days: Any) -> Assignment:
    return assign(
        user=cast.leader_a, unit=land.commune_b, role="commune_leader", **days, by=cast.administrator
    )


def in_page(day: date | None) -> str:
    return format_date(day) if day else ""


@pytest.mark.parametrize(
    ("first", "last", "holding"),
    [
        (0, 0, Holding.STANDING),
        (None, 0, Holding.STANDING),
        (0, None, Holding.STANDING),
        (1, None, Holding.COMING),
        (None, -1, Holding.OVER),
        (-9, -1, Holding.OVER),
    ],
)
def test_rights_are_those_of_today_also_in_an_open_session(
    cast: SimpleNamespace, client_as: Callable[..., Client], first: int | None, last: int | None, holding: str
) -> None:
    theirs = client_as(cast.leader)
    assert theirs.get("/dia-ban/").status_code == 200
    days = [None if shift is None else today() + shift * DAY for shift in (first, last)]
    row = held(cast.leader, first_day=days[0], last_day=days[1])
    assert theirs.get("/dia-ban/").status_code == (200 if holding == Holding.STANDING else 403)
    assert row.holding_on(today()) == holding
    for one in Holding:
        found = Assignment.objects.held(one, today()).filter(pk=row.pk).exists()
        assert found is (one == holding)


def test_the_day_is_the_offices(
    cast: SimpleNamespace, client_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    held(cast.leader, last_day=date(2026, 3, 1))
    for hour, status in ((16, 200), (17, 403)):  # 23:00 of the day itself, 00:00 of the next
        moment = datetime(2026, 3, 1, hour, tzinfo=UTC)
        with monkeypatch.context() as patch:
            patch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
            assert client_as(cast.leader).get("/dia-ban/").status_code == status


def test_a_departments_work_and_a_neighbours_account_follow_the_period(
    cast: SimpleNamespace, land: Any
) -> None:
    """Whoever works elsewhere from tomorrow on is still this province's to keep today."""
    Assignment.objects.create(user=cast.leader, unit=land.foreign, role="leader", first_day=today() + DAY)
    mine = User.objects.visible_to(cast.administrator)
    assert mine.filter(pk=cast.leader.pk).exists()
    cast.leader.assignments.filter(unit=land.foreign).update(first_day=today())
    assert not mine.filter(pk=cast.leader.pk).exists()


def test_nobody_opens_a_way_in_for_who_works_elsewhere_from_a_later_day_on(
    cast: SimpleNamespace, land: Any, client_as: Callable[..., Client]
) -> None:
    """The account is still kept here today, but what is opened today would be open tomorrow."""
    day = {"first_day": today() + DAY}
    role = Assignment.objects.create(user=cast.leader, unit=land.foreign, role="leader", **day)
    by, before = cast.administrator, User.objects.get(pk=cast.leader.pk)
    for verb in (
        lambda: accounts.set_password(before, "Mat khau rat moi 17", by=by),
        lambda: accounts.issue_code(before, version=None, by=by),
        lambda: accounts.unlock(before, reason="x", version=None, by=by),
        lambda: second_factor.take_away(before, reason="x", version=None, by=by),
    ):
        with pytest.raises(NotAllowed, match="tỉnh khác"):
            verb()
    page = f"/quan-tri/accounts/user/{before.pk}/mat-khau/"
    sent = {"password": "Mat khau rat moi 17", "again": "Mat khau rat moi 17", "version": before.version}
    assert client_as(by).post(page, sent).status_code == 403
    assert User.objects.get(pk=before.pk).password == before.password
    closed = accounts.deactivate(before, reason="x", version=None, by=by)
    with pytest.raises(NotAllowed, match="tỉnh khác"):
        accounts.reactivate(closed, reason="x", version=None, by=by)
    opening = {"reason": "x", "version": closed.version}
    assert client_as(by).post(page.replace("mat-khau", "mo-lai"), opening).status_code == 403
    assert not User.objects.get(pk=before.pk).is_active
    end(role, reason="x", by=audit.SYSTEM)
    accounts.reactivate(closed, reason="x", version=None, by=by)
    accounts.set_password(before, "Mat khau rat moi 17", by=by)
    assert User.objects.get(pk=before.pk).password != before.password


def test_periods_of_one_role_may_follow_each_other_and_never_overlap(
    cast: SimpleNamespace, land: Any
) -> None:
    first = given(cast, land, last_day=today() + 9 * DAY)
    with pytest.raises(Refused, match=f"đến hết {in_page(first.last_day)}") as refusal:
        given(cast, land, first_day=today() + 9 * DAY)
    assert refusal.value.field == "first_day"
    second = given(cast, land, first_day=today() + 10 * DAY)
    with pytest.raises(Refused, match=f"sẽ giữ vai trò đó ở đơn vị đó .từ {in_page(second.first_day)}"):
        change_period(first, first_day=None, last_day=None, version=1, by=cast.administrator)
    end(second, reason="x", by=cast.administrator)
    change_period(first, first_day=None, last_day=None, version=1, by=cast.administrator)


def test_the_database_refuses_what_it_can_see(cast: SimpleNamespace, land: Any) -> None:
    facts = {"user": cast.leader, "unit": land.province, "role": "leader"}
    tomorrow = today() + DAY
    for days in ({}, {"first_day": tomorrow}, {"first_day": tomorrow, "last_day": today()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(**facts, **days)


@pytest.mark.parametrize(
    ("first", "last", "words"), [(5, 4, "từ ngày đầu"), (None, -1, "đã qua"), (-5, -1, "đã qua")]
)
def test_days_in_disorder_and_days_gone_by_are_refused(
    cast: SimpleNamespace, land: Any, first: int | None, last: int, words: str
) -> None:
    days = [None if shift is None else today() + shift * DAY for shift in (first, last)]
    with pytest.raises(Refused, match=words) as refusal:
        given(cast, land, first_day=days[0], last_day=days[1])
    assert refusal.value.field == "last_day"


def test_what_has_run_out_is_history(cast: SimpleNamespace) -> None:
    row = held(cast.leader, last_day=today() - DAY)
    with pytest.raises(Refused, match="đã hết hạn"):
        change_period(row, first_day=None, last_day=None, version=1, by=cast.administrator)
    with pytest.raises(Refused, match="đã hết hạn"):
        end(row, reason="x", by=cast.administrator)


def test_the_period_is_given_and_changed_on_pages_with_reason_and_version(
    browser: Client, cast: SimpleNamespace, land: Any
) -> None:
    token = browser.get(f"{ROLES}add/").context["adminform"].form["token"].value()
    first, last = today() + DAY, today() + 30 * DAY
    typed = {"user": cast.unassigned.pk, "unit": land.province.pk, "role": "leader", "token": token}
    answer = browser.post(f"{ROLES}add/", typed | {"first_day": in_page(first), "last_day": in_page(last)})
    assert answer.status_code == 302
    row = cast.unassigned.assignments.get()
    assert (row.first_day, row.last_day) == (first, last)
    url = f"{ROLES}{row.pk}/thoi-han/"
    page = browser.get(url)
    assert in_page(first) in page.text
    typed = {"first_day": "", "last_day": in_page(last), "version": 1}
    assert browser.post(url, typed).status_code == 422
    assert browser.post(url, typed | {"reason": "Bắt đầu sớm"}).status_code == 302
    row.refresh_from_db()
    assert (row.first_day, row.version) == (None, 2)
    entry = LogEntry.objects.about_rows().get(action="assignment.period_changed")
    assert (entry.reason, entry.changes["first_day"]) == ("Bắt đầu sớm", [first.isoformat(), None])
    assert browser.post(url, typed | {"reason": "Bản cũ", "last_day": ""}).status_code == 409
    assert states_before(Assignment, {row.pk: entry.number})[row.pk]["first_day"] == first.isoformat()  # type: ignore[index]
    with pytest.raises(Stale):
        change_period(row, first_day=None, last_day=None, version=1, by=cast.administrator)


def test_an_old_period_is_put_back_from_the_record(browser: Client, cast: SimpleNamespace) -> None:
    row = held(cast.leader)
    change_period(row, first_day=None, last_day=today() + DAY, reason="x", version=1, by=cast.administrator)
    entry = LogEntry.objects.get(action="assignment.period_changed")
    url = f"/nhat-ky/{entry.number}/khoi-phuc/?lay=truoc"
    page = browser.get(url)
    assert page.status_code == 200
    form = page.context["form"]
    typed = {name: form[name].value() for name in form.fields} | {"reason": "Nhầm"}
    assert browser.post(url, typed).status_code == 302
    row.refresh_from_db()
    assert row.last_day is None


def test_only_administrators_of_the_province_change_periods(
    cast: SimpleNamespace, land: Any, browser: Client
) -> None:
    away = factories.user("nguoi_la", "specialist", land.foreign).assignments.get()
    assert browser.get(f"{ROLES}{away.pk}/thoi-han/").status_code == 404
    row = held(cast.leader)
    for by, which in ((cast.specialist, row), (cast.administrator, away)):
        with pytest.raises(NotAllowed):
            change_period(which, first_day=None, last_day=today(), version=1, by=by)


def test_a_province_never_runs_out_of_administrators(cast: SimpleNamespace, land: Any) -> None:
    """An administrator keeps the keys on the days of the role, and not on the next one."""
    row, by, month = held(cast.administrator), cast.administrator, today() + 30 * DAY
    with pytest.raises(Refused, match=f"Từ ngày {in_page(month + DAY)} tỉnh sẽ không còn quản trị"):
        change_period(row, first_day=None, last_day=month, version=1, by=by)
    with pytest.raises(Refused, match="quản trị cuối cùng"):
        change_period(row, first_day=today() + DAY, last_day=None, version=1, by=by)
    second = factories.user("hai", "administrator", land.province)
    short = held(second, last_day=month)
    with pytest.raises(Refused, match="sẽ không còn quản trị"):
        end(row, reason="x", by=by)
    third = factories.user("ba", "administrator", land.province)
    later = held(third, first_day=month + DAY)
    end(row, reason="x", by=by)
    for needed in (short, later):
        with pytest.raises(Refused):
            end(needed, reason="x", by=second)
    with pytest.raises(Refused, match="sẽ không còn quản trị"):
        accounts.deactivate(third, reason="x", version=None, by=second)
    assert User.objects.get(pk=third.pk).is_active


def test_who_may_do_nothing_is_told_since_when_or_from_when(
    cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    theirs = client_as(cast.leader)
    held(cast.leader, first_day=today() + DAY)
    for url, status in (("/", 200), ("/dia-ban/", 403)):
        page = theirs.get(url)
        assert (page.status_code, f"bắt đầu từ ngày {in_page(today() + DAY)}" in page.text) == (status, True)
    held(cast.leader, first_day=None, last_day=today() - DAY)
    assert f"đã hết hạn từ ngày {in_page(today())}" in theirs.get("/").text
    held(cast.leader, last_day=None, ended_at=datetime(2026, 3, 1, 9, tzinfo=UTC))
    assert "đã được thu hồi từ ngày 01/03/2026" in theirs.get("/").text
    assert "chưa được giao vai trò ở đơn vị nào" in client_as(cast.unassigned).get("/").text
    assert "đề nghị quản trị giao vai trò phù hợp" in client_as(cast.officer_a).get("/tong-quan/2023/").text


def test_lists_and_the_account_tell_period_and_state(
    browser: Client, cast: SimpleNamespace, land: Any
) -> None:
    held(cast.leader, first_day=today() + DAY)
    held(cast.auditor, last_day=today() - DAY)
    coming, over = f"từ {in_page(today() + DAY)}", f"đến hết {in_page(today() - DAY)}"
    rows = browser.get(ROLES, {"tinh_trang": "chua-den-ngay"}).context["cl"].result_list
    assert [row.user for row in rows] == [cast.leader]
    rows = browser.get(ROLES, {"tinh_trang": "da-het-han"}).context["cl"].result_list
    assert [row.user for row in rows] == [cast.auditor]
    text = browser.get(ROLES).text
    assert all(words in text for words in (coming, over, "chưa đến ngày", "đã hết hạn"))
    text = browser.get("/quan-tri/accounts/user/").text
    assert all(words in text for words in (coming, over, "chưa đến ngày", "chưa giao vai trò"))
    assert coming in browser.get(f"/quan-tri/accounts/user/{cast.leader.pk}/change/").text


@pytest.mark.parametrize("url", [ROLES, "/quan-tri/accounts/user/"])
@pytest.mark.parametrize("number", [3, 30])
def test_both_lists_ask_the_same_for_3_and_30(
    browser: Client, land: Any, url: str, number: int, django_assert_num_queries: Any
) -> None:
    for index in range(number):
        factories.user(f"them_{index}", "leader", land.province)
    browser.get(url)
    with django_assert_num_queries(7):
        browser.get(url)
