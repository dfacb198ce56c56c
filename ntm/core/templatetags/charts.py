"""Charts as SVG with geometry attributes: no style attribute, no script, the same on screen, paper and projector.

All are hidden from screen readers, so the numbers must stand in a table beside them.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_CELL, _STEP, _GAP = 17, 21, 8
_HATCH = SafeString(
    '<defs><pattern id="{0}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hatch" d="M1 0V6M4 0V6"/></pattern></defs>'
)


@register.simple_tag
def stacked(segments: Iterable[tuple[str, int]], kind: str = "lvb") -> SafeString:
    """One full-width bar of parts. Segments are (class, value): l0 l1 l2 l3 hu wait off na, v1 v2 v3.

    `kind` is "lvb" (levels) or "stk" (money). Parts of nothing are left out.
    """
    parts = [(name, value) for name, value in segments if value]
    whole = sum(value for _, value in parts)
    drawn, before = [], 0
    for name, value in parts:
        drawn.append(_part(name, 100 * before / whole, 100 * value / whole, kind))
        before += value
    hatch = format_html(_HATCH, f"{kind}-hatch") if any(name == "l0" for name, _ in parts) else ""
    return format_html('<svg class="{}" aria-hidden="true">{}{}</svg>', kind, hatch, SafeString("".join(drawn)))


def _part(name: str, start: float, width: float, kind: str) -> SafeString:
    fill = format_html(' fill="url(#{}-hatch)"', kind) if name == "l0" else ""
    cover = format_html('<rect class="cover" width="100%" height="100%"{}/>', fill) if fill else ""
    return format_html(
        '<svg x="{}%" width="{}%" height="100%"><rect class="f-{}" width="100%" height="100%"/>{}</svg>',
        f"{start:.3f}", f"{width:.3f}", name, cover,
    )  # fmt: skip


@register.simple_tag
def strip(achieved: int, plan: int | None, level: str) -> SafeString:
    """One square per unit, an upright line where the plan ends, a plus on what exceeds it, dashes for what is missing.

    Made for at most 30 units. The scale holds 16 squares and shrinks when there are more, so rows of a
    table that are given the same `scale` stay comparable only while they fit; use `bullet` beyond that.
    """
    goal = plan if plan is not None else achieved
    total = max(achieved, goal)
    cells = format_html_join("", "{}", ((_cell(i, i < achieved, i >= goal, level),) for i in range(total)))
    width = max(346, total * _STEP + _GAP + 4)
    return format_html(
        '<svg class="ub" viewBox="0 0 {} 43" aria-hidden="true">{}{}</svg>',
        width, cells, _goal(goal) if plan is not None else "",
    )  # fmt: skip


def _cell(index: int, done: bool, extra: bool, level: str) -> SafeString:
    x = index * _STEP + (_GAP if extra else 0)
    if not done:
        return format_html('<rect x="{}" y="22" width="15.5" height="15.5" rx="3" class="todo"/>', x + 1)
    square = format_html('<rect x="{}" y="21" width="{}" height="{}" rx="3" class="f-{}"/>', x, _CELL, _CELL, level)
    if not extra:
        return square
    return format_html('{}<path d="M{} 29.5h8M{} 25.5v8" class="plus"/>', square, x + 4.5, x + 8.5)


def _goal(plan: int) -> SafeString:
    x = plan * _STEP + 2
    anchor, at = ("start", max(x - 2, 0)) if plan < 2 else ("middle", x)
    return format_html(
        '<path d="M{} 16V43" class="goal"/><text x="{}" y="12" text-anchor="{}">KH {}</text>', x, at, anchor, plan
    )


@register.simple_tag
def bullet(value: int, plan: int | None, maximum: int, level: str) -> SafeString:
    """One bar from 0 to `maximum` with the plan's line: for more than 30 units, for money, for percents."""
    scale = 340 / max(maximum, value, plan or 0, 1)
    line = ""
    if plan is not None:
        x = f"{plan * scale + 2:.1f}"
        anchor = "start" if plan * scale < 24 else "end" if plan * scale > 316 else "middle"
        line = format_html(
            '<path d="M{} 16V43" class="goal"/><text x="{}" y="12" text-anchor="{}">KH {}</text>', x, x, anchor, plan
        )
    return format_html(
        '<svg class="ub" viewBox="0 0 346 43" aria-hidden="true"><rect y="21" width="346" height="17" rx="3" class="trk"/>'
        '<rect y="21" width="{}" height="17" rx="3" class="f-{}"/>{}</svg>',
        f"{value * scale:.1f}", level, line,
    )  # fmt: skip


@register.simple_tag
def cumulative(previous: int, added: int, next_plan: int | None, denominator: int, level: str) -> SafeString:
    """The cumulative bar: pale up to last year, solid this year, dashed up to next year's plan; scale 0 to all units."""
    scale = 260 / max(denominator, 1)
    now = previous + added
    planned: SafeString | str = ""
    if next_plan is not None and next_plan > now:
        width = max((next_plan - now) * scale - 1.5, 2.6)
        planned = format_html(
            '<rect x="{}" y=".75" width="{}" height="12.5" class="todo"/>', f"{now * scale + 0.7:.1f}", f"{width:.1f}"
        )
    return format_html(
        '<svg viewBox="0 0 260 14" preserveAspectRatio="none" class="cb" aria-hidden="true">'
        '<rect width="260" height="14" rx="2" class="trk"/><rect width="{}" height="14" class="f-{} prev"/>'
        '<rect x="{}" width="{}" height="14" class="f-{}"/>{}</svg>',
        f"{previous * scale:.1f}", level, f"{previous * scale:.1f}", f"{added * scale:.1f}", level, planned,
    )  # fmt: skip
