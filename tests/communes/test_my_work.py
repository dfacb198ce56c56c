"""What waits for whom: per body, with counts that equal their lists, the longest waiting first."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communes.conditions import Found
from communes.models import Recognition, Round, Submission
from communes.selectors.appraisal_work_kinds import KINDS, tasks_of, work_of
from communes.services import appraisal_returns
from communes.services.appraisal_conditions import Check, check_condition
from communes.services.results import Cell
from ntm.audit.log import SYSTEM
from ntm.core.dates import today
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import FULL, again, fill, give_back, judge_all, result, step, submit
from tests.replayed import replayed

ClientAs = Callable[[Any], Client]


@pytest.fixture
def department(cast: Any) -> Any:
    return appraising.judge_for(cast.department)


@pytest.fixture
@replayed
def draft(land: Any) -> Submission:
    appraising.no_districts(land)
    return factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)


@pytest.fixture
@replayed
def sent(draft: Submission, cast: Any) -> Submission:
    fill(draft, cast.officer_a)
    submit(draft, cast.leader_a)
    return again(draft)


def waits(person: Any) -> dict[str, int]:
    """The kinds of work that the person has, with how much of each."""
    found, _ = work_of(appraising.fresh(person), today())
    return {one.kind.code: one.count for one in found if one.count}


def tasks(person: Any, kind: str) -> list[Any]:
    return tasks_of(appraising.fresh(person), KINDS[kind], today())


def test_the_commune_sees_blank_copied_and_returned_cells(draft, cast, department):
    fill(draft, cast.officer_a, Cell("1.1", "Đ"), Cell("2.1", "95", copied_from=2022))
    assert waits(cast.officer_a) == {"con-trong": 3, "xac-nhan": 1}
    assert tasks(cast.officer_a, "con-trong")[0].url == "/nhap-lieu/05602/2023/#1.2"
    assert waits(cast.officer_b) == {}


def test_the_leader_sends_and_sends_again(draft, cast, department):
    fill(draft, cast.officer_a)
    assert (waits(cast.officer_a), waits(cast.leader_a)) == ({}, {"gui": 1})
    submit(draft, cast.leader_a)
    give_back(draft, "2.1", department)
    appraisal_returns.ask(result=result(draft, "3").pk, text="Nguồn?", by=department)
    assert waits(cast.officer_a) == waits(cast.leader_a) == {"tra-lai": 1, "cau-hoi": 1}
    assert tasks(cast.officer_a, "tra-lai")[0].detail == "Chưa khớp sổ sách"
    fill(draft, cast.officer_a, Cell("2.1", "91", version=2))
    assert waits(cast.leader_a) == {"cau-hoi": 1, "gui-lai": 1}


def test_after_the_deadline_nothing_is_offered_that_cannot_be_done(draft, cast, client_as):
    fill(draft, cast.officer_a, Cell("2.1", "95", copied_from=2022))
    draft.round.enter_by = today() - timedelta(days=1)
    draft.round.save()
    assert waits(cast.officer_a) == waits(cast.leader_a) == {}
    page = client_as(cast.officer_a).get("/viec-cua-toi/").content.decode()
    assert f"đã quá hạn từ {draft.round.enter_by:%d/%m/%Y}, đề nghị tỉnh gia hạn" in page
    assert "Nhập liệu<span" not in page
    fill(draft, SYSTEM, *FULL[:2], Cell("2.1", "95", version=1), *FULL[3:])
    assert waits(cast.leader_a) == {}
    Submission.objects.update(due_on=today())
    assert waits(cast.leader_a) == {"gui": 1}
    assert "đã quá hạn" not in client_as(cast.officer_a).get("/viec-cua-toi/").content.decode()
    draft.round.locked_at = timezone.now()
    draft.round.save()
    page = client_as(cast.officer_a).get("/viec-cua-toi/").content.decode()
    assert "năm đã khóa, phiếu chưa gửi" in page


def test_what_was_given_back_comes_before_the_blank_cells_of_another_set(land, sent, cast, department):
    other = appraising.assigned_set(factories.level("advanced"))
    factories.submission(factories.a_round(land.province, other), land.commune_a)
    give_back(sent, "2.1", department)
    give_back(sent, "3", department)
    fill(sent, cast.officer_a, Cell("2.1", "91", version=2))
    assert list(waits(cast.leader_a)) == ["tra-lai", "gui-lai", "con-trong"]


def test_a_department_judges_and_judges_again(sent, cast, department):
    assert waits(department) == {"tham-dinh": 5}
    judge_all(sent, department)
    give_back(sent, "2.1", department)
    assert waits(department) == {}
    fill(sent, cast.officer_a, Cell("2.1", "91", version=3))
    step("send_again", sent, cast.leader_a)
    assert waits(department) == {"tham-dinh-lai": 1}


def test_the_province_accepts_and_sees_who_is_late(land, sent, cast, department):
    factories.submission(sent.round, land.commune_b, due_on=today() - timedelta(days=3))
    assert waits(cast.specialist) == {"qua-han": 1}
    assert tasks(cast.specialist, "qua-han")[0].in_words(today()).endswith("quá hạn 3 ngày")
    judge_all(sent, department)
    assert waits(cast.specialist) == {"chap-nhan": 1, "qua-han": 1}
    step("accept", sent, cast.specialist)
    assert waits(cast.specialist) == {"qua-han": 1}


def test_the_district_reviews_only_while_it_stands(land, cast):
    made = factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)
    fill(made, cast.officer_a)
    submit(made, cast.leader_a)
    assert waits(cast.district_officer) == {"tham-tra": 1}
    appraising.no_districts(land)
    assert waits(cast.district_officer) == {}


def test_met_in_everything_and_not_recognised_waits_for_the_approver(land, sent, cast, department):
    debt = factories.condition(factories.level(), "debt", "absence")
    judge_all(sent, department)
    step("accept", sent, cast.specialist)
    assert waits(cast.approver) == {}
    check = Check(Found("met", note="Không nợ"))
    check_condition(unit=land.commune_a, condition=debt, year=2023, check=check, by=cast.specialist)
    assert waits(cast.approver) == {"cong-nhan": 1}
    assert tasks(cast.approver, "cong-nhan")[0].url == "/xet-cong-nhan/05602/2023/?muc=ntm"
    factories.recognition(land.commune_a, by=factories.decision(land.province))
    assert waits(cast.approver) == {}
    Recognition.objects.all().delete()
    step("reopen", sent, cast.specialist, until=today(), reason="Sai")
    assert waits(cast.approver) == {}


def test_the_longest_waiting_comes_first(land, sent, cast, department):
    older = factories.submission(sent.round, land.commune_c)
    fill(older, cast.specialist)
    Submission.objects.filter(pk=older.pk).update(
        state="submitted", submitted_at=timezone.now() - timedelta(days=9)
    )
    found = tasks(department, "tham-dinh")
    assert [task.unit for task in found] == ["Xã Bảo Linh"] * 5 + ["Xã Phú Đình"] * 5


def test_a_locked_year_waits_for_nobody(sent, cast, department):
    sent.round.locked_at = timezone.now()
    sent.round.save()
    assert waits(department) == waits(cast.specialist) == waits(cast.officer_a) == {}


def test_each_count_opens_a_list_of_as_many_and_so_do_its_files(sent, cast, client_as, department):
    client = client_as(department)
    page = client.get("/viec-cua-toi/").content.decode()
    ((url, count),) = re.findall(r'<a href="(/viec-cua-toi/[^"]+)" data-figure="(\d+)"', page)
    assert count == "5"
    assert 'data-count="5"' in client.get(url).content.decode()
    lines = b"".join(client.get(f"{url}danh-sach.csv").streaming_content).decode().splitlines()
    assert len(lines) == 1 + 5 + 1
    # A kind that is not the person's has no rows; one that is none is no page.
    assert 'data-count="0"' in client.get("/viec-cua-toi/chap-nhan/").content.decode()
    assert client.get("/viec-cua-toi/khong-co/").status_code == 404


def test_nothing_to_do_is_said_in_a_sentence(land, cast, client_as):
    people = (cast.specialist, cast.leader, cast.auditor, cast.administrator, cast.approver)
    for person in people:
        page = client_as(person).get("/viec-cua-toi/").content.decode()
        assert "Không có việc nào đang chờ bạn." in page
    assert 'data-count="0"' in client_as(cast.leader).get("/viec-cua-toi/tham-dinh/").content.decode()


def test_only_who_may_revoke_is_led_to_the_alerts_of_the_newest_year(draft, land, cast, client_as):
    way = "Cảnh báo thu hồi"
    factories.a_round(land.province, factories.small_set(factories.level("advanced")), year=2021)
    page = client_as(cast.approver).get("/viec-cua-toi/").content.decode()
    assert re.findall(r'href="(/canh-bao-thu-hoi/[^"]*)"', page) == ["/canh-bao-thu-hoi/2023/"]
    assert way in page
    assert way not in client_as(cast.specialist).get("/viec-cua-toi/").content.decode()
    Submission.objects.all().delete()
    Round.objects.all().delete()
    assert way not in client_as(cast.approver).get("/viec-cua-toi/").content.decode()


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("officer_a", "/viec-cua-toi/"),
        ("leader_a", "/viec-cua-toi/"),
        ("district_officer", "/viec-cua-toi/"),
        ("department", "/tong-quan/"),
        ("specialist", "/tong-quan/"),
        ("leader", "/tong-quan/"),
        ("approver", "/tong-quan/"),
        ("auditor", "/tong-quan/"),
    ],
)
def test_who_begins_where(cast, client_as, role, first):
    assert client_as(getattr(cast, role)).get("/")["Location"] == first


def test_it_is_first_in_the_menu_and_leads_the_officer_to_the_open_return(draft, cast, client_as):
    page = client_as(cast.officer_a).get("/viec-cua-toi/").content.decode()
    menu = re.findall(r'<a href="([^"]+)"', page.split("Điều hướng chính")[1])
    assert menu[0] == "/viec-cua-toi/"
    assert 'href="/nhap-lieu/05602/2023/"' in page
    assert "/viec-cua-toi/" not in client_as(cast.leader).get("/dia-ban/").content.decode()


def test_the_queries_do_not_grow_with_the_rows(
    land, cast, client_as, department, django_assert_max_num_queries
):
    made = appraising.assigned_set()
    a_round = factories.a_round(land.province, made, enter_by=date(2024, 1, 1))
    counts = []
    for group in ([land.commune_a, land.commune_b, land.commune_c], [land.commune_d, land.commune_e]):
        for unit in group:
            row = factories.submission(a_round, unit)
            fill(row, SYSTEM)
            Submission.objects.filter(pk=row.pk).update(state="submitted", submitted_at=timezone.now())
        used = []
        for person in (cast.officer_a, department, cast.specialist, cast.approver):
            client = client_as(person)
            client.get("/viec-cua-toi/")
            with django_assert_max_num_queries(20) as caught:
                client.get("/viec-cua-toi/")
            used.append(len(caught))
        counts.append(used)
    assert counts[0] == counts[1]
