"""What one result says in words: its value, what was needed, how far it is from it, and who judged it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from communes.choices import IndicatorKind, ReviewState, ValueState
from communes.judging import NOT_MET as VERDICT_NOT_MET
from communes.judging import Held, show, sign_of
from communes.models import Result
from communes.selectors.criteria import IndicatorFacts
from communes.tallies import MET, NOT_EVALUABLE, NOT_MET, WORDS, state_of_verdict

_HELD = frozenset({ValueState.ENTERED, ValueState.COPIED})


@dataclass(frozen=True)
class Said:
    """A result in words. `distance`: how much is missing, where the value itself says so."""

    state: str
    shown: str
    need: str
    reason: str
    distance: Decimal | None = None
    is_judged: bool = False

    @property
    def word(self) -> str:
        return WORDS[self.state]


def said_of(one: IndicatorFacts, result: Result | None, facts: Mapping[str, str], year: int) -> Said:
    """The indicator's result of a unit with these attributes in a year; None: there is no result."""
    need = sign_of(one.measure, one.bars_in(facts, year))
    if result is None:
        return Said(state_of_verdict(""), "", need, "chưa nhập")
    finding = one.judge(result, facts, year)
    held = Held(result.state, result.value, result.text, result.case_id)
    shown = show(one.measure, held) if result.state in _HELD else ""
    state, reason = state_of_verdict(result.verdict), finding.reason.removesuffix(": đạt")
    if result.judged and result.judged != finding.verdict:
        words = {MET: "đạt", NOT_MET: "chưa đạt", NOT_EVALUABLE: "chưa đánh giá được"}
        reason = f"sở, ngành đánh giá {words.get(state, 'không áp dụng')}"
        if one.row.kind != IndicatorKind.YES_NO and shown:
            reason = f"{reason}: {shown}"
    if result.review == ReviewState.RETURNED:
        reason = f"{reason}; đang bị trả lại"
    agrees = finding.verdict == VERDICT_NOT_MET and state == NOT_MET
    return Said(state, shown, need, reason, finding.distance if agrees else None, bool(result.judged))
