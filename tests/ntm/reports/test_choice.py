"""The fixed rule that stands in for names which the published report does not give."""

import pytest

from ntm.reports.demonstration.choice import choose, round_of

SIZES = {"A": 22, "B": 13, "C": 14, "D": 27, "E": 11, "F": 12, "G": 5, "H": 3, "I": 19}
LAND = {district: [f"{district}{number:02d}" for number in range(size)] for district, size in SIZES.items()}
BEFORE, NEW = frozenset("EGHI"), frozenset("AD")


def test_the_counts_are_the_published_ones_and_nest():
    chosen = choose(LAND, BEFORE, NEW)
    assert (len(chosen.ntm_before), len(chosen.ntm_new)) == (108, 10)
    assert (len(chosen.advanced_before), len(chosen.advanced_new)) == (17, 16)
    assert (len(chosen.model_before), len(chosen.model_new)) == (4, 6)
    assert {*chosen.model_before, *chosen.model_new} <= {*chosen.advanced_before, *chosen.advanced_new}
    assert {*chosen.advanced_before, *chosen.advanced_new} <= set(chosen.ntm_before)
    assert set(chosen.model_new) <= set(chosen.advanced_before)
    assert not set(chosen.ntm_before) & set(chosen.ntm_new)


def test_the_communes_that_are_left_lie_in_the_districts_that_are_left():
    chosen = choose(LAND, BEFORE, NEW)
    left = {code for codes in LAND.values() for code in codes} - {*chosen.ntm_before, *chosen.ntm_new}
    assert len(left) == 8
    assert {code[0] for code in left} <= set("BCF")


def test_the_new_ones_lie_outside_the_districts_of_earlier_years():
    chosen = choose(LAND, BEFORE, NEW)
    assert not {code[0] for code in chosen.ntm_new} & BEFORE
    assert set(chosen.especially_difficult) < set(chosen.ntm_new)
    assert len(chosen.especially_difficult) == 5


def test_the_rule_is_fixed_whatever_the_order_it_is_given():
    turned = {district: LAND[district][::-1] for district in reversed(LAND)}
    assert choose(turned, BEFORE, NEW) == choose(LAND, BEFORE, NEW)


def test_counts_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        choose({"A": LAND["A"], "B": LAND["B"]}, frozenset(), frozenset())


def test_a_round_takes_one_of_each_in_turn():
    assert round_of({"x": ["x1", "x2", "x3"], "y": ["y1"]}, ["y", "x"]) == ["x1", "y1", "x2", "x3"]
