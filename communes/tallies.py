"""How one criterion of one unit stands, from the verdicts on its indicators. Pure; the words of the addresses too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from communes.judging import MET as VERDICT_MET
from communes.judging import NOT_APPLICABLE
from communes.judging import NOT_EVALUABLE as VERDICT_NOT_EVALUABLE
from communes.judging import NOT_MET as VERDICT_NOT_MET

MET, NOT_MET, NOT_EVALUABLE, NO_DATA = "dat", "chua-dat", "chua-danh-gia", "chua-co"
WORDS = {
    MET: "Đạt",
    NOT_MET: "Chưa đạt",
    NOT_EVALUABLE: "Chưa đánh giá được",
    NO_DATA: "Chưa có số liệu",
}
#: Fewer criteria than this is what the office watches, of sets that have more.
FEW = 15
_STATES = {
    VERDICT_MET: MET,
    NOT_APPLICABLE: MET,
    VERDICT_NOT_MET: NOT_MET,
    VERDICT_NOT_EVALUABLE: NOT_EVALUABLE,
}


def state_of_verdict(verdict: str) -> str:
    """What a result's verdict says of its indicator; an empty one is no data."""
    return _STATES.get(verdict, NO_DATA)


@dataclass(frozen=True, slots=True)
class Tally:
    """The indicators of one criterion, counted by what they say."""

    met: int = 0
    not_met: int = 0
    not_evaluable: int = 0
    no_data: int = 0

    @property
    def state(self) -> str:
        """What is certainly not met says so first; "met" only where each indicator is, as in `met_criteria`."""
        if self.not_met:
            return NOT_MET
        if self.no_data:
            return NO_DATA
        return NOT_EVALUABLE if self.not_evaluable else MET

    @property
    def lacking(self) -> int:
        """How many indicators keep the criterion from being met."""
        return self.not_met + self.not_evaluable + self.no_data


def tally(states: Iterable[str]) -> Tally:
    """Count the states of a criterion's indicators, one per indicator."""
    rows = list(states)
    return Tally(*(rows.count(state) for state in (MET, NOT_MET, NOT_EVALUABLE, NO_DATA)))


def tallies(inside: Mapping[int, tuple[int, ...]], verdicts: Mapping[int, str]) -> dict[int, Tally]:
    """By criterion: `inside` names the indicators of each, `verdicts` what is known of some of them."""
    return {
        criterion: tally(state_of_verdict(verdicts.get(one, "")) for one in indicators)
        for criterion, indicators in inside.items()
    }


def is_few(met: int, total: int) -> bool:
    """Fewer criteria than the office watches for; never of a set that has no more itself."""
    return met < FEW < total


def is_full(met: int, total: int) -> bool:
    """Every criterion of the set."""
    return 0 < total == met


def average(met: Sequence[int]) -> Decimal | None:
    """Criteria met per unit, two decimals, halves up; None of nothing."""
    return (Decimal(sum(met)) / len(met)).quantize(Decimal("0.01"), ROUND_HALF_UP) if met else None
