"""What the communes of the demonstration type: the same every time, and on the side of the bar where it belongs."""

from decimal import Decimal

import pytest

from communes.cells import Reading, read
from communes.judging import Bar, Held, Measure, judge
from ntm.reports.demonstration.answers import (
    ON_THE_WAY,
    Group,
    Question,
    chance,
    criteria_lacked,
    indicators_lacked,
    lacking,
    typed,
)

CODES = tuple(f"{number:05}" for number in range(60))
NUMBERS = [str(number) for number in range(1, 20)]
BARS = {
    "percent": Bar("gte", Decimal(90)), "whole": Bar("gte", Decimal(100)), "at most": Bar("lte", Decimal(13)),
    "income": Bar("gte", Decimal(42)), "yes": Bar("yes"), "no": Bar("no"), "grade": Bar("grade", Decimal(1)),
}  # fmt: skip
KINDS = {
    "percent": "percent", "whole": "percent", "at most": "percent", "income": "number", "yes": "yes_no",
    "no": "yes_no", "grade": "graded",
}  # fmt: skip


@pytest.mark.parametrize("lacks", [False, True])
@pytest.mark.parametrize("name", BARS)
def test_a_value_is_readable_and_on_its_side_of_the_bar(name, lacks):
    kind, bar, grades = KINDS[name], BARS[name], ("Kém", "Khá", "Tốt")
    question = Question("2.1", "2", kind, (bar,), 2, 3)
    for code in CODES:
        raw = typed(code, 2023, question, lacks=lacks)
        cell = read(Reading(kind, 2, grades=grades), raw)
        finding = judge(Measure(kind, "", grades), Held(cell.state, cell.value, cell.text), [bar])
        assert finding.verdict == ("not_met" if lacks else "met"), (code, raw)


@pytest.mark.parametrize("kind", ["percent", "number", "yes_no", "text"])
def test_a_value_without_a_bar_is_readable_too(kind):
    for lacks in (False, True):
        assert read(Reading(kind), typed("05602", 2022, Question("1", "1", kind, ()), lacks=lacks)).state


def test_the_rule_depends_on_nothing_but_the_words():
    assert chance("05602", "2.1") == chance("05602", "2.1") != chance("05602", "2.2")
    assert 0 <= min(map(chance, CODES)) < max(map(chance, CODES)) < 1


@pytest.mark.parametrize(("total", "least", "most"), [(0, 0, 3), (60, 1, 1), (90, 0, 3), (250, 4, 9)])
def test_a_group_lacks_exactly_its_total(total, least, most):
    found = lacking(Group(CODES, total, least, most))
    assert sum(found.values()) == total
    assert all(least <= count <= most for count in found.values())


def test_who_lacks_less_next_year_lacks_a_part_of_this_years():
    this, following = (criteria_lacked("05602", count, NUMBERS, ON_THE_WAY) for count in (6, 3))
    assert following < this
    assert len(this) == 6


def test_each_criterion_that_is_lacked_lacks_an_indicator():
    questions = [Question(f"{n}.{i}", str(n), "yes_no", ()) for n in range(1, 20) for i in range(1, 5)]
    lacked = {"2", "17"}
    found = indicators_lacked("05602", questions, lacked, newer=True)
    assert {code.split(".")[0] for code in found} == lacked
