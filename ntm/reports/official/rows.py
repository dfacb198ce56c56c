"""The lines of blocks, and what stands in one line."""

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse

from communes.choices import IndicatorKind
from communes.judging import sign_of
from communes.selectors.criteria import CriterionFacts, IndicatorFacts
from communes.selectors.findings import said_of
from communes.selectors.records import LandUnit
from communes.tallies import MET
from ntm.core.numbers import percent
from ntm.reports.official.sources import LEVEL, Sources
from ntm.reports.official.values import Value, of_figure, unknown
from ntm.reports.selectors.criteria import AREAS

_OTHER_SET = "năm đó chưa có kết quả được gửi theo cùng bộ tiêu chí"
_NOT_SENT = "xã chưa gửi kết quả theo bộ tiêu chí này"


# --- criteria of the province --------------------------------------------------------------------------------
def criteria(sources: Sources) -> Sequence[CriterionFacts]:
    return sources.now.criteria.set_book.criteria if sources.now.criteria else ()


def met(sources: Sources, row: CriterionFacts, area: str, time: str) -> Value:
    """Communes that meet the criterion, by what they have sent."""
    year = sources.year(time)
    if year.criteria is None or not year.sent or not sources.comparable(time):
        return unknown(_OTHER_SET)
    if area == "tat-ca":
        return of_figure(year.criteria.figure(group="da-gui", criterion=row.number, state=MET))
    if not year.criteria.members_of_area(area):
        return unknown(f"chưa ghi nhận xã nào {AREAS[area][2]} trong kỳ này")
    return of_figure(year.criteria.figure(group="da-gui", criterion=row.number, state=MET, area=area))


def share_met(sources: Sources, row: CriterionFacts, time: str) -> Value:
    """Those among the communes that have sent something."""
    found, year = met(sources, row, "tat-ca", time), sources.year(time)
    if not isinstance(found.value, int) or year.criteria is None:
        return found
    share = percent(found.value, year.criteria.figure(group="da-gui").value)
    return Value(share, found.url)


# --- indicators of one commune -------------------------------------------------------------------------------
def indicators(sources: Sources) -> Sequence[IndicatorFacts]:
    book = sources.now.criteria.set_book if sources.now.criteria else None
    return tuple(book.indicators[pk] for row in book.criteria for pk in row.indicators) if book else ()


def need(sources: Sources, row: IndicatorFacts) -> Value:
    unit = sources.unit
    return Value(sign_of(row.measure, row.bars_in(unit.facts, sources.scope.year)) if unit else "")


def result(sources: Sources, row: IndicatorFacts, time: str) -> Value:
    """What was entered: a real number where the indicator is one."""
    unit, found = sources.unit_return(time), sources.unit_results(time).get(row.pk)
    if unit is None:
        return unknown(_NOT_SENT if time == "nay" else _OTHER_SET)
    said = said_of(row, found, unit.facts, sources.year(time).scope.year)
    if not said.shown:
        return unknown("chưa nhập")
    numeric = row.row.kind in (IndicatorKind.NUMBER, IndicatorKind.PERCENT)
    value: Decimal | str = found.value if found and numeric and found.value is not None else said.shown
    return Value(value, _page(sources, row, time))


def judgement(sources: Sources, row: IndicatorFacts, time: str) -> Value:
    unit, found = sources.unit_return(time), sources.unit_results(time).get(row.pk)
    if unit is None:
        return unknown(_NOT_SENT if time == "nay" else _OTHER_SET)
    if found is None:
        return unknown("chưa nhập")
    return Value(
        said_of(row, found, unit.facts, sources.year(time).scope.year).word, _page(sources, row, time)
    )


def _page(sources: Sources, row: IndicatorFacts, time: str) -> str:
    unit, year = sources.unit_return(time), sources.year(time).scope.year
    if unit is None:
        return ""
    return f"{reverse('communes:cell', args=[unit.code, year, row.code])}?bo={LEVEL}"


# --- districts -----------------------------------------------------------------------------------------------
def districts(sources: Sources) -> Sequence[LandUnit]:
    found = sources.now.book.every_district.values()
    return sorted(found, key=lambda unit: unit.sort_key)


def communes_in(sources: Sources, row: LandUnit) -> Value:
    return of_figure(sources.now.figures.figure("tat-ca", district=row.code))


def level_in(sources: Sources, row: LandUnit, kind: str, code: str) -> Value:
    figures = sources.now.figures
    if code not in figures.book.movements:
        return unknown("giai đoạn của năm không có mức này")
    return of_figure(figures.figure(kind, code, known=figures.is_known(kind, code), district=row.code))


def met_in(sources: Sources, row: LandUnit, least: str, most: str) -> Value:
    """Communes of the district with so many criteria."""
    criteria_year = sources.now.criteria
    if criteria_year is None or not sources.now.sent:
        return unknown(_OTHER_SET)
    whole = len(criteria_year.set_book.criteria)
    if int(most) > whole:
        return unknown(f"bộ tiêu chí của năm chỉ có {whole} tiêu chí")
    return of_figure(criteria_year.figure(district=row.code, least=int(least), most=int(most)))


def silent_in(sources: Sources, row: LandUnit) -> Value:
    """Communes of the district that were asked and have sent nothing."""
    criteria_year = sources.now.criteria
    if criteria_year is None or not sources.now.sent:
        return unknown(_OTHER_SET)
    return of_figure(criteria_year.figure(group="chua-gui", district=row.code))
