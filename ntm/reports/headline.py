"""The answer sentence: what a leader reads first, made by rule from the figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from ntm.core.numbers import integer


@dataclass(frozen=True)
class Measure:
    """One planned indicator: how it is named in a sentence, what was achieved, what was planned. None: not known."""

    noun: str
    achieved: int | None
    plan: int | None

    @property
    def judged(self) -> bool:
        return self.achieved is not None and self.plan is not None

    @property
    def difference(self) -> int:
        """Achieved less planned; only for a judged measure."""
        return (self.achieved or 0) - (self.plan or 0)


def headline(year: int, measures: Sequence[Measure], *, until: str = "", provisional: bool = False) -> str:
    """One sentence. `until` ("25/11/2026") marks a year that is still running; `provisional` a past one whose
    recognitions the office has not declared complete.

    met: achieved ≥ plan; exceeded: achieved > plan. A measure without a plan, or without figures, is never counted
    as met or missed; the sentence says how many there are.
    """
    start = f"Năm {year}, tính đến {until}," if until else f"Năm {year}{' (tạm tính)' if provisional else ''}"
    if not measures:
        return f"Năm {year}: chưa có danh mục mức đạt của giai đoạn này"
    judged = [m for m in measures if m.judged]
    if not judged:
        return f"{start} {_nothing_to_judge(measures)}"
    unplanned = sum(m.achieved is not None and m.plan is None for m in measures)
    unknown = sum(m.achieved is None for m in measures)
    missed = [m for m in judged if m.difference < 0]
    over = sum(m.difference > 0 for m in judged)
    sentence = f"{start} {_missed(judged, missed) if missed else _met(judged, over, until)}"
    gaps = []
    if unplanned:
        gaps.append(f"{unplanned} chỉ tiêu chưa giao kế hoạch")
    if unknown:
        gaps.append(f"{unknown} chỉ tiêu chưa có số liệu")
    return f"{sentence} ({', '.join(gaps)})" if gaps else sentence


def _met(judged: Sequence[Measure], over: int, until: str) -> str:
    n = len(judged)
    done = "đã hoàn thành" if until else "hoàn thành"
    if n == 1:
        return f"{done} chỉ tiêu kế hoạch" + (", vượt kế hoạch" if over else "")
    whole = f"{done} cả {n} chỉ tiêu kế hoạch"
    if over == n:
        return f"{whole}, tất cả đều vượt"
    return f"{whole}, trong đó {over} chỉ tiêu vượt" if over else whole


def _missed(judged: Sequence[Measure], missed: Sequence[Measure]) -> str:
    short = ", ".join(f"{integer(-m.difference)} {m.noun}" for m in missed)
    met = len(judged) - len(missed)
    if met == 0:
        return f"chưa đạt chỉ tiêu kế hoạch nào, thiếu {short}"
    return f"đạt {met}/{len(judged)} chỉ tiêu kế hoạch, thiếu {short}"


def _nothing_to_judge(measures: Sequence[Measure]) -> str:
    known = [m for m in measures if m.achieved is not None]
    if known:
        counts = ", ".join(f"{integer(m.achieved or 0)} {m.noun}" for m in known)
        return f"có thêm {counts}; chưa giao kế hoạch nên chưa đánh giá được"
    planned = [m for m in measures if m.plan is not None]
    if planned:
        counts = ", ".join(f"{integer(m.plan or 0)} {m.noun}" for m in planned)
        return f"chưa có số liệu công nhận; kế hoạch giao {counts}"
    return "chưa có số liệu công nhận và chưa giao kế hoạch"


def compared(year: int, current: int | None, before: int | None, noun: str) -> str:
    """The sentence of the comparison with the year before, about the widest level."""
    if current is None or before is None:
        missing = year if current is None else year - 1
        return f"Chưa so sánh được năm {year} với năm {year - 1}: năm {missing} chưa có số liệu"
    if current == before:
        return f"Năm {year} giữ nguyên {integer(current)} {noun} như năm {year - 1}"
    word = "tăng" if current > before else "giảm"
    return f"Năm {year} {word} {integer(abs(current - before))} {noun} so với năm {year - 1}"
