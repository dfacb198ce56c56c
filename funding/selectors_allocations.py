"""What pages and forms need to know about a year's allocations, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, IntegerField, QuerySet, Value, When

from funding import ledger
from funding.choices import Breakdown, Stage
from funding.ledger import Stated
from funding.models import Allocation, Amount, Purpose, Source
from ntm.core.numbers import money_short

#: The place of a stage in lists.
STAGES = {stage: at for at, stage in enumerate(Stage)}
#: What the parts of a breakdown are called together.
PARTS = {Breakdown.WORK: "các loại công trình", Breakdown.COMPONENT: "các nội dung thành phần"}


@dataclass(frozen=True)
class Sum:
    """What is stated of some sources together. `is_part`: of one of them nothing is, so that the whole is more."""

    stated: Stated
    is_part: bool = False


@dataclass(frozen=True)
class Allocations:
    """Of one province and year. Sources and purposes by their codes; "" is every source, or no purpose."""

    year: int
    rows: Sequence[Allocation]
    sources: Mapping[int, Source]
    purposes: Sequence[Purpose]

    @cached_property
    def parents(self) -> dict[int, int | None]:
        return {pk: source.parent_id for pk, source in self.sources.items()}

    @cached_property
    def _in_use(self) -> dict[int, int | None]:
        return {pk: source.parent_id for pk, source in self.sources.items() if source.covers(self.year)}

    @cached_property
    def codes(self) -> dict[str, int]:
        return {source.code: pk for pk, source in self.sources.items()}

    @cached_property
    def _branches(self) -> dict[int, set[int]]:
        return {pk: ledger.branch(pk, self.parents) for pk in self.sources}

    @cached_property
    def _by_sum(self) -> dict[tuple[str, str], dict[int, Stated]]:
        names = {purpose.pk: purpose.code for purpose in self.purposes}
        found: dict[tuple[str, str], dict[int, Stated]] = defaultdict(dict)
        for row in self.rows:
            purpose = names[row.purpose_id] if row.purpose_id else ""
            found[row.stage, purpose][row.source_of_funds_id] = Stated(row.amount, row.qualifier)
        return found

    def of(self, breakdown: str) -> list[Purpose]:
        """The purposes of a breakdown that are for this year."""
        return [row for row in self.purposes if row.breakdown == breakdown and row.covers(self.year)]

    def sum(self, source: str, stage: str, purpose: str = "") -> Sum | None:
        """None where nothing is stated."""
        each = self._by_sum.get((stage, purpose), {})
        tops = (
            [self.codes[source]] if source else [pk for pk, parent in self._in_use.items() if parent is None]
        )
        inside = set().union(*(self._branches[pk] for pk in tops))
        found = ledger.total(part for pk, part in each.items() if pk in inside)
        if found is None:
            return None
        return Sum(found, is_part=not all(ledger.is_whole(pk, each, self._in_use) for pk in tops))

    def own(self, stage: str, purpose: str) -> list[tuple[Source, Stated]]:
        """What is stated of each source itself, in the sources' order."""
        each = self._by_sum.get((stage, purpose), {})
        return [(source, each[pk]) for pk, source in self.sources.items() if pk in each]

    def added_up(self, source: str, stage: str, breakdown: str) -> Sum | None:
        """The sum of all purposes of a breakdown; None unless each of them is stated."""
        each = [self.sum(source, stage, purpose.code) for purpose in self.of(breakdown)]
        known = [one for one in each if one is not None]
        if not known or len(known) < len(each):
            return None
        return Sum(ledger.sum_of(one.stated for one in known), any(one.is_part for one in known))

    def is_illustrative(self, breakdown: str) -> bool:
        """Whether any row of it ("": of whole sources) is only an illustration."""
        mine = {purpose.pk for purpose in self.purposes if purpose.breakdown == breakdown}
        return any(
            row.is_illustrative and (row.purpose_id in mine or not (breakdown or row.purpose_id))
            for row in self.rows
        )

    def differences(self, amounts: Mapping[int, Stated]) -> Iterator[str]:
        """Where the parts of a breakdown do not add up to the whole, in words. Published figures may well differ, so
        that none of it is refused. `amounts`: what each source brought in the year."""
        for stage in Stage:
            wholes = amounts if stage == Stage.YEAR else self._by_sum.get((stage, ""), {})
            for breakdown in Breakdown:
                about = f"{stage.label.removesuffix(' năm')} năm {self.year}"
                for source, words in self._differences(wholes, self._parts(stage, breakdown)):
                    yield f"{about}, {self.sources[source]}: {PARTS[breakdown]} cộng lại {words}."

    def _parts(self, stage: Stage, breakdown: Breakdown) -> dict[int, list[Stated]]:
        """By source, what is stated for the purposes of the breakdown."""
        mine = {purpose.code for purpose in self.purposes if purpose.breakdown == breakdown}
        found: dict[int, list[Stated]] = defaultdict(list)
        for (of, purpose), each in self._by_sum.items():
            for pk, stated in each.items() if of == stage and purpose in mine else ():
                found[pk].append(stated)
        return found

    def _differences(
        self, wholes: Mapping[int, Stated], parts: Mapping[int, list[Stated]]
    ) -> Iterator[tuple[int, str]]:
        for pk, branch in self._branches.items():
            inside = [one for source in parts if source in branch for one in parts[source]]
            if pk in wholes and inside:
                added = ledger.sum_of(inside)
                beyond = ledger.difference(wholes[pk], added)
                how, left = ("vượt", "thừa") if beyond > 0 else ("chưa đủ", "còn")
                if beyond:
                    yield (
                        pk,
                        f"{ledger.words(added)}, {how} số chung {ledger.words(wholes[pk])} "
                        f"({left} {money_short(abs(beyond))})",
                    )
            if pk in parts and not wholes.keys() & (branch | set(ledger.ancestors(pk, self.parents))):
                yield pk, f"{ledger.words(ledger.sum_of(parts[pk]))}; chưa nhập số chung để đối chiếu"


def allocations_of(province_id: int, year: int, beside: Allocations | None = None) -> Allocations:
    """Three queries; one where those of another year are there already (`beside`) with the catalogues."""
    rows = list(Allocation.objects.filter(province_id=province_id, year=year).order_by("pk"))
    if beside is not None:
        return Allocations(year, rows, beside.sources, beside.purposes)
    sources = {source.pk: source for source in Source.objects.all()}
    return Allocations(year, rows, sources, list(Purpose.objects.all()))


def amounts_by_source(province_id: int, year: int) -> dict[int, Stated]:
    """What each source brought in the year, as it was stated."""
    rows = Amount.objects.filter(province_id=province_id, year=year).order_by("pk")
    found = rows.values_list("source_of_funds_id", "amount", "qualifier")
    return {pk: Stated(amount, qualifier) for pk, amount, qualifier in found}


def in_order(rows: QuerySet[Allocation]) -> QuerySet[Allocation]:
    """By source, then the whole before its purposes, then by stage."""
    whens = [When(stage=stage, then=Value(at)) for stage, at in STAGES.items()]
    whole = Case(When(purpose=None, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.annotate(
        stage_at=Case(*whens, default=Value(9), output_field=IntegerField()), is_part=whole
    ).order_by("source_of_funds__order", "is_part", "-purpose__breakdown", "purpose__order", "stage_at", "pk")


def years_with_allocations(province_id: int) -> list[int]:
    """The years that have a row; the latest first."""
    rows = Allocation.objects.filter(province_id=province_id).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())
