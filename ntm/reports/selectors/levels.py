"""One row per level: result against plan, cumulative against the denominator, and what moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from communes.choices import Tier
from communes.selectors.records import LevelInfo
from communes.selectors.yearbook import Movement
from ntm.core.numbers import integer, percent
from ntm.reports.selectors.figures import Figure, Figures
from targets import rules

#: How a level is named inside a sentence, by code.
NOUNS = {
    "ntm": "xã đạt chuẩn",
    "advanced": "xã nâng cao",
    "model": "xã kiểu mẫu",
    "modern": "xã hiện đại",
    "district_ntm": "huyện, thành phố đạt chuẩn",
}


_LOOK = {
    rules.Outcome.MET: ("ok", "check"),
    rules.Outcome.EXCEEDED: ("ok", "up"),
    rules.Outcome.SHORT: ("err", "down"),
    rules.Outcome.NO_PLAN: ("none", "minus"),
    rules.Outcome.UNKNOWN: ("none", "minus"),
}


@dataclass(frozen=True)
class Pill:
    """The assessment as a pill: its words, tone (`ok`, `err`, `none`) and icon, and a line below."""

    text: str
    tone: str
    icon: str
    note: str = ""


@dataclass(frozen=True)
class Promise:
    """What a plan sets for one level: units new in the year (a cumulative target is turned into that)."""

    new: int | None
    cumulative: int | None
    derived: bool = False


@dataclass(frozen=True)
class LevelRow:
    """A line of the result table, ready to show."""

    code: str
    name: str
    noun: str
    css: str
    unit_word: str
    achieved: Figure
    plan: Figure
    first_plan: Figure | None
    registered: Figure
    verdict: Pill
    cumulative: Figure
    denominator: Figure
    percent: Decimal | None
    previous: Figure
    moves: tuple[tuple[str, Figure], ...]
    next_plan: int | None
    next_plan_url: str
    next_cumulative: int | None

    @property
    def bar(self) -> tuple[int, int] | None:
        """For the cumulative bar: what stood before and what this year added; None where the sum is unknown."""
        if self.cumulative.value is None:
            return None
        added = min(self.achieved.value or 0, self.cumulative.value)
        return self.cumulative.value - added, added

    @property
    def difference(self) -> int | None:
        """Achieved less planned; None unless both are known."""
        if self.achieved.value is None or self.plan.value is None:
            return None
        return self.achieved.value - self.plan.value


@dataclass(frozen=True)
class Plans:
    """What the plan in force, the first approved plan and next year's plan say, by level code."""

    current: Mapping[str, Promise]
    first: Mapping[str, Promise]
    following: Mapping[str, Promise]
    registered: Mapping[str, int]
    first_revision: int = 0


_NONE = Promise(None, None)


def level_row(figures: Figures, movement: Movement, plans: Plans, *, against_last_year: bool) -> LevelRow:
    """The row of one level; every count comes with the address of its list."""
    level, year = movement.level, figures.year
    tier = level.tier
    achieved = figures.figure("dat-moi", level.code, known=movement.achieved_known)
    cumulative = figures.figure("luy-ke", level.code, known=movement.cumulative_known)
    previous = figures.figure("nam-truoc", level.code, known=movement.previous_known)
    promised = plans.current.get(level.code, _NONE)
    plan = plan_figure(promised, year, level.code)
    first = plans.first.get(level.code)
    following = plans.following.get(level.code, _NONE)
    word = "huyện" if tier == Tier.DISTRICT else "xã"
    count = plans.registered.get(level.code)
    denominator = figures.figure("tat-ca", tier=tier)
    return LevelRow(
        code=level.code,
        name=level.name,
        noun=NOUNS.get(level.code, level.name),
        css=css_of(level),
        unit_word=word,
        achieved=achieved,
        plan=plan,
        first_plan=plan_figure(first, year, level.code, plans.first_revision)
        if first and first.new != promised.new
        else None,
        registered=Figure(count, registered_url(year, level.code) if count else ""),
        verdict=_growth(cumulative, previous, word, figures.book.map_changed)
        if against_last_year
        else judge(achieved.value, plan.value, word),
        cumulative=cumulative,
        denominator=denominator,
        percent=percent(cumulative.value, denominator.value),
        previous=previous,
        moves=_moves(figures, movement),
        next_plan=following.new,
        next_plan_url=plan_figure(following, year + 1, level.code).url,
        next_cumulative=_next_cumulative(following, cumulative.value),
    )


def css_of(level: LevelInfo) -> str:
    """The colour class: districts have their own; commune levels by rank."""
    return "hu" if level.tier == Tier.DISTRICT else f"l{min(level.rank, 3)}"


def plan_figure(promise: Promise, year: int, code: str, revision: int = 0) -> Figure:
    """The planned number with its list. One that was derived from a cumulative target has no rows of its own."""
    if promise.new is None or promise.derived:
        return Figure(promise.new, "")
    tail = f"&lan={revision}" if revision else ""
    return Figure(promise.new, f"{reverse('targets:targets', args=[year])}?muc={code}&loai=new{tail}")


def registered_url(year: int, code: str, attribute: str = "") -> str:
    tail = f"&thuoc_tinh={attribute}" if attribute else ""
    return f"{reverse('targets:registrations', args=[year])}?muc={code}{tail}"


def judge(achieved: int | None, plan: int | None, word: str) -> Pill:
    """Result against plan in words. Without one of the two there is no judgement."""
    verdict = rules.verdict(achieved, plan)
    tone, icon = _LOOK[verdict.outcome]
    note = f"{percent(achieved, plan, 0)}% kế hoạch" if verdict.percent is not None else ""
    return Pill(verdict.words(word), tone, icon, note)


def _growth(cumulative: Figure, previous: Figure, word: str, map_changed: bool) -> Pill:
    if map_changed:
        return Pill("Địa giới thay đổi", "none", "minus")
    if cumulative.value is None or previous.value is None:
        return Pill("Chưa so sánh được", "none", "minus")
    change = cumulative.value - previous.value
    if change == 0:
        return Pill("Giữ nguyên", "none", "minus")
    if change > 0:
        return Pill(f"Tăng {integer(change)} {word}", "ok", "up")
    return Pill(f"Giảm {integer(-change)} {word}", "err", "down")


def _moves(figures: Figures, movement: Movement) -> tuple[tuple[str, Figure], ...]:
    """What else moved the cumulative count; only what there is, and only where both ends are known."""
    if not (movement.cumulative_known and movement.previous_known):
        return ()
    kinds = (("thu-hoi", "thu hồi"), ("sap-xep", "giảm do sắp xếp"), ("xac-nhan", "xác nhận lại"))
    found = ((label, figures.figure(kind, movement.level.code)) for kind, label in kinds)
    return tuple((label, figure) for label, figure in found if figure.value)


def _next_cumulative(following: Promise, cumulative: int | None) -> int | None:
    if following.cumulative is not None:
        return following.cumulative
    return cumulative + following.new if cumulative is not None and following.new is not None else None
