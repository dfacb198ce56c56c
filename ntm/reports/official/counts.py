"""Counts of units and of returns, of the whole province or of one of its districts."""

from collections.abc import Callable

from ntm.reports.official.sources import Sources
from ntm.reports.official.values import Value, of_figure, unknown


def of_level(sources: Sources, kind: str, code: str, time: str, district: str = "") -> Value:
    year = sources.year(time)
    figures = year.figures
    if code not in figures.book.movements:
        return unknown(f"giai đoạn của năm {year.scope.year} không có mức này")
    found = figures.figure(kind, code, known=figures.is_known(kind, code), district=district)
    return of_figure(found, figures.book.why_unknown(code))


def of_units(sources: Sources, kind: str, time: str, district: str = "") -> Value:
    return of_figure(sources.year(time).figures.figure(kind, district=district))


def of_returns(sources: Sources, group: str, time: str, district: str = "") -> Value:
    criteria = sources.returns(time)
    if isinstance(criteria, str):
        return unknown(criteria)
    return of_figure(criteria.figure(group=group, district=district))


def with_criteria(sources: Sources, least: str, most: str, time: str, district: str = "") -> Value:
    """Units that meet so many criteria."""
    criteria = sources.returns(time)
    if isinstance(criteria, str):
        return unknown(criteria)
    whole = len(criteria.set_book.criteria)
    if int(most) > whole:
        return unknown(f"bộ tiêu chí của năm {criteria.year} chỉ có {whole} tiêu chí")
    return of_figure(criteria.figure(least=int(least), most=int(most), district=district))


def in_district(count: Callable[..., Value], *first: str) -> Callable[..., Value]:
    """One of these counts as a figure of a district's line, this year. `first`: arguments that no mapping gives."""
    return lambda sources, row, *given: count(sources, *first, *given, "nay", row.code)
