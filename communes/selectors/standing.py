"""Where places stand: their version on a day, what they hold, whether the programme covers them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from communes.choices import AttributeKind
from communes.models import (
    Attribute,
    Confirmation,
    Decision,
    Document,
    Level,
    Recognition,
    Succession,
    Unit,
)
from communes.rules import Held, LevelFacts, covered_by_default


def level_facts() -> dict[int, LevelFacts]:
    """Every level of every period by its pk. One query."""
    rows = Level.objects.order_by("period_id", "tier", "rank").values_list(
        "pk", "period_id", "code", "name", "tier", "rank", "period__first_year", "period__last_year",
        "period__counts__first_year",
    )  # fmt: skip
    # A level comes once for each earlier period that counts; None where none does.
    counts: dict[int, set[int]] = defaultdict(set)
    for _, period, *_, first_year, _, counted in rows:
        counts[period] |= {first_year, counted or first_year}
    facts: dict[int, LevelFacts] = {}
    below: dict[tuple[int, str], LevelFacts] = {}
    for pk, period, code, name, tier, rank, first_year, last_year, _ in rows:
        if pk not in facts:
            facts[pk] = below[period, tier] = LevelFacts(
                code=code,
                name=name,
                tier=tier,
                rank=rank,
                first_year=first_year,
                last_year=last_year,
                counts=frozenset(counts[period]),
                below=below.get((period, tier)),
            )
    return facts


def held_by(place_ids: Iterable[int], facts: dict[int, LevelFacts]) -> dict[int, list[Held]]:
    """The recognitions in force of these places. One query."""
    rows = Recognition.objects.in_force().filter(place_id__in=place_ids).select_related("decision__document")
    found: dict[int, list[Held]] = defaultdict(list)
    for row in rows:
        found[row.place_id].append(as_held(row, facts))
    return found


def as_held(row: Recognition, facts: dict[int, LevelFacts]) -> Held:
    """A recognition as the rules see it; reads its decision's document."""
    document = row.decision.document
    paper = f"Quyết định số {document.number}" if document.number else ""
    return Held(row.pk, facts[row.level_id], row.achieved_year, row.by_year, paper, document.issued_on)


def versions_on(place_ids: Iterable[int], day: date) -> dict[int, Unit]:
    """The version of each place that is valid on the day, where there is one. One query."""
    return {unit.place_id: unit for unit in Unit.objects.on(day).filter(place_id__in=place_ids)}


@dataclass(frozen=True)
class Naming:
    """A decision that takes a place for a unit of a day. Without a known day, the end of the achieved year."""

    document: Document
    day: date

    def __str__(self) -> str:
        undated = f" (không rõ ngày, năm đạt {self.day.year})" if self.document.issued_on is None else ""
        return f"Quyết định {self.document.reference}{undated}"


def named_since(place_ids: Iterable[int], first: date) -> dict[int, Naming]:
    """The latest decision of the day or after that recognises, confirms or revokes a level of each place; a
    corrected row names nobody. Three queries."""
    places, on_paper = list(place_ids), Q(decision__document__issued_on__gte=first)
    rows = Recognition.objects.counted().filter(place_id__in=places).order_by()
    undated = Q(decision__document__issued_on=None, achieved_year__gte=first.year)
    made = rows.filter(on_paper | undated).select_related("decision__document")
    ended = rows.filter(ended_by__document__issued_on__gte=first).select_related("ended_by__document")
    confirmed = Confirmation.objects.filter(on_paper, recognition__in=rows.values("pk"))
    namings = [(row.place_id, _naming(row.decision, row.achieved_year)) for row in made]
    namings += [(row.place_id, _naming(row.ended_by, row.achieved_year)) for row in ended if row.ended_by]
    for confirmation in confirmed.select_related("decision__document", "recognition"):
        row = confirmation.recognition
        namings.append((row.place_id, _naming(confirmation.decision, row.achieved_year)))
    return dict(sorted(namings, key=lambda naming: naming[1].day))


def _naming(decision: Decision, year: int) -> Naming:
    return Naming(decision.document, decision.document.issued_on or date(year, 12, 31))


def histories(place_ids: Iterable[int]) -> dict[int, list[Unit]]:
    """Every version of these places, the first one first; an unknown first day is the oldest. One query."""
    found: dict[int, list[Unit]] = defaultdict(list)
    oldest_first = F("valid_from").asc(nulls_first=True)
    for unit in Unit.objects.filter(place_id__in=place_ids).order_by(oldest_first, "pk"):
        found[unit.place_id].append(unit)
    return found


def outside_programme(units: Iterable[Unit], day: date) -> set[int]:
    """The places among these that the programme does not cover on the day. One query.

    A dated attribute outranks the default (as for the wards of 2026).
    """
    return outside_on_days({day: units})[day]


def outside_on_days(units: Mapping[date, Iterable[Unit]]) -> dict[date, set[int]]:
    """As `outside_programme` of each day's units. One query, however many days."""
    default = {
        day: {unit.place_id: covered_by_default(unit.tier, unit.kind) for unit in some}
        for day, some in units.items()
    }
    places = set[int]().union(*default.values())
    marks = Attribute.objects.filter(kind=AttributeKind.IN_PROGRAMME, unit__place_id__in=places).order_by()
    said: dict[int, list[tuple[date, date, bool]]] = defaultdict(list)
    for place, first, end, value in marks.values_list("unit__place_id", "valid_from", "valid_to", "value"):
        said[place].append((first or date.min, end or date.max, value == "1"))

    def is_inside(place: int, day: date) -> bool:
        marked = (inside for first, end, inside in said.get(place, ()) if first <= day < end)
        return next(marked, default[day][place])

    return {day: {place for place in some if not is_inside(place, day)} for day, some in default.items()}


def merged_among(place_ids: Iterable[int]) -> set[int]:
    """The places that began by merging others: their level waits for a decision. One that only received land
    did not. One query."""
    rows = Succession.objects.filter(successor__place_id__in=place_ids, keeps_identity=False)
    rows = rows.exclude(successor__successions_in__keeps_identity=True)
    return set(rows.values_list("successor__place_id", flat=True))


def district_names(units: Iterable[Unit], day: date) -> dict[int, str]:
    """The names of the units above these on the day, by place. One query."""
    parents = {unit.parent_id for unit in units if unit.parent_id is not None}
    return {place: unit.full_name for place, unit in versions_on(parents, day).items()}
