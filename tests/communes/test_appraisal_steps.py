"""The steps of a submission, from the draft to its acceptance and back: who, when, and why not."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone

from communes.choices import ReviewState, StepKind, SubmissionState
from communes.models import Remark, Step, Submission
from communes.selectors.appraisal import state_on
from communes.selectors.appraisal_page import page_of
from communes.selectors.grid import sheet_of
from communes.services import results
from communes.services.appraisal import Seen
from communes.services.appraisal_steps import accept_many
from communes.services.results import Cell
from communes.services.sums import differences
from communes.services.thresholds import ThresholdValues, add_threshold
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import FULL, again, fill, give_back, judge, judge_all, result, step, submit
from tests.replayed import replayed

TOMORROW = timedelta(days=1)


@pytest.fixture
@replayed
def returned(land: Any) -> Submission:
    appraising.no_districts(land)
    return factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)


@pytest.fixture
def department(cast: Any) -> Any:
    return appraising.judge_for(cast.department)


@pytest.fixture
@replayed
def sent(returned: Submission, cast: Any) -> Submission:
    fill(returned, cast.officer_a)
    submit(returned, cast.leader_a)
    return again(returned)


@pytest.fixture
@replayed
def accepted(sent: Submission, cast: Any, department: Any) -> Submission:
    judge_all(sent, department)
    step("accept", sent, cast.specialist)
    return again(sent)


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.message


def put(of: Submission, by: Any, *cells: Cell) -> Any:
    return results.enter(where=Q(pk=of.pk), typed=cells, by=by).outcomes


def sound(of: Submission) -> bool:
    return list(differences([again(of)])) == []


# --- submit, withdraw ---------------------------------------------------------------------------------------
def test_what_is_missing_is_named(returned, cast):
    fill(returned, cast.officer_a, *FULL[:2], Cell("2.1", "95", copied_from=2022))
    said = refusal(lambda: submit(returned, cast.leader_a))
    assert said == (
        "Còn 3 chỉ tiêu chưa xong: 2.1 (chép năm trước, chờ xác nhận), 2.2 (còn trống), 3 (còn trống)."
    )
    assert (again(returned).state, Step.objects.count()) == (SubmissionState.DRAFT, 0)


def test_a_full_return_is_sent_and_the_step_written_and_recorded(sent, cast):
    assert sent.state == SubmissionState.SUBMITTED
    made = Step.objects.get()
    assert (made.kind, made.before, made.after, made.by) == ("submit", "draft", "submitted", cast.leader_a)
    assert LogEntry.objects.filter(action__in=("submission.submitted", "step.recorded")).count() == 2


def test_who_may_send(returned, cast):
    fill(returned, cast.officer_a)
    for person in (cast.officer_a, cast.specialist, cast.department, cast.approver):
        with pytest.raises(NotAllowed):
            submit(returned, person)
    stranger = factories.user("leader_b", "commune_leader", returned.unit.__class__.objects.get(code="05596"))
    with pytest.raises(Submission.DoesNotExist):
        submit(returned, stranger)


def test_late_is_refused_until_the_deadline_is_extended(returned, cast):
    fill(returned, cast.officer_a)
    returned.round.enter_by = date(2024, 1, 15)
    returned.round.save()
    assert refusal(lambda: submit(returned, cast.leader_a)) == (
        "Đã quá hạn gửi ngày 15/01/2024. Đề nghị tỉnh gia hạn."
    )
    step("extend", returned, cast.specialist, until=today() + TOMORROW, reason="Mưa lũ")
    assert submit(returned, cast.leader_a).after == SubmissionState.SUBMITTED


@pytest.mark.parametrize("until", [None, date(2024, 1, 20)])
def test_an_extension_is_for_a_day_to_come(returned, cast, until):
    returned.round.enter_by = date(2024, 1, 15)
    returned.round.save()
    said = refusal(lambda: step("extend", returned, cast.specialist, until=until, reason="Mưa lũ"))
    assert said.startswith("Hãy chọn ngày từ hôm nay")


def test_withdrawn_it_is_a_draft_again_until_somebody_judged(sent, cast, department):
    step("withdraw", sent, cast.leader_a, reason="Nhầm số liệu")
    assert again(sent).state == SubmissionState.DRAFT
    submit(sent, cast.leader_a)
    judge(sent, "1.1", department)
    assert "không rút lại được" in refusal(lambda: step("withdraw", sent, cast.leader_a, reason="Nhầm"))
    assert refusal(lambda: step("withdraw", sent, cast.leader_a, reason=" ")) == "Chưa nhập lý do."


def test_a_version_that_was_not_shown_is_refused(sent, cast):
    with pytest.raises(Stale) as caught:
        step("withdraw", sent, cast.leader_a, reason="Nhầm", version=sent.version - 1)
    assert caught.value.current.version == sent.version


def test_a_locked_year_takes_no_step(sent, cast):
    sent.round.locked_at = timezone.now()
    sent.round.save()
    assert refusal(lambda: step("withdraw", sent, cast.leader_a, reason="Nhầm")).endswith("đã khóa.")


# --- the district, until 30/06/2025 -------------------------------------------------------------------------
@pytest.fixture
@replayed
def in_the_district(land: Any, cast: Any) -> Submission:
    """Sent while districts stand."""
    made = factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)
    fill(made, cast.officer_a)
    submit(made, cast.leader_a)
    return again(made)


def test_the_district_reviews_before_the_province_accepts(in_the_district, cast, department):
    judge_all(in_the_district, department)
    said = refusal(lambda: step("accept", in_the_district, cast.specialist))
    assert said == "Huyện chưa thẩm tra xong."
    step("review", in_the_district, cast.district_officer)
    assert step("accept", in_the_district, cast.specialist).after == SubmissionState.ACCEPTED


def test_since_2025_there_is_nobody_to_review(sent, cast):
    said = refusal(lambda: step("review", sent, cast.district_officer))
    assert said == "Từ ngày 01/07/2025 không còn cấp huyện thẩm tra."


def test_another_district_does_not_even_see_it(land, in_the_district):
    stranger = factories.user("huyen_khac", "district_officer", land.other_district)
    with pytest.raises(Submission.DoesNotExist):
        step("review", in_the_district, stranger)


def test_the_district_returns_only_while_it_reviews(in_the_district, cast):
    give_back(in_the_district, "1.1", cast.district_officer)
    assert "chưa gửi lại" in refusal(lambda: step("review", in_the_district, cast.district_officer))
    fill(in_the_district, cast.officer_a, Cell("1.1", "C", version=2))
    step("send_again", in_the_district, cast.leader_a)
    step("review", in_the_district, cast.district_officer)
    with pytest.raises(NotAllowed):
        give_back(in_the_district, "1.2", cast.district_officer)


# --- accept -------------------------------------------------------------------------------------------------
def test_accepted_once_all_is_judged(sent, cast, department):
    assert refusal(lambda: step("accept", sent, cast.specialist)) == (
        "Còn 5 chỉ tiêu chưa được sở, ngành thẩm định: "
        "1.1 (so-nn), 1.2 (so-nn), 2.1 (so-nn), 2.2 (so-nn), 3 (so-nn)."
    )
    judge_all(sent, department)
    step("accept", sent, cast.specialist)
    assert (again(sent).state, again(sent).criteria_met, sound(sent)) == ("accepted", 3, True)


def test_nobody_accepts_what_they_entered(returned, cast, department):
    fill(returned, cast.specialist, FULL[0])
    fill(returned, cast.officer_a, *FULL[1:])
    submit(returned, cast.leader_a)
    judge_all(returned, department)
    said = refusal(lambda: step("accept", returned, cast.specialist))
    assert said == "Bạn đã nhập hoặc đính kèm minh chứng cho chỉ tiêu 1.1 nên không chấp nhận được."


def test_an_open_question_holds_the_acceptance_back(sent, cast, department):
    judge_all(sent, department)
    appraising.appraisal_returns.ask(result=result(sent, "1.1").pk, text="Số hộ?", by=cast.specialist)
    assert "câu hỏi" in refusal(lambda: step("accept", sent, cast.specialist))
    appraising.appraisal_returns.answer(remark=Remark.objects.get().pk, text="120 hộ", by=cast.officer_a)
    step("accept", sent, cast.specialist)


def test_one_late_commune_never_blocks_the_others(land, sent, cast, department):
    other = factories.submission(sent.round, land.commune_b)
    third = factories.submission(sent.round, land.commune_c)
    fill(other, cast.officer_b)
    submit(other, factories.user("leader_b", "commune_leader", land.commune_b))
    for one in (sent, other):
        judge_all(one, department)
    seen = {one.pk: Seen(again(one).version) for one in (sent, other, third)}
    seen[other.pk] = Seen(again(other).version - 1)
    outcomes = accept_many(seen=seen | {10**9: Seen(1)}, by=cast.specialist)
    assert [outcome.sentence for outcome in outcomes] == [
        "",
        "Số liệu đã đổi sau khi bạn mở trang; hãy xem lại.",
        "Phiếu đang nhập nên không làm được việc này.",
        "Không tìm thấy phiếu này trong phạm vi của bạn.",
    ]
    assert again(sent).state == SubmissionState.ACCEPTED
    assert LogEntry.objects.filter(action="submission.accepted").count() == 1


# --- reopen, relock -----------------------------------------------------------------------------------------
def test_reopened_as_a_whole_it_is_changed_sent_and_judged_anew(accepted, cast, department):
    step("reopen", accepted, cast.specialist, until=today(), reason="Sai thu nhập")
    fill(accepted, cast.officer_a, Cell("2.2", "60", version=2))
    submit(accepted, cast.leader_a)
    now = again(accepted)
    assert (now.state, now.unjudged, now.reopened_until) == (SubmissionState.SUBMITTED, 1, None)
    judge(accepted, "2.2", department)
    step("accept", accepted, cast.specialist)
    assert sound(accepted)


def test_reopened_in_part_only_that_part_can_be_changed(accepted, cast):
    step("reopen", accepted, cast.specialist, until=today(), reason="Sai thu nhập", codes=["2.2"])
    outcomes = put(accepted, cast.officer_a, Cell("2.2", "60", version=3), Cell("1.1", "C", version=2))
    assert [outcome.status for outcome in outcomes] == [results.SAVED, results.WRONG]
    step("send_again", accepted, cast.leader_a)
    assert result(accepted, "2.2").review == ReviewState.OPEN


def test_reopened_it_is_held_to_the_thresholds_of_now(accepted, cast):
    indicator = result(accepted, "2.2").indicator
    values = ThresholdValues(
        operator="gte", value=Decimal(70), document=factories.document(province=accepted.round.province)
    )
    add_threshold(
        indicator, province=accepted.round.province, values=values, is_retroactive=True, by=cast.specialist
    )
    assert result(accepted, "2.2").computed == "met"
    step("reopen", accepted, cast.specialist, until=today(), reason="Ngưỡng mới", codes=["2.2"])
    assert result(accepted, "2.2").computed == "not_met"
    assert sound(accepted)


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the day after tomorrow, wherever the office's day is asked for in these verbs."""
    day = today() + 2 * TOMORROW
    for module in ("results", "appraisal"):
        monkeypatch.setattr(f"communes.services.{module}.today", lambda: day)


@pytest.mark.parametrize("codes", [(), ("2.2",)])
def test_left_alone_it_counts_as_accepted_again(accepted, cast, monkeypatch, codes):
    step("reopen", accepted, cast.specialist, until=today(), reason="Sai", codes=codes)
    later(monkeypatch)
    rows = Submission.objects.annotate(now=state_on(today() + TOMORROW))
    assert rows.get().now == SubmissionState.ACCEPTED
    outcome = put(accepted, cast.officer_a, Cell("2.2", "60", version=result(accepted, "2.2").version + 1))
    assert outcome[0].status in (results.WRONG, results.STALE)
    now = again(accepted)
    assert (now.state, now.reopened_until, now.returned, sound(now)) == ("accepted", None, 0, True)
    assert Step.objects.filter(kind=StepKind.RELOCK).count() == 1


def test_changed_and_not_accepted_anew_it_is_closed_but_not_accepted(accepted, cast):
    step("reopen", accepted, cast.specialist, until=today(), reason="Sai")
    fill(accepted, cast.officer_a, Cell("2.2", "10", version=2))
    Submission.objects.update(reopened_until=today() - TOMORROW)
    assert Submission.objects.annotate(now=state_on(today())).get().now == SubmissionState.SUBMITTED
    call_command("relock_due")
    call_command("relock_due")
    now = again(accepted)
    assert (now.state, now.unjudged, Step.objects.filter(kind="relock").count()) == ("submitted", 1, 1)


@pytest.mark.parametrize("has_run", [False, True])
def test_a_cell_changed_and_not_sent_is_closed_after_the_day_and_says_so(accepted, cast, department, has_run):
    step("reopen", accepted, cast.specialist, until=today(), reason="Sai thu nhập", codes=["2.2"])
    fill(accepted, cast.officer_a, Cell("2.2", "60", version=3))
    Submission.objects.update(reopened_until=today() - TOMORROW)
    if has_run:
        call_command("relock_due")
    sheet = sheet_of(again(accepted), may_type=True, today=today())
    closed = {line.one.code: line.closed for line in sheet.lines}
    assert closed["2.2"].startswith("Đã sửa nhưng chưa gửi khi hết hạn mở lại")
    assert all(closed.values())
    page = page_of(again(accepted), cast.specialist, today())
    assert page.note.startswith("1 chỉ tiêu xã đã sửa nhưng chưa gửi khi hết hạn mở lại")
    assert page.open_remarks == []
    assert [offer.kind for offer in page.offers if not offer.obstacle] == ["reopen"]
    outcome = put(accepted, cast.officer_a, Cell("2.2", "61", version=result(accepted, "2.2").version))[0]
    assert outcome.status in (results.WRONG, results.STALE)
    assert (result(accepted, "2.2").value, result(accepted, "2.2").review) == (60, ReviewState.UNSENT)
    assert not Remark.objects.filter(closed_at=None).exists()
    judge(accepted, "2.2", department)
    step("accept", accepted, cast.specialist)
    assert sound(accepted)


@pytest.mark.parametrize("codes", [(), ("2.2",)])
def test_what_was_not_sent_in_time_can_be_opened_and_sent_again(accepted, cast, codes):
    step("reopen", accepted, cast.specialist, until=today(), reason="Sai thu nhập", codes=["2.2"])
    fill(accepted, cast.officer_a, Cell("2.2", "60", version=3))
    Submission.objects.update(reopened_until=today() - TOMORROW)
    call_command("relock_due")
    said = refusal(
        lambda: step("reopen", accepted, cast.specialist, until=today(), reason="Sai", codes=["1.1"])
    )
    assert said.startswith("Phiếu đang chờ chấp nhận lại; chỉ mở lại được chỉ tiêu đã sửa chưa gửi (2.2)")
    step("reopen", accepted, cast.specialist, until=today(), reason="Xã chưa kịp gửi", codes=codes)
    step("send_again" if codes else "submit", accepted, cast.leader_a)
    now = again(accepted)
    assert (now.state, now.unjudged, result(accepted, "2.2").review) == ("submitted", 1, ReviewState.OPEN)
    assert sound(accepted)


def test_a_reopening_ends_on_a_day_to_come(accepted, cast):
    said = refusal(lambda: step("reopen", accepted, cast.specialist, until=today() - TOMORROW, reason="Sai"))
    assert said.startswith("Hãy chọn ngày từ hôm nay")
    said = refusal(
        lambda: step("reopen", accepted, cast.specialist, until=today(), reason="Sai", codes=["9.9"])
    )
    assert said == "Bộ tiêu chí này không có chỉ tiêu 9.9."
