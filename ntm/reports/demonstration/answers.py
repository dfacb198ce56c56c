"""What the communes of the demonstration entered, by a fixed rule over hashes of their codes. Pure.

How many criteria each lacks is shared out so that the province's average is the published one; which ones, and by how
much, follows from the codes of commune and criterion, so that a commune lacks next year what it lacked this year.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from hashlib import blake2b

from communes.judging import (
    AT_LEAST,
    AT_MOST,
    GRADE,
    GRADED,
    NOT_MET,
    PERCENT,
    TEXT,
    YES_NO,
    Bar,
    Held,
    Measure,
    judge,
)

#: Indicators that came with the set of 2021–2025: those that a commune recognised before it may still lack.
NEW_INDICATORS = frozenset({"8.4", "13.3", "13.5", "15.4", "17.4", "17.11", "17.12", "18.6"})
#: How hard each criterion is, for communes on the way and for those that were recognised before; others: 1.
ON_THE_WAY = {
    "1": 0.3, "2": 5.0, "3": 2.0, "4": 0.6, "5": 3.0, "6": 4.0, "7": 0.7, "9": 3.0, "10": 5.0, "11": 4.0,
    "12": 3.0, "13": 3.0, "14": 0.4, "15": 3.0, "16": 1.5, "17": 6.0, "18": 2.0, "19": 0.2,
}  # fmt: skip
RECOGNISED = {
    "1": 0.1, "2": 0.6, "3": 0.3, "4": 0.1, "5": 0.6, "6": 0.4, "7": 0.1, "8": 1.5, "9": 0.2, "11": 0.4,
    "10": 0.3, "12": 0.4, "13": 3.0, "14": 0.1, "15": 4.0, "16": 0.3, "17": 6.0, "18": 2.0, "19": 0.1,
}  # fmt: skip
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Question:
    """An indicator as the rule needs it: its criterion's number, how it is typed, and the bars for the commune."""

    code: str
    criterion: str
    kind: str
    bars: tuple[Bar, ...]
    decimals: int = 1
    grades: int = 0


@dataclass(frozen=True)
class Group:
    """Communes that lack about as much: together `total` criteria, each between `least` and `most`."""

    codes: tuple[str, ...]
    total: int
    least: int = 0
    most: int = 19
    weights: Mapping[str, float] | None = None


def chance(*words: object) -> float:
    """A number from 0 to below 1 that only depends on the words."""
    digest = blake2b("/".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def lacking(group: Group) -> dict[str, int]:
    """How many criteria each commune of the group lacks; uneven, as it is in life."""
    order = sorted(group.codes, key=lambda code: chance("lacks", code))
    found = dict.fromkeys(order, group.least)
    for number in range(group.total - group.least * len(order)):
        place = int(len(order) * ((number * _GOLDEN) % 1) ** 2)
        turn = order[place:] + order[:place]
        found[next(code for code in turn if found[code] < group.most)] += 1
    return found


def criteria_lacked(code: str, count: int, numbers: Iterable[str], weights: Mapping[str, float]) -> set[str]:
    """The numbers of the criteria that a commune lacks; fewer next year are a part of these."""

    def ease(number: str) -> float:
        return -math.log(1 - chance(code, "criterion", number)) / weights.get(number, 1.0)

    return set(sorted(numbers, key=ease)[:count])


def indicators_lacked(code: str, questions: Sequence[Question], lacked: set[str], *, newer: bool) -> set[str]:
    """One to three indicators of each criterion that is lacked; the newer ones first where that is the rule."""
    found: set[str] = set()
    for number in sorted(lacked):
        inside = [question.code for question in questions if question.criterion == number]
        order = sorted(
            inside, key=lambda one: (newer and one not in NEW_INDICATORS, chance(code, "indicator", one))
        )
        luck = chance(code, "how many", number)
        found.update(order[: 1 + (luck > 0.62) + (luck > 0.9)])
    return found


def typed(code: str, year: int, question: Question, *, lacks: bool) -> str:
    """What the commune types: a value on the right side of every bar, the same way from year to year."""
    if question.kind == TEXT:
        return "Hồ sơ chưa đủ căn cứ" if lacks else "Đạt yêu cầu, có hồ sơ kèm theo"
    if question.kind == YES_NO:
        return _yes_no(question, lacks=lacks)
    if question.kind == GRADED:
        return str(_grade(question, lacks=lacks))
    luck = chance(code, question.code) * 0.9 + chance(code, question.code, year) * 0.1
    return _plain(_number(question, Decimal(repr(luck)), lacks=lacks), question.decimals, question, lacks)


def _yes_no(question: Question, *, lacks: bool) -> str:
    """What the rules judge so; without a bar, "đạt" where it does not lack."""
    yes = judge(Measure(YES_NO), Held(value=Decimal(1)), question.bars).verdict
    return "C" if (yes != NOT_MET) == lacks else "Đ"


def _grade(question: Question, *, lacks: bool) -> int:
    """By its place, counted from 1."""
    needed = max(
        (int(bar.value) for bar in question.bars if bar.operator == GRADE and bar.value is not None),
        default=0,
    )
    return max(needed, 1) if lacks else max(needed + 1, 1)


def _number(question: Question, luck: Decimal, *, lacks: bool) -> Decimal:
    limits = [bar.value for bar in question.bars if bar.value is not None]
    if not limits:
        return 58 + 20 * luck if lacks else 82 + 18 * luck
    if question.bars[0].operator == AT_MOST:
        low = min(limits)
        return (
            max(limits) * (Decimal("1.06") + luck / 2) if lacks else low * (Decimal("0.25") + luck * 7 / 10)
        )
    high = max(limits)
    if lacks:
        return min(limits) * (Decimal("0.985") - luck / 8)
    room = 100 - high if question.kind == PERCENT else high / 4
    return high + room * luck


def _plain(value: Decimal, decimals: int, question: Question, lacks: bool) -> str:
    """Rounded away from the bar, without grouping."""
    upper = bool(question.bars) and question.bars[0].operator == AT_LEAST
    rounding = ROUND_FLOOR if lacks == upper else ROUND_CEILING
    places = min(decimals, 1)
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=rounding)
    if question.kind == PERCENT:
        rounded = min(rounded, Decimal(100))
    return format(rounded.normalize() if rounded == rounded.to_integral_value() else rounded, "f").replace(
        ".", ","
    )
