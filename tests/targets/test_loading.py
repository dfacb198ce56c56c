"""The published plans, loaded through the verbs."""

from datetime import date
from typing import Any

import pytest

from communes.models import Unit
from ntm.audit.models import LogEntry
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from targets.choices import PlanState
from targets.loading import Named, load_plans
from targets.models import Plan, Registration
from targets.promises import promises
from tests import factories
from tests.conftest import Land

LEVELS = ("ntm", "advanced", "model", "district_ntm")


@pytest.fixture
def ready(land: Land) -> Land:
    for code in LEVELS:
        factories.level(code)
    factories.unit(land.province, "Phú Lương", kind="huyện", code="168")
    return land


def test_the_plans_of_2023_and_2024_are_as_published(ready: Land) -> None:
    load_plans()
    home = ready.province.place_id
    found = promises(home, {2023: date(2023, 12, 31), 2024: date(2024, 12, 31)})
    values = {year: {line.code: line.value for line in plan.current} for year, plan in found.items()}
    assert values == {
        2023: {"ntm": 10, "advanced": 12, "model": 4, "district_ntm": 1},
        2024: {"ntm": 2, "advanced": 12, "model": 2, "district_ntm": 1},
    }
    assert [unit.name for unit in found[2024].registered("district_ntm")] == ["Phú Lương"]
    assert {row.trust for row in Plan.objects.all()} == {Trust.VERIFIED}


def test_the_plans_point_at_the_office_report_and_do_not_know_the_day_of_approval(ready: Land) -> None:
    load_plans()
    for plan in Plan.objects.all():
        assert plan.state == PlanState.APPROVED
        assert plan.approved_on is None
        assert plan.document is not None
        assert plan.document.number == ""
        assert "Văn phòng Điều phối" in plan.document.authority
    assert Plan.objects.values("document").distinct().count() == 1


def test_loading_twice_changes_nothing(ready: Land) -> None:
    load_plans()
    entries = LogEntry.objects.count()
    assert load_plans() == []
    assert LogEntry.objects.count() == entries


def test_named_units_are_registered_before_the_approval(ready: Land) -> None:
    communes = list(Unit.objects.filter(tier="commune", province=ready.province.place_id))
    load_plans({2023: [Named("ntm", communes, Trust.ILLUSTRATIVE, "minh họa")]})
    rows = Registration.objects.filter(plan__year=2023)
    assert rows.count() == len(communes)
    assert {row.trust for row in rows} == {Trust.ILLUSTRATIVE}


def test_loading_before_the_units_says_so(db: None) -> None:
    with pytest.raises(Refused, match="chưa có tỉnh nào"):
        load_plans()


def test_loading_for_a_province_that_is_not_there_names_those_that_are(land: Land, settings: Any) -> None:
    settings.DEFAULT_PROVINCE = "99"
    with pytest.raises(Refused, match=r"DEFAULT_PROVINCE=99: không có tỉnh nào .*\b19 \(") as said:
        load_plans()
    assert "Hãy sửa DEFAULT_PROVINCE" in said.value.message
