"""Charts as SVG with geometry attributes only (the CSP allows no style attribute), alike on screen and paper.

All are hidden from screen readers, so the numbers must stand in a table beside them.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ntm.core.numbers import integer

register = template.Library()

_CELL, _STEP, _GAP = 17, 21, 8
_TRACK = (
    '<rect y="21" width="346" height="17" rx="3" class="trk"/>'
    '<rect y="21" width="{}" height="17" rx="3" class="f-{}"/>'
)
_FRAME = SafeString('<rect x="1" y="22" width="344" height="15" rx="3" class="f-na"/>')
_HATCH = SafeString(
    '<defs><pattern id="{}" width="4.5" height="4.5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(-45)">'
    '<path class="hatch-bg" d="M0 0H5V5H0z"/><path class="hatch" d="M1 0V5"/></pattern></defs>'
)


@register.simple_tag
def stacked(segments: Iterable[tuple[str, int]], kind: str = "lvb") -> SafeString:
    """One full-width bar of parts. Segments are (class, value): l0 l1 l2 l3 hu wait off na, v1 v2 v3.

    `kind` is "lvb" (levels) or "stk" (money). Parts of nothing are left out.
    """
    parts = [(name, value) for name, value in segments if value]
    whole = sum(value for _, value in parts)
    drawn, before = SafeString(""), 0
    for name, value in parts:
        drawn += _part(name, 100 * before / whole, 100 * value / whole, kind)
        before += value
    hatch = format_html(_HATCH, f"{kind}-hatch") if any(name == "l0" for name, _ in parts) else ""
    return format_html('<svg class="{}" aria-hidden="true">{}{}</svg>', kind, hatch, drawn)


def _part(name: str, start: float, width: float, kind: str) -> SafeString:
    fill = format_html(' fill="url(#{}-hatch)"', kind) if name == "l0" else ""
    return format_html(
        '<svg x="{}%" width="{}%" height="100%"><rect class="f-{}" width="100%" height="100%"{}/></svg>',
        f"{start:.3f}", f"{width:.3f}", name, fill,
    )  # fmt: skip


@register.simple_tag
def strip(achieved: int | None, plan: int | None, level: str, room: int = 16, url: str = "") -> SafeString:
    """One square per unit, a line where the plan ends, a plus on what exceeds it, dashes for what is missing.

    Made for at most 30 units; `bullet` is for more. Rows of one table must be given the same `room` (squares
    of the longest row) to be comparable. `achieved` None: not known, which is neither reached nor missing. `url`: the
    list behind the plan.
    """
    done = achieved or 0
    goal = plan if plan is not None else done
    total, css = max(done, goal), "na" if achieved is None else level
    cells = format_html_join("", "{}", ((_cell(i, i < done, i >= goal, css),) for i in range(total)))
    width = max(16, room, total) * _STEP + _GAP + 2
    return format_html(
        '<svg class="ub" viewBox="0 0 {} 43" aria-hidden="true">{}{}</svg>',
        width, cells, _goal(goal, url) if plan is not None else "",
    )  # fmt: skip


def _cell(index: int, done: bool, extra: bool, level: str) -> SafeString:
    x = index * _STEP + (_GAP if extra else 0)
    if not done:
        css = "f-na" if level == "na" else "todo"
        return format_html('<rect x="{}" y="22" width="15.5" height="15.5" rx="3" class="{}"/>', x + 1, css)
    square = format_html(
        '<rect x="{0}" y="21" width="{1}" height="{1}" rx="3" class="f-{2}"/>', x, _CELL, level
    )
    if not extra:
        return square
    return format_html('{}<path d="M{} 29.5h8M{} 25.5v8" class="plus"/>', square, x + 4.5, x + 8.5)


def _goal(plan: int, url: str) -> SafeString:
    x = plan * _STEP + 2
    return _mark(x, x, "middle", plan, url) if plan >= 2 else _mark(x, max(x - 2, 0), "start", plan, url)


def _mark(x: float, text_x: float, anchor: str, plan: int, url: str) -> SafeString:
    label = format_html(
        '<text x="{}" y="12" text-anchor="{}">KH {}</text>', f"{text_x:g}", anchor, integer(plan)
    )
    if url:
        # For the mouse only: the chart is hidden from screen readers, and the same figure stands beside it.
        label = format_html('<a href="{}" data-figure="{}" tabindex="-1">{}</a>', url, plan, label)
    return format_html('<path d="M{0} 16V43" class="goal"/>{1}', f"{x:g}", label)


@register.simple_tag
def bullet(value: int | None, plan: int | None, maximum: int, level: str, url: str = "") -> SafeString:
    """One bar from 0 to `maximum` with the plan's line: for more than 30 units, for money, for percents. A `value` that
    is not known has no bar, and a frame instead of a track. `url`: the list behind the plan."""
    scale = 340 / max(maximum, value or 0, plan or 0, 1)
    line: SafeString | str = ""
    if plan is not None:
        x = round(plan * scale + 2, 1)
        line = _mark(x, x, "start" if x < 26 else "end" if x > 318 else "middle", plan, url)
    return format_html(
        '<svg class="ub" viewBox="0 0 346 43" aria-hidden="true">'
        '{}{}</svg>', _FRAME if value is None else format_html(_TRACK, f"{value * scale:.1f}", level), line,
    )  # fmt: skip


@register.simple_tag
def cumulative(previous: int, added: int, next_plan: int | None, denominator: int, level: str) -> SafeString:
    """Pale up to last year, solid this year, dashed up to next year's plan; the scale is 0 to all units."""
    scale = 260 / max(denominator, 1)
    now = previous + added
    planned: SafeString | str = ""
    if next_plan is not None and next_plan > now:
        x = f"{now * scale + 0.7:.1f}"
        width = f"{max((next_plan - now) * scale - 1.5, 2.6):.1f}"
        planned = format_html('<rect x="{}" y=".75" width="{}" height="12.5" class="todo"/>', x, width)
    return format_html(
        '<svg viewBox="0 0 260 14" preserveAspectRatio="none" class="cb" aria-hidden="true">'
        '<rect width="260" height="14" rx="2" class="trk"/><rect width="{}" height="14" class="f-{} prev"/>'
        '<rect x="{}" width="{}" height="14" class="f-{}"/>{}</svg>',
        f"{previous * scale:.1f}", level, f"{previous * scale:.1f}", f"{added * scale:.1f}", level, planned,
    )  # fmt: skip
