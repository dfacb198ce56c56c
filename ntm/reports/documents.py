"""The page of a year as JSON and as a sheet: its numbers, from the object that the page shows."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from funding.selectors import Branch
from ntm.core.dates import format_date
from ntm.core.exports import Provinces, Sheet
from ntm.reports.selectors.money import MoneyPanel, MoneyRow
from ntm.reports.selectors.overview import Overview

_HEADER = (
    "Mã", "Chỉ tiêu", "Đăng ký", "Đạt trong năm", "Kế hoạch", "Chênh lệch", "Lũy kế", "Mẫu số", "Tỷ lệ (%)",
    "Kế hoạch năm sau", "Số tiền (đồng)", "Đơn vị tính", "Cách ghi",
)  # fmt: skip


def as_json(overview: Overview) -> dict[str, Any]:
    """Amounts in đồng, percent with one decimal, `null` for what is not known. `plan` is the number that the plan says,
    `difference` how far the result is above it; where the plan says only the sum, both are of `cumulative`."""
    money = overview.money
    return {
        "year": overview.year,
        "as_of": overview.scope.day.isoformat(),
        "headline": overview.headline,
        "levels": [
            {
                "code": row.code,
                "registered": row.registered.value,
                "achieved": row.achieved.value,
                "plan": row.plan.value,
                "difference": row.difference,
                "cumulative": row.cumulative.value,
                "denominator": row.denominator.value,
                "percent": _number(row.percent),
                "next_plan": row.next_plan.value,
            }
            for row in overview.rows
        ],
        "funding": {
            "total": money.total if money else None,
            "qualifier": money.qualifier if money else None,
            "sources": _sources(overview),
        },
    }


def _sources(overview: Overview) -> list[dict[str, Any]]:
    """Every source in the sources' own order, whether its amount is known or not."""
    return [
        {
            "code": branch.code,
            "amount": row.amount if row else None,
            "qualifier": row.qualifier if row else None,
        }
        for branch, row in _by_source(overview)
    ]


def _by_source(overview: Overview) -> list[tuple[Branch, MoneyRow | None]]:
    known = {row.code: row for row in overview.money.rows} if overview.money else {}
    return [(branch, known.get(branch.code)) for branch in overview.branches]


def year_sheet(overview: Overview, by: str, lists: Iterable[Sheet] = ()) -> Sheet:
    """The table of the page's figures; an unknown figure is an empty cell. `lists`: those that go out with it, which
    may hold rows of other provinces, too."""
    return Sheet(
        title=overview.headline,
        filename=f"tong-quan-{overview.year}",
        header=_HEADER,
        scope=f"Năm {overview.year}, số liệu đến {format_date(overview.scope.day)}; ô trống là chưa có số liệu",
        by=by,
        day=overview.scope.day,
        of=Provinces((overview.scope.province_id, *(one for part in lists for one in part.of.given))),
    )


def year_rows(overview: Overview) -> Iterator[tuple[Any, ...]]:
    for row in overview.rows:
        yield (
            row.code, row.name, row.registered.value, row.achieved.value, row.plan.value, row.difference,
            row.cumulative.value, row.denominator.value, row.percent, row.next_plan.value, None, row.unit_word,
            "kế hoạch và chênh lệch theo lũy kế" if row.by_sum else "",
        )  # fmt: skip
    money = overview.money
    yield _amount("total", "Tổng nguồn lực", money.total if money else None, money)
    for branch, source in _by_source(overview):
        yield _amount(branch.code, branch.name, source.amount if source else None, source)


def _amount(code: str, name: str, value: int | None, said: MoneyPanel | MoneyRow | None) -> tuple[Any, ...]:
    """A line of money; `said` knows how exactly the amount was stated."""
    words = (said.words.strip() or "đúng bằng") if said else ""
    return (code, name, *[None] * 8, value, "đồng", words)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
