"""What a page needs to know about a year's money, in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from funding import ledger
from funding.ledger import Stated
from funding.models import Amount, Source
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of
from ntm.core.numbers import shares


@dataclass(frozen=True)
class Branch:
    """A source that stands under none."""

    code: str
    name: str


@dataclass(frozen=True)
class MoneyRow:
    """One branch with everything under it. `share` is in whole percent; the shares add up to 100."""

    code: str
    name: str
    amount: int
    qualifier: str
    share: int
    notes: tuple[str, ...]
    is_illustrative: bool


@dataclass(frozen=True)
class Money:
    """A year's money in đồng, by top-level source. `missing` names the branches, and the parts of known ones, of which
    nothing is known; `branches` are all of them, known or not, in their own order. `stated`: every source by its
    code with what is known under it; None where nothing is, also of a part of what was published as a whole. `partly`:
    the codes of those of which a part is not known, so that they are more than what is stated."""

    year: int
    total: int
    qualifier: str
    rows: tuple[MoneyRow, ...]
    missing: tuple[str, ...]
    branches: tuple[Branch, ...]
    stated: Mapping[str, Stated | None]
    partly: frozenset[str] = frozenset()

    def row(self, code: str) -> MoneyRow | None:
        return next((row for row in self.rows if row.code == code), None)

    @property
    def is_illustrative(self) -> bool:
        """Whether any amount of the year is only an illustration."""
        return any(row.is_illustrative for row in self.rows)

    @property
    def words(self) -> str:
        """The total as a sentence holds it: "trên 2.088 tỷ đồng"."""
        return ledger.words(Stated(self.total, self.qualifier))

    @property
    def leverage(self) -> str:
        """As `ledger.leverage_sentence`; empty while a branch is missing."""
        central = self.row("central")
        if self.missing or central is None:
            return ""
        return ledger.leverage_sentence(central.amount, self.total)


def money_of(province_id: int, year: int) -> Money | None:
    """The year's money; None when the year has no row. Two queries."""
    amounts = list(
        Amount.objects.filter(province_id=province_id, year=year).order_by("source_of_funds__order", "pk")
    )
    if not amounts:
        return None
    sources = {source.pk: source for source in Source.objects.all()}
    parents = {pk: source.parent_id for pk, source in sources.items()}
    by_top: dict[int, list[Amount]] = {}
    for row in amounts:
        by_top.setdefault(ledger.top(row.source_of_funds_id, parents), []).append(row)
    tops = [source for source in sources.values() if source.parent_id is None]
    each = [(row.source_of_funds_id, Stated(row.amount, row.qualifier)) for row in amounts]
    branches = {pk: ledger.branch(pk, parents) for pk in sources}
    stated = {
        pk: ledger.total(part for source, part in each if source in branch) for pk, branch in branches.items()
    }
    known = [(source, part) for source in tops if (part := stated[source.pk]) is not None]
    percents = shares([part.amount for _, part in known])
    whole = ledger.sum_of(part for _, part in known)
    missing, partly = _unknown(sources, {row.source_of_funds_id for row in amounts}, year)
    return Money(
        year=year,
        total=whole.amount,
        qualifier=whole.qualifier,
        rows=tuple(
            _row(source, part, share, by_top[source.pk])
            for (source, part), share in zip(known, percents, strict=True)
        ),
        missing=missing,
        branches=tuple(Branch(source.code, source.name) for source in tops),
        stated={source.code: stated[pk] for pk, source in sources.items()},
        partly=partly,
    )


def _unknown(
    sources: Mapping[int, Source], used: set[int], year: int
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The names of what nothing is known of, and the codes of what is known in part, beside the sources used."""
    in_use = {pk: source.parent_id for pk, source in sources.items() if source.covers(year)}
    missing: list[str] = []
    partly: set[str] = set()
    gaps = {gap for pk, above in in_use.items() if above is None for gap in ledger.gaps(pk, used, in_use)}
    for pk, source in sources.items():
        stated = not used.isdisjoint(ledger.branch(pk, in_use))
        if pk in gaps or (source.parent_id is None and not stated):
            missing.append(source.name)
        elif stated and not ledger.is_whole(pk, used, in_use):
            partly.add(source.code)
    return tuple(missing), frozenset(partly)


def _row(source: Source, part: Stated, share: int, amounts: list[Amount]) -> MoneyRow:
    return MoneyRow(
        code=source.code,
        name=source.name,
        amount=part.amount,
        qualifier=part.qualifier,
        share=share,
        notes=tuple(row.note for row in amounts if row.note),
        is_illustrative=any(row.is_illustrative for row in amounts),
    )


def branches_of_sources() -> tuple[Branch, ...]:
    """As `Money.branches`, for a year without a row."""
    tops = Source.objects.filter(parent=None)
    return tuple(Branch(*row) for row in tops.values_list("code", "name"))


def parents_of_sources() -> dict[int, int | None]:
    """The tree of sources: each one's parent."""
    return dict(Source.objects.values_list("pk", "parent_id"))


def sources_under(code: str) -> set[int]:
    """The source of this code with everything under it; empty for an unknown code."""
    tree = {pk: (parent, slug) for pk, parent, slug in Source.objects.values_list("pk", "parent_id", "code")}
    start = next((pk for pk, (_, slug) in tree.items() if slug == code), None)
    return set() if start is None else ledger.branch(start, {pk: parent for pk, (parent, _) in tree.items()})


def years_with_money(province_id: int) -> list[int]:
    """The years that have an amount; the latest first."""
    rows = Amount.objects.filter(province_id=province_id).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def with_last_entry(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows with `entered_by` and `entered_at`: the newest entry in the record about each."""
    entries = LogEntry.objects.filter(
        object_type=type_of(rows.model), object_id=Cast(OuterRef("pk"), CharField())
    ).order_by("-number")
    return rows.annotate(
        entered_by=Subquery(entries.values("actor_name")[:1]), entered_at=Subquery(entries.values("at")[:1])
    )
