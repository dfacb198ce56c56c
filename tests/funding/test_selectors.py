"""What a page reads about a year's money."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from funding.choices import Qualifier
from funding.ledger import Stated
from funding.models import Amount, Source
from funding.selectors import (
    money_of,
    sources_under,
    with_last_entry,
    years_with_money,
)
from ntm.core.provenance import Trust
from tests import factories
from tests.conftest import Land


def test_a_year_without_a_row_is_not_known(land: Land, tree: Any) -> None:
    assert money_of(land.province.place_id, 2023) is None


def test_parts_are_folded_into_their_branch(land: Land, tree: Any) -> None:
    factories.amount(land.province, 100, code="central")
    factories.amount(land.province, 40, code="province", qualifier=Qualifier.ABOUT, note="ước")
    factories.amount(land.province, 60, code="commune")
    money = money_of(land.province.place_id, 2023)
    assert money is not None
    assert (money.total, money.qualifier) == (200, Qualifier.ABOUT)
    local = money.row("local")
    assert local is not None
    assert (local.amount, local.qualifier, local.share, local.notes) == (100, Qualifier.ABOUT, 50, ("ước",))


def test_a_branch_without_a_row_is_named_missing_not_zero(land: Land, tree: Any) -> None:
    factories.amount(land.province, 100, code="central")
    money = money_of(land.province.place_id, 2023)
    assert money is not None
    assert money.row("local") is None
    assert money.missing == ("Ngân sách địa phương",)
    assert money.leverage == ""


def test_a_branch_known_in_part_is_more_than_what_is_known(land: Land, tree: Any) -> None:
    factories.amount(land.province, 100, code="central")
    factories.amount(land.province, 40, code="province")
    money = money_of(land.province.place_id, 2023)
    assert money is not None
    assert (money.partly, money.missing) == ({"local"}, ("Ngân sách cấp xã",))
    factories.amount(land.province, 0, code="commune")
    whole = money_of(land.province.place_id, 2023)
    assert whole is not None
    assert not (whole.partly or whole.missing)
    tree["commune"].last_year = 2022
    tree["commune"].save()
    Amount.objects.filter(amount=0).delete()
    ended = money_of(land.province.place_id, 2023)
    assert ended is not None
    assert not (ended.partly or ended.missing)


def test_other_years_and_provinces_do_not_count(land: Land, tree: Any) -> None:
    factories.amount(land.province, 100)
    factories.amount(land.province, 7, year=2022)
    factories.amount(land.foreign, 9)
    money = money_of(land.province.place_id, 2023)
    assert money is not None
    assert money.total == 100
    assert years_with_money(land.province.place_id) == [2023, 2022]


def test_illustrative_money_says_so(land: Land, tree: Any) -> None:
    factories.amount(land.province, 100, trust="illustrative")
    money = money_of(land.province.place_id, 2023)
    assert money is not None
    assert money.rows[0].is_illustrative


def test_a_source_stands_for_everything_under_it(tree: dict[str, Source]) -> None:
    assert sources_under("local") == {tree[code].pk for code in ("local", "province", "commune")}
    assert sources_under("none") == set()


def test_the_last_entry_names_who_wrote_an_amount(enter: Any, cast: Any) -> None:
    enter("central")
    (row,) = with_last_entry(Amount.objects.all())
    assert row.entered_by == cast.specialist.full_name
    assert row.entered_at is not None


@pytest.mark.parametrize("size", [3, 30])
def test_two_queries_whatever_the_size(
    land: Land, tree: Any, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        factories.source(f"s{number}", f"Nguồn {number}", parent=tree["local"])
        factories.amount(land.province, 1, code=f"s{number}")
    with django_assert_num_queries(2):
        money = money_of(land.province.place_id, 2023)
    assert money is not None
    assert money.total == size


def test_every_source_is_stated_with_what_is_known_under_it(land: Land, tree: Any) -> None:
    factories.amount(land.province, 100, code="central")
    factories.amount(land.province, 40, code="province", qualifier=Qualifier.ABOUT)
    factories.amount(land.foreign, 5, code="commune")
    money = money_of(land.province.place_id, 2023)
    assert money is not None
    found = money.stated
    assert set(found) == set(Source.objects.values_list("code", flat=True))
    assert found["central"] == Stated(100, Qualifier.EXACT)
    assert found["local"] == found["province"] == Stated(40, Qualifier.ABOUT)
    assert found["commune"] is None
    assert {row.code: row.amount for row in money.rows} == {"central": 100, "local": 40}


def test_an_illustration_among_the_amounts_is_found(land: Land, tree: Any) -> None:
    factories.amount(land.province, 100, code="central")
    factories.amount(land.province, 100, code="central", year=2022)
    factories.amount(land.province, 5, code="province", trust=Trust.ILLUSTRATIVE)
    found = {year: money_of(land.province.place_id, year) for year in (2022, 2023)}
    assert {year: money and money.is_illustrative for year, money in found.items()} == {
        2022: False,
        2023: True,
    }
