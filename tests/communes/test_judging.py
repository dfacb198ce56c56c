"""Departments judge, return and ask, result by result; the commune answers."""

from typing import Any

import pytest
from django.db.models import Q

from communes.choices import ReviewState, Verdict
from communes.models import Evidence, Indicator, Judgement, Remark, Result, Step, Submission
from communes.selectors import criteria
from communes.services import appraisal_returns, results
from communes.services.appraisal import MOVED_ON, Seen
from communes.services.appraisal_judging import GONE, Word, judge_many
from communes.services.results import Cell
from communes.services.sums import differences
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import again, fill, give_back, judge, judge_all, result, step, submit
from tests.replayed import replayed


@pytest.fixture
def department(cast: Any) -> Any:
    return appraising.judge_for(cast.department)


@pytest.fixture
@replayed
def sent(land: Any, cast: Any) -> Submission:
    appraising.no_districts(land)
    made = factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)
    fill(made, cast.officer_a)
    submit(made, cast.leader_a)
    return again(made)


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.message


def sound(of: Submission) -> bool:
    return list(differences([again(of)])) == []


def test_a_judgement_counts_and_is_summed_up_at_once(sent, department):
    assert result(sent, "3").verdict == Verdict.NOT_EVALUABLE
    judge(sent, "3", department)
    row, now = result(sent, "3"), again(sent)
    assert (row.verdict, row.review, row.version) == (Verdict.MET, ReviewState.JUDGED, 2)
    assert (now.criteria_met, now.unjudged, now.version, sound(sent)) == (3, 4, sent.version + 1, True)
    made = Judgement.objects.get()
    assert (made.department.code, made.by, made.result_version) == ("so-nn", department, 2)
    assert LogEntry.objects.filter(action__in=("result.judged", "judgement.recorded")).count() == 2


def test_a_judgement_outranks_the_threshold(sent, department):
    judge(sent, "2.1", department, Verdict.NOT_MET)
    assert (result(sent, "2.1").computed, result(sent, "2.1").verdict) == ("met", "not_met")
    assert again(sent).criteria_met == 1


def test_it_needs_a_verdict_and_a_basis(sent, department):
    assert refusal(lambda: judge(sent, "3", department, basis=" ")) == "Chưa nhập căn cứ thẩm định."
    assert refusal(lambda: judge(sent, "3", department, "not_evaluable")).startswith("Hãy chọn đánh giá")
    assert not Judgement.objects.exists()


def test_a_department_judges_only_what_is_assigned_to_it_in_the_year(sent, cast, department):
    other = factories.department("so-yt")
    Indicator.objects.filter(code="3").update(department=other)
    Indicator.objects.filter(code="1.1").update(department=None)
    criteria.forget()
    assert "không thuộc sở, ngành của bạn" in refusal(lambda: judge(sent, "3", department))
    assert "chưa phân công" in refusal(lambda: judge(sent, "1.1", department))
    for person in (cast.specialist, cast.officer_a, cast.leader):
        with pytest.raises(NotAllowed):
            judge(sent, "2.1", person)


def test_a_department_of_another_province_does_not_even_see_it(land, sent):
    stranger = factories.user("so_cb", "department", land.foreign)
    with pytest.raises(Result.DoesNotExist):
        judge(sent, "3", appraising.judge_for(stranger))


def test_nobody_judges_what_they_entered_or_proved(sent, department):
    Result.objects.filter(indicator__code="1.1").update(entered_by=department)
    proof = Evidence.objects.create(
        result=result(sent, "1.2"), file="x", file_name="x.pdf", sha256="0", added_by=department
    )
    seen = Seen(1, str(proof.pk))
    for code, how in (("1.1", {}), ("1.2", {"seen": seen})):
        assert refusal(lambda code=code, how=how: judge(sent, code, department, **how)).startswith(
            "Bạn đã nhập"
        )


def test_only_what_was_shown_is_judged(sent, department):
    row = result(sent, "3")
    with pytest.raises(Stale) as caught:
        judge(sent, "3", department, seen=Seen(row.version - 1))
    assert caught.value.current == row
    Evidence.objects.create(result=row, file="x", file_name="x.pdf", sha256="0")
    with pytest.raises(Stale):
        judge(sent, "3", department, seen=Seen(row.version))


def test_a_draft_cannot_be_judged(sent, cast, department):
    step("withdraw", sent, cast.leader_a, reason="Nhầm")
    assert refusal(lambda: judge(sent, "3", department)).startswith("Phiếu đang nhập")


def test_many_at_once_and_each_that_cannot_is_told(land, sent, cast, department):
    other = factories.submission(sent.round, land.commune_b)
    fill(other, cast.officer_b)
    give_back(sent, "1.2", department)
    keys = {code: result(sent, code) for code in ("1.1", "1.2", "2.1")}
    seen = {row.pk: Seen(row.version) for row in keys.values()}
    seen[keys["2.1"].pk] = Seen(9)
    seen |= {result(other, "1.1").pk: Seen(1), 10**9: Seen(1)}
    outcomes = {o.pk: o.sentence for o in judge_many(seen=seen, word=Word("met", "BC 1"), by=department)}
    assert outcomes == {
        keys["1.1"].pk: "",
        keys["1.2"].pk: "Kết quả đang trả lại; chờ xã gửi lại rồi thẩm định.",
        keys["2.1"].pk: MOVED_ON,
        result(other, "1.1").pk: "Phiếu đang nhập nên không làm được việc này.",
        10**9: GONE,
    }
    assert (Judgement.objects.count(), sound(sent)) == (1, True)


def test_a_value_changed_later_is_judged_anew(sent, cast, department):
    judge_all(sent, department)
    give_back(sent, "2.1", department)
    assert (result(sent, "2.1").judged, again(sent).returned) == ("", 1)
    fill(sent, cast.officer_a, Cell("2.1", "91", version=3))
    step("send_again", sent, cast.leader_a)
    row = result(sent, "2.1")
    assert (row.review, row.judged, again(sent).unjudged) == (ReviewState.OPEN, "", 1)
    assert Remark.objects.get().answer == "Đã sửa: đạt: 91 %, cần từ 90 %."
    judge(sent, "2.1", department)
    assert sound(sent)


def test_a_return_is_explained_in_words_and_sent_again(sent, cast, department):
    give_back(sent, "3", department)
    remark = Remark.objects.get()
    assert (remark.is_return, remark.department.code) == (True, "so-nn")
    said = refusal(lambda: step("send_again", sent, cast.leader_a))
    assert said == "Còn 1 chỉ tiêu bị trả lại chưa sửa và chưa giải trình."
    appraisal_returns.answer(remark=remark.pk, text="Theo biên bản 5/BB", by=cast.officer_a)
    assert result(sent, "3").review == ReviewState.ANSWERED
    assert refusal(lambda: judge(sent, "3", department)).startswith("Kết quả đang trả lại")
    step("send_again", sent, cast.leader_a)
    judge(sent, "3", department)
    assert Step.objects.filter(kind="return").count() == Step.objects.filter(kind="answer").count() == 1
    assert (
        refusal(lambda: appraisal_returns.answer(remark=remark.pk, text="Nữa", by=cast.officer_a))
        == "Ý kiến này đã được trả lời."
    )


def test_who_returns_what(sent, cast, department):
    give_back(sent, "3", cast.specialist)
    assert refusal(lambda: give_back(sent, "3", department)).startswith("Kết quả này đang trả lại")
    Indicator.objects.filter(code="1.1").update(department=factories.department("so-yt"))
    criteria.forget()
    for person in (department, cast.leader, cast.officer_a):
        with pytest.raises(NotAllowed):
            give_back(sent, "1.1", person)
    assert refusal(lambda: give_back(sent, "1.2", department, reason="")) == "Chưa nhập lý do."


def test_a_question_returns_nothing(sent, cast, department):
    row = result(sent, "3")
    asked = appraisal_returns.ask(result=row.pk, text="Nguồn số liệu?", by=department)
    assert (result(sent, "3").review, result(sent, "3").version) == (ReviewState.OPEN, row.version)
    with pytest.raises(NotAllowed):
        appraisal_returns.answer(remark=asked.pk, text="Tôi không biết", by=cast.leader)
    with pytest.raises(Remark.DoesNotExist):
        appraisal_returns.answer(remark=asked.pk, text="Tôi", by=cast.officer_b)
    appraisal_returns.answer(remark=asked.pk, text="Chi cục Thống kê", by=cast.officer_a)
    assert Remark.objects.get().closed_by == cast.officer_a


def test_what_is_judged_cannot_be_typed_over(sent, cast, department):
    judge(sent, "3", department)
    entry = results.enter(where=Q(pk=sent.pk), typed=[Cell("3", "1", version=2)], by=cast.officer_a)
    assert entry.of(results.WRONG)
