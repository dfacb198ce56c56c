"""Entering results: what is stored, judged and summed up; what is refused, and how."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communes import cells
from communes.choices import IndicatorKind, ReviewState, SubmissionState, ValueState, Verdict
from communes.models import Result, Submission
from communes.services import results
from communes.services.results import SAME, SAVED, STALE, WRONG, Cell, NothingSaved, enter
from communes.services.sums import differences
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed
from tests import factories


@pytest.fixture
def returned(land: Any) -> Submission:
    made = factories.small_set()
    return factories.submission(factories.a_round(land.province, made), land.commune_a)


def put(of: Submission, by: Any, *typed: Cell, **how: Any) -> results.Entry:
    return enter(where=Q(pk=of.pk), typed=typed, by=by, **how)


def stored(of: Submission, code: str) -> Result:
    return Result.objects.get(submission=of, indicator__code=code)


def no_differences(of: Submission) -> bool:
    rows = Submission.objects.select_related("round__criteria_set", "unit").filter(pk=of.pk)
    return list(differences(rows)) == []


def test_a_value_is_stored_judged_and_summed_up(returned, cast):
    entry = put(returned, cast.officer_a, Cell("2.1", "81"))
    row = stored(returned, "2.1")
    assert (row.value, row.verdict, row.version) == (81, Verdict.NOT_MET, 1)
    assert (
        entry.outcomes[0].finding.reason == "chưa đạt: 81\u00a0%, cần từ 90\u00a0%, thiếu 9\u00a0điểm\u00a0%"
    )
    returned.refresh_from_db()
    assert (returned.entered, returned.not_met, returned.missing) == (1, 1, 4)
    assert no_differences(returned)


def test_the_threshold_of_the_year_counts(returned, cast):
    put(returned, cast.officer_a, Cell("2.2", "41"))
    assert stored(returned, "2.2").verdict == Verdict.NOT_MET


def test_a_criterion_is_met_with_its_last_indicator(returned, cast):
    put(returned, cast.officer_a, Cell("1.1", "Đ"))
    put(returned, cast.officer_a, Cell("1.2", "x"))
    returned.refresh_from_db()
    assert (returned.criteria_met, returned.criteria_total) == (1, 3)


def test_without_a_threshold_nothing_is_met(returned, cast):
    put(returned, cast.officer_a, Cell("3", "100"))
    assert stored(returned, "3").verdict == Verdict.NOT_EVALUABLE


@pytest.mark.parametrize(
    ("code", "raw", "words"),
    [
        ("2.1", "abc", "không phải là số"),
        ("2.1", "1.234", "hai cách hiểu"),
        ("2.1", "101", "từ 0 đến 100"),
        ("2.1", "-1", "từ 0 đến 100"),
        ("2.1", "NaN", "không phải là số"),
        ("2.2", "-5", "không nhận số âm"),
        ("1.1", "5", "Gõ Đ (đạt) hoặc C (chưa)"),
        ("1.1", "-", "phải có lý do"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_cell(returned, cast, code, raw, words):
    entry = put(returned, cast.officer_a, Cell("1.2", "Đ"), Cell(code, raw))
    assert [outcome.status for outcome in entry.outcomes] == [SAVED, WRONG]
    assert words in entry.outcomes[1].sentence
    assert Result.objects.get().indicator.code == "1.2"


def test_as_a_whole_nothing_is_saved_where_one_cell_is_wrong(returned, cast):
    with pytest.raises(NothingSaved) as caught:
        put(returned, cast.officer_a, Cell("1.2", "Đ"), Cell("2.1", "abc"), whole=True)
    assert len(caught.value.entry.of(WRONG)) == 1
    assert not Result.objects.exists()
    assert not LogEntry.objects.filter(action__startswith="result.").exists()


def test_an_old_version_shows_both_values_and_changes_nothing(returned, cast):
    put(returned, cast.officer_a, Cell("2.1", "81"))
    put(returned, cast.leader_a, Cell("2.1", "85", version=1))
    outcome = put(returned, cast.officer_a, Cell("2.1", "90", version=1)).outcomes[0]
    assert (outcome.status, outcome.row.value, outcome.row.entered_by) == (STALE, 85, cast.leader_a)
    assert stored(returned, "2.1").value == 85


def test_the_same_value_sent_again_is_no_second_write(returned, cast):
    put(returned, cast.officer_a, Cell("2.1", "81"))
    count = LogEntry.objects.count()
    assert put(returned, cast.officer_a, Cell("2.1", "81,0")).outcomes[0].status == SAME
    assert (stored(returned, "2.1").version, LogEntry.objects.count()) == (1, count)


def test_an_emptied_cell_is_missing_again(returned, cast):
    put(returned, cast.officer_a, Cell("2.1", "95"))
    put(returned, cast.officer_a, Cell("2.1", "", version=1))
    returned.refresh_from_db()
    assert stored(returned, "2.1").state == ValueState.EMPTY
    assert (returned.entered, returned.missing) == (0, 5)


def test_a_copied_value_counts_only_once_it_is_confirmed(returned, cast):
    put(returned, cast.officer_a, Cell("2.1", "95", copied_from=2022))
    returned.refresh_from_db()
    assert (stored(returned, "2.1").state, returned.entered, returned.met) == (ValueState.COPIED, 0, 0)
    put(returned, cast.officer_a, Cell("2.1", "95", version=1))
    returned.refresh_from_db()
    assert (stored(returned, "2.1").state, returned.entered, returned.met) == (ValueState.ENTERED, 1, 1)


def test_not_applicable_with_its_reason(returned, cast):
    put(returned, cast.officer_a, Cell("1.1", "-", note="Xã không có làng nghề"), Cell("1.2", "Đ"))
    returned.refresh_from_db()
    assert stored(returned, "1.1").verdict == Verdict.NOT_APPLICABLE
    assert returned.criteria_met == 1


def test_numerator_and_denominator_make_the_percent(returned, cast):
    put(returned, cast.officer_a, Cell("2.1", numerator="2", denominator="3"))
    row = stored(returned, "2.1")
    assert (row.value, row.numerator, row.denominator) == (Decimal("66.67"), 2, 3)


def test_a_value_far_from_last_year_is_asked_about(land, returned, cast):
    last = factories.submission(
        factories.a_round(land.province, returned.round.criteria_set, 2022), land.commune_a
    )
    put(last, cast.officer_a, Cell("2.1", "95"))
    outcome = put(returned, cast.officer_a, Cell("2.1", "80")).outcomes[0]
    assert (outcome.status, stored(returned, "2.1").is_doubtful) == (SAVED, True)
    assert outcome.sentence.startswith("Giảm 15 so với năm 2022")
    put(returned, cast.officer_a, Cell("2.1", "80", version=1, kept=True))
    assert not stored(returned, "2.1").is_doubtful


def test_a_number_without_a_limit_of_its_own_is_asked_about_by_times(land, returned, cast):
    made = returned.round.criteria_set
    factories.indicator(made, "4.1", IndicatorKind.NUMBER, unit_of_measure="triệu đồng")
    last = factories.submission(factories.a_round(land.province, made, 2022), land.commune_a)
    put(last, cast.officer_a, Cell("4.1", "42"))
    outcome = put(returned, cast.officer_a, Cell("4.1", "450")).outcomes[0]
    assert outcome.sentence.startswith("Tăng 408 so với năm 2022")
    assert stored(returned, "4.1").is_doubtful
    put(returned, cast.officer_a, Cell("4.1", "450", version=1, kept=True))
    assert not stored(returned, "4.1").is_doubtful
    assert put(returned, cast.officer_a, Cell("4.1", "45", version=2)).outcomes[0].sentence == ""


def test_a_returned_result_can_be_mended_while_the_rest_is_closed(returned, cast):
    put(returned, cast.officer_a, Cell("2.1", "81"), Cell("1.1", "Đ"))
    Submission.objects.update(state=SubmissionState.SUBMITTED)
    Result.objects.filter(indicator__code="2.1").update(review=ReviewState.RETURNED)
    outcomes = put(
        returned, cast.officer_a, Cell("2.1", "92", version=1), Cell("1.1", "C", version=1)
    ).outcomes
    assert [outcome.status for outcome in outcomes] == [SAVED, WRONG]
    assert "Phiếu đã gửi" in outcomes[1].sentence
    assert stored(returned, "2.1").review == ReviewState.ANSWERED


def test_a_locked_year_takes_nothing(returned, cast):
    returned.round.locked_at = timezone.now()
    returned.round.save()
    outcome = put(returned, cast.officer_a, Cell("2.1", "81")).outcomes[0]
    assert (outcome.status, outcome.sentence) == (WRONG, "Số liệu của năm này đã khóa.")


def test_rights(returned, cast):
    with pytest.raises(Submission.DoesNotExist):
        put(returned, cast.officer_b, Cell("2.1", "81"))
    with pytest.raises(NotAllowed):
        put(returned, cast.leader, Cell("2.1", "81"))


def test_an_unknown_code_is_refused_at_its_cell(returned, cast):
    outcomes = put(returned, cast.officer_a, Cell("99.9", "81"), Cell("2.1", "81")).outcomes
    assert [outcome.status for outcome in outcomes] == [WRONG, SAVED]
    assert outcomes[0].sentence == "Bộ tiêu chí này không có chỉ tiêu “99.9”."


@pytest.mark.parametrize("value", [Decimal(-1), Decimal("100.5"), Decimal(10) ** 11])
def test_the_database_itself_refuses_an_impossible_percent(returned, cast, value):
    put(returned, cast.officer_a, Cell("2.1", "81"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.update(value=value)


def test_one_cell_costs_the_same_in_a_small_and_a_large_set(
    land, cast, django_assert_max_num_queries, returned
):
    large = factories.small_set(factories.level("advanced"), revision=2)
    for number in range(40):
        factories.indicator(large, f"9.{number}")
    other = factories.submission(factories.a_round(land.province, large), land.commune_a)
    for submission in (returned, other):
        put(submission, cast.officer_a, Cell("1.1", "Đ"))
        with django_assert_max_num_queries(9):
            put(submission, cast.officer_a, Cell("2.1", "81"))


@pytest.mark.parametrize("kept", [True, False])
def test_what_a_saved_cell_reads_is_reached_by_keys(land, cast, returned, kept):
    """However many results there are of other units and years, none of them is looked at."""
    put(returned, cast.officer_a, Cell("1.1", "Đ"))
    with CaptureQueriesContext(connection) as asked:
        put(returned, cast.officer_a, Cell("2.1", "81", kept=kept))
    reading = next(sql for query in asked if 'JOIN "communes_result"' in (sql := query["sql"]))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{explain} {reading}")
        plan = " | ".join(str(row[-1]) for row in cursor.fetchall())
    assert not re.search(r"(SCAN|Seq Scan on) communes_result", plan), plan


@pytest.mark.parametrize("raw", ["81", "43,5", "1234,25", "0", "0,01", "-"])
def test_a_stored_value_is_typed_again_as_it_reads(raw):
    how = cells.Reading("number")
    assert cells.as_typed(how, cells.read(how, raw)) == raw


@pytest.mark.parametrize(
    ("kind", "raw", "again"), [("yes_no", "x", "Đạt"), ("yes_no", "0", "Chưa"), ("graded", "2", "Khá")]
)
def test_a_word_is_typed_again_as_it_reads(kind, raw, again):
    how = cells.Reading(kind, grades=("Yếu", "Khá"))
    assert cells.as_typed(how, cells.read(how, raw)) == again
    assert cells.read(how, again) == cells.read(how, raw)
