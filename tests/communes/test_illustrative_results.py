"""What was made up for the demonstration says so wherever a result is shown."""

import pytest

from communes.models import Result, Submission
from communes.selectors import criteria
from ntm.core.provenance import Trust
from tests import factories
from tests.ntm.reports.reading import Page, rows_of_xlsx
from tests.returns import SUBMITTED, answers, load, opened


@pytest.fixture
def a_round(land):
    made = opened(land.province)
    load(made, land.commune_a, answers(judged=False), SUBMITTED)
    return made


def pages(a_round, unit) -> tuple[str, ...]:
    row = Submission.objects.get(round=a_round, unit=unit)
    return (f"/nhap-lieu/{unit.code}/2023/", f"/phieu/{row.pk}/", f"/dia-ban/xa/{unit.code}/2023/")


def test_the_grid_the_return_and_the_unit_say_so(land, a_round, cast, client_as):
    reader = client_as(cast.leader)
    for where in pages(a_round, land.commune_a):
        assert "minh họa" in Page(reader, where).text, where
    Result.objects.update(trust=Trust.VERIFIED)
    for where in pages(a_round, land.commune_a):
        assert "minh họa" not in Page(reader, where).text, where


def test_last_years_values_in_the_grid_count_too(land, a_round, cast, client_as):
    earlier = opened(land.province, a_round.criteria_set, year=2022)
    load(earlier, land.commune_b, answers())
    assert "minh họa" in Page(client_as(cast.leader), f"/nhap-lieu/{land.commune_b.code}/2023/").text


def test_each_result_on_a_departments_desk_says_so(land, a_round, client_as):
    one = a_round.criteria_set.indicators.get(code="2.1")
    one.department = factories.department()
    one.save()
    criteria.forget()
    person = factories.user("so", "department", land.province)
    person.assignments.update(department=one.department)
    desk = client_as(person)
    assert "Minh họa" in Page(desk, "/tham-dinh/").text
    (row,) = rows_of_xlsx(desk.get("/tham-dinh/danh-sach.xlsx"))
    assert row["Mức tin cậy"] == "Minh họa"


def test_what_the_system_recorded_is_said_to_be_the_systems(land, a_round, cast, client_as):
    load(a_round, land.commune_b, answers())
    _, where, _ = pages(a_round, land.commune_b)
    assert "Hệ thống" in Page(client_as(cast.leader), where).text
