"""When the revocation of a level is to be considered. Values in, values out: no database, no clock.

Legal basis: QĐ 18/2022/QĐ-TTg of 02/08/2022: 30 % to under 50 % of the criteria failed with one of the key criteria
among them, or 50 % and more failed. Nâng cao and kiểu mẫu are judged on the nâng cao set. What could not be
evaluated has not failed. An alert decides nothing: a person does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from communes.judging import NOT_EVALUABLE, NOT_MET, Standing
from ntm.core.numbers import NBSP

SOME, MANY = Fraction(30, 100), Fraction(50, 100)
#: The set that a level is watched on, by the level's code, where it is not the level's own.
WATCHED_ON = {"model": "advanced"}


@dataclass(frozen=True)
class CriterionState:
    """One criterion: failed where one of its indicators is not met; `is_open` where one is blank or could not be
    evaluated."""

    number: str
    name: str
    is_key: bool = False
    is_failed: bool = False
    is_open: bool = False

    def __str__(self) -> str:
        return f"{self.number} ({self.name})"


@dataclass(frozen=True)
class Alert:
    """Why a revocation is to be considered, in words, and what the words rest on."""

    reason: str
    failed: tuple[CriterionState, ...]
    key: tuple[CriterionState, ...]
    open: tuple[CriterionState, ...]
    total: int


def states(
    criteria: Iterable[tuple[int, str, str, bool]], standings: Iterable[Standing]
) -> list[CriterionState]:
    """Each criterion (key, number, name, whether it is a key one) with what its indicators say."""
    failed, unclear = set(), set()
    for row in standings:
        if row.verdict == NOT_MET:
            failed.add(row.criterion)
        elif row.verdict in ("", NOT_EVALUABLE):
            unclear.add(row.criterion)
    return [
        CriterionState(number, name, is_key, key in failed, key in unclear and key not in failed)
        for key, number, name, is_key in criteria
    ]


def alert(criteria: Sequence[CriterionState]) -> Alert | None:
    """The alert that these criteria give rise to; None: none."""
    failed = tuple(one for one in criteria if one.is_failed)
    key = tuple(one for one in failed if one.is_key)
    if not criteria:
        return None
    share = Fraction(len(failed), len(criteria))
    if share >= MANY:
        why = f"từ 50{NBSP}% trở lên"
    elif share >= SOME and key:
        named = ", ".join(str(one) for one in key)
        why = f"từ 30{NBSP}% đến dưới 50{NBSP}%, trong đó có tiêu chí then chốt {named}"
    else:
        return None
    reason = f"Chưa đạt {len(failed)}/{len(criteria)} tiêu chí ({_percent(share)}{NBSP}%), {why}."
    unclear = tuple(one for one in criteria if one.is_open)
    return Alert(reason, failed, key, unclear, len(criteria))


def _percent(share: Fraction) -> str:
    """One decimal, cut: a share just under a limit must not read as the limit."""
    tenths = share.numerator * 1000 // share.denominator
    return f"{tenths // 10},{tenths % 10}" if tenths % 10 else str(tenths // 10)
