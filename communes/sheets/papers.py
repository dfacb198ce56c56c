"""The decisions that rows of a sheet add up to: judged all at once for the preview, then recorded by the verbs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from communes.choices import DecisionKind
from communes.models import Decision, Document, Level, Place, Unit
from communes.services.decisions import add_units, recognise
from communes.services.documents import Paper, check_paper
from communes.services.ground import Ground, check_year, surveys
from communes.services.register import lock_places
from ntm.core.bulk import Progress, Told
from ntm.core.dates import format_date
from ntm.core.errors import Refused
from ntm.core.text import folded
from ntm.sheets.imports.kinds import CellFault

NUMBER, DAY, WHO, TITLE, YEAR = PARTS = ("so", "ngay", "co_quan", "trich_yeu", "nam")
_COLUMNS = {"number": NUMBER, "issued_on": DAY, "authority": WHO, "title": TITLE, "achieved_year": YEAR}


class Key(NamedTuple):
    """What makes a paper this paper, whatever the spelling."""

    day: date
    number: str
    who: str


@dataclass(frozen=True)
class Papers:
    """`said`: by the code of a unit, what its row says, read."""

    province: Place
    level: Level
    units: Mapping[str, Unit]
    said: Mapping[str, Mapping[str, Any]]

    @cached_property
    def groups(self) -> dict[Key, list[str]]:
        """The codes of each decision's rows, in the order of days."""
        found: dict[Key, list[str]] = defaultdict(list)
        for code, row in self.said.items():
            found[Key(row[DAY], folded(row[NUMBER]), folded(row[WHO]))].append(code)
        return dict(sorted(found.items()))

    @cached_property
    def recorded(self) -> dict[Key, Document]:
        """Papers of these that are in the register already. One query."""
        days = {key.day for key in self.groups}
        rows = Document.objects.filter(issued_on__in=days).exclude(number="").select_related("decision")
        there = {
            Key(row.issued_on, folded(row.number), folded(row.authority)): row
            for row in rows
            if row.issued_on
        }
        return {key: there[key] for key in self.groups if key in there}

    def decision_of(self, key: Key) -> Decision | None:
        """The recognition that is in the register under this key."""
        found: Decision | None = getattr(self.recorded.get(key), "decision", None)
        fits = found is not None and found.kind == DecisionKind.RECOGNISE
        return found if fits and found is not None and found.province_id == self.province.pk else None

    def title_of(self, key: Key) -> str:
        return next((row[TITLE] for code in self.groups[key] if (row := self.said[code]).get(TITLE)), "")

    # --- judging -----------------------------------------------------------------------------------------
    def faults(self, by: Any) -> Iterator[tuple[str, CellFault]]:
        """What the verbs would refuse, each at its cell."""
        of_day: dict[date, list[Unit]] = defaultdict(list)
        for key, codes in self.groups.items():
            of_day[key.day] += [self.units[code] for code in codes]
        grounds = surveys(of_day)
        for key, codes in self.groups.items():
            yield from self._wrong_paper(key, codes, by)
            for code in codes:
                if found := self._wrong_unit(code, grounds[key.day]):
                    yield code, found

    def _wrong_paper(self, key: Key, codes: list[str], by: Any) -> Iterator[tuple[str, CellFault]]:
        first, title = self.said[codes[0]], self.title_of(key)
        decision = self.decision_of(key)
        if decision is not None:
            title = decision.document.title
        elif key in self.recorded:
            words = "đã có trong sổ nhưng không phải quyết định công nhận của tỉnh. Hãy kiểm tra số, ngày, cơ quan."
            yield from ((code, CellFault(NUMBER, f"Văn bản số {first[NUMBER]} {words}")) for code in codes)
            return
        for code in codes:
            own = self.said[code].get(TITLE, "")
            if own and folded(own) != folded(title):
                where = "trong sổ" if decision is not None else "ở dòng khác"
                yield (
                    code,
                    CellFault(TITLE, f"Trích yếu khác với trích yếu {where} của cùng quyết định: {title}"),
                )
        try:
            check_paper(Paper(first[NUMBER], key.day, first[WHO], title), by)
        except Refused as refusal:
            column = _COLUMNS.get(refusal.field or "", "")
            sentence = (
                refusal.message if title else f"{refusal.message} Hãy điền ở ít nhất một dòng của quyết định."
            )
            yield from ((code, CellFault(column, sentence)) for code in codes)

    def _wrong_unit(self, code: str, ground: Ground) -> CellFault | None:
        place, year = self.units[code].place_id, self.said[code][YEAR]
        unit = next(row for row in ground.units if row.place_id == place)
        wanted = ground.level(self.level)
        if unit.province_id != self.province.pk:
            return CellFault(
                DAY, f"Ngày {format_date(ground.day)} {unit.full_name} không thuộc tỉnh của bạn."
            )
        if reason := ground.unfit(unit, wanted):
            return CellFault(DAY, f"{unit.full_name} {reason}.")
        try:
            check_year(wanted, year, ground.day)
        except Refused as refusal:
            return CellFault(YEAR, refusal.message)
        for column, signed in ((YEAR, None), (DAY, ground.day)):
            if reason := ground.obstacle(unit, wanted, year, signed):
                return CellFault(column, f"{unit.full_name} {reason}.")
        return None

    # --- writing -----------------------------------------------------------------------------------------
    def record(self, by: Any, told: Told | None = None) -> None:
        """Each paper as one decision: made by the first year of its rows, the others are named in it as well. `told`
        hears how many cells of the rows are written."""
        progress = Progress(told)
        lock_places(self.units[code].place_id for code in self.said)
        for key, codes in self.groups.items():
            decision = self.decision_of(key)
            for year in sorted({self.said[code][YEAR] for code in codes}):
                of_year = [code for code in codes if self.said[code][YEAR] == year]
                units = [self.units[code] for code in of_year]
                if decision is None:
                    decision = self._recognise(key, year, units, by)
                else:
                    add_units(decision=decision, level=self.level, achieved_year=year, units=units, by=by)
                progress.more(sum(len(self.said[code]) for code in of_year))

    def _recognise(self, key: Key, year: int, units: list[Unit], by: Any) -> Decision:
        first = self.said[self.groups[key][0]]
        return recognise(
            province=self.province,
            number=first[NUMBER],
            issued_on=key.day,
            authority=first[WHO],
            title=self.title_of(key),
            level=self.level,
            achieved_year=year,
            units=units,
            by=by,
        )
