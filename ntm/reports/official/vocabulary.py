"""The names by which a mapping asks for figures: `word:argument:argument`, each argument one of a closed list.

A name stands here only if there is data behind it. `FIGURES` are of the scope as a whole, `ROWS` the kinds of lines
that a block may have, each with the figures of one line.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.conf import settings

from funding.choices import Breakdown, Stage
from ntm.core.dates import format_date
from ntm.core.numbers import percent
from ntm.reports.official import counts, money
from ntm.reports.official import rows as lines
from ntm.reports.official.sources import Sources
from ntm.reports.official.values import Value, of_figure, unknown
from ntm.reports.selectors.criteria import AREAS, GROUPS, average_of
from ntm.reports.selectors.figures import NEEDS_LEVEL, OF_NO_LEVEL
from ntm.reports.selectors.sums import SUMS

TIMES = ("nay", "truoc")
LEVELS = ("ntm", "advanced", "model", "modern", "district_ntm")
STAGES = (*Stage.values, money.TERM)
_NO_PURPOSES = "danh mục nội dung chi chưa có dòng nào của năm này; bổ sung ở trang Quản trị"
_NUMBER = re.compile(r"\d{1,3}")
_CODE = re.compile(r"[a-z0-9-]{1,40}")
#: Of a figure that is asked for another day than the year's own.
WHOLE_YEAR = (
    "số vốn nhập theo năm và theo mốc 6 tháng, không theo ngày: hãy xem biểu của cả năm hoặc của ngày 30/06"
)
#: Likewise, of one that not even the first six months have.
_YEAR_ALONE = "con số này chỉ có của cả năm: hãy xem biểu của cả năm"
#: What an argument may be: one of these words, or a text of this shape.
Argument = Collection[str] | re.Pattern[str]


@dataclass(frozen=True)
class Figure:
    """How one word is answered, and what its arguments may be. `by_day`: it can be told for any day of the year;
    `by_half`: at least for its first six months. What is said to be neither is known of the whole year only.
    `beside`: words about other figures, of which nothing is left to say where these are not told."""

    answer: Callable[..., Value]
    arguments: tuple[Argument, ...] = ()
    by_day: bool = False
    by_half: bool = False
    beside: bool = False


@dataclass(frozen=True)
class Kind:
    """Kind of rows: its members, the key and the words of one, and the figures of one line (asked with sources, member
    and arguments). `none`: what is said where a year has no such rows."""

    members: Callable[[Sources], Sequence[Any]]
    key: Callable[[Any], str]
    words: Callable[[Any], str]
    figures: dict[str, Figure]
    none: str = ""


# --- whole scope --------------------------------------------------------------------------------------------
def _of_plan(sources: Sources, kind: str, code: str) -> Value:
    return of_figure(sources.sums.figure(kind, code), "chưa giao kế hoạch, hoặc chưa đủ số liệu để tính")


def _average(sources: Sources, time: str) -> Value:
    criteria = sources.returns(time)
    if isinstance(criteria, str):
        return unknown(criteria)
    return Value(average_of(criteria.returns), criteria.figure(group="da-gui").url)


# --- words ---------------------------------------------------------------------------------------------------
def _period(sources: Sources) -> str:
    return f"Năm {sources.scope.year} (số liệu đến ngày {format_date(sources.scope.day)})"


def _term(sources: Sources) -> str:
    when = "6 tháng đầu năm" if sources.scope.is_half_year else "năm"
    return f"Thực hiện {when} {sources.scope.year}"


def _commune(sources: Sources) -> str:
    return sources.unit.name if sources.unit else ""


def _district(sources: Sources) -> str:
    return sources.unit.district if sources.unit else ""


def _set_name(sources: Sources) -> str:
    return f"Theo {sources.now.criteria.choice.criteria_set.told_name}" if sources.now.criteria else ""


WORDS: dict[str, Callable[[Sources], str]] = {
    "tinh": lambda sources: sources.office.province,
    "co-quan": lambda sources: sources.office.parent_name.upper(),
    "van-phong": lambda sources: sources.office.name.upper(),
    "ky": _period,
    "moc-truoc": lambda sources: f"Đến {format_date(sources.scope.previous_day)}",
    "moc-nay": lambda sources: f"Đến {format_date(sources.scope.day)}",
    "ky-thuc-hien": _term,
    "nam-nay": lambda sources: f"Thực hiện năm {sources.scope.year}",
    "ke-hoach-nay": lambda sources: f"Kế hoạch năm {sources.scope.year}",
    "ke-hoach-sau": lambda sources: f"Kế hoạch năm {sources.scope.year + 1}",
    "xa": _commune,
    "huyen": _district,
    "xa-viet-hoa": lambda sources: f"UBND {_commune(sources)}".upper(),
    "huyen-viet-hoa": lambda sources: f"UBND {_district(sources)}".upper() if _district(sources) else "",
    "bo-tieu-chi": _set_name,
}


def _words(sources: Sources, word: str) -> Value:
    return Value(WORDS[word](sources))


FIGURES: dict[str, Figure] = {
    "chu": Figure(_words, (WORDS,), by_day=True),
    "muc": Figure(counts.of_level, (NEEDS_LEVEL | {"chua-dat"}, LEVELS, TIMES), by_day=True),
    "don-vi": Figure(counts.of_units, (OF_NO_LEVEL, TIMES), by_day=True),
    "ke-hoach": Figure(_of_plan, (SUMS, LEVELS), by_day=True),
    "phieu": Figure(counts.of_returns, (GROUPS, TIMES), by_day=True),
    "xa-dat": Figure(counts.with_criteria, (_NUMBER, _NUMBER, TIMES), by_day=True),
    "binh-quan": Figure(_average, (TIMES,), by_day=True),
    "von": Figure(money.brought, (_CODE,), by_half=True),
    "von-ty-le": Figure(money.brought_share, (_CODE,)),
    "von-cach-ghi": Figure(money.brought_said, (_CODE,), by_half=True, beside=True),
    "von-ke-hoach": Figure(money.planned, (_CODE, money.PLANS), by_half=True),
    "von-ke-hoach-cach-ghi": Figure(money.planned_said, (_CODE,), by_half=True, beside=True),
    "von-chia": Figure(money.total_of, (Breakdown.values, _CODE, STAGES), by_half=True),
    "von-chia-cach-ghi": Figure(money.total_said, (Breakdown.values, _CODE), by_half=True, beside=True),
}


def _code(row: Any) -> str:
    return str(row.code)


def _name(row: Any) -> str:
    return str(row.name)


_OF_PURPOSE: dict[str, Figure] = {
    "so": Figure(money.number, by_day=True),
    "ten": Figure(lambda sources, row: Value(row.name), by_day=True),
    "von": Figure(money.divided, (_CODE, STAGES), by_half=True),
    "cach-ghi-tung-moc": Figure(money.stages_said, (_CODE,), by_half=True, beside=True),
    "cach-ghi-tung-nguon": Figure(money.sources_said, (STAGES,), by_half=True, beside=True),
}
ROWS: dict[str, Kind] = {
    "tieu-chi": Kind(
        lines.criteria, lambda row: row.number, lambda row: f"{row.number}. {row.name}",
        {
            "so": Figure(lambda sources, row: Value(row.number), by_day=True),
            "ten": Figure(lambda sources, row: Value(row.name), by_day=True),
            "dat": Figure(lines.met, (("tat-ca", *AREAS), TIMES), by_day=True),
            "phan-tram": Figure(lines.share_met, (TIMES,), by_day=True),
        },
    ),
    "chi-tieu": Kind(
        lines.indicators, lambda row: row.code, lambda row: f"Chỉ tiêu {row.code}",
        {
            "so": Figure(lambda sources, row: Value(row.code), by_day=True),
            "ten": Figure(lambda sources, row: Value(row.row.name), by_day=True),
            "don-vi-tinh": Figure(lambda sources, row: Value(row.row.unit_of_measure), by_day=True),
            "yeu-cau": Figure(lines.need, by_day=True),
            "ket-qua": Figure(lines.result, (TIMES,), by_day=True),
            "danh-gia": Figure(lines.judgement, (TIMES,), by_day=True),
        },
    ),
    "huyen": Kind(
        lines.districts, lambda row: row.code, lambda row: row.full_name,
        {
            "ten": Figure(lambda sources, row: Value(row.full_name), by_day=True),
            "so-xa": Figure(counts.in_district(counts.of_units, "tat-ca"), by_day=True),
            "muc": Figure(counts.in_district(counts.of_level), (NEEDS_LEVEL, LEVELS[:3]), by_day=True),
            "xa-dat": Figure(counts.in_district(counts.with_criteria), (_NUMBER, _NUMBER), by_day=True),
            "chua-gui": Figure(counts.in_district(counts.of_returns, "chua-gui"), by_day=True),
        },
    ),
    "loai-cong-trinh": Kind(money.purposes(Breakdown.WORK), _code, _name, _OF_PURPOSE, _NO_PURPOSES),
    "noi-dung-thanh-phan": Kind(
        money.purposes(Breakdown.COMPONENT), _code, _name, _OF_PURPOSE, _NO_PURPOSES
    ),
}  # fmt: skip


# --- names ---------------------------------------------------------------------------------------------------
def fault_of(name: str, rows: str = "") -> str:
    """What is wrong with a name; empty where it is right. `rows`: the kind of block that it stands in."""
    word, *arguments = name.split(":")
    known = ROWS[rows].figures if rows in ROWS else FIGURES
    figure = known.get(word)
    if figure is None:
        return f"không có con số “{name}”"
    if len(arguments) != len(figure.arguments):
        return f"con số “{name}” cần {len(figure.arguments)} phần sau “{word}”"
    for given, allowed in zip(arguments, figure.arguments, strict=True):
        fits = allowed.fullmatch(given) if isinstance(allowed, re.Pattern) else given in allowed
        if not fits:
            return f"con số “{name}”: không hiểu “{given}”"
    return ""


def answer(name: str, sources: Sources) -> Value:
    """The figure of a checked name."""
    word, *arguments = name.split(":")
    if not _is_of_day(FIGURES[word], sources, arguments):
        return _untold(FIGURES[word], sources)
    return _opening(FIGURES[word].answer(sources, *arguments), sources, arguments)


def answer_in(kind: Kind, name: str, sources: Sources, member: Any) -> Value:
    """The same of one line."""
    word, *arguments = name.split(":")
    if not _is_of_day(kind.figures[word], sources, arguments):
        return _untold(kind.figures[word], sources)
    return _opening(kind.figures[word].answer(sources, member, *arguments), sources, arguments)


def _is_of_day(figure: Figure, sources: Sources, arguments: Sequence[str]) -> bool:
    """Whether the figure can be told for the day of the scope. Of the year before it is told at its end, always."""
    scope = sources.scope
    of_half = figure.by_half and scope.is_half_year
    return figure.by_day or of_half or scope.is_years_day or "truoc" in arguments


def _untold(figure: Figure, sources: Sources) -> Value:
    if figure.beside:
        return Value("")
    return unknown(_YEAR_ALONE if sources.scope.is_half_year else WHOLE_YEAR)


def _opening(value: Value, sources: Sources, arguments: Sequence[str]) -> Value:
    """Without its list where that year has no pages: the year before the first one."""
    if "truoc" in arguments and sources.scope.year <= settings.FIRST_YEAR:
        return replace(value, url="")
    return value


def as_percent(part: Value, whole: Value) -> Value:
    """The share of one figure in another, with one decimal; opens the part's list."""
    if isinstance(part.value, int | Decimal) and isinstance(whole.value, int | Decimal):
        found = percent(part.value, whole.value)
        if found is not None:
            return Value(found, part.url)
    return unknown(part.why or whole.why)
