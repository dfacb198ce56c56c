"""Two people at a year's money in the same moment, on PostgreSQL."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from funding.models import Amount, Source
from funding.services import change_source
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
