"""The criteria sets that come with the project: complete, honest about what is not known, safe to load again."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from django.db import transaction

from communes.choices import IndicatorKind, Operator, SetState
from communes.judging import Held, judge
from communes.loading.catalogues import load_documents, load_levels
from communes.loading.criteria import load_criteria
from communes.models import Condition, CriteriaSet, Criterion, Department, Indicator, Threshold
from communes.selectors.criteria import SetBook, book_of
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from ntm.core.provenance import Trust


def load() -> None:
    documents = load_documents(by=SYSTEM)
    load_levels(documents, by=SYSTEM)
    load_criteria(documents, by=SYSTEM)


@pytest.fixture(scope="module", autouse=True)
def reference(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Loaded once for this file; taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("db")


def the_set(level: str, period: str = "2021-2025") -> CriteriaSet:
    return CriteriaSet.objects.get(level__period__code=period, level__code=level)


def book(level: str = "ntm") -> SetBook:
    return book_of(the_set(level), None)


def indicator(code: str, level: str = "ntm") -> Indicator:
    return Indicator.objects.get(criteria_set=the_set(level), code=code)


@pytest.mark.parametrize(
    ("level", "period", "criteria", "indicators", "verified", "with_threshold"),
    [
        ("ntm", "2021-2025", 19, 57, 18, 44),
        ("advanced", "2021-2025", 19, 75, 9, 49),
        ("model", "2021-2025", 4, 4, 4, 3),
        ("district_ntm", "2021-2025", 9, 36, 6, 30),
        ("district_advanced", "2021-2025", 9, 20, 3, 11),
        ("ntm", "2026-2030", 10, 9, 0, 0),
    ],
)
def test_each_set_is_as_large_as_the_law_or_the_file_says(
    level, period, criteria, indicators, verified, with_threshold
):
    found = the_set(level, period)
    rows = Indicator.objects.filter(criteria_set=found)
    assert found.state == SetState.PUBLISHED
    assert (found.province, found.revision) == (None, 1)
    assert Criterion.objects.filter(criteria_set=found).count() == criteria
    assert rows.count() == indicators
    assert rows.filter(trust=Trust.VERIFIED).count() == verified
    assert rows.filter(thresholds__isnull=False).distinct().count() == with_threshold


def test_every_row_says_where_it_comes_from():
    for table in (CriteriaSet, Indicator, Threshold, Condition):
        assert not table.objects.filter(source="").exists()
        assert not table.objects.filter(trust=Trust.ILLUSTRATIVE).exists()


def test_where_there_is_no_threshold_the_note_says_why():
    silent = Indicator.objects.filter(thresholds=None, threshold_note="")
    assert list(silent) == []


def test_each_set_rests_on_its_decision_from_its_first_day():
    found = CriteriaSet.objects.values_list(
        "level__period__code", "level__code", "document__number", "valid_from"
    )
    assert set(found) == {
        ("2021-2025", "ntm", "318/QĐ-TTg", date(2022, 1, 1)),
        ("2021-2025", "advanced", "318/QĐ-TTg", date(2022, 1, 1)),
        ("2021-2025", "model", "319/QĐ-TTg", date(2022, 1, 1)),
        ("2021-2025", "district_ntm", "320/QĐ-TTg", date(2022, 1, 1)),
        ("2021-2025", "district_advanced", "320/QĐ-TTg", date(2022, 1, 1)),
        ("2026-2030", "ntm", "51/2025/QĐ-TTg", date(2026, 1, 1)),
    }


@pytest.mark.parametrize(
    ("level", "numbers"),
    [
        ("ntm", {"10", "17", "19"}),
        ("advanced", {"10", "17", "18", "19"}),
        ("district_ntm", {"6", "7", "8", "9"}),
        ("district_advanced", {"6", "7", "8", "9"}),
        ("model", set()),
    ],
)
def test_the_criteria_that_weigh_in_a_revocation_are_marked(level, numbers):
    keys = Criterion.objects.filter(criteria_set=the_set(level), is_key=True)
    assert set(keys.values_list("number", flat=True)) == numbers


@pytest.mark.parametrize(
    ("code", "typed", "facts", "year", "reason"),
    [
        ("15.1", "81", {}, 2023, "chưa đạt: 81\u00a0%, cần từ 90\u00a0%, thiếu 9\u00a0điểm\u00a0%"),
        ("15.3", "25", {}, 2023, "chưa đạt: 25\u00a0%, cần không quá 24\u00a0%, vượt 1\u00a0điểm\u00a0%"),
        ("10", "41", {}, 2022, "đạt: 41\u00a0triệu đồng/người/năm, cần từ 39\u00a0triệu đồng/người/năm"),
        ("10", "41", {}, 2025, "chưa đạt: 41\u00a0triệu đồng/người/năm, cần từ 48\u00a0triệu đồng/người/năm, "
                               "thiếu 7\u00a0triệu đồng/người/năm"),
        ("9.1", "1", {}, 2023, "đạt"),
        ("2.1", "100", {}, 2023, "100\u00a0%; chưa có ngưỡng nên chưa đánh giá được"),
        ("5", "60", {}, 2023,
         "60\u00a0%; cần chọn trường hợp “xã có trên 3 trường” hoặc “xã có từ 3 trường trở xuống”"),
    ],
)  # fmt: skip
def test_a_value_is_judged_by_the_threshold_of_its_year(code, typed, facts, year, reason):
    one = book().by_code[code]
    held = Held(value=Decimal(typed))
    assert judge(one.measure, held, one.bars_in(facts, year)).reason == reason


def test_a_threshold_known_only_for_one_kind_of_commune_judges_no_other():
    one = book("advanced").by_code["8.2"]
    held = Held(value=Decimal(50))
    assert judge(one.measure, held, one.bars_in({"ethnic_mountain": "1"}, 2023)).verdict == "met"
    assert judge(one.measure, held, one.bars_in({}, 2023)).verdict == "not_evaluable"


def test_a_graded_indicator_knows_its_grades_from_the_lowest_up():
    row = indicator("3.6", "advanced")
    bar = row.thresholds.get()
    assert (row.kind, bar.operator, row.grades[int(bar.value)]) == ("graded", Operator.GRADE, "Khá")


def test_what_memory_only_suspects_is_not_loaded():
    for code in ("14.2", "17.6", "17.9"):
        assert not indicator(code).thresholds.exists()
    assert not indicator("10", "advanced").thresholds.exists()
    assert not Indicator.objects.filter(source__icontains="do not load").exists()


def test_shares_are_asked_about_from_ten_points_on_and_nothing_else():
    shares = Indicator.objects.filter(kind=IndicatorKind.PERCENT)
    assert set(shares.values_list("soft_limit", "maximum")) == {(10, 100)}
    others = Indicator.objects.exclude(kind=IndicatorKind.PERCENT)
    assert set(others.values_list("soft_limit", flat=True)) == {None}


def test_every_known_indicator_of_2021_2025_has_its_department():
    rows = Indicator.objects.filter(criteria_set__level__period__code="2021-2025")
    assert not rows.filter(department=None).exists()
    assert Department.objects.count() == 20
    assert indicator("15.1").department.code == "bhxh"
    assert "Sở Y tế" in indicator("15.1").guidance


def test_codes_that_are_not_official_say_so():
    made_up = Indicator.objects.filter(criteria_set=the_set("ntm", "2026-2030"))
    assert sorted(made_up.values_list("code", flat=True)) == [
        "1.a", "1.b", "3.a", "3.b", "3.c", "4.a", "6.a", "8.a", "8.b",
    ]  # fmt: skip
    for row in [*made_up, *Indicator.objects.filter(code__contains=".x")]:
        assert "Mã tạm" in row.threshold_note


def test_conditions_outside_the_criteria_stand_beside_each_level():
    found = Condition.objects.filter(level__period__code="2021-2025")
    codes = {level: set(found.filter(level__code=level).values_list("code", flat=True)) for level in (
        "ntm", "advanced", "model", "district_ntm")}  # fmt: skip
    assert codes["ntm"] == codes["advanced"] == codes["model"] == {"survey", "debt", "security"}
    assert codes["district_ntm"] == {"communes", "advanced", "towns", "survey", "survey-communes"}
    assert found.get(level__code="ntm", code="survey").value is None
    assert found.get(level__code="district_ntm", code="survey").value == 90


def test_loading_again_adds_nothing_and_takes_no_time():
    before = (LogEntry.objects.count(), Indicator.objects.count(), Condition.objects.count())
    start = process_time()
    load()
    assert process_time() - start < 0.5
    assert (LogEntry.objects.count(), Indicator.objects.count(), Condition.objects.count()) == before


def test_every_row_is_in_the_record():
    for table in (Criterion, Indicator, Threshold):
        name = f"communes.{table._meta.model_name}"
        assert LogEntry.objects.filter(object_type=name).count() == table.objects.count()
