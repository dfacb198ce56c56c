"""Money in forms: what each source brought, what was planned, spent by the middle of the year, and divided."""

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from funding.choices import Breakdown, Stage
from funding.filters import AllocationFilter
from funding.models import Purpose
from funding.selectors_allocations import Allocations, Sum
from ntm.reports.official.sources import Sources
from ntm.reports.official.values import Value, millions, unknown
from ntm.reports.selectors.money import said_before

#: Every source together.
ALL = "tat-ca"
#: Which year's plan.
PLANS = {"nay": 0, "sau": 1}
_OF = {Stage.PLAN: "kế hoạch", Stage.HALF: "số thực hiện 6 tháng", Stage.YEAR: "số thực hiện"}
_WHOLE_YEAR = "biểu 6 tháng không có số của cả năm"
_NEXT_PLAN = "kế hoạch năm sau không ghi ngày giao nên không tính vào biểu 6 tháng"
#: The word for the stage that the form itself is of: the year, or its first six months.
TERM = "ky"
_SAID = {Stage.PLAN: "kế hoạch", Stage.HALF: "6 tháng", Stage.YEAR: "cả năm"}


# --- what sources brought ------------------------------------------------------------------------------------
def brought(sources: Sources, code: str) -> Value:
    """In the year; in the form of its first six months what was spent by then."""
    if sources.scope.is_half_year:
        return _of_whole(sources.allocations(), code, Stage.HALF)
    panel = sources.money
    if panel is None:
        return unknown("chưa nhập nguồn vốn của năm")
    if code == ALL:
        return millions(panel.total, panel.url)
    if code not in panel.stated:
        return _no_source(code)
    stated = panel.stated[code]
    return millions(
        stated.amount if stated else None, f"{panel.url}?nguon={code}", "chưa có số riêng của nguồn này"
    )


def brought_said(sources: Sources, code: str) -> Value:
    """How exactly the amount was stated; empty where exactly."""
    if sources.scope.is_half_year:
        half = _sum(sources.allocations(), code, Stage.HALF)
        return Value(_how(half) if half else "")
    if sources.money is None:
        return Value("")
    if code == ALL:
        return Value(sources.money.words.strip())
    stated = sources.money.stated.get(code)
    return Value(_how(Sum(stated, code in sources.money.partly)) if stated else "")


def brought_share(sources: Sources, code: str) -> Value:
    """Of a branch, in whole percent, as on the dashboard: the shares add up to 100, or there are none."""
    row = next((row for row in sources.money.rows if row.code == code), None) if sources.money else None
    if row is None or row.share is None:
        return unknown("chưa đủ số liệu của mọi nguồn để tính tỷ lệ")
    return Value(row.share)


def _no_source(code: str) -> Value:
    return unknown(f"danh mục nguồn vốn không có mã {code}")


# --- what whole sources were to bring, and had brought by the middle of the year ----------------------------
def planned(sources: Sources, code: str, which: str) -> Value:
    if PLANS[which] and sources.scope.is_half_year:
        return unknown(_NEXT_PLAN)
    return _of_whole(sources.allocations(later=PLANS[which]), code, Stage.PLAN)


def planned_said(sources: Sources, code: str) -> Value:
    """How exactly both plans were stated, where not exactly."""
    words = {"năm nay": sources.allocations()}
    if not sources.scope.is_half_year:
        words["năm sau"] = sources.allocations(later=1)
    return _said((when, _sum(found, code, Stage.PLAN)) for when, found in words.items())


def _of_whole(found: Allocations, code: str, stage: Stage) -> Value:
    if code != ALL and code not in found.codes:
        return _no_source(code)
    known = _sum(found, code, stage)
    if known is None:
        return unknown(f"chưa nhập {_OF[stage]} năm {found.year} của nguồn này")
    return millions(known.stated.amount, list_url(found.year, code, stage, chia=AllocationFilter.WHOLE))


# --- divided -------------------------------------------------------------------------------------------------
def total_of(sources: Sources, breakdown: str, code: str, stage: str) -> Value:
    """The line above a breakdown: the whole as it was stated, else the sum of the lines, if none of them is missing."""
    found, at = sources.allocations(breakdown), _stage(sources, stage)
    if at not in _stages(sources):
        return unknown(_WHOLE_YEAR)
    whole = _whole(sources, found, code, at)
    added = None if whole.known else _added_up(found, breakdown, code, at)
    return millions(added.stated.amount, list_url(found.year, code, at, chia=breakdown)) if added else whole


def total_said(sources: Sources, breakdown: str, code: str) -> Value:
    """How exactly the figures of that line were stated, and which of them are only the lines added up."""
    found, words = sources.allocations(breakdown), list[str]()
    for stage in _stages(sources):
        if not _whole(sources, found, code, stage).known:
            if added := _added_up(found, breakdown, code, stage):
                words.append(f"{_SAID[stage]}: {', '.join(filter(None, [_how(added), 'cộng các dòng']))}")
        elif stage != Stage.YEAR:
            words += _qualified(_SAID[stage], _sum(found, code, stage))
        elif how := brought_said(sources, code).words:
            words.append(f"{_SAID[stage]}: {how}")
    return Value("; ".join(words))


def _whole(sources: Sources, found: Allocations, code: str, stage: Stage) -> Value:
    return brought(sources, code) if stage == Stage.YEAR else _of_whole(found, code, stage)


def _added_up(found: Allocations, breakdown: str, code: str, stage: Stage) -> Sum | None:
    return found.added_up(code, stage, breakdown) if code in found.codes else None


def purposes(breakdown: Breakdown) -> Callable[[Sources], Sequence[Purpose]]:
    return lambda sources: sources.purposes(breakdown)


def number(sources: Sources, row: Purpose) -> Value:
    """Its place among the year's lines."""
    return Value(str(1 + [line.pk for line in sources.purposes(row.breakdown)].index(row.pk)))


def divided(sources: Sources, row: Purpose, code: str, stage: str) -> Value:
    found, at = sources.allocations(row.breakdown), _stage(sources, stage)
    if at not in _stages(sources):
        return unknown(_WHOLE_YEAR)
    if code != ALL and code not in found.codes:
        return _no_source(code)
    known = _sum(found, code, at, row)
    if known is None:
        return unknown(f"chưa nhập {_OF[at]} năm {found.year} của nguồn cho nội dung này")
    return millions(known.stated.amount, list_url(found.year, code, at, noi_dung=row.code))


def stages_said(sources: Sources, row: Purpose, code: str) -> Value:
    """How exactly the line's figures of one source were stated, where not exactly."""
    found = sources.allocations(row.breakdown)
    return _said((_SAID[stage], _sum(found, code, stage, row)) for stage in _stages(sources))


def sources_said(sources: Sources, row: Purpose, stage: str) -> Value:
    """How exactly the line's figures of each source were stated at one stage, and whether their sum is the whole."""
    found, at = sources.allocations(row.breakdown), _stage(sources, stage)
    total = _sum(found, ALL, at, row)
    words = _qualified("tổng số", total) if total and total.is_part else []
    for source, stated in found.own(at, row.code):
        words += _qualified(source.name, Sum(stated))
    return Value("; ".join(words))


def _stages(sources: Sources) -> list[Stage]:
    """What the form tells of."""
    return [Stage.PLAN, Stage.HALF] if sources.scope.is_half_year else list(Stage)


def _stage(sources: Sources, word: str) -> Stage:
    return _stages(sources)[-1] if word == TERM else Stage(word)


def _sum(found: Allocations, code: str, stage: Stage, row: Purpose | None = None) -> Sum | None:
    if code != ALL and code not in found.codes:
        return None
    return found.sum("" if code == ALL else code, stage, row.code if row else "")


def _said(each: Iterable[tuple[str, Sum | None]]) -> Value:
    return Value("; ".join(words for what, known in each for words in _qualified(what, known)))


def _qualified(what: str, known: Sum | None) -> list[str]:
    if known is None:
        return []
    word = _how(known)
    return [f"{what}: {word}"] if word else []


def _how(known: Sum) -> str:
    """How exactly it is known; empty where exactly."""
    return said_before(known.stated.qualifier, is_part=known.is_part).strip()


def list_url(year: int, code: str, stage: Stage, **asked: str) -> str:
    """The rows behind a figure."""
    query = ({} if code == ALL else {"nguon": code}) | {"giai_doan": str(stage)} | asked
    return f"{reverse('funding:allocations', args=[year])}?{urlencode(query)}"
