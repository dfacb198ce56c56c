"""The small drawings of the dashboard and of the pages about criteria."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from communes.tallies import MET, NO_DATA, NOT_EVALUABLE, NOT_MET, WORDS
from communes.templatetags.criteria import CSS
from ntm.core.templatetags.charts import bullet, strip
from ntm.core.templatetags.components import figure
from ntm.reports.official.preview import Square
from ntm.reports.selectors.criteria_rows import Cell, MatrixRow
from ntm.reports.selectors.figures import Figure
from ntm.reports.selectors.indicator import Bin, Distribution
from ntm.reports.selectors.levels import LevelRow
from ntm.reports.selectors.maps import Block, GridTile, Tile
from ntm.reports.selectors.overview import Overview

register = template.Library()

#: Above so many units squares can no longer be counted by eye.
_SQUARES_AT_MOST = 30
_SIGNS = {0: "l0", 1: "l1", 2: "l2", 3: "l3"}


@register.simple_tag
def results_strip(row: LevelRow, overview: Overview) -> SafeString:
    """One square per unit achieved in the year, with the plan's line; one scale for all rows of the table."""
    # A plan of the sum of all years has no place on a scale of what one year added.
    plan, url = (None, "") if overview.against_last_year or row.by_sum else (row.plan.value, row.plan.url)
    if row.achieved.value is None and plan is None:
        return SafeString("")
    longest = _longest(overview)
    if longest > _SQUARES_AT_MOST:
        return bullet(row.achieved.value, plan, longest, row.css, url)
    return strip(row.achieved.value, plan, row.css, longest, url)


@register.simple_tag
def results_key(overview: Overview) -> str:
    """What stands for what in these drawings, in brackets for the head of their column."""
    squares = "" if _longest(overview) > _SQUARES_AT_MOST else "mỗi ô một đơn vị"
    with_line = any(row.plan.known and not row.by_sum for row in overview.rows)
    line = "vạch: kế hoạch" if with_line and not overview.against_last_year else ""
    words = ", ".join(filter(None, (squares, line)))
    return f" ({words})" if words else ""


def _longest(overview: Overview) -> int:
    plans = (0 if row.by_sum else row.plan.value or 0 for row in overview.rows)
    return max((*(row.achieved.value or 0 for row in overview.rows), *plans), default=0)


@register.simple_tag
def answer(pieces: Iterable[str | Figure]) -> SafeString:
    """The answer sentence: its words, and its figures as links."""
    drawn = ((piece if isinstance(piece, str) else figure(piece.value, piece.url),) for piece in pieces)
    return format_html_join("", "{}", drawn)


@register.simple_tag
def tiles(block: Block) -> SafeString:
    """The tiles of a district, in one go: a map has hundreds, and each label is escaped once."""
    return mark_safe("".join(_tile(tile) for tile in block.tiles))  # noqa: S308 - every part is escaped or ours


def _tile(tile: Tile, place: str = "") -> str:
    sign = _SIGNS[tile.sign] if isinstance(tile.sign, int) else tile.sign
    label = escape(tile.label)
    return f'<a class="t {sign}{place}" href="{escape(tile.url)}" title="{label}" aria-label="{label}"></a>'


@register.simple_tag
def grid_tile(tile: GridTile) -> SafeString:
    """A tile of the province's grid; its place comes from classes, since the CSP allows no style attribute."""
    return mark_safe(_tile(tile, f" gc{tile.column} gr{tile.row}"))  # noqa: S308 - as above


# --- criteria ------------------------------------------------------------------------------------------------------
_DEFS = SafeString(
    '<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="tc-hatch" width="4.5" height="4.5"'
    ' patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path class="hatch-bg" d="M0 0H5V5H0z"/>'
    '<path class="hatch" d="M1 0V5"/></pattern></defs></svg>'
)


@register.filter
def of(values: Mapping[str, str], key: str) -> str:
    """What a mapping holds for a key."""
    return values[key]


@register.simple_tag
def hatch_defs() -> SafeString:
    """The pattern of "not met", once for all drawings of a page."""
    return _DEFS


@register.simple_tag
def share_bar(segments: Iterable[tuple[str, int]]) -> SafeString:
    """One bar of parts (class, value), hidden from screen readers: the numbers stand beside it."""
    parts = list(segments)
    whole, before, drawn = sum(value for _, value in parts) or 1, 0, []
    for name, value in parts:
        if value:
            fill = ' fill="url(#tc-hatch)"' if name == "l0" else ""
            x, width = 100 * before / whole, 100 * value / whole
            drawn.append(f'<rect x="{x:.2f}%" width="{width:.2f}%" height="100%" class="f-{name}"{fill}/>')
        before += value
    return mark_safe(f'<svg class="shb" aria-hidden="true">{"".join(drawn)}</svg>')  # noqa: S308 - numbers


@register.simple_tag
def criteria_cells(row: MatrixRow) -> SafeString:
    """The cells of one unit, in one go: a matrix has thousands."""
    return mark_safe("".join(_cell(row, cell) for cell in row.cells))  # noqa: S308 - every part is escaped or ours


def _cell(row: MatrixRow, cell: Cell) -> str:
    css = CSS[cell.state]
    if cell.state == MET:
        return '<td class="c m1">✓</td>'
    if cell.state == NO_DATA and not row.unit.counted:
        return '<td class="c mn">–</td>'
    text = {NOT_MET: str(cell.lacking), NOT_EVALUABLE: "?"}.get(cell.state, "–")
    title = f"{WORDS[cell.state]}: {cell.codes}" if cell.codes else WORDS[cell.state]
    url = f"{row.unit.url}#tc-{cell.number}"
    return (
        f'<td class="c {css}"><a href="{escape(url)}" title="{escape(title)}" data-n="{escape(cell.number)}">'
        f'<span class="sr">{WORDS[cell.state]}, </span>{text}</a></td>'
    )


@register.simple_tag
def form_square(square: Square) -> SafeString:
    """One cell of a report form: words of the form, or a figure with its list."""
    name = "th" if square.names_row else "td"
    marks = {"class": "num" if square.is_number else "", "scope": "row" if square.names_row else ""}
    marks |= {"colspan": str(square.across) if square.across > 1 else ""}
    marks |= {"rowspan": str(square.down) if square.down > 1 else ""}
    given = format_html_join("", ' {}="{}"', ((key, text) for key, text in marks.items() if text))
    return format_html("<{0}{1}>{2}</{0}>", name, given, _in_square(square))


def _in_square(square: Square) -> str:
    value = square.value
    if square.is_unknown:
        return figure(None)
    if value is None or not value.url:
        return square.text
    if square.dong is not None:
        return format_html('<a href="{}" data-sum="{}">{}</a>', value.url, square.dong, square.text)
    if square.count is not None:
        return figure(square.count, value.url)
    return format_html('<a href="{}">{}</a>', value.url, square.text)


_WIDE, _HIGH, _LEFT, _TOP, _FOOT = 520, 210, 14, 26, 34


@register.simple_tag
def histogram(parts: Distribution) -> SafeString:
    """The values as bars, what does not meet hatched, each threshold an upright line. The table says the same."""
    most = max((item.figure.value or 0 for item in parts.bins), default=1) or 1
    step = (_WIDE - 2 * _LEFT) / max(len(parts.bins), 4)
    bars = "".join(_bar(item, place, step, most) for place, item in enumerate(parts.bins))
    ticks = "".join(_tick(text, _LEFT + at * step) for text, at in parts.ticks)
    marks = "".join(_threshold(mark.label, _LEFT + mark.at * step) for mark in parts.marks)
    return mark_safe(  # noqa: S308 - every part is escaped or ours
        f'<svg class="his" viewBox="0 0 {_WIDE} {_HIGH}" aria-hidden="true">{bars}'
        f'<path class="axis" d="M{_LEFT} {_HIGH - _FOOT}H{_WIDE - _LEFT}"/>{ticks}{marks}</svg>'
    )


def _bar(item: Bin, place: int, step: float, most: int) -> str:
    x, width, floor = _LEFT + place * step + 1.5, step - 3, _HIGH - _FOOT
    scale = (floor - _TOP - 16) / most
    drawn, top = [], float(floor)
    for state in (MET, NOT_EVALUABLE, NOT_MET):
        high = item.counts.get(state, 0) * scale
        if high:
            top -= high
            css = {MET: "l1", NOT_EVALUABLE: "wait", NOT_MET: "l0"}[state]
            fill = ' fill="url(#tc-hatch)"' if state == NOT_MET else ""
            drawn.append(
                f'<rect x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{high:.1f}" class="f-{css}"{fill}/>'
            )
    count = f'<text x="{x + width / 2:.1f}" y="{top - 5:.1f}" class="n">{item.figure.value or ""}</text>'
    return f"{''.join(drawn)}{count}"


def _tick(label: str, x: float) -> str:
    return f'<text x="{x:.1f}" y="{_HIGH - _FOOT + 20}">{escape(label)}</text>'


def _threshold(label: str, x: float) -> str:
    anchor = "end" if x > _WIDE * 0.7 else "start"
    place = x - 5 if anchor == "end" else x + 5
    return (
        f'<path class="goal" d="M{x:.1f} 2V{_HIGH - _FOOT}"/>'
        f'<text class="g {anchor}" x="{place:.1f}" y="14">Chuẩn {escape(label)}</text>'
    )
