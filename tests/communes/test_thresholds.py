"""Provincial thresholds: set with a document, corrected and withdrawn with a reason, and judged by at once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from communes.choices import AttributeKind, Operator, SubmissionState, Verdict
from communes.models import Duty, Indicator, Result, Submission, Threshold
from communes.selectors.criteria import book_of, forget
from communes.services.duties import assign_indicators, drop_duty
from communes.services.rejudging import rejudge
from communes.services.results import Cell, enter
from communes.services.sums import differences
from communes.services.thresholds import ThresholdValues, add_threshold, change_threshold, withdraw_threshold
from ntm.audit.log import SYSTEM, writing
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories
from tests.replayed import replayed


@pytest.fixture
@replayed
def entered(land: Any) -> SimpleNamespace:
    """Two communes have entered 75 % where no threshold is known, and 85 % where 90 % is asked."""
    made = factories.small_set()
    a_round = factories.a_round(land.province, made)
    rows = [factories.submission(a_round, unit) for unit in (land.commune_a, land.commune_b)]
    for row in rows:
        enter(where=Q(pk=row.pk), typed=[Cell("3", "75"), Cell("2.1", "85")], by=SYSTEM)
    return SimpleNamespace(set=made, round=a_round, a=rows[0], b=rows[1])


def at_least(value: int, **more: Any) -> ThresholdValues:
    return ThresholdValues(Operator.AT_LEAST, Decimal(value), **({"document": factories.document()} | more))


def put(entered: Any, land: Any, by: Any, values: ThresholdValues, code: str = "3") -> Threshold:
    row = Indicator.objects.select_related("criteria_set").get(criteria_set=entered.set, code=code)
    return add_threshold(row, values=values, province=land.province.place, is_retroactive=True, by=by)


def verdict(of: Submission, code: str = "3") -> str:
    return Result.objects.get(submission=of, indicator__code=code).verdict


def nothing_differs() -> bool:
    return list(differences(Submission.objects.select_related("round__criteria_set", "unit"))) == []


def test_a_new_threshold_judges_what_was_entered_and_its_sums_at_once(entered, land, cast):
    assert verdict(entered.a) == Verdict.NOT_EVALUABLE
    row = put(entered, land, cast.specialist, at_least(70))
    assert (row.province, verdict(entered.a), verdict(entered.b)) == (land.province.place, "met", "met")
    entered.a.refresh_from_db()
    assert (entered.a.met, entered.a.not_evaluable, entered.a.criteria_met) == (1, 0, 1)
    assert nothing_differs()
    actions = LogEntry.objects.filter(batch=LogEntry.objects.latest("number").batch)
    assert set(actions.values_list("action", flat=True)) == {
        "threshold.added", "criteria.amended", "result.rejudged", "submission.summed",
    }  # fmt: skip
    assert Result.objects.get(submission=entered.a, indicator__code="3").version == 1


def test_the_provinces_own_threshold_counts_instead_of_the_nations(entered, land, cast):
    put(entered, land, cast.specialist, at_least(80), "2.1")
    assert verdict(entered.a, "2.1") == Verdict.MET
    assert nothing_differs()


def test_once_the_province_has_set_it_no_page_says_that_it_has_not(entered, land, cast, client_as):
    note = "Ngưỡng do UBND cấp tỉnh quy định; chưa nhập quyết định của tỉnh. Mã tạm."
    row = Indicator.objects.get(criteria_set=entered.set, code="3")
    Indicator.objects.filter(pk=row.pk).update(threshold_note=note)
    forget()
    client = client_as(cast.specialist)
    pages = (
        f"/nhap-lieu/{entered.a.unit.code}/2023/3/",
        reverse("communes:criteria-indicator", args=[row.pk]),
        reverse("communes:criteria-set", args=[row.criteria_set_id]),
        "/tieu-chi/2023/ntm/3/",
    )
    assert all("chưa nhập quyết định của tỉnh" in client.get(page).content.decode() for page in pages)
    put(entered, land, cast.specialist, at_least(70))
    for page in pages:
        shown = client.get(page).content.decode()
        assert "chưa nhập quyết định của tỉnh" not in shown, page
        assert "Mã tạm." in shown, page


@pytest.mark.parametrize(
    ("first_year", "is_asked"), [(None, True), (2022, True), (2023, False), (2024, False)]
)
def test_years_before_the_paper_was_issued_need_a_word_for_it(entered, land, cast, first_year, is_asked):
    row = Indicator.objects.select_related("criteria_set").get(criteria_set=entered.set, code="3")
    values = at_least(70, first_year=first_year)
    how = {"values": values, "province": land.province.place, "by": cast.specialist}
    if is_asked:
        with pytest.raises(Refused, match="Văn bản ban hành ngày 29/12/2023, sau năm đầu áp dụng") as refusal:
            add_threshold(row, **how)
        assert refusal.value.field == "first_year"
    made = add_threshold(row, **how, is_retroactive=is_asked)
    entry = LogEntry.objects.get(action="threshold.added")
    assert ("hồi tố" in entry.reason) == is_asked
    later = replace(values, first_year=2024)
    changed = change_threshold(made, version=1, values=later, reason="Nhầm năm", by=cast.specialist)
    assert changed.first_year == 2024


def test_a_threshold_for_some_communes_and_years_judges_only_those(entered, land, cast):
    Submission.objects.filter(pk=entered.a.pk).update(facts={"especially_difficult": "1"})
    difficult = {"attribute": AttributeKind.ESPECIALLY_DIFFICULT, "attribute_value": "1"}
    put(entered, land, cast.specialist, at_least(70, **difficult))
    assert (verdict(entered.a), verdict(entered.b)) == (Verdict.MET, Verdict.NOT_EVALUABLE)
    put(entered, land, cast.specialist, at_least(90, first_year=2024))
    assert verdict(entered.b) == Verdict.NOT_EVALUABLE
    put(entered, land, cast.specialist, at_least(90, first_year=2023, last_year=2023))
    assert (verdict(entered.a), verdict(entered.b)) == (Verdict.MET, Verdict.NOT_MET)
    assert nothing_differs()


def test_locked_years_and_accepted_returns_keep_the_thresholds_of_their_day(entered, land, cast):
    Submission.objects.filter(pk=entered.a.pk).update(state=SubmissionState.ACCEPTED)
    put(entered, land, cast.specialist, at_least(70))
    assert (verdict(entered.a), verdict(entered.b)) == (Verdict.NOT_EVALUABLE, Verdict.MET)
    assert nothing_differs()
    entered.round.locked_at = timezone.now()
    entered.round.save()
    put(entered, land, cast.specialist, at_least(95), "2.1")
    assert verdict(entered.b, "2.1") == Verdict.NOT_MET
    with writing():
        entered.a.refresh_from_db()
        book = book_of(Indicator.objects.first().criteria_set, land.province.place_id)
        assert rejudge([entered.a], book, by=SYSTEM) == 1
    assert verdict(entered.a) == Verdict.MET


def test_a_departments_judgement_stands(entered, land, cast):
    Result.objects.filter(submission=entered.a, indicator__code="3").update(
        judged="not_met", verdict="not_met"
    )
    put(entered, land, cast.specialist, at_least(70))
    row = Result.objects.get(submission=entered.a, indicator__code="3")
    assert (row.computed, row.verdict) == (Verdict.MET, Verdict.NOT_MET)


def test_another_province_sees_nothing_of_it(entered, land, cast):
    put(entered, land, cast.specialist, at_least(70))
    entered.set.refresh_from_db()
    assert book_of(entered.set, land.foreign.place_id).by_code["3"].bars == ()


def test_it_is_corrected_and_withdrawn_with_a_reason_and_judged_again(entered, land, cast):
    by, row = cast.specialist, put(entered, land, cast.specialist, at_least(70))
    with pytest.raises(Refused, match="Chưa nhập lý do"):
        change_threshold(row, version=1, values=at_least(80), is_retroactive=True, by=by)
    change_threshold(row, version=1, values=at_least(80), is_retroactive=True, reason="Ghi nhầm", by=by)
    assert verdict(entered.a) == Verdict.NOT_MET
    with pytest.raises(Stale):
        withdraw_threshold(row, version=1, reason="Hết hiệu lực", by=by)
    withdraw_threshold(row, version=2, reason="Hết hiệu lực", by=by)
    assert verdict(entered.a) == Verdict.NOT_EVALUABLE
    assert Threshold.objects.get(pk=row.pk).is_withdrawn
    with pytest.raises(Refused, match="đã được bỏ"):
        withdraw_threshold(row, version=3, reason="Lần nữa", by=by)
    assert nothing_differs()
    assert LogEntry.objects.get(action="threshold.changed").reason.startswith("Ghi nhầm Văn bản ghi")


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"operator": Operator.YES}, "operator", "không dùng được cho kiểu"),
        ({"value": None}, "value", "Chưa nhập giá trị"),
        ({"value": Decimal(101)}, "value", "từ 0 đến 100"),
        ({"attribute": "commune_group"}, "attribute_value", "đi cùng nhau"),
        ({"attribute": "commune_group", "attribute_value": "4"}, "attribute_value", "1, 2, 3"),
        ({"attribute": "population", "attribute_value": "9"}, "attribute", "không dùng để phân ngưỡng"),
        ({"first_year": 2026}, "first_year", "nằm ngoài giai đoạn"),
        ({"first_year": 2024, "last_year": 2023}, "last_year", "không được trước"),
        ({"document": None}, "document", "Chưa chọn văn bản"),
    ],
)
def test_what_nobody_could_be_judged_by_is_refused(entered, land, cast, values, field, words):
    wrong = ThresholdValues(**(vars(at_least(70)) | values))
    with pytest.raises(Refused, match=words) as refusal:
        put(entered, land, cast.specialist, wrong)
    assert refusal.value.field == field
    assert not Threshold.objects.exclude(province=None).exists()
    assert not LogEntry.objects.filter(action="threshold.added").exists()


def test_two_thresholds_never_speak_of_the_same_units_and_years(entered, land, cast):
    by = cast.specialist
    put(entered, land, by, at_least(70, case="trên 3 trường"))
    put(entered, land, by, at_least(50, case="từ 3 trường trở xuống"))
    for values in (at_least(60), at_least(60, case="trên 3 trường")):
        with pytest.raises(Refused, match="Đã có ngưỡng"):
            put(entered, land, by, values)
    put(entered, land, by, at_least(60, first_year=2023, last_year=2024))
    with pytest.raises(Refused, match="Đã có ngưỡng"):
        put(entered, land, by, at_least(60, first_year=2024))
    put(entered, land, by, at_least(40, attribute="atk", attribute_value="1"))
    with pytest.raises(Refused, match="một thuộc tính khác"):
        put(entered, land, by, at_least(40, attribute="area_type", attribute_value="III"))


def test_only_those_with_the_right_and_only_for_their_own_province(entered, land, cast):
    for person in (cast.leader, cast.department, cast.approver, cast.officer_a, cast.administrator):
        with pytest.raises(NotAllowed):
            put(entered, land, person, at_least(70))
    row = Indicator.objects.get(criteria_set=entered.set, code="3")
    with pytest.raises(NotAllowed):
        add_threshold(row, values=at_least(70), province=land.foreign.place, by=cast.specialist)
    with pytest.raises(Refused, match="chỉ đặt được ngưỡng riêng của tỉnh"):
        add_threshold(row, values=at_least(70), by=cast.specialist)
    national = Threshold.objects.get(indicator__code="2.1")
    with pytest.raises(Refused):
        change_threshold(national, version=1, values=at_least(70), reason="x", by=cast.specialist)


def test_a_value_entered_after_the_threshold_is_judged_by_it(entered, land, cast):
    put(entered, land, cast.specialist, at_least(70))
    enter(where=Q(pk=entered.a.pk), typed=[Cell("3", "60", version=1)], by=cast.officer_a)
    assert verdict(entered.a) == Verdict.NOT_MET


# --- duties --------------------------------------------------------------------------------------------------
def assign(
    entered: Any, land: Any, by: Any, department: Any, year: int, *codes: str, **more: Any
) -> list[Duty]:
    chosen = list(Indicator.objects.filter(criteria_set=entered.set, code__in=codes))
    return assign_indicators(
        entered.set, province=land.province.place, indicators=chosen, department=department, first_year=year,
        by=by, **more,
    )  # fmt: skip


def responsible(entered: Any, land: Any, year: int, code: str = "1.1") -> int | None:
    entered.set.refresh_from_db()
    return book_of(entered.set, land.province.place_id).by_code[code].department_in(year)


def test_indicators_are_given_to_a_department_from_a_year_on(entered, land, cast):
    by, old, new = cast.specialist, factories.department("so-a"), factories.department("so-b")
    assert responsible(entered, land, 2023) is None
    assert len(assign(entered, land, by, old, 2021, "1.1", "1.2")) == 2
    assign(entered, land, by, new, 2023, "1.1", last_year=2024)
    found = [responsible(entered, land, year) for year in (2020, 2022, 2023, 2024, 2025)]
    assert found == [None, old.pk, new.pk, new.pk, old.pk]
    assert responsible(entered, land, 2023, "1.2") == old.pk
    assert book_of(entered.set, land.foreign.place_id).by_code["1.1"].department_in(2023) is None


def test_the_same_year_again_changes_the_duty_and_the_same_word_again_nothing(entered, land, cast):
    by, old, new = cast.specialist, factories.department("so-a"), factories.department("so-b")
    assign(entered, land, by, old, 2021, "1.1")
    count = LogEntry.objects.count()
    assert assign(entered, land, by, old, 2021, "1.1") == []
    assert LogEntry.objects.count() == count
    row = assign(entered, land, by, new, 2021, "1.1")[0]
    assert (row.version, responsible(entered, land, 2022)) == (2, new.pk)
    drop_duty(row, version=2, by=by)
    assert responsible(entered, land, 2022) is None
    assert LogEntry.objects.filter(action="duty.dropped").count() == 1


def test_duties_are_refused_outside_the_period_the_province_and_the_right(entered, land, cast):
    ours = factories.department()
    with pytest.raises(Refused, match="nằm ngoài giai đoạn"):
        assign(entered, land, cast.specialist, ours, 2030, "1.1")
    with pytest.raises(Refused, match="Chưa chọn chỉ tiêu"):
        assign(entered, land, cast.specialist, ours, 2023)
    with pytest.raises(Refused, match="không được trước"):
        assign(entered, land, cast.specialist, ours, 2023, "1.1", last_year=2022)
    with pytest.raises(NotAllowed):
        assign(entered, land, cast.leader, ours, 2023, "1.1")
    with pytest.raises(NotAllowed):
        assign_indicators(
            entered.set, province=land.foreign.place, indicators=[], department=ours, first_year=2023,
            by=cast.specialist,
        )  # fmt: skip


@pytest.mark.parametrize("count", [2, 5])
def test_judging_again_costs_the_same_queries_for_any_number_of_communes(
    land, cast, count, django_assert_max_num_queries
):
    made = factories.small_set()
    a_round = factories.a_round(land.province, made)
    for unit in land.communes[:count]:
        row = factories.submission(a_round, unit)
        enter(where=Q(pk=row.pk), typed=[Cell("3", "75")], by=SYSTEM)
    entered = SimpleNamespace(set=made)
    with django_assert_max_num_queries(37):
        put(
            entered,
            land,
            cast.specialist,
            at_least(70, document=factories.document(issued_on=date(2023, 1, 1))),
        )
