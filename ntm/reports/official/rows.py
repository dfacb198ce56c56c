"""The lines of blocks, and what stands in one line."""

from collections.abc import Sequence
from decimal import Decimal

from communes.choices import IndicatorKind
from communes.judging import sign_of
from communes.selectors.criteria import CriterionFacts, IndicatorFacts
from communes.selectors.records import LandUnit
from communes.tallies import MET, NO_DATA
from ntm.core.numbers import NBSP, percent
from ntm.reports.official.counts import of_returns
from ntm.reports.official.sources import Sources
from ntm.reports.official.values import Value, of_figure, unknown
from ntm.reports.selectors.criteria import Asked, words_of_area


# --- criteria of the province --------------------------------------------------------------------------------
def criteria(sources: Sources) -> Sequence[CriterionFacts]:
    return sources.now.criteria.set_book.criteria if sources.now.criteria else ()


def met(sources: Sources, row: CriterionFacts, area: str, time: str) -> Value:
    """Communes that meet the criterion, by what they have sent."""
    year = sources.returns(time, alike=True)
    if isinstance(year, str):
        return unknown(year)
    if area == "tat-ca":
        return of_figure(year.figure(group="da-gui", criterion=row.number, state=MET))
    if not year.members(Asked(area=area)):
        return unknown(f"chưa ghi nhận {words_of_area(area)} nào trong kỳ này")
    return of_figure(year.figure(group="da-gui", criterion=row.number, state=MET, area=area))


def share_met(sources: Sources, row: CriterionFacts, time: str) -> Value:
    """Those among the communes that have sent something."""
    found, whole = met(sources, row, "tat-ca", time), of_returns(sources, "da-gui", time)
    if isinstance(found.value, int) and isinstance(whole.value, int):
        return Value(percent(found.value, whole.value), found.url)
    return found


# --- indicators of one commune -------------------------------------------------------------------------------
def indicators(sources: Sources) -> Sequence[IndicatorFacts]:
    book = sources.now.criteria.set_book if sources.now.criteria else None
    return tuple(book.indicators[pk] for row in book.criteria for pk in row.indicators) if book else ()


def need(sources: Sources, row: IndicatorFacts) -> Value:
    """With an ordinary space, as in every file."""
    unit = sources.unit
    sign = sign_of(row.measure, row.bars_in(unit.facts, sources.scope.year)) if unit else ""
    return Value(sign.replace(NBSP, " "))


def result(sources: Sources, row: IndicatorFacts, time: str) -> Value:
    """What was entered: a real number where the indicator is one."""
    answered = sources.answered(time)
    if isinstance(answered, str):
        return unknown(answered)
    found, said = answered.results.get(row.pk), answered.said(row)
    if not said.shown:
        return unknown(said.reason)
    numeric = row.row.kind in (IndicatorKind.NUMBER, IndicatorKind.PERCENT)
    value: Decimal | str = found.value if found and numeric and found.value is not None else said.shown
    return Value(value, answered.url(row))


def judgement(sources: Sources, row: IndicatorFacts, time: str) -> Value:
    answered = sources.answered(time)
    if isinstance(answered, str):
        return unknown(answered)
    said = answered.said(row)
    if said.state == NO_DATA:
        return unknown(said.reason)
    return Value(said.word, answered.url(row))


# --- districts -----------------------------------------------------------------------------------------------
def districts(sources: Sources) -> Sequence[LandUnit]:
    found = sources.now.book.every_district.values()
    return sorted(found, key=lambda unit: unit.sort_key)
