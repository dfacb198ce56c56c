"""From an overview to what its templates show: titles, words and chart segments, no figure of its own."""

from typing import Any

from django.urls import reverse

from ntm.core.dates import format_date
from ntm.reports.selectors.figures import Figure
from ntm.reports.selectors.overview import Overview

#: The css class of a part of the denominator by its sign.
_SEGMENTS = {0: "l0", 1: "l1", 2: "l2", 3: "l3", "wait": "wait", "na": "na", "off": "off"}


def body_context(overview: Overview) -> dict[str, Any]:
    """What `reports/body.html` needs."""
    bar = _bar(overview)
    return {
        "overview": overview,
        "signing_year": overview.year + (0 if overview.scope.is_part_of_year else 1),
        "unknown_words": _unknown_words(overview),
        "results_title": _results_title(overview),
        "map_title": _map_title(overview),
        "map_words": _map_words(overview),
        "bar_segments": bar,
        "legend": _legend(overview, bar),
        "higher_levels": [words for sign, words, _ in overview.legend if sign in (2, 3)],
        "higher_parts": [part for part in overview.legend if part[0] in (2, 3)],
        "nesting": _nesting(overview),
        "money_segments": [(row.css, row.amount) for row in overview.money.rows] if overview.money else [],
        "money_url": reverse("funding:amounts", args=[overview.year]),
        "plan_url": reverse("targets:plan", args=[overview.next_year]),
        "next_title": _next_title(overview),
    }


def _bar(overview: Overview) -> list[tuple[str, int]]:
    """The parts of the whole as one bar; nothing while most of them are unknown on a map of districts. Who is in no
    part whose number is known stands as "no data", so that the others keep their true share."""
    known = all(item.known for sign, _, item in overview.legend if sign != "na")
    if not overview.map.grid and not known:
        return []
    counted = sum(item.value or 0 for _, _, item in overview.legend)
    rest = (overview.units.value or 0) - counted if overview.map.grid else 0
    parts = ((sign, rest if sign == "na" else item.value) for sign, _, item in overview.legend)
    return [(_SEGMENTS[sign], value) for sign, value in parts if value is not None]


def _legend(overview: Overview, bar: list[tuple[str, int]]) -> list[tuple[int | str, str, Figure]]:
    """The parts whose number is known, and what else the map or the bar shows."""
    shown = overview.map.signs | {name for name, value in bar if value}
    return [part for part in overview.legend if part[2].known or part[0] in shown]


def _results_title(overview: Overview) -> str:
    against = f"năm {overview.previous_year}" if overview.against_last_year else f"kế hoạch {overview.year}"
    return f"Kết quả năm {overview.year} so với {against}"


def _unknown_words(overview: Overview) -> str:
    """What is known and what is missing, for a year whose sum the office does not know."""
    until = (
        overview.map.until
        if overview.map.until is not None
        else (overview.last_map and overview.last_map.until)
    )
    if until:
        return f"Chưa có số liệu công nhận để cộng đến năm {overview.year}; số liệu gần nhất đến hết năm {until}."
    return f"Chưa có số liệu công nhận đến năm {overview.year}."


def _map_title(overview: Overview) -> list[tuple[Figure | None, str]]:
    """Words, each after the number that it speaks of."""
    total = overview.lead.denominator if overview.lead else Figure(None, "")
    if overview.map.grid:
        return [(overview.units, " đơn vị cấp xã, trong đó "), (total, " xã thuộc Chương trình")]
    return [(None, "Mức đạt của "), (total, " xã")]


def _map_words(overview: Overview) -> str:
    day = format_date(overview.scope.day)
    if overview.map.grid:
        return (
            f"Mỗi ô là một xã, phường theo vị trí gần đúng, bắc ở trên; địa giới ngày {day}. "
            "Xã hình thành do sáp nhập ghi “chờ rà soát” đến khi có quyết định mới."
        )
    if overview.known:
        return "Mỗi ô là một xã; các khối đặt theo vị trí huyện, bắc ở trên."
    if overview.map.until:
        return (
            f"Mỗi ô là một xã theo địa giới ngày {day}; màu theo các quyết định đến hết năm {overview.map.until}, "
            f"năm {overview.year} chưa có số liệu."
        )
    return f"Mỗi ô là một xã theo địa giới ngày {day}; chưa có số liệu mức đạt."


def _nesting(overview: Overview) -> tuple[Figure, Figure, Figure] | None:
    """Why the exact counts of a table differ from the cumulative ones: the sum and its two parts, where known."""
    parts = {sign: item for sign, _, item in overview.legend}
    advanced = next((row.cumulative for row in overview.rows if row.css == "l2"), None)
    two, three = parts.get(2), parts.get(3)
    if advanced is None or two is None or three is None:
        return None
    return (advanced, two, three) if advanced.known and two.known and three.known else None


def _next_title(overview: Overview) -> str:
    if not overview.next_names:
        return f"Kế hoạch {overview.next_year}"
    names = ", ".join(name.replace(" ", "\u00a0") for name in overview.next_names)
    return f"Kế hoạch {overview.next_year}: {names} về đích huyện NTM"
