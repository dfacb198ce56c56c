"""The dashboard's own small drawings."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ntm.core.templatetags.charts import bullet, strip
from ntm.core.templatetags.components import figure
from ntm.reports.selectors.figures import Figure
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
    plan, url = (None, "") if overview.against_last_year else (row.plan.value, row.plan.url)
    if row.achieved.value is None and plan is None:
        return SafeString("")
    longest = max((max(r.achieved.value or 0, r.plan.value or 0) for r in overview.rows), default=0)
    if longest > _SQUARES_AT_MOST:
        return bullet(row.achieved.value or 0, plan, longest, row.css, url)
    return strip(row.achieved.value or 0, plan, row.css, longest, url)


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
