"""What a page reads about a year's plan."""

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from communes.choices import AttributeKind
from communes.models import Unit
from targets.choices import PlanState, TargetKind
from targets.models import Plan
from targets.selectors import PlanView, approved_revisions, view_of, years_with_plan
from tests import factories
from tests.conftest import Land

END = date(2023, 12, 31)


def plan_on(province: Unit, day: date) -> PlanView:
    """The plan of 2023."""
    return view_of(approved_revisions(province.place_id, 2023), 2023, day)


@pytest.fixture
def revised(land: Land) -> tuple[Plan, Plan]:
    """Approved in January with 10 communes; amended on 1 July to 12."""
    first = factories.plan(
        land.province, state=PlanState.SUPERSEDED, revision=1, approved_on=date(2023, 1, 5)
    )
    second = factories.plan(land.province, revision=2, approved_on=date(2023, 7, 1))
    for plan, value in ((first, 10), (second, 12)):
        factories.target(plan, value)
        factories.target(plan, 4, "model")
    return first, second


def test_the_revision_of_the_day_and_the_first_one_are_both_told(land: Land, revised: Any) -> None:
    view = plan_on(land.province, END)
    assert view.current is not None
    assert view.first is not None
    assert (view.current.revision, view.first.revision) == (2, 1)
    assert (view.current.value("ntm"), view.first.value("ntm")) == (12, 10)
    assert (view.current.value("model"), view.first.value("model")) == (4, 4)


def test_before_the_amendment_the_first_revision_stands_alone(land: Land, revised: Any) -> None:
    view = plan_on(land.province, date(2023, 6, 30))
    assert view.current is not None
    assert (view.current.value("ntm"), view.first) == (10, None)


def test_before_any_approval_there_is_no_plan(land: Land, revised: Any) -> None:
    assert plan_on(land.province, date(2023, 1, 4)).current is None


def test_an_amendment_that_changes_no_target_is_not_told_twice(land: Land) -> None:
    for revision, state in ((1, PlanState.SUPERSEDED), (2, PlanState.APPROVED)):
        plan = factories.plan(
            land.province, revision=revision, state=state, approved_on=date(2023, revision, 1)
        )
        factories.target(plan, 10)
    assert plan_on(land.province, END).first is None


def test_a_draft_is_no_plan(draft: Plan, land: Land) -> None:
    view = plan_on(land.province, END)
    assert (view.current, view.registrations) == (None, ())


def test_another_province_has_its_own_plan(land: Land, revised: Any) -> None:
    assert plan_on(land.foreign, END).current is None


def test_cumulative_targets_are_kept_apart(land: Land) -> None:
    plan = factories.plan(land.province)
    factories.target(plan, 10)
    factories.target(plan, 118, kind=TargetKind.CUMULATIVE)
    current = plan_on(land.province, END).current
    assert current is not None
    assert (current.value("ntm"), current.value("ntm", TargetKind.CUMULATIVE)) == (10, 118)


def test_registered_units_are_told_with_what_they_were_on_the_day(land: Land) -> None:
    plan = factories.plan(land.province)
    for unit in (land.commune_a, land.commune_b):
        factories.registration(plan, unit)
    factories.attribute(land.commune_a, AttributeKind.ESPECIALLY_DIFFICULT)
    factories.attribute(land.commune_a, AttributeKind.ETHNIC_MOUNTAIN, valid_to=date(2023, 6, 1))
    factories.attribute(land.commune_b, AttributeKind.ESPECIALLY_DIFFICULT, "0")
    factories.attribute(land.commune_b, AttributeKind.ETHNIC_MOUNTAIN, valid_from=date(2024, 1, 1))
    rows = {row.unit.name: row for row in plan_on(land.province, END).registered("ntm")}
    assert rows["Phú Đình"].especially_difficult
    assert not rows["Phú Đình"].ethnic_mountain
    assert not rows["Điềm Mặc"].especially_difficult
    assert not rows["Điềm Mặc"].ethnic_mountain
    assert {row.district for row in rows.values()} == {"Định Hóa"}


def test_a_unit_that_ended_in_the_year_is_described_as_it_was(land: Land) -> None:
    end = date(2023, 10, 1)
    ended = factories.unit(land.district, "Sáp nhập", valid_to=end)
    factories.attribute(ended, AttributeKind.ESPECIALLY_DIFFICULT, valid_to=end)
    factories.registration(factories.plan(land.province), ended)
    (row,) = plan_on(land.province, END).registrations
    assert row.especially_difficult


@pytest.mark.parametrize("size", [3, 30])
def test_three_queries_whatever_the_size(
    land: Land, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = factories.plan(land.province, drafted_by=factories.user("a"), document=factories.document())
    factories.target(plan, size)
    for number in range(size):
        factories.registration(plan, factories.unit(land.district, f"Xã {number}"))
    with django_assert_num_queries(3):
        view = plan_on(land.province, END)
        assert len([row.unit.full_name + row.district for row in view.registrations]) == size
        assert view.current is not None
        assert view.current.drafted_by == "a"


def test_years_with_a_plan_come_latest_first(land: Land) -> None:
    for year in (2022, 2024, 2023):
        factories.plan(land.province, year)
    assert years_with_plan(land.province.place_id) == [2024, 2023, 2022]
