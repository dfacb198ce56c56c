"""The synthetic results are such as the application itself would have stored."""

from random import Random

import pytest

from communes.models import Result, Submission
from communes.services.sums import differences
from ntm.reports.acceptance.bulk import basic_set, write_results
from tests import factories


@pytest.fixture
def made(land) -> int:
    asked = factories.small_set()
    assert basic_set() == asked
    return write_results(land.province.place, asked, Random(1), years=(2022, 2023), share=0.7)


def test_every_return_is_whole(made):
    assert made == Result.objects.count() == 5 * Submission.objects.count() > 0


def test_a_recount_finds_the_stored_sums(made):
    rows = Submission.objects.select_related("round__criteria_set", "unit")
    assert [found for found in differences(rows) if not found.what.endswith("computed")] == []


def test_each_year_has_its_own_part_of_the_communes(made):
    assert len(set(Submission.objects.values_list("round__year", "unit_id"))) == Submission.objects.count()
    assert set(Submission.objects.values_list("round__year", flat=True)) == {2022, 2023}


def test_without_the_set_there_is_nothing_to_write(land):
    assert basic_set() is None
