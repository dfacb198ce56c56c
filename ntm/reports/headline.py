"""The answer sentence: what a leader reads first, made by rule from the figures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ntm.core.numbers import integer

#: How a level is named inside a sentence, by code.
NOUNS = {
    "ntm": "xã đạt chuẩn",
    "advanced": "xã nâng cao",
    "model": "xã kiểu mẫu",
    "modern": "xã hiện đại",
    "district_ntm": "huyện, thành phố đạt chuẩn",
    "district_advanced": "huyện nâng cao",
}


@dataclass(frozen=True)
class Measure:
    """One planned indicator: how a sentence names it, what was achieved and planned (None: not known), its level.
    `by_sum`: the plan says what the sum of all years shall be, and so does `achieved`."""

    noun: str
    achieved: int | None
    plan: int | None
    code: str = ""
    by_sum: bool = False

    @property
    def judged(self) -> bool:
        return self.achieved is not None and self.plan is not None

    @property
    def difference(self) -> int:
        """Achieved less planned; only for a judged measure."""
        return (self.achieved or 0) - (self.plan or 0)


#: What a sentence counts measures by. A measure without a plan, or without figures, is neither met nor missed.
GROUPS: dict[str, Callable[[Measure], bool]] = {
    "chi-tieu": lambda measure: measure.judged,
    "chi-tieu-giao": lambda measure: measure.plan is not None,
    "chi-tieu-dat": lambda measure: measure.judged and measure.difference >= 0,
    "chi-tieu-vuot": lambda measure: measure.judged and measure.difference > 0,
    "chi-tieu-chua-giao": lambda measure: measure.achieved is not None and measure.plan is None,
    "chi-tieu-chua-co-so-lieu": lambda measure: measure.achieved is None and measure.plan is not None,
}


@dataclass(frozen=True)
class Count:
    """A number in a sentence, and which figure it is: its kind and, unless it counts measures, its level."""

    value: int
    kind: str
    code: str = ""

    def __str__(self) -> str:
        return integer(self.value)


@dataclass(frozen=True)
class Sentence:
    """Words with the figures between them; as text it is what a file says."""

    pieces: tuple[str | Count, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.pieces))


def headline(
    year: int, measures: Sequence[Measure], *, until: str = "", provisional: bool = False
) -> Sentence:
    """One sentence. `until` ("25/11/2026") marks a year that is still running; `provisional` a past one whose
    recognitions the office has not declared complete. Met: achieved ≥ plan; exceeded: achieved > plan.
    """
    start = (
        f"Năm {year}, tính đến {until}, " if until else f"Năm {year}{' (tạm tính)' if provisional else ''} "
    )
    if not measures:
        return Sentence((f"Năm {year}: chưa có danh mục mức đạt của giai đoạn này",))
    if not _group(measures, "chi-tieu"):
        return Sentence((start, *_nothing_to_judge(measures)))
    missed = [m for m in measures if m.judged and m.difference < 0]
    said = _missed(measures, missed) if missed else _met(measures, until)
    return Sentence((start, *said, *_gaps(measures)))


def _group(measures: Sequence[Measure], kind: str) -> list[Measure]:
    return [measure for measure in measures if GROUPS[kind](measure)]


def _number_of(measures: Sequence[Measure], kind: str) -> Count:
    return Count(len(_group(measures, kind)), kind)


def _met(measures: Sequence[Measure], until: str) -> Iterator[str | Count]:
    """What was judged is met. A plan is met only when nothing in it waits for its figures."""
    promised, judged = _number_of(measures, "chi-tieu-giao"), _number_of(measures, "chi-tieu")
    over = _number_of(measures, "chi-tieu-vuot")
    if judged.value < promised.value:
        yield from _so_many(measures)
    elif judged.value == 1:
        yield f"{_done(until)} chỉ tiêu kế hoạch" + (", vượt kế hoạch" if over.value else "")
        return
    else:
        yield from (f"{_done(until)} cả ", judged, " chỉ tiêu kế hoạch")
    if over.value == judged.value == promised.value > 1:
        yield ", tất cả đều vượt"
    elif over.value:
        yield from (", trong đó ", over, " chỉ tiêu vượt")


def _done(until: str) -> str:
    return "đã hoàn thành" if until else "hoàn thành"


def _so_many(measures: Sequence[Measure]) -> Iterator[str | Count]:
    met, promised = _number_of(measures, "chi-tieu-dat"), _number_of(measures, "chi-tieu-giao")
    yield from ("đạt ", met, "/", promised, " chỉ tiêu kế hoạch")


def _missed(measures: Sequence[Measure], missed: Sequence[Measure]) -> Iterator[str | Count]:
    if _group(measures, "chi-tieu-dat"):
        yield from _so_many(measures)
    elif len(_group(measures, "chi-tieu")) < len(_group(measures, "chi-tieu-giao")):
        yield "chưa đạt chỉ tiêu kế hoạch nào đã có số liệu"
    else:
        yield "chưa đạt chỉ tiêu kế hoạch nào"
    yield from (", thiếu ", *_listed((Count(-m.difference, "thieu", m.code), m) for m in missed))


def _gaps(measures: Sequence[Measure]) -> Iterator[str | Count]:
    words = {
        "chi-tieu-chua-giao": " chỉ tiêu chưa giao kế hoạch",
        "chi-tieu-chua-co-so-lieu": " chỉ tiêu chưa có số liệu",
    }
    found = [(count, said) for kind, said in words.items() if (count := _number_of(measures, kind)).value]
    for at, (count, said) in enumerate(found):
        yield from (", " if at else " (", count, said)
    if found:
        yield ")"


def _nothing_to_judge(measures: Sequence[Measure]) -> Iterator[str | Count]:
    known = [(Count(m.achieved, "dat-moi", m.code), m) for m in measures if m.achieved is not None]
    planned = [(Count(m.plan, "ke-hoach", m.code), m) for m in measures if m.plan is not None]
    if known and planned:
        # No level has both: a level with a result has no plan, and one with a plan has no result.
        yield from ("có thêm ", *_listed(known), "; kế hoạch giao ", *_listed(planned), *_gaps(measures))
    elif known:
        yield from ("có thêm ", *_listed(known), "; chưa giao kế hoạch nên chưa đánh giá được")
    elif planned:
        yield from ("chưa có số liệu công nhận trong năm; kế hoạch giao ", *_listed(planned))
    else:
        yield "chưa có số liệu công nhận trong năm và chưa giao kế hoạch"


def _listed(counted: Iterable[tuple[Count, Measure]]) -> Iterator[str | Count]:
    for at, (count, measure) in enumerate(counted):
        of_sum = "lũy kế " if measure.by_sum and count.kind == "ke-hoach" else ""
        yield from (f"{', ' if at else ''}{of_sum}", count, f" {measure.noun}")


@dataclass(frozen=True)
class Growth:
    """A level over two years: how many held it at the end of this one and of the one before (None: not known)."""

    noun: str
    current: int | None
    before: int | None
    code: str = ""

    @property
    def known(self) -> bool:
        return self.current is not None and self.before is not None


def compared(year: int, levels: Sequence[Growth]) -> Sentence:
    """The sentence of the comparison with the year before: about the widest level that can be compared, and which wider
    ones cannot. `levels`: the widest first."""
    first = next((at for at, level in enumerate(levels) if level.known), None)
    if first is None:
        return Sentence((f"Chưa so sánh được năm {year} với năm {year - 1}: {_why_not(year, levels)}",))
    wider = ", ".join(level.noun for level in levels[:first])
    return Sentence((*_grown(year, levels[first]), f"; chưa so sánh được số {wider}" if wider else ""))


def _why_not(year: int, levels: Sequence[Growth]) -> str:
    """Which of the two years lacks every figure; both lack some where neither does."""
    for at, values in ((year, [one.current for one in levels]), (year - 1, [one.before for one in levels])):
        if all(value is None for value in values):
            return f"năm {at} chưa có số liệu"
    return "chưa đủ số liệu của hai năm"


def _grown(year: int, level: Growth) -> Iterator[str | Count]:
    change = (level.current or 0) - (level.before or 0)
    if change == 0:
        same = Count(level.current or 0, "luy-ke", level.code)
        yield from (f"Năm {year} giữ nguyên ", same, f" {level.noun} như năm {year - 1}")
        return
    kind, word = ("tang", "tăng") if change > 0 else ("giam", "giảm")
    yield from (f"Năm {year} {word} ", Count(abs(change), kind, level.code))
    yield f" {level.noun} so với năm {year - 1}"
