"""A small province with a year of returns in every state, for the tests of the pages about criteria."""

from collections.abc import Sequence
from typing import Any

from communes.choices import IndicatorKind, Operator, StepKind, Verdict
from communes.models import CriteriaSet, Round, Submission, Unit
from communes.services.returns import Answer, Return, load_returns
from communes.services.rounds import open_round
from ntm.audit.log import SYSTEM
from ntm.core.provenance import Trust
from tests import factories

ACCEPTED = (StepKind.SUBMIT, StepKind.REVIEW, StepKind.ACCEPT)
SUBMITTED = (StepKind.SUBMIT,)
#: Everything met; indicator 3 has no threshold and waits for a judgement.
GOOD = {"1.1": "Đ", "1.2": "Đ", "2.1": "95", "2.2": "45", "3": "80"}


def answers(judged: bool = True, **changed: str) -> list[Answer]:
    """`_2_1="81"` changes indicator 2.1."""
    typed = GOOD | {name.strip("_").replace("_", "."): raw for name, raw in changed.items()}
    return [Answer(code, raw, judged, Verdict.MET, "Theo hồ sơ") for code, raw in typed.items()]


def opened(home: Unit, asked: CriteriaSet | None = None, year: int = 2023, term: str = "year") -> Round:
    return open_round(
        province=home.place, year=year, criteria_set=asked or factories.small_set(), term=term, by=SYSTEM
    )


def load(a_round: Round, unit: Unit, given: Sequence[Answer], steps: Sequence[Any] = ACCEPTED) -> None:
    row = Submission.objects.get(round=a_round, unit=unit)
    load_returns(a_round, [Return(row, given, steps)], by=SYSTEM, trust=Trust.ILLUSTRATIVE)


def fill(a_round: Round, land: Any) -> None:
    """A meets all; B lacks one criterion; C lacks one and waits for a judgement; D is a draft; E is not begun."""
    load(a_round, land.commune_a, answers())
    load(a_round, land.commune_b, answers(_2_1="81,5"))
    load(a_round, land.commune_c, answers(judged=False, _1_2="C", _2_2="40,25"), SUBMITTED)
    load(a_round, land.commune_d, answers(judged=False), ())


def long_set(criteria: int = 19) -> CriteriaSet:
    """Nineteen criteria of one yes/no each, so that fewer than fifteen can be met."""
    made = factories.criteria_set(factories.level(), revision=2)
    for number in range(1, criteria + 1):
        factories.threshold(factories.indicator(made, str(number), IndicatorKind.YES_NO), Operator.YES)
    return made
