"""Two people at a year's money in the same moment, on PostgreSQL."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from funding.ledger import clashes
from funding.models import Allocation, Amount, Source
from funding.services import Line, change_amount, change_source, save_amounts, withdraw_amount
from funding.services_allocations import Portion, enter_allocation
from funding.services_purposes import change_purpose
from tests import factories
from tests.conftest import Land
from tests.racing import at_once, refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_source_gets_one_amount_a_year(enter: Callable[..., Amount]) -> None:
    assert refused(at_once(*[lambda: enter("central")] * 3)) == 2
    assert Amount.objects.count() == 1


def test_a_branch_never_slips_in_beside_its_part(enter: Callable[..., Amount]) -> None:
    assert refused(at_once(lambda: enter("local"), lambda: enter("province"))) == 1
    assert Amount.objects.count() == 1


def test_two_moves_never_close_a_circle(tree: dict[str, Source], cast: SimpleNamespace) -> None:
    def move(code: str, below: str) -> Callable[[], Source]:
        row = tree[code]
        return lambda: change_source(
            row, expected_version=1, name=row.name, parent=tree[below], by=cast.administrator
        )

    assert refused(at_once(move("central", "local"), move("local", "central"))) == 1
    assert Source.objects.filter(code__in=["central", "local"], parent=None).count() == 1


def test_a_move_and_an_amount_never_count_money_twice(
    tree: dict[str, Source], cast: SimpleNamespace, enter: Callable[..., Amount]
) -> None:
    enter("local")
    row = tree["central"]

    def move() -> Source:
        return change_source(
            row, expected_version=1, name=row.name, parent=tree["local"], by=cast.administrator
        )

    assert refused(at_once(move, lambda: enter("central"))) == 1


def test_a_sheet_of_the_branch_and_one_of_its_part_never_count_money_twice(
    tree: dict[str, Source], land: Land, cast: SimpleNamespace
) -> None:
    def sheet(*codes: str) -> None:
        lines = [Line(tree[code], 5) for code in codes]
        save_amounts(lines, province=land.province.place, year=2023, by=cast.specialist)

    assert refused(at_once(lambda: sheet("central", "local"), lambda: sheet("province", "commune"))) == 1
    assert Amount.objects.count() == 2


def test_an_amount_is_not_changed_while_it_is_withdrawn(
    enter: Callable[..., Amount], cast: SimpleNamespace
) -> None:
    row = enter("central")

    def change() -> Amount:
        return change_amount(
            row, expected_version=1, year=2023, source=row.source_of_funds, amount=7, qualifier="exact",
            by=cast.specialist,
        )  # fmt: skip

    def withdraw() -> None:
        withdraw_amount(row, expected_version=1, by=cast.specialist)

    assert refused(at_once(change, withdraw)) == 1


def test_what_is_divided_gets_one_row_and_no_branch_slips_in_beside_its_part(
    land: Land, tree: dict[str, Source], cast: SimpleNamespace
) -> None:
    road = factories.purpose()

    def enter(code: str) -> Callable[[], Allocation]:
        portion = Portion(tree[code], "plan", 5, road)
        return lambda: enter_allocation(portion, province=land.province.place, year=2023, by=cast.specialist)

    assert refused(at_once(enter("local"), enter("province"), enter("local"), enter("commune"))) in (2, 3)
    parents = {row.pk: row.parent_id for row in tree.values()}
    assert not clashes(parents, Allocation.objects.values_list("source_of_funds_id", flat=True))


def test_a_purpose_never_ends_before_money_that_is_entered_meanwhile(
    land: Land, tree: dict[str, Source], cast: SimpleNamespace
) -> None:
    road = factories.purpose()
    portion = Portion(tree["central"], "plan", 5, road)
    ended = at_once(
        lambda: enter_allocation(portion, province=land.province.place, year=2023, by=cast.specialist),
        lambda: change_purpose(
            road, expected_version=1, name="Giao thông", last_year=2022, by=cast.administrator
        ),
    )
    assert refused(ended) == 1
    road.refresh_from_db()
    assert Allocation.objects.exists() is road.covers(2023)
