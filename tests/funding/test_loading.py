"""The tree of sources and the published money, loaded through the verbs."""

from funding.choices import Qualifier
from funding.loading import load_allocations, load_amounts, load_purposes, load_sources
from funding.models import Allocation, Purpose, Source
from funding.selectors import money_of
from ntm.audit.models import LogEntry
from tests.conftest import Land

TY = 10**9


def test_the_money_of_2023_is_as_published(land: Land) -> None:
    load_sources()
    load_amounts()
    money = money_of(land.province.place_id, 2023)
    assert money is not None
    assert (money.total, money.qualifier) == (2088 * TY, Qualifier.AT_LEAST)
    assert [(row.code, row.amount, row.qualifier, row.share) for row in money.rows] == [
        ("central", 277 * TY, Qualifier.AT_LEAST, 13),
        ("local", 891 * TY, Qualifier.AT_LEAST, 43),
        ("other", 920 * TY, Qualifier.ABOUT, 44),
    ]
    assert money.missing == ()
    assert money.leverage == "1 đồng trung ương đi cùng 6,5 đồng nguồn khác"


def test_the_tree_has_the_branches_of_the_programme(land: Land) -> None:
    load_sources()
    tops = Source.objects.filter(parent=None).values_list("code", flat=True)
    assert list(tops) == ["central", "local", "other"]
    people = Source.objects.filter(parent__code="other-people").values_list("code", flat=True)
    assert list(people) == ["people-cash", "people-labour", "people-land", "people-kind"]
    assert Source.objects.get(code="local-district").last_year == 2025


def test_both_breakdowns_are_there_and_those_before_2026_wait_for_the_legal_text(land: Land) -> None:
    load_purposes()
    found = Purpose.objects.values_list("breakdown", "first_year", "last_year", "trust")
    assert sorted(found, key=str) == [
        *[("component", 2021, 2025, "recalled")] * 11,
        *[("component", 2026, 2030, "verified")] * 15,
        *[("work", None, None, "recalled")] * 13,
    ]
    assert "Điều 5–19" in Purpose.objects.get(code="component-2026-2-05").source


def test_loading_twice_changes_nothing_and_made_up_plans_say_so(land: Land) -> None:
    load_sources()
    load_purposes()
    load_amounts()
    load_allocations()
    rows = Allocation.objects.values_list("stage", "trust", "purpose__breakdown").distinct().order_by()
    assert list(rows) == [("plan", "illustrative", "work")]
    entries = LogEntry.objects.count()
    assert load_sources() == []
    assert load_purposes() == []
    assert load_amounts() == []
    assert load_allocations() == []
    assert LogEntry.objects.count() == entries
