"""Numbers that are sums of signed parts: plans, differences, what next year's plan leads to, how many targets are met.

As with `figures`, one function gives the parts, the number is their sum and its page lists them. A part opens a list
of its own, of members or of targets.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.urls import reverse

from communes.choices import Tier
from communes.selectors.yearbook import Movement
from ntm.core.dates import format_date
from ntm.core.numbers import integer
from ntm.core.scope import Scope
from ntm.reports.headline import GROUPS, NOUNS, Count, Measure
from ntm.reports.selectors.figures import Figure, Figures
from targets.choices import TargetKind
from targets.promises import Line, Promises, promises

#: How a number is made: the word in the address, and the words in its title.
SUMS = {
    "ke-hoach": "Kế hoạch giao",
    "ke-hoach-dau": "Kế hoạch giao đầu năm",
    "ke-hoach-sau": "Kế hoạch giao cho năm sau",
    "luy-ke-sau": "Lũy kế theo kế hoạch năm sau",
    "vuot": "Vượt kế hoạch",
    "thieu": "Thiếu so với kế hoạch",
    "tang": "Tăng so với năm trước",
    "giam": "Giảm so với năm trước",
    "chi-tieu": "Chỉ tiêu có cả kế hoạch và kết quả",
    "chi-tieu-giao": "Chỉ tiêu được giao kế hoạch",
    "chi-tieu-dat": "Chỉ tiêu hoàn thành kế hoạch",
    "chi-tieu-vuot": "Chỉ tiêu vượt kế hoạch",
    "chi-tieu-chua-giao": "Chỉ tiêu chưa giao kế hoạch",
    "chi-tieu-chua-co-so-lieu": "Chỉ tiêu chưa có số liệu",
}


@dataclass(frozen=True)
class Part:
    """What a number is added up from. `members`: the figure (kind, level) that it is; `target`: the target (revision,
    level, kind) that set it."""

    words: str
    value: int
    url: str
    members: tuple[str, str] | None = None
    target: tuple[int, str, str] | None = None


Parts = tuple[Part, ...]


def sum_url(scope: Scope, kind: str, code: str = "") -> str:
    """The address of the parts of a number."""
    query = {"so": kind} | ({"muc": code} if code else {}) | scope.query
    return f"{_address(scope.year)}?{urlencode(query)}"


@lru_cache(maxsize=128)
def _address(year: int) -> str:
    return reverse("reports:sum", args=[year])


def two_plans(scope: Scope) -> tuple[Promises, Promises]:
    """The plan in force at the scope's day, and the latest that is known of the year after; on another day than the
    year's own, what of it was approved by then."""
    after = scope.year + 1
    until = date(after, 12, 31) if scope.is_years_day else scope.day
    found = promises(scope.province_id, {scope.year: scope.day, after: until})
    return found[scope.year], found[after]


class Sums:
    """The parts of every such number of a year. `following`: the plan of the year after."""

    def __init__(self, figures: Figures, current: Promises, following: Promises) -> None:
        self.figures, self.book, self.year = figures, figures.book, figures.year
        self._current, self._following = current, following
        self._make: dict[str, Callable[[Movement], Parts | None]] = {
            "ke-hoach": lambda level: self._promised(current.current, level),
            "ke-hoach-dau": lambda level: self._promised(current.first, level, is_first=True),
            "ke-hoach-sau": self._more_next_year,
            "luy-ke-sau": self._after_next_year,
            "vuot": lambda level: _less(self._judged(level), self.parts("ke-hoach", level.level.code)),
            "thieu": lambda level: _less(self.parts("ke-hoach", level.level.code), self._judged(level)),
            "tang": lambda level: _less(self._list("luy-ke", level), self._list("nam-truoc", level)),
            "giam": lambda level: _less(self._list("nam-truoc", level), self._list("luy-ke", level)),
        }

    def parts(self, kind: str, code: str = "") -> Parts | None:
        """None: not known, or nothing of the kind was promised."""
        if kind in GROUPS:
            return tuple(self._measured(m) for m in self.measures if GROUPS[kind](m))
        movement = self.book.movements.get(code)
        return self._make[kind](movement) if movement else None

    def figure(self, kind: str, code: str = "") -> Figure:
        """The number and its address. One that is a single target opens that target's own list."""
        parts = self.parts(kind, code)
        if parts is None:
            return Figure(None, "")
        if len(parts) == 1 and parts[0].target:
            return Figure(parts[0].value, parts[0].url)
        return Figure(sum(part.value for part in parts), sum_url(self.book.scope, kind, code))

    def counted(self, count: Count) -> Figure:
        """The figure that a sentence speaks of."""
        if count.kind in SUMS:
            return self.figure(count.kind, count.code)
        return self.figures.figure(count.kind, count.code)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What the answer sentence is made from: each level's result and plan."""
        return tuple(
            Measure(
                NOUNS.get(code, movement.level.name),
                self._value(self._judged(movement)),
                self._value(self.parts("ke-hoach", code)),
                code,
                by_sum=self.by_sum(code),
            )
            for code, movement in self.movements.items()
        )

    @cached_property
    def movements(self) -> dict[str, Movement]:
        """The levels that the year speaks of, by code. A higher level of districts that nobody has promised,
        registered or reached would say nothing."""
        said = {line.code for plan in (self._current, self._following) for line in plan.current}
        said |= {unit.code for unit in self._current.named}
        return {
            code: movement for code, movement in self.book.movements.items() if not _is_silent(movement, said)
        }

    @staticmethod
    def _value(parts: Parts | None) -> int | None:
        return None if parts is None else sum(part.value for part in parts)

    def _list(self, kind: str, movement: Movement) -> Parts | None:
        """Members as one part: so many units."""
        code = movement.level.code
        figure = self.figures.figure(kind, code, known=self.figures.is_known(kind, code))
        if figure.value is None:
            return None
        day = self.book.scope.day
        here = f"đến {format_date(day)}" if self.book.scope.is_part_of_year else f"đến hết năm {self.year}"
        words = {
            "dat-moi": f"Đạt trong năm {self.year}",
            "luy-ke": f"Lũy kế đạt {here}",
            "nam-truoc": f"Lũy kế đạt đến hết năm {self.year - 1}",
        }
        return (Part(words[kind], figure.value, figure.url, members=(kind, code)),)

    def by_sum(self, code: str, *, is_first: bool = False) -> bool:
        """Whether the plan (the first one) says only what the sum of all years shall be: what is judged is the sum
        then, since what was lost in the year has to be made up for."""
        line = _chosen(self._current.first if is_first else self._current.current, code)
        return line is not None and line.kind == TargetKind.CUMULATIVE

    def result(self, movement: Movement) -> Figure:
        """What stands against the plan: units that are new in the year, or the sum where the plan speaks of it."""
        kind = "luy-ke" if self.by_sum(movement.level.code) else "dat-moi"
        return self.figures.figure(
            kind, movement.level.code, known=self.figures.is_known(kind, movement.level.code)
        )

    def _judged(self, movement: Movement) -> Parts | None:
        return self._list("luy-ke" if self.by_sum(movement.level.code) else "dat-moi", movement)

    def _promised(self, lines: Iterable[Line], movement: Movement, *, is_first: bool = False) -> Parts | None:
        line = _chosen(lines, movement.level.code)
        return None if line is None else (self._target(line, is_first=is_first),)

    def _more_next_year(self, movement: Movement) -> Parts | None:
        """New units that next year's plan asks for. A cumulative target asks for what is missing to it, where that is
        known and anything is."""
        line = _chosen(self._following.current, movement.level.code)
        if line is None:
            return None
        stated = (self._target(line, is_following=True),)
        if line.kind == TargetKind.NEW:
            return stated
        parts = _less(stated, self._list("luy-ke", movement))
        return parts if parts is not None and sum(part.value for part in parts) >= 0 else None

    def _after_next_year(self, movement: Movement) -> Parts | None:
        """What the next plan says of its end, else what it adds to the present sum."""
        line = _chosen(self._following.current, movement.level.code, TargetKind.CUMULATIVE)
        if line is not None:
            return (self._target(line, is_following=True),)
        now, more = self._list("luy-ke", movement), self.parts("ke-hoach-sau", movement.level.code)
        return None if now is None or more is None else now + more

    def _target(self, line: Line, *, is_first: bool = False, is_following: bool = False) -> Part:
        plan, year = (self._following, self.year + 1) if is_following else (self._current, self.year)
        issue = plan.issues[is_first] if plan.issues else None
        query = {"muc": line.code, "loai": line.kind} | self.book.scope.query
        query |= {"lan": str(issue.revision)} if is_first and issue else {}
        until = "lũy kế đến hết năm" if line.kind == TargetKind.CUMULATIVE else "đạt thêm trong năm"
        return Part(
            f"Kế hoạch giao {until} {year}",
            line.value,
            f"{reverse('targets:targets', args=[year])}?{urlencode(query)}",
            target=(issue.pk, line.code, line.kind) if issue else None,
        )

    def _measured(self, measure: Measure) -> Part:
        """A measure counts one; it leads to what was achieved, else to what was planned."""
        of_sum = " lũy kế" if measure.by_sum else ""
        said = [
            f"{words}{of_sum} {integer(value)}"
            for words, value in (("kết quả", measure.achieved), ("kế hoạch", measure.plan))
            if value is not None
        ]
        movement = self.book.movements[measure.code]
        name = movement.level.name
        result, plan = self.result(movement), self.figure("ke-hoach", measure.code)
        words = f"{name[:1].upper()}{name[1:]}{': ' if said else ''}{', '.join(said)}"
        return Part(words, 1, result.url or plan.url)


def _chosen(lines: Iterable[Line], code: str, kind: str = "") -> Line | None:
    """A level's target of this kind; of any: the one of new units, else the cumulative one."""
    of_level = {line.kind: line for line in lines if line.code == code}
    if kind:
        return of_level.get(kind)
    return of_level.get(TargetKind.NEW) or of_level.get(TargetKind.CUMULATIVE)


def _less(whole: Parts | None, taken: Parts | None) -> Parts | None:
    """The parts of a difference; None where either side is not known."""
    if whole is None or taken is None:
        return None
    return (*whole, *(replace(part, value=-part.value) for part in taken))


def _is_silent(movement: Movement, said: set[str]) -> bool:
    level, reached = movement.level, movement.previous or movement.achieved or movement.cumulative
    return level.tier == Tier.DISTRICT and level.rank > 1 and level.code not in said and not reached
