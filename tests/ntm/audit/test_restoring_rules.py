"""Deadlines of a round and thresholds are put back through their own verbs, with their rights and refusals."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client

from communes.choices import Operator, Verdict
from communes.models import Assignment, Result, Round, Threshold
from communes.services.results import Cell, enter
from communes.services.rounds import Deadlines, lock_round, set_deadlines
from communes.services.thresholds import ThresholdValues, add_threshold, change_threshold, withdraw_threshold
from ntm.audit.models import LogEntry
from tests import factories
from tests.ntm.audit.test_restoring import confirm, page_of
from tests.replayed import replayed

FIRST, SECOND = Deadlines(date(2024, 1, 15), None, date(2024, 2, 1)), Deadlines(date(2024, 1, 31))


@pytest.fixture
def browser(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.specialist)


@pytest.fixture
def opened(land: Any, cast: SimpleNamespace) -> Round:
    """With its deadlines set, and set anew."""
    row = factories.a_round(land.province, factories.small_set())
    set_deadlines(row, version=1, deadlines=FIRST, by=cast.specialist)
    set_deadlines(row, version=2, deadlines=SECOND, by=cast.specialist)
    return row


def newest(action: str) -> LogEntry:
    return LogEntry.objects.filter(action=action).order_by("-number")[0]


def days(row: Round) -> tuple[date | None, ...]:
    now = Round.objects.get(pk=row.pk)
    return now.enter_by, now.review_by, now.judge_by, now.accept_by


def test_deadlines_come_back_as_a_new_entry(opened, browser):
    entry = newest("round.changed")
    page = browser.get(page_of(entry)).text
    assert "15/01/2024" in page
    assert "01/02/2024" in page
    assert confirm(browser, entry).status_code == 302
    assert days(opened) == (FIRST.enter_by, None, FIRST.judge_by, None)
    again = newest("round.changed")
    assert again.number > entry.number
    assert again.reason == f"Khôi phục theo mục nhật ký số {entry.number}: Nhập nhầm"


def test_a_locked_round_keeps_its_deadlines(opened, browser, cast):
    entry = newest("round.changed")
    lock_round(opened, version=3, reason="Chốt", by=cast.specialist)
    answer = confirm(browser, entry)
    assert answer.status_code == 422
    assert "Hãy mở khóa trước khi đổi hạn." in answer.text
    assert days(opened)[0] == SECOND.enter_by


def test_locking_is_not_put_back_from_the_record(opened, browser, cast):
    lock_round(opened, version=3, reason="Chốt", by=cast.specialist)
    assert "làm ở trang của kỳ nhập liệu" in browser.get(page_of(newest("round.locked"))).text
    assert Round.objects.get().is_locked


@pytest.mark.parametrize("who", ["administrator", "officer_a"])
def test_who_may_not_set_deadlines_may_not_put_them_back(opened, cast, client_as, who):
    answer = client_as(getattr(cast, who)).get(page_of(newest("round.changed")))
    assert answer.status_code in (200, 404)
    assert answer.status_code == 404 or "Bạn không có quyền sửa loại dữ liệu này." in answer.text
    assert days(opened)[0] == SECOND.enter_by


def bar(value: int, document: Any, **more: Any) -> ThresholdValues:
    return ThresholdValues(Operator.AT_LEAST, value, document=document, **more)


@pytest.fixture
@replayed
def corrected(land: Any, cast: SimpleNamespace) -> Threshold:
    """The province's own threshold of an indicator, by a paper that looked back, corrected from 70 to 90; a commune has
    80."""
    made = factories.small_set(revision=2)
    row = factories.submission(factories.a_round(land.province, made), land.commune_a)
    enter(where=Q(pk=row.pk), typed=[Cell("3", "80")], by=cast.officer_a)
    paper = factories.document("5/QĐ-UBND", issued_on=date(2022, 1, 5), province=land.province.place)
    own = {"province": land.province.place, "by": cast.specialist}
    threshold = add_threshold(
        made.indicators.get(code="3"), values=bar(70, paper), is_retroactive=True, **own
    )
    later = factories.document("9/QĐ-UBND", issued_on=date(2022, 6, 5), province=land.province.place)
    return change_threshold(
        threshold, version=1, values=bar(90, later, first_year=2022), reason="Sửa", by=cast.specialist
    )


def test_a_threshold_comes_back_and_results_are_judged_again(corrected, browser):
    assert Result.objects.get().verdict == Verdict.NOT_MET
    entry = newest("threshold.changed")
    page = browser.get(page_of(entry)).text
    assert "5/QĐ-UBND" in page
    assert confirm(browser, entry).status_code == 302
    now = Threshold.objects.get(pk=corrected.pk)
    assert (now.value, now.document.number, now.first_year) == (70, "5/QĐ-UBND", None)
    assert Result.objects.get().verdict == Verdict.MET
    why = newest("threshold.changed").reason
    assert "Nhập nhầm Văn bản ghi hiệu lực hồi tố (ban hành 05/01/2022)." in why


@pytest.mark.parametrize("reading_first", [True, False])
def test_it_comes_back_by_whoever_sets_thresholds_there_and_reads_elsewhere(
    reading_first, corrected, land, client_as
):
    person = factories.specialist_who_reads(land.province, land.foreign, reading_first=reading_first)
    assert confirm(client_as(person), newest("threshold.changed")).status_code == 302
    assert Threshold.objects.get(pk=corrected.pk).value == 70


def test_it_comes_back_while_another_province_heads_the_pages(corrected, land, cast, client_as):
    Assignment.objects.create(user=cast.specialist, unit=land.foreign, role="specialist")
    browser = client_as(cast.specialist)
    browser.post("/tai-khoan/tinh/", {"tinh": land.foreign.place_id})
    assert confirm(browser, newest("threshold.changed")).status_code == 302
    assert Threshold.objects.get(pk=corrected.pk).document.number == "5/QĐ-UBND"


def test_where_a_person_only_reads_nothing_is_put_back(corrected, land, client_as):
    person = factories.specialist_who_reads(land.foreign, land.province, reading_first=True)
    answer = client_as(person).get(page_of(newest("threshold.changed")))
    assert "Dòng này nằm ngoài phạm vi ghi của bạn." in answer.text
    assert confirm(client_as(person), newest("threshold.changed")).status_code == 403
    assert Threshold.objects.get(pk=corrected.pk).value == 90


def test_a_correction_is_undone_whole(corrected, browser):
    entry = newest("threshold.changed")
    page = browser.get(f"/nhat-ky/lo/{entry.batch}/hoan-tac/")
    plan = page.context["plan"]
    assert (len(plan.lines), plan.conflicts, plan.fixed) == (1, [], [])
    done = browser.post(f"/nhat-ky/lo/{entry.batch}/hoan-tac/", {"reason": "Nhầm", "seen": plan.seen})
    assert done.status_code == 302
    assert Result.objects.get().verdict == Verdict.MET


def test_a_threshold_that_would_clash_now_is_refused(corrected, browser, cast, land):
    """Meanwhile another one speaks of all years, as the old one did."""
    entry = newest("threshold.changed")
    add_threshold(
        corrected.indicator, values=bar(60, corrected.document), is_retroactive=True,
        province=land.province.place, by=cast.specialist,
    )  # fmt: skip
    assert confirm(browser, entry).status_code == 422
    assert Threshold.objects.get(pk=corrected.pk).value == 90


def test_what_was_withdrawn_is_set_anew_on_its_page(corrected, browser, cast):
    withdraw_threshold(corrected, version=2, reason="Bỏ", by=cast.specialist)
    assert "đặt lại ở trang của chỉ tiêu" in browser.get(page_of(newest("threshold.withdrawn"))).text
    answer = confirm(browser, newest("threshold.changed"))
    assert answer.status_code == 422
    assert "đã được bỏ rồi" in answer.text


def test_beside_an_entry_that_can_be_put_back_there_is_the_way(opened, corrected, browser):
    for action, kind, key in (
        ("round.changed", "round", opened.pk),
        ("threshold.changed", "threshold", corrected.pk),
    ):
        page = browser.get(f"/nhat-ky/doi-tuong/communes.{kind}/{key}/").text
        assert f"/nhat-ky/{newest(action).number}/khoi-phuc/" in page
