"""A figure is the length of its list, whatever happened in the province: random histories through the verbs."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from communes.choices import AttributeKind, UnitKind
from communes.models import Document, Level, Recognition, Unit
from communes.selectors.yearbook import YearBook, year_book
from communes.services.attributes import record_attribute
from communes.services.decisions import confirm, recognise, revoke
from communes.services.declarations import declare_year
from communes.services.lineage import Formation, Part, reorganise
from communes.services.register import NewUnit
from ntm.audit.log import SYSTEM
from ntm.core.errors import Refused
from ntm.core.scope import Scope
from ntm.reports.selectors.figures import KINDS, NEEDS_LEVEL, Figures
from ntm.reports.selectors.overview import overview
from ntm.reports.selectors.sums import SUMS, Sums, two_plans
from targets.choices import TargetKind
from tests import factories
from tests.conftest import Land

TODAY = date(2026, 11, 25)
YEARS = range(2021, 2026)
CODES = ("ntm", "advanced", "model", "district_ntm")

#: How often each kind of event is tried; many are refused.
WEIGHTS = {"recognise": 12, "confirm": 3, "revoke": 3, "merge": 2, "leave": 2, "declare": 2}


@dataclass
class History:
    """Tries events at random; one that the verbs refuse did not happen."""

    land: Land
    levels: dict[str, Level]
    paper: Document
    random: Random = field(default_factory=Random)
    happened: list[str] = field(default_factory=list)

    def run(self, seed: int, length: int) -> None:
        self.random, self.happened = Random(seed), []
        kinds = self.random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=length)
        for number, kind in enumerate(kinds):
            with suppress(Refused):
                self.happened.append(f"{kind}: {getattr(self, kind)(number)}")

    def day(self) -> date:
        return date(2021, 1, 1) + timedelta(days=self.random.randrange(5 * 365))

    def units(self, most: int) -> list[Unit]:
        """Some versions, those that are over too."""
        rows = list(Unit.objects.filter(province=self.land.province.place).exclude(tier="province"))
        return self.random.sample(rows, self.random.randint(1, most))

    def decision(self, number: int, day: date) -> dict[str, Any]:
        return {
            "province": self.land.province.place, "number": f"{number}/QĐ", "issued_on": day, "by": SYSTEM,
            "authority": "UBND tỉnh", "title": "Quyết định",
        }  # fmt: skip

    def recognise(self, number: int) -> str:
        day, (unit,) = self.day(), self.units(1)
        held = unit.place.recognitions.filter(state="in_force").count()
        code = "district_ntm" if unit.tier == "district" else CODES[min(held, 2)]
        year, by_year = day.year - self.random.choice((0, 0, 1)), self.random.random() < 0.2
        recognise(
            **self.decision(number, day),
            level=self.levels[code], achieved_year=year, units=[unit], by_year=by_year,
        )  # fmt: skip
        return f"{unit} {code} {year} {by_year} signed {day}"

    def confirm(self, number: int) -> str:
        day, (unit,), code = self.day(), self.units(1), self.random.choice(CODES)
        confirm(**self.decision(number, day), level=self.levels[code], units=[unit])
        return f"{unit} {code} on {day}"

    def revoke(self, number: int) -> str:
        rows = list(Recognition.objects.select_related("unit", "decision__document").order_by("pk"))
        if not rows:
            raise Refused("Chưa có lượt công nhận nào.")
        row, day = self.random.choice(rows), self.day()
        details = self.decision(number, day) | {"effective_on": day, "reason": "Không còn giữ được chuẩn"}
        revoke(**details, recognitions=[row])
        return f"{row} on {day}"

    def merge(self, number: int) -> str:
        parts, day = self.units(2), self.day()
        new = NewUnit(
            code=f"9{number:04d}", name=f"Mới {number}", kind=UnitKind.XA, parent=self.land.district.place
        )
        reorganise(
            document=self.paper, effective_on=day, title="Sắp xếp", by=SYSTEM,
            changes=[Formation(new, [Part(unit) for unit in parts], formed_anew=len(parts) > 1)],
        )  # fmt: skip
        return f"{parts} on {day}"

    def leave(self, number: int) -> str:
        (unit,), day, value = self.units(1), self.day(), self.random.choice("01")
        record_attribute(unit, kind=AttributeKind.IN_PROGRAMME, value=value, valid_from=day, by=SYSTEM)
        return f"{unit} {value} on {day}"

    def declare(self, number: int) -> str:
        year = self.random.choice(YEARS)
        declare_year(province=self.land.province.place, year=year, by=SYSTEM)
        return str(year)


@pytest.fixture
def history(land: Land) -> History:
    factories.unit(land.other_district, "Ba Hàng", kind=UnitKind.PHUONG)
    factories.period(2021, 2025, counts=(factories.period(2016, 2020),))
    for year in YEARS:
        plan = factories.plan(land.province, year)
        factories.target(plan, 1)
        factories.target(plan, 2, "advanced", kind=TargetKind.CUMULATIVE)
    return History(land, {code: factories.level(code) for code in CODES}, factories.document())


def check_lists(book: YearBook) -> None:
    """Every figure that a page could show, with and without a district, against its rows."""
    figures = Figures(book)
    districts = ["", *(unit.code for unit in book.every_district.values())]
    for kind in KINDS:
        for code in (*CODES, "") if kind not in NEEDS_LEVEL else CODES:
            for tier in ("commune", "district"):
                for district in districts:
                    scope = {"tier": tier, "district": district}
                    value = figures.figure(kind, code, **scope).value
                    rows = figures.rows(figures.members(kind, code, **scope), code)
                    assert value == len(rows), (book.scope.year, kind, code, scope)


def check_sums(book: YearBook) -> None:
    """The identity of the year, and the parts of the whole."""
    figures = Figures(book)
    for move in book.movements.values():
        gained = sum(map(len, (move.previous, move.achieved, move.confirmed, move.others)))
        assert len(move.cumulative) == gained - len(move.revoked) - len(move.left)
    parts = [figures.figure(kind).value or 0 for kind in ("chua-dat", "cho-ra-soat")]
    parts += [figures.figure("dung-muc", code).value or 0 for code in CODES[:3]]
    assert sum(parts) == len(book.communes)
    sizes = [len(book.movements[code].cumulative) for code in CODES[:3]]
    assert sizes == sorted(sizes, reverse=True)
    for code in CODES[:3]:
        by_district = [
            len(figures.members("luy-ke", code, district=unit.code)) for unit in book.every_district.values()
        ]
        assert sum(by_district) == len(book.movements[code].cumulative)


def check_parts(book: YearBook) -> None:
    """Every part of every sum is as large as the list that it opens."""
    figures = Figures(book)
    sums = Sums(figures, *two_plans(book.scope))
    for kind in SUMS:
        for code in CODES:
            parts = sums.parts(kind, code)
            assert sums.figure(kind, code).value == (
                None if parts is None else sum(part.value for part in parts)
            )
            for part in parts or ():
                if part.members:
                    assert abs(part.value) == len(figures.rows(figures.members(*part.members))), (kind, code)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_each_number_is_the_length_of_its_list(history, seed):
    with transaction.atomic():
        history.run(seed, length=25)
        note("\n".join(history.happened))
        before: dict[str, frozenset[int]] = {}
        for year in YEARS:
            book = year_book(Scope.of(history.land.province.place_id, year, TODAY))
            check_lists(book)
            check_sums(book)
            for code, move in book.movements.items():
                assert move.previous == before.get(code, move.previous), (year, code)
            before = {code: move.cumulative for code, move in book.movements.items()}
            check_parts(book)
            overview(book.scope)
        transaction.set_rollback(True)
