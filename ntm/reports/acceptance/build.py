"""From nothing to the whole world, in the order in which an office would have come by it."""

from random import Random

from communes.choices import Tier, UnitKind
from communes.loading.reference import load_reference
from communes.models import CriteriaSet, Unit
from communes.services.decisions import recognise
from communes.services.register import NewUnit
from communes.services.units import open_units
from funding.loading import load_purposes, load_sources
from ntm.audit import log as audit
from ntm.core.dates import year_end
from ntm.reports.acceptance import brought, criteria, land, papers, people, returns
from ntm.reports.acceptance.bulk import write_results
from ntm.reports.acceptance.canaries import Canaries
from ntm.reports.acceptance.world import World

#: The size of the load tests: so many communes of the first province, and results of so many years.
FULL_UNITS = 400
FULL_YEARS = range(2016, 2026)


@audit.verb
def build(seed: int, *, full: bool, password: str) -> World:
    """The catalogues that are missing, then the world; whole or not at all."""
    load_reference()
    load_sources()
    load_purposes()
    world = World(Canaries(seed))
    land.open_land(world)
    people.open_departments(world)
    people.open_accounts(world, password)
    land.record_facts(world)
    land.redraw(world)
    papers.open_source(world)
    papers.open_purpose(world)
    for province in ("P", "Q"):
        papers.record_papers(world, province)
        asked = criteria.publish(world, province, "ntm", criteria.SMALL)
        criteria.begin_draft(world, province, asked)
        returns.play(world, province, asked)
    brought.bring(world)
    people.close_accounts(world)
    if full:
        _fill_up(world, seed)
    return world


def _fill_up(world: World, seed: int) -> None:
    """More communes of the first province, with results of ten years in bulk and a decision in each."""
    there = Unit.objects.filter(province=world.place("P"), tier=Tier.COMMUNE, valid_to=None).count()
    rows = [
        NewUnit(f"982{number:02}" if number < 100 else f"98{200 + number}", _name(world, number), UnitKind.XA,
                world.place("P"), source=world.canaries.text("Danh mục", "Z"))
        for number in range(FULL_UNITS - there)
    ]  # fmt: skip
    units = open_units(rows, valid_from=None, by=audit.SYSTEM)
    asked = criteria.publish(world, "P", "advanced", criteria.FULL)
    _results(world, asked, seed)
    for number, year in enumerate(range(2021, 2025)):
        words = world.canaries
        recognise(
            province=world.place("P"), number=words.text(f"{number + 1}/QĐ", "Z"), issued_on=year_end(year),
            authority=words.text("Ủy ban", "Z"), title=words.text("Công nhận", "Z"), by=audit.SYSTEM,
            level=criteria.level("ntm"), achieved_year=year, units=units[number * 80 : number * 80 + 80],
        )  # fmt: skip


def _results(world: World, asked: CriteriaSet, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - a sample, not a secret
    write_results(world.place("P"), asked, dice, years=FULL_YEARS, share=1.0)


def _name(world: World, number: int) -> str:
    return world.canaries.text(f"Thôn Mẫu {number + 1}", "Z")
