"""All that the register knows about one unit, as of a day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, Q, Value, When
from django.urls import reverse

from communes.choices import CITIES, AttributeKind, Extent, Tier
from communes.models import Attribute, Document, Succession, Unit
from communes.reach import Reach, reach_of
from communes.selectors import records
from communes.selectors.history import Levels, Lineage, descents_of, levels_of, lineage_of
from communes.selectors.levels_on import LevelsOn, PageDay, Standing, flags_of, home_address, levels_on
from communes.selectors.recognised import recognised
from ntm.core.dates import today as office_today
from ntm.core.provenance import Trust

#: What stands for a unit that the user may not open.
ELSEWHERE = "Đơn vị ngoài phạm vi tài khoản của bạn"
# An unknown first day is the oldest, on both databases.
_OLDEST_FIRST = F("valid_from").asc(nulls_first=True)


@dataclass(frozen=True)
class Link:
    """A name with its address; without one it is only a name."""

    label: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Version:
    """One version of the place, with the resolution that made it."""

    name: str
    code: str
    valid_from: date | None
    last_day: date | None
    document: Document | None
    url: str
    is_shown: bool


@dataclass(frozen=True)
class Origin:
    """One succession as the page of one of its two units tells it."""

    other: Link
    extent: str
    keeps_identity: bool
    effective_on: date
    document: Document
    note: str
    trust: str


@dataclass(frozen=True)
class AttributeLine:
    """One dated attribute in words."""

    label: str
    value: str
    valid_from: date | None
    last_day: date | None
    holds: bool
    document: Document | None
    source: str
    trust: str


@dataclass(frozen=True)
class Child:
    """A unit below this one on the day."""

    link: Link
    code: str
    kind: str
    standing: Standing


@dataclass(frozen=True)
class Share:
    """How many units below stand at one level, with the list that shows them."""

    standing: Standing
    count: int
    url: str


@dataclass(frozen=True)
class Profile:
    """The page of a unit."""

    unit: Unit
    page: PageDay
    rules: records.Rules
    closed_within_year: bool
    others: list[Link]
    chain: list[Link]
    versions: list[Version]
    standing: Standing
    levels: Levels
    attributes: list[AttributeLine]
    origins: list[Origin]
    outcomes: list[Origin]
    children: list[Child]
    shares: list[Share]
    previous: Link | None
    following: Link | None
    #: Whether the user may open the province's documents; the nation's are everyone's.
    opens_documents: bool

    @property
    def made_by(self) -> Document | None:
        """The document of the version shown; None where the register has none."""
        return next((version.document for version in self.versions if version.is_shown), None)

    @property
    def is_commune(self) -> bool:
        return self.unit.tier == Tier.COMMUNE

    @property
    def kind(self) -> str:
        """What the unit is, in words: "xã", "thành phố"."""
        return str(self.unit.get_kind_display()).lower()

    @property
    def last_day(self) -> date | None:
        return last_day(self.unit.valid_to)

    @property
    def trust(self) -> str:
        return str(Trust(self.unit.trust).label)

    @property
    def merged_on(self) -> date | None:
        """The day on which the place began by a merger."""
        return next((row.effective_on for row in self.origins if not row.keeps_identity), None)


def last_day(valid_to: date | None) -> date | None:
    """The last day on which something holds; the register keeps the first on which it does not."""
    return valid_to - timedelta(days=1) if valid_to else None


def profile_of(user: Any, tier: str, code: str, page: PageDay, *, strict: bool) -> Profile | None:
    """The unit that bore the code on the day; unless `strict`, else the last one before in the same year.

    None where there is none, or none that the user may see.
    """
    versions = _versions(user, tier, code)
    bearing = [unit for unit in versions if unit.code == code]
    unit = next((unit for unit in bearing if unit.exists_on(page.day)), None)
    closed = unit is None
    if unit is None:
        unit = None if strict else _last_within(bearing, page)
        if unit is None:
            return None
        page = PageDay(page.year, last_day(unit.valid_to) or page.day, is_years_day=False)
    return _Reader(user, unit, page, versions).profile(closed)


def _versions(user: Any, tier: str, code: str) -> list[Unit]:
    """Every version of every place that ever bore the code at this tier; the user's past is read only if it must be."""
    bore = Unit.objects.filter(code=code, tier=tier).values("place_id")
    rows = Unit.objects.filter(place__in=bore).order_by(_OLDEST_FIRST, "pk")
    return list(filter(reach_of(user).may_read, rows))


def _last_within(bearing: Iterable[Unit], page: PageDay) -> Unit | None:
    """The version that ended last between 1 January and the day."""
    first = date(page.year, 1, 1)
    ended = [unit for unit in bearing if unit.valid_to and first < unit.valid_to <= page.day]
    return max(ended, key=lambda unit: unit.valid_to or first, default=None)


class _Reader:
    """Reads a profile in a fixed number of queries, however many rows it has."""

    def __init__(self, user: Any, unit: Unit, page: PageDay, versions: list[Unit]) -> None:
        self.user, self.unit, self.page, self.all_versions = user, unit, page, versions
        self.reach: Reach = reach_of(user)
        self.today = office_today()

    def profile(self, closed: bool) -> Profile:
        unit, page = self.unit, self.page
        lineage, rules = lineage_of(unit.place_id), records.rules_of(page.year)
        parents, below, previous, following = self._around()
        known = recognised(unit.province_id, page.year, {unit.place_id} | lineage.before | lineage.after)
        levels = levels_of(self.user, unit.place_id, lineage, known)
        attributes = self._attributes([unit, *below])
        standings = levels_on(
            unit.province_id, [unit, *below], page, rules, flags_of(attributes),
            recs=[row.rec for row in known if row.is_counted],
            # Of the units below nothing is read yet.
            descents=None if below else descents_of(lineage, unit),
        )  # fmt: skip
        return Profile(
            unit=unit,
            page=page,
            rules=rules,
            closed_within_year=closed,
            others=self._others(),
            chain=[self._link(parent, page.page_of(parent)) for parent in parents],
            versions=self._history(lineage),
            standing=standings.of(unit),
            levels=levels,
            attributes=[self._attribute(row) for row in attributes if self._tells_of_unit(row)],
            origins=self._origins(lineage),
            outcomes=self._outcomes(lineage),
            children=[self._child(child, standings) for child in below],
            shares=self._shares(below, standings),
            previous=previous,
            following=following,
            opens_documents=self._opens_documents(),
        )

    def _around(self) -> tuple[list[Unit], list[Unit], Link | None, Link | None]:
        """The units of the day above, nearest first, and those right below that the user may see; the units before
        and after this one in the list of its province and tier. One query."""
        unit = self.unit
        family = Q(place_id__in=[unit.parent_id, unit.province_id]) | Q(parent_id=unit.place_id)
        rows = Unit.objects.on(self.page.day).filter(family | Q(province_id=unit.province_id, tier=unit.tier))
        if self.reach.places:
            # Asked within the question: what the person's places were made of need not be asked for by itself then.
            readable = Case(When(self.reach.units(), then=Value(True)), default=Value(False))
            rows = rows.annotate(is_readable=readable)  # type: ignore[assignment]
        found = list(rows.order_by("sort_key", "code", "pk"))
        other = [row for row in found if row.place_id != unit.place_id]
        above = [row for row in other if row.place_id in (unit.parent_id, unit.province_id)]
        below = [row for row in other if row.parent_id == unit.place_id and self._reads(row)]
        return sorted(above, key=lambda row: row.tier == Tier.PROVINCE), below, *self._neighbours(found)

    def _opens_documents(self) -> bool:
        province = self.unit.province_id
        return province in self.reach.provinces or province in self.reach.past_provinces

    def _attributes(self, units: list[Unit]) -> list[Attribute]:
        """Of the unit's place, at any time; of the units below, those that say who is in the programme."""
        mine = Q(unit__place_id=self.unit.place_id)
        theirs = Q(unit__place_id__in=[unit.place_id for unit in units], kind=AttributeKind.IN_PROGRAMME)
        rows = Attribute.objects.filter(mine | theirs).select_related("unit", "document")
        return list(rows.order_by("kind", F("valid_from").desc(nulls_last=True), "-pk"))

    def _tells_of_unit(self, row: Attribute) -> bool:
        """Of the unit's place. A district's people read what was said of the versions that they see, or still held."""
        end = self.unit.valid_to
        of_time = end is None or row.valid_from is None or row.valid_from < end
        return row.unit.place_id == self.unit.place_id and (of_time or self.reach.may_read(row.unit))

    def _attribute(self, row: Attribute) -> AttributeLine:
        started = row.valid_from is None or row.valid_from <= self.page.day
        return AttributeLine(
            label=str(row.get_kind_display()),
            value=row.value_in_words,
            valid_from=row.valid_from,
            last_day=last_day(row.valid_to),
            holds=started and (row.valid_to is None or row.valid_to > self.page.day),
            document=row.document,
            source=row.source,
            trust=row.trust,
        )

    def _others(self) -> list[Link]:
        """Other units or versions that bore the code within the year, with an address that shows them."""
        first, last = date(self.page.year, 1, 1), min(date(self.page.year, 12, 31), self.today)
        found = []
        for other in self.all_versions:
            started = other.valid_from is None or other.valid_from <= last
            if other.code != self.unit.code or other.pk == self.unit.pk or not started:
                continue
            if other.valid_to is not None and other.valid_to <= first:
                continue
            end = last_day(other.valid_to)
            day = min(end, last) if end else last
            words = (
                f"đến hết ngày {end:%d/%m/%Y}"
                if end and end <= last
                else f"từ ngày {other.valid_from:%d/%m/%Y}"
            )
            found.append(Link(other.full_name, PageDay.of_day(day, self.today).page_of(other), words))
        return found

    def _history(self, lineage: Lineage) -> list[Version]:
        papers = {row.successor_id: row.reorganisation.document for row in lineage.own}
        return [
            Version(
                name=unit.full_name,
                code=unit.code,
                valid_from=unit.valid_from,
                last_day=last_day(unit.valid_to),
                document=papers.get(unit.pk),
                url=home_address(unit, self.today),
                is_shown=unit.pk == self.unit.pk,
            )
            for unit in self.all_versions
            if unit.place_id == self.unit.place_id
        ]

    def _origins(self, lineage: Lineage) -> list[Origin]:
        rows = [row for row in lineage.own if row.successor.place_id == self.unit.place_id]
        return [
            self._origin(row, row.predecessor)
            for row in rows
            if row.predecessor.place_id != self.unit.place_id
        ]

    def _outcomes(self, lineage: Lineage) -> list[Origin]:
        rows = [row for row in lineage.own if row.predecessor.place_id == self.unit.place_id]
        return [
            self._origin(row, row.successor) for row in rows if row.successor.place_id != self.unit.place_id
        ]

    def _origin(self, row: Succession, other: Unit) -> Origin:
        # Whoever holds the place reads what it was made of; of a whole province that is `may_read`'s to say.
        held = other is row.predecessor and self.unit.place_id in self.reach.places
        shown = held or self.reach.may_read(other)
        return Origin(
            other=Link(other.full_name, home_address(other, self.today)) if shown else Link(ELSEWHERE),
            extent=str(Extent(row.extent).label),
            keeps_identity=row.keeps_identity,
            effective_on=row.reorganisation.effective_on,
            document=row.reorganisation.document,
            note=row.note if shown else "",
            trust=row.trust,
        )

    def _link(self, unit: Unit, url: str) -> Link:
        return Link(unit.full_name, url if self._reads(unit) else "")

    def _reads(self, unit: Any) -> bool:
        """As `may_read`, where the question that found the unit has not said it already."""
        known: bool | None = getattr(unit, "is_readable", None)
        return self.reach.may_read(unit) if known is None else bool(known)

    def _child(self, unit: Unit, standings: LevelsOn) -> Child:
        kind = str(unit.get_kind_display())
        return Child(Link(unit.full_name, self.page.page_of(unit)), unit.code, kind, standings.of(unit))

    def _shares(self, below: list[Unit], standings: LevelsOn) -> list[Share]:
        """By level, the highest first; each count opens the list of units with the same condition. Where cities are
        worded otherwise, one count bears both wordings, the districts' first."""
        found: dict[str, Standing] = {}
        for unit in sorted(below, key=lambda unit: unit.kind in CITIES):
            standing = standings.of(unit)
            known = found.setdefault(standing.code, standing)
            if standing.text.lower() not in known.text.lower():
                found[standing.code] = replace(known, text=f"{known.text}, {standing.text.lower()}")
        counts = Counter(standings.of(unit).code for unit in below)
        in_order = sorted(found.values(), key=lambda standing: (standing.order, standing.code))
        return [Share(row, counts[row.code], self._list_url(below[0], row.code)) for row in in_order]

    def _list_url(self, child: Unit, code: str) -> str:
        place = {"huyen": self.unit.code} if self.unit.tier == Tier.DISTRICT else {"tinh": self.unit.code}
        query = (
            self.page.query
            | {"cap": "huyen" if child.tier == Tier.DISTRICT else "xa"}
            | place
            | {"muc": code}
        )
        return f"{reverse('communes:units')}?{urlencode(query)}"

    def _neighbours(self, of_the_day: list[Unit]) -> tuple[Link | None, Link | None]:
        """The units before and after this one that the user may see, of its province and tier."""
        unit = self.unit
        alike = [row for row in of_the_day if (row.province_id, row.tier) == (unit.province_id, unit.tier)]
        at = next((index for index, row in enumerate(alike) if row.pk == unit.pk), None)
        if at is None:
            return None, None
        before = next(filter(self._reads, reversed(alike[:at])), None)
        after = next(filter(self._reads, alike[at + 1 :]), None)
        links = [Link(row.full_name, self.page.page_of(row)) if row else None for row in (before, after)]
        return links[0], links[1]
