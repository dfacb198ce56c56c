"""One row per level: result against plan, cumulative against the denominator, and what moved."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from communes.choices import Tier
from communes.selectors.records import LevelInfo
from communes.selectors.yearbook import Movement
from ntm.core.numbers import integer, percent
from ntm.reports.headline import NOUNS
from ntm.reports.selectors.figures import Figure, Figures
from ntm.reports.selectors.sums import Sums
from targets import rules

_LOOK = {
    rules.Outcome.MET: ("ok", "check"),
    rules.Outcome.EXCEEDED: ("ok", "up"),
    rules.Outcome.SHORT: ("err", "down"),
    rules.Outcome.NO_PLAN: ("none", "minus"),
    rules.Outcome.UNKNOWN: ("none", "minus"),
}


@dataclass(frozen=True)
class Pill:
    """The assessment as a pill: its words, tone (`ok`, `err`, `none`) and icon, a line below, and the number in it."""

    text: str
    tone: str
    icon: str
    note: str = ""
    figure: Figure = Figure(None, "")


@dataclass(frozen=True)
class LevelRow:
    """A line of the result table, ready to show. `result`: what stands against the plan, which is the sum of all years
    where `by_sum` says that the plan speaks of it."""

    code: str
    name: str
    noun: str
    css: str
    unit_word: str
    achieved: Figure
    result: Figure
    plan: Figure
    by_sum: bool
    first_plan: Figure | None
    first_by_sum: bool
    registered: Figure
    verdict: Pill
    cumulative: Figure
    denominator: Figure
    percent: Decimal | None
    previous: Figure
    moves: tuple[tuple[str, Figure], ...]
    next_plan: Figure
    next_cumulative: Figure

    @property
    def bar(self) -> tuple[int, int] | None:
        """For the cumulative bar: what stood before and what this year added; None where the sum is unknown."""
        if self.cumulative.value is None:
            return None
        added = min(self.achieved.value or 0, self.cumulative.value)
        return self.cumulative.value - added, added

    @property
    def difference(self) -> int | None:
        """Result less plan; None unless both are known."""
        if self.result.value is None or self.plan.value is None:
            return None
        return self.result.value - self.plan.value


def level_row(
    figures: Figures, sums: Sums, movement: Movement, registered: int | None, *, against_last_year: bool
) -> LevelRow:
    """The row of one level; every number comes with the address of its list. `registered`: units of the year's plan."""
    level, code = movement.level, movement.level.code
    achieved = figures.figure("dat-moi", code, known=movement.achieved_known)
    cumulative = figures.figure("luy-ke", code, known=movement.cumulative_known)
    result, by_sum = sums.result(movement), sums.by_sum(code)
    plan, first = sums.figure("ke-hoach", code), sums.figure("ke-hoach-dau", code)
    first_by_sum = sums.by_sum(code, is_first=True)
    promised_otherwise = first.known and (first.value, first_by_sum) != (plan.value, by_sum)
    denominator = figures.figure("tat-ca", tier=level.tier)
    return LevelRow(
        code=code,
        name=level.name,
        noun=NOUNS.get(code, level.name),
        css=css_of(level),
        unit_word=word_of(level),
        achieved=achieved,
        result=result,
        plan=plan,
        by_sum=by_sum,
        first_plan=first if promised_otherwise else None,
        first_by_sum=first_by_sum,
        registered=Figure(registered, registered_url(figures.year, code) if registered else ""),
        verdict=_growth(sums, movement) if against_last_year else _judge(sums, level, result, plan),
        cumulative=cumulative,
        denominator=denominator,
        percent=percent(cumulative.value, denominator.value),
        previous=figures.figure("nam-truoc", code, known=movement.previous_known),
        moves=_moves(figures, movement),
        next_plan=sums.figure("ke-hoach-sau", code),
        next_cumulative=sums.figure("luy-ke-sau", code),
    )


def word_of(level: LevelInfo) -> str:
    """What a level counts."""
    return "huyện" if level.tier == Tier.DISTRICT else "xã"


def css_of(level: LevelInfo) -> str:
    """The colour class: districts have their own; commune levels by rank."""
    return "hu" if level.tier == Tier.DISTRICT else f"l{min(level.rank, 3)}"


def registered_url(year: int, code: str, attribute: str = "") -> str:
    tail = f"&thuoc_tinh={attribute}" if attribute else ""
    return f"{reverse('targets:registrations', args=[year])}?muc={code}{tail}"


def _judge(sums: Sums, level: LevelInfo, result: Figure, plan: Figure) -> Pill:
    """Result against plan in words. Without one of the two there is no judgement."""
    verdict = rules.verdict(result.value, plan.value)
    tone, icon = _LOOK[verdict.outcome]
    note = f"{percent(result.value, plan.value, 0)}% kế hoạch" if verdict.percent is not None else ""
    kind = {rules.Outcome.EXCEEDED: "vuot", rules.Outcome.SHORT: "thieu"}.get(verdict.outcome)
    figure = sums.figure(kind, level.code) if kind else Figure(None, "")
    return Pill(verdict.words(word_of(level)), tone, icon, note, figure)


def _growth(sums: Sums, movement: Movement) -> Pill:
    if sums.book.map_changed:
        return Pill("Địa giới thay đổi", "none", "minus")
    code, word = movement.level.code, word_of(movement.level)
    up, down = sums.figure("tang", code), sums.figure("giam", code)
    if up.value is None or down.value is None:
        return Pill("Chưa so sánh được", "none", "minus")
    if up.value == 0:
        return Pill("Giữ nguyên", "none", "minus")
    if up.value > 0:
        return Pill(f"Tăng {integer(up.value)} {word}", "ok", "up", figure=up)
    return Pill(f"Giảm {integer(down.value)} {word}", "err", "down", figure=down)


def _moves(figures: Figures, movement: Movement) -> tuple[tuple[str, Figure], ...]:
    """What else moved the cumulative count; only what there is, and only where both ends are known."""
    if not (movement.cumulative_known and movement.previous_known):
        return ()
    kinds = (
        ("thu-hoi", "thu hồi"),
        ("sap-xep", "giảm do sắp xếp"),
        ("xac-nhan", "xác nhận lại"),
        ("tinh-them", "tính thêm khác"),
    )
    found = ((label, figures.figure(kind, movement.level.code)) for kind, label in kinds)
    return tuple((label, figure) for label, figure in found if figure.value)
