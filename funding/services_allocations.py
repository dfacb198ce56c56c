"""The verbs of allocations: money as it was planned, as it stood after six months, and as it was divided."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from communes.models import Document, Place
from communes.services.rights import Actor, check_document, check_may
from funding import ledger
from funding.choices import Qualifier, Stage
from funding.models import WHOLE_YEAR, Allocation, Purpose, Source
from funding.selectors import parents_of_sources
from funding.services import RIGHT, add_row, change_row, check_stated, say_whose, serialise
from ntm.audit import log as audit
from ntm.core.bulk import Progress, Told
from ntm.core.errors import Refused, Stale
from ntm.core.provenance import Trust
from ntm.core.versions import lock

_WHAT = "nhập nguồn vốn"
#: What tells the sums of a year apart: the stage, and the purpose's key (0: the source as a whole).
Sum = tuple[str, int]


@dataclass(frozen=True)
class Portion:
    """What is said of one source at one stage, of the whole (`purpose` None) or for one purpose. `version`: of the row
    that says it now, where a file brings many; 0: none does."""

    source: Source
    stage: str
    amount: int
    purpose: Purpose | None = None
    qualifier: str = Qualifier.EXACT
    document: Document | None = None
    note: str = ""
    version: int = 0

    @property
    def sum(self) -> Sum:
        return self.stage, self.purpose.pk if self.purpose else 0

    def figure(self, year: int) -> tuple[Any, ...]:
        return self.amount, self.qualifier, self.source.pk, year, *self.sum


@audit.verb
def enter_allocation(
    portion: Portion,
    *,
    province: Place,
    year: int,
    trust: str = Trust.VERIFIED,
    origin: str = "",
    by: Actor,
) -> Allocation:
    """What was planned or spent of one source, in đồng. `origin` says in words where it was published.

    Refused: the same portion twice, a branch beside its part for one purpose and stage, a purpose that is not of the
    year, and the year's whole of a source, which is its `Amount`.
    """
    check_may(by, RIGHT, province.pk, _WHAT)
    serialise(province.pk)
    row = Allocation(province=province, trust=trust, source=origin)
    _fill(row, portion, year)
    _check(row, portion)
    add_row(row, "allocation.entered", by)
    return row


@audit.verb
def change_allocation(
    row: Allocation,
    portion: Portion,
    *,
    expected_version: int,
    year: int,
    trust: str = "",
    origin: str = "",
    by: Actor,
) -> Allocation:
    """Correct an allocation, all of it but its province. Same refusals as `enter_allocation`. `trust` and `origin`,
    from who knows them (the record): else another figure is the office's own."""
    check_may(by, RIGHT, row.province_id, _WHAT)
    serialise(row.province_id)
    current = _locked(row, expected_version)
    before = audit.snapshot(current)
    say_whose(current, _figure(current), portion.figure(year), trust, origin)
    _fill(current, portion, year)
    _check(current, portion)
    change_row(current, before, "allocation.changed", by)
    return current


@audit.verb
def save_allocations(
    portions: Sequence[Portion], *, province: Place, year: int, by: Actor, told: Told | None = None
) -> None:
    """Many portions of one year, all or none, by the same rules; what they leave is held against the sources' tree as
    a whole, so that their order does not matter. Raises `Stale` where somebody was faster. `told` hears how many are
    written."""
    check_may(by, RIGHT, province.pk, _WHAT)
    serialise(province.pk)
    progress = Progress(told)
    rows = Allocation.objects.filter(province=province, year=year).select_related("source_of_funds")
    standing = {(_sum_of(row), row.source_of_funds_id): row for row in rows}
    names = names_by_sum(standing.values())
    for portion in portions:
        names[portion.sum][portion.source.pk] = portion.source.name
    parents, purposes = parents_of_sources(), _purposes()
    for portion in portions:
        current = standing.get((portion.sum, portion.source.pk))
        if portion.version != (current.version if current else 0):
            raise Stale(current)
        _check_portion(portion, province.pk, year, purposes)
        if why := why_not_beside(portion, year, names[portion.sum], parents):
            raise Refused(f"{portion.source}: {why}", "source_of_funds")
        _put(portion, current or Allocation(province=province), year, by)
        progress.more(1)


def _put(portion: Portion, row: Allocation, year: int, by: Actor) -> None:
    if row.pk is None:
        _fill(row, portion, year)
        add_row(row, "allocation.entered", by)
        return
    before = audit.snapshot(row)
    say_whose(row, _figure(row), portion.figure(year), "", "")
    _fill(row, portion, year)
    change_row(row, before, "allocation.changed", by)


@audit.verb
def withdraw_allocation(row: Allocation, *, expected_version: int, by: Actor) -> None:
    """Take away what should not have been entered. The record keeps all of it, and gives it back."""
    check_may(by, RIGHT, row.province_id, _WHAT)
    serialise(row.province_id)
    current = _locked(row, expected_version)
    audit.record("allocation.withdrawn", current, by=by, province_id=current.province_id, gone=True)
    current.delete()


@audit.verb
def bring_back_allocation(row: Allocation, *, by: Actor) -> Allocation:
    """Store one that was withdrawn, an unsaved row with its old key. Same refusals as `enter_allocation`."""
    check_may(by, RIGHT, row.province_id, _WHAT)
    serialise(row.province_id)
    _check(row, portion_of(row))
    # Never the version of a form that was opened before it was withdrawn.
    row.version += 1
    add_row(row, "allocation.entered", by)
    return row


# --- what a row says ----------------------------------------------------------------------------------------
def portion_of(row: Allocation) -> Portion:
    """What a row says now."""
    return Portion(
        row.source_of_funds, row.stage, row.amount, row.purpose, row.qualifier, row.document, row.note,
        row.version or 0,
    )  # fmt: skip


def _sum_of(row: Allocation) -> Sum:
    return row.stage, row.purpose_id or 0


def _figure(row: Allocation) -> tuple[Any, ...]:
    return row.amount, row.qualifier, row.source_of_funds_id, row.year, *_sum_of(row)


def _fill(row: Allocation, portion: Portion, year: int) -> None:
    row.year, row.stage = year, portion.stage
    row.source_of_funds, row.purpose = portion.source, portion.purpose
    row.amount, row.qualifier = portion.amount, portion.qualifier
    row.document, row.note = portion.document, portion.note


def _locked(row: Allocation, expected: int) -> Allocation:
    try:
        return lock(row, expected=expected)
    except Allocation.DoesNotExist:
        raise Refused("Khoản phân bổ này vừa được bỏ. Hãy mở lại trang phân bổ vốn của năm.") from None


# --- refusals -----------------------------------------------------------------------------------------------
def _check(row: Allocation, portion: Portion) -> None:
    """Everything that is refused of one row beside those that stand."""
    _check_portion(portion, row.province_id, row.year, _purposes())
    others = Allocation.objects.filter(
        province_id=row.province_id, year=row.year, stage=row.stage, purpose=row.purpose
    ).exclude(pk=row.pk)
    names = dict(others.values_list("source_of_funds_id", "source_of_funds__name"))
    if portion.source.pk in names:
        about = words_of(portion.stage, portion.purpose, row.year)
        raise Refused(f"{about}: đã có số của nguồn “{portion.source}”.", "source_of_funds")
    if why := why_not_beside(portion, row.year, names, parents_of_sources()):
        raise Refused(why, "source_of_funds")


def _purposes() -> dict[int, Purpose]:
    """As they are once the tree of sources is held: their years may have changed since the page was opened."""
    return {row.pk: row for row in Purpose.objects.all()}


def _check_portion(portion: Portion, province_id: int, year: int, purposes: Mapping[int, Purpose]) -> None:
    check_document(portion.document, province_id)
    check_stated(year, portion.source, portion.amount, portion.qualifier)
    if portion.stage not in Stage.values:
        raise Refused("Loại số liệu này không có trong danh mục.", "stage")
    if portion.purpose is None and portion.stage == Stage.YEAR:
        raise Refused(WHOLE_YEAR, "purpose")
    if portion.purpose and (why := not_of_year(purposes[portion.purpose.pk], year)):
        raise Refused(why, "purpose")


def not_of_year(purpose: Purpose | None, year: int) -> str:
    """Why nothing is divided by this purpose in the year; empty where it is."""
    if purpose is None or purpose.covers(year):
        return ""
    first = f"từ năm {purpose.first_year} " if purpose.first_year else ""
    last = f"đến hết năm {purpose.last_year} " if purpose.last_year else ""
    return f"“{purpose}” chỉ dùng {first}{last}".rstrip() + "."


def words_of(stage: str, purpose: Purpose | None, year: int) -> str:
    """What a sum is about: "Kế hoạch năm 2023, Giao thông"."""
    label = f"{Stage(stage).label.removesuffix(' năm')} năm {year}"
    return f"{label}, {purpose}" if purpose else label


def why_not_beside(
    portion: Portion, year: int, names: Mapping[int, str], parents: Mapping[int, int | None]
) -> str:
    """As `ledger.why_not_beside` for the sources (`names`) of one stage and purpose; which ones is said."""
    why = ledger.why_not_beside(portion.source.pk, year, names, parents)
    return f"{words_of(portion.stage, portion.purpose, year)}: {why[0].lower()}{why[1:]}" if why else ""


def names_by_sum(rows: Iterable[Allocation]) -> dict[Sum, dict[int, str]]:
    """The sources of each sum, with their names."""
    found: dict[Sum, dict[int, str]] = defaultdict(dict)
    for row in rows:
        found[_sum_of(row)][row.source_of_funds_id] = row.source_of_funds.name
    return found
