"""What a condition outside the criteria says, and why. Values in, values out: no database, no clock.

Legal basis: QĐ 18/2022/QĐ-TTg, for each level besides its criteria: satisfaction of the people, no debt of basic
construction, security and order. A required share that is not known is never taken as reached.
"""

from dataclasses import dataclass
from decimal import Decimal

from communes.judging import MET, NOT_EVALUABLE, NOT_MET, number
from ntm.core.numbers import NBSP

SURVEY, ABSENCE, YES_NO = "survey", "absence", "yes_no"


@dataclass(frozen=True)
class Asked:
    """A condition: its kind, and for a survey the share that it asks for; None: not known."""

    kind: str
    share: Decimal | None = None


@dataclass(frozen=True)
class Found:
    """What a person found. `said`: the person's own verdict, where the share alone decides nothing."""

    said: str = ""
    share: Decimal | None = None
    sample: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Verdict:
    """A verdict with its reason, a sentence that begins in lower case; empty: not checked."""

    verdict: str
    reason: str


UNCHECKED = Verdict("", "chưa kiểm tra")


def verdict_of(asked: Asked, found: Found | None) -> Verdict:
    """What the condition says. A survey is judged by its share; where the required share is not known, by a
    person who says so with a note."""
    if found is None:
        return UNCHECKED
    if asked.kind != SURVEY:
        return _said(found, "đạt", "chưa đạt")
    if found.share is None:
        return UNCHECKED
    shown = f"{number(found.share)}{NBSP}% hài lòng"
    shown += f", {found.sample} phiếu" if found.sample else ""
    if asked.share is not None:
        need = f"cần từ {number(asked.share)}{NBSP}%"
        if found.share >= asked.share:
            return Verdict(MET, f"đạt: {shown}, {need}")
        gap = number(asked.share - found.share)
        return Verdict(NOT_MET, f"chưa đạt: {shown}, {need}, thiếu {gap}{NBSP}điểm{NBSP}%")
    if found.said in (MET, NOT_MET) and found.note:
        word = "đạt" if found.said == MET else "chưa đạt"
        return Verdict(found.said, f"{word}: {shown}; {found.note}")
    return Verdict(NOT_EVALUABLE, f"{shown}; chưa có tỷ lệ phải đạt nên chưa đánh giá được")


def _said(found: Found, yes: str, no: str) -> Verdict:
    if found.said not in (MET, NOT_MET):
        return UNCHECKED
    word = yes if found.said == MET else no
    return Verdict(found.said, f"{word}: {found.note}" if found.note else word)
