"""Adding up money that was published with words, as tables of cases."""

from decimal import Decimal

import pytest

from funding import ledger
from funding.choices import Qualifier
from funding.ledger import Stated
from ntm.core.numbers import shares

EXACT, AT_LEAST, ABOUT = Qualifier.EXACT, Qualifier.AT_LEAST, Qualifier.ABOUT
TY = 10**9


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], EXACT),
        ([EXACT], EXACT),
        ([EXACT, EXACT], EXACT),
        ([ABOUT, EXACT], ABOUT),
        ([AT_LEAST, EXACT], AT_LEAST),
        ([ABOUT, AT_LEAST], AT_LEAST),
        ([AT_LEAST, AT_LEAST, ABOUT], AT_LEAST),
    ],
)
def test_a_sum_is_as_exact_as_its_least_exact_part(parts: list[str], expected: str) -> None:
    assert ledger.combined(parts) == expected


def test_the_resources_of_2023_add_up() -> None:
    parts = [Stated(277 * TY, AT_LEAST), Stated(891 * TY, AT_LEAST), Stated(920 * TY, ABOUT)]
    assert ledger.total(parts) == Stated(2088 * TY, AT_LEAST)
    assert shares([part.amount for part in parts]) == [13, 43, 44]


def test_nothing_known_is_no_total_and_a_known_zero_is_one() -> None:
    assert ledger.total([]) is None
    assert ledger.total([Stated(0)]) == Stated(0, EXACT)


def test_sums_keep_every_dong() -> None:
    assert ledger.total([Stated(10**15), Stated(1), Stated(2)]) == Stated(10**15 + 3)


@pytest.mark.parametrize(
    ("base", "whole", "expected"),
    [
        (277 * TY, 2088 * TY, "6.5"),
        (100, 755, "6.6"),  # 6.55: halves go up
        (100, 754, "6.5"),
        (100, 100, "0.0"),
        (0, 100, None),
        (None, 100, None),
        (100, None, None),
    ],
)
def test_leverage_is_the_other_dong_beside_one_of_the_base(
    base: int | None, whole: int | None, expected: str | None
) -> None:
    assert ledger.leverage(base, whole) == (None if expected is None else Decimal(expected))


def test_the_leverage_is_said_in_a_sentence() -> None:
    said = ledger.leverage_sentence(277 * TY, 2088 * TY)
    assert said == "1 đồng trung ương đi cùng 6,5 đồng nguồn khác"
    assert ledger.leverage_sentence(None, 1) == ""


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (Stated(277 * TY, AT_LEAST), "trên 277\u00a0tỷ đồng"),
        (Stated(920 * TY, ABOUT), "khoảng 920\u00a0tỷ đồng"),
        (Stated(2_088_500_000_000), "2.088,5\u00a0tỷ đồng"),
    ],
)
def test_an_amount_is_said_with_its_qualifier(stated: Stated, expected: str) -> None:
    assert ledger.words(stated) == expected


TREE = {1: None, 2: 1, 3: 2, 4: 1, 5: None}


def test_the_tree_of_sources_is_walked_both_ways() -> None:
    assert ledger.ancestors(3, TREE) == [2, 1]
    assert ledger.top(3, TREE) == 1
    assert ledger.top(5, TREE) == 5
    assert ledger.branch(1, TREE) == {1, 2, 3, 4}
    assert ledger.branch(5, TREE) == {5}


def test_a_circle_in_the_data_ends_the_walk() -> None:
    circle: dict[int, int | None] = {1: 2, 2: 1}
    assert ledger.ancestors(1, circle) == [2]


@pytest.mark.parametrize(
    ("parents", "expected"),
    [(TREE, set()), ({1: 1}, {1}), ({1: 2, 2: 1, 3: 1, 4: None}, {1, 2}), ({}, set())],
)
def test_sources_under_themselves_are_found(parents: dict[int, int | None], expected: set[int]) -> None:
    assert ledger.circular(parents) == expected


@pytest.mark.parametrize(
    ("used", "expected"),
    [([3, 4], set()), ([1, 5], set()), ([1, 3], {1}), ([1, 2, 3], {1, 2}), ([], set())],
)
def test_a_branch_beside_its_part_clashes(used: list[int], expected: set[int]) -> None:
    assert ledger.clashes(TREE, used) == expected


@pytest.mark.parametrize(
    ("whole", "parts", "beyond"),
    [
        (Stated(100), Stated(100), 0),
        (Stated(100), Stated(101), 1),
        (Stated(100), Stated(90), -10),
        # A lower bound may be more: of the whole, or of what its parts come to.
        (Stated(100, "at_least"), Stated(150), 0),
        (Stated(100, "at_least"), Stated(90), -10),
        (Stated(100), Stated(90, "at_least"), 0),
        (Stated(100), Stated(150, "at_least"), 50),
        # An estimate is near what comes within a hundredth of it.
        (Stated(100, "about"), Stated(101), 0),
        (Stated(100), Stated(98, "about"), -2),
    ],
)
def test_parts_beside_a_whole_that_was_published_apart(whole: Stated, parts: Stated, beyond: int) -> None:
    assert ledger.difference(whole, parts) == beyond


@pytest.mark.parametrize(
    ("known", "whole", "gaps"),
    [
        ([], False, set()),
        ([1], True, set()),
        ([2], False, {3}),
        ([2, 3], True, set()),
        ([2, 5], False, {4}),
        ([4], False, {2, 5}),
        ([2, 4, 5], True, set()),
    ],
)
def test_a_branch_is_whole_once_each_of_its_parts_is(known: list[int], whole: bool, gaps: set[int]) -> None:
    """1 holds 2 and 3, 3 holds 4 and 5; what is missing is named by its largest part."""
    tree = {1: None, 2: 1, 3: 1, 4: 3, 5: 3}
    assert ledger.is_whole(1, known, tree) == whole
    assert set(ledger.gaps(1, known, tree)) == gaps
