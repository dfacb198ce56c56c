"""What a result says, and why. Values in, values out: no database, no clock.

Legal basis of the sums: a criterion (tiêu chí) is met when each of its indicators (chỉ tiêu) is met or does not
apply (QĐ 318/QĐ-TTg, QĐ 320/QĐ-TTg of 08/03/2022). A blank threshold is "not evaluable", never "met".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from ntm.core.numbers import NBSP, decimal

NUMBER, PERCENT, YES_NO, GRADED, TEXT = "number", "percent", "yes_no", "graded", "text"
AT_LEAST, AT_MOST, YES, NO, GRADE, JUDGED = "gte", "lte", "yes", "no", "grade", "judged"
MET, NOT_MET, NOT_EVALUABLE, NOT_APPLICABLE = "met", "not_met", "not_evaluable", "not_applicable"
EMPTY, ENTERED, COPIED, NO_DATA = "empty", "entered", "copied", "no_data"
#: So many times last year's number, or so small a part of it, is asked about.
TIMES = 3
#: States that count; a value copied and not confirmed never does.
_COUNTED = (ENTERED, NOT_APPLICABLE)
#: Operators that say nothing about a kind: a number has no grade, a yes no amount.
_FOREIGN = {
    NUMBER: (GRADE,),
    PERCENT: (GRADE,),
    YES_NO: (AT_LEAST, AT_MOST, GRADE),
    GRADED: (YES, NO),
}


@dataclass(frozen=True)
class Bar:
    """One threshold. `key` is its row; the rest as in the model `Threshold`."""

    operator: str
    value: Decimal | None = None
    text: str = ""
    key: int = 0
    case: str = ""
    attribute: str = ""
    attribute_value: str = ""
    first_year: int | None = None
    last_year: int | None = None
    is_provincial: bool = False

    def fits(self, facts: Mapping[str, str], year: int) -> bool:
        """Whether the threshold is for results of this year, of a unit with these attributes."""
        in_years = (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )
        return in_years and (not self.attribute or facts.get(self.attribute) == self.attribute_value)

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """What is said more precisely counts: the province's own, for such units, for such years."""
        return (
            self.is_provincial,
            bool(self.attribute),
            self.first_year is not None or self.last_year is not None,
        )


@dataclass(frozen=True)
class Measure:
    """How an indicator is measured: `kind`, the unit to print behind a number, the grades from the lowest up."""

    kind: str
    unit: str = ""
    grades: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """What a cell holds. `value`: the number; a grade's place; for yes/no 1 is "đạt" and 0 "chưa", also where the
    threshold asks that there be none. `case`: the chosen bar's key."""

    state: str = ENTERED
    value: Decimal | None = None
    text: str = ""
    case: int | None = None


@dataclass(frozen=True)
class Finding:
    """A verdict with its reason, a sentence that begins in lower case; `distance`: how much is missing.

    `brief`: the same where value and threshold stand beside it ("chưa đạt, thiếu 9 điểm %").
    """

    verdict: str
    reason: str
    distance: Decimal | None = None
    short: str = field(default="", compare=False)

    @property
    def brief(self) -> str:
        return self.short or self.reason


UNSAID = Finding("", "chưa nhập")


def bars_for(bars: Iterable[Bar], facts: Mapping[str, str], year: int) -> list[Bar]:
    """The thresholds that apply to such a unit in a year; several only where they are cases to choose from."""
    fitting = [bar for bar in bars if bar.fits(facts, year)]
    best = max((bar.weight for bar in fitting), default=None)
    return [bar for bar in fitting if bar.weight == best]


def judge(measure: Measure, held: Held, bars: Sequence[Bar]) -> Finding:
    """The verdict on what was entered, against the thresholds that `bars_for` chose."""
    if held.state == NOT_APPLICABLE:
        return Finding(NOT_APPLICABLE, "không áp dụng")
    if held.state == COPIED:
        return Finding("", "chép từ năm trước, chờ xác nhận")
    if held.state == NO_DATA:
        return Finding("", "chưa có số liệu")
    if held.state != ENTERED:
        return UNSAID
    shown = show(measure, held)
    if not bars:
        return Finding(
            NOT_EVALUABLE, f"{shown}; chưa có ngưỡng nên chưa đánh giá được", short="chưa đánh giá được"
        )
    chosen = [bar for bar in bars if bar.key == held.case] or list(bars)
    return _together(measure, chosen, [_against(measure, held, bar, shown) for bar in chosen], shown)


def _together(measure: Measure, bars: Sequence[Bar], findings: Sequence[Finding], shown: str) -> Finding:
    """One finding of several: cases of which none was chosen may say the same; else they ask for the case."""
    needs = list(dict.fromkeys(need_of(measure, bar) for bar in bars))
    verdicts = {finding.verdict for finding in findings}
    if len(verdicts) > 1:
        question = _question(measure, bars, needs)
        return Finding(NOT_EVALUABLE, f"{shown}; {question}", short=question.partition(" “")[0])
    nearest = min(findings, key=lambda finding: finding.distance or Decimal(0))
    if len(needs) == 1 or verdicts == {NOT_EVALUABLE}:
        return nearest
    either = " hoặc ".join(needs)
    if nearest.distance is None:
        word = "đạt" if nearest.verdict == MET else "chưa đạt"
        return Finding(nearest.verdict, f"{word}: {shown}, cần {either}", short=word)
    bar = bars[findings.index(nearest)]
    missing = f"{_word(bar)} ít nhất {_gap(measure, bar, nearest.distance)}"
    reason = f"chưa đạt: {shown}, cần {either}, {missing}"
    return Finding(NOT_MET, reason, nearest.distance, f"chưa đạt, {missing}")


def _question(measure: Measure, bars: Sequence[Bar], needs: Sequence[str]) -> str:
    if not any(bar.case for bar in bars):
        return f"nhiều ngưỡng cùng áp dụng ({' hoặc '.join(needs)}), đề nghị tỉnh xác định"
    names = [f"“{bar.case}”" if bar.case else need_of(measure, bar) for bar in bars]
    return f"cần chọn trường hợp {' hoặc '.join(names)}"


def _against(measure: Measure, held: Held, bar: Bar, shown: str) -> Finding:
    unsaid = bar.value is None and bar.operator not in (YES, NO)
    if bar.operator == JUDGED or measure.kind == TEXT or held.value is None or unsaid:
        need = f", yêu cầu: {bar.text}" if bar.text else ""
        waits = "chờ sở, ngành đánh giá"
        return Finding(NOT_EVALUABLE, f"{shown}; {waits}{need}", short=waits)
    if bar.operator in _FOREIGN[measure.kind]:
        misfit = "ngưỡng không hợp với kiểu của chỉ tiêu"
        return Finding(NOT_EVALUABLE, f"{shown}; {misfit}", short=misfit)
    need = need_of(measure, bar)
    if measure.kind == YES_NO:
        if held.value == 1:
            return Finding(MET, "đạt")
        return Finding(NOT_MET, f"chưa đạt{_asked(bar)}", short="chưa đạt")
    if bar.operator in (YES, NO):
        met = (held.value != 0) == (bar.operator == YES)
        word = "đạt" if met else "chưa đạt"
        return Finding(MET if met else NOT_MET, f"{word}: {shown}, cần {need}", short=word)
    limit = bar.value or Decimal(0)
    distance = held.value - limit if bar.operator == AT_MOST else limit - held.value
    if distance <= 0:
        return Finding(MET, f"đạt: {shown}, cần {need}", short="đạt")
    gap = f"{_word(bar)} {_gap(measure, bar, distance)}"
    return Finding(NOT_MET, f"chưa đạt: {shown}, cần {need}, {gap}", distance, f"chưa đạt, {gap}")


def _asked(bar: Bar) -> str:
    """What a yes/no indicator asks for, where its threshold says more than "đạt"."""
    if bar.operator == NO:
        return ": cần không có"
    return f": cần “{bar.text}”" if bar.text.casefold() not in ("", "đạt", "có") else ""


def _word(bar: Bar) -> str:
    return "vượt" if bar.operator == AT_MOST else "thiếu"


def _gap(measure: Measure, bar: Bar, distance: Decimal) -> str:
    if measure.kind == GRADED:
        return f"{decimal(distance, 0)} mức"
    if measure.kind == PERCENT:
        return f"{number(distance)}{NBSP}điểm{NBSP}%"
    return quantity(measure, distance)


def doubt(
    measure: Measure, value: Decimal | None, last: Decimal | None, limit: Decimal | None, year: int
) -> str:
    """The question about a value at least `limit` away from the one of the year before `year`; empty: none.

    A number without a limit of its own is asked about from `TIMES` last year's on, and from that part of it down.
    """
    if last is None or value is None or measure.kind not in (NUMBER, PERCENT):
        return ""
    now, then = abs(value), abs(last)
    leaps = measure.kind == NUMBER and then != 0 and (now >= TIMES * then or now * TIMES <= then)
    if not (leaps if limit is None else abs(value - last) >= limit):
        return ""
    word = "Tăng" if value > last else "Giảm"
    change = number(abs(value - last))
    return f"{word} {change} so với năm {year - 1}. Nhấn Enter để giữ hoặc ghi lý do."


def need_of(measure: Measure, bar: Bar) -> str:
    """A threshold in words, to stand behind "cần": "từ 90 %", "không quá 13 %", "đạt"."""
    if bar.operator == AT_LEAST and bar.value is not None:
        return f"từ {quantity(measure, bar.value)}"
    if bar.operator == AT_MOST and bar.value is not None:
        return f"không quá {quantity(measure, bar.value)}"
    if bar.operator == GRADE and bar.value is not None:
        return f"xếp từ “{_grade(measure, bar.value)}”"
    if bar.operator == NO:
        return "không có"
    return bar.text or "đạt"


def sign_of(measure: Measure, bars: Sequence[Bar]) -> str:
    """The threshold as the column "Chuẩn" shows it: "≥ 90", "≤ 13", "Đạt"; also where it is not known."""
    signs = {AT_LEAST: "≥", AT_MOST: "≤"}
    found = []
    for bar in bars:
        if bar.operator in (*signs, GRADE) and bar.value is not None:
            value = _grade(measure, bar.value) if measure.kind == GRADED else number(bar.value)
            found.append(f"{signs.get(bar.operator, '≥')}{NBSP}{value}")
        else:
            found.append({YES: "Đạt", NO: "Không"}.get(bar.operator, "Đánh giá"))
    return " / ".join(dict.fromkeys(found)) or "chưa có ngưỡng"


def show(measure: Measure, held: Held) -> str:
    """What was entered, in words: "81 %", "Đạt", "Tốt"; the text of a text."""
    if held.value is None:
        return held.text or "đã nhập"
    if measure.kind == YES_NO:
        return "Đạt" if held.value == 1 else "Chưa đạt"
    if measure.kind == GRADED:
        return _grade(measure, held.value)
    return quantity(measure, held.value)


def quantity(measure: Measure, value: Decimal) -> str:
    """A value with its unit, which never stand on two lines: "81 %", "42 triệu đồng/người/năm"; a grade by its name."""
    if measure.kind == GRADED:
        return f"“{_grade(measure, value)}”"
    return f"{number(value)}{NBSP}{'%' if measure.kind == PERCENT else measure.unit}".strip()


def number(value: Decimal) -> str:
    """As many decimals as the value has: 81, 43,5, 1.234,25."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return decimal(value, places)


def _grade(measure: Measure, value: Decimal) -> str:
    place = int(value)
    return measure.grades[place] if 0 <= place < len(measure.grades) else str(place)


# --- sums ----------------------------------------------------------------------------------------------------
class Standing(NamedTuple):
    """A result as the sums need it: the criterion it belongs to, its state, verdict and review."""

    criterion: int
    state: str = EMPTY
    verdict: str = ""
    review: str = "open"


@dataclass(frozen=True)
class Summary:
    """The sums of a submission. `missing`: neither entered nor said not to apply. `unjudged`: entered, and
    neither judged nor returned."""

    criteria_total: int = 0
    criteria_met: int = 0
    indicators_total: int = 0
    entered: int = 0
    met: int = 0
    not_met: int = 0
    not_evaluable: int = 0
    missing: int = 0
    returned: int = 0
    unjudged: int = 0


def summarise(standings: Iterable[Standing]) -> Summary:
    """Add up one standing per indicator of the set, whether there is a result or not."""
    rows = list(standings)
    entered = [row for row in rows if row.state in _COUNTED]
    verdicts, reviews = [row.verdict for row in entered], [row.review for row in entered]
    return Summary(
        criteria_total=len({row.criterion for row in rows}),
        criteria_met=len(met_criteria(rows)),
        indicators_total=len(rows),
        entered=len(entered),
        met=verdicts.count(MET),
        not_met=verdicts.count(NOT_MET),
        not_evaluable=verdicts.count(NOT_EVALUABLE),
        missing=len(rows) - len(entered),
        returned=[row.review for row in rows].count("returned"),
        unjudged=sum(map(reviews.count, ("open", "answered", "unsent"))),
    )


def met_criteria(standings: Iterable[Standing]) -> set[int]:
    """The criteria whose every indicator is entered, and met or not applicable."""
    rows = list(standings)
    failed = {
        row.criterion for row in rows if row.state not in _COUNTED or row.verdict not in (MET, NOT_APPLICABLE)
    }
    return {row.criterion for row in rows} - failed
