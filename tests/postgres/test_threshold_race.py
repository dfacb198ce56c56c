"""A value is saved while a threshold is being set or the year locked: it is judged, or refused, by what holds then."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q

from communes.choices import Operator, Verdict
from communes.models import Indicator, Result, Submission
from communes.services.results import SAVED, WRONG, Cell, enter
from communes.services.rounds import lock_round
from communes.services.sums import differences
from communes.services.thresholds import ThresholdValues, add_threshold
from ntm.audit.log import SYSTEM
from tests import factories
from tests.racing import waiting_behind

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def entered(land: Any) -> SimpleNamespace:
    made = factories.small_set()
    a_round = factories.a_round(land.province, made)
    row = factories.submission(a_round, land.commune_a)
    enter(where=Q(pk=row.pk), typed=[Cell("3", "75")], by=SYSTEM)
    return SimpleNamespace(set=made, round=a_round, submission=row)


def save(entered: Any, value: str) -> Callable[[], Any]:
    typed = [Cell("3", value, version=1)]
    return lambda: enter(where=Q(pk=entered.submission.pk), typed=typed, by=SYSTEM)


def lock_submission(entered: Any) -> Callable[[], Any]:
    rows = Submission.objects.select_for_update(of=("self",), no_key=True)
    return lambda: rows.get(pk=entered.submission.pk)


def test_a_save_that_waited_for_a_threshold_is_judged_by_it(entered, land):
    row = Indicator.objects.select_related("criteria_set").get(criteria_set=entered.set, code="3")
    values = ThresholdValues(Operator.AT_LEAST, 70)
    entry = waiting_behind(
        lambda: add_threshold(row, values=values, province=land.province.place, by=SYSTEM),
        save(entered, "80"),
        lock_submission(entered),
    )
    assert entry.outcomes[0].status == SAVED
    assert Result.objects.get(indicator=row).verdict == Verdict.MET
    assert list(differences(Submission.objects.select_related("round__criteria_set", "unit"))) == []


def test_a_save_that_waited_for_the_years_lock_comes_too_late(entered):
    entry = waiting_behind(
        lambda: lock_round(entered.round, version=1, reason="Chốt số liệu", by=SYSTEM),
        save(entered, "80"),
        lock_submission(entered),
    )
    assert entry.outcomes[0].status == WRONG
    assert Result.objects.get().value == 75
