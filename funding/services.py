"""The verbs of money: what a source brought in a year, and the catalogue of sources. What they share with the verbs
of allocations stands between the two."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from communes.models import Document, Place
from communes.services.rights import Actor, check_document, check_may
from funding import ledger
from funding.choices import Qualifier, Stage
from funding.models import Allocation, Amount, Source
from funding.selectors import parents_of_sources
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.bulk import Progress, Told
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.numbers import MAX_MONEY, MONEY_OUT_OF_RANGE
from ntm.core.provenance import Trust
from ntm.core.versions import lock, save_next

FIRST_YEAR = 2000
RIGHT = "funding.change_amount"
_WHAT = "nhập nguồn vốn"


# --- Amounts ------------------------------------------------------------------------------------------------


@audit.verb
def enter_amount(
    *,
    province: Place,
    year: int,
    source: Source,
    amount: int,
    qualifier: str = Qualifier.EXACT,
    document: Document | None = None,
    note: str = "",
    trust: str = Trust.VERIFIED,
    origin: str = "",
    by: Actor,
) -> Amount:
    """What one source brought in a year, in đồng. `origin` says in words where the figure was published.

    Refused: a second amount for the same source and year, and an amount for a branch beside one for its part.
    """
    check_may(by, RIGHT, province.pk, _WHAT)
    check_document(document, province.pk)
    check_stated(year, source, amount, qualifier)
    serialise(province.pk)
    row = Amount(
        province=province, year=year, source_of_funds=source, amount=amount, qualifier=qualifier,
        document=document, note=note, trust=trust, source=origin,
    )  # fmt: skip
    _check_beside(row)
    add_row(row, "amount.entered", by)
    return row


@audit.verb
def change_amount(
    row: Amount,
    *,
    expected_version: int,
    year: int,
    source: Source,
    amount: int,
    qualifier: str,
    document: Document | None = None,
    note: str = "",
    trust: str = "",
    origin: str = "",
    by: Actor,
) -> Amount:
    """Correct an amount, its year or its source. The province stays. Same refusals as `enter_amount`. `trust` and
    `origin`, from who knows them (the record): else another figure is the office's own."""
    check_may(by, RIGHT, row.province_id, _WHAT)
    check_document(document, row.province_id)
    check_stated(year, source, amount, qualifier)
    serialise(row.province_id)
    current = _locked(row, expected_version)
    before = audit.snapshot(current)
    say_whose(current, _figure(current), (amount, qualifier, source.pk, year), trust, origin)
    current.year, current.source_of_funds, current.amount = year, source, amount
    current.qualifier, current.document, current.note = qualifier, document, note
    _check_beside(current)
    change_row(current, before, "amount.changed", by)
    return current


@dataclass(frozen=True)
class Line:
    """What one source shall say of a year. `version`: of the amount that says it now, as it was read; 0: none does."""

    source: Source
    amount: int
    qualifier: str = Qualifier.EXACT
    document: Document | None = None
    note: str = ""
    version: int = 0


@audit.verb
def save_amounts(
    lines: Sequence[Line], *, province: Place, year: int, by: Actor, told: Told | None = None
) -> None:
    """Many amounts of one year, all or none, by the rules of `enter_amount` and `change_amount`. What the lines leave
    is held against the sources' tree as a whole, so that their order does not matter. Raises `Stale` where somebody
    was faster. `told` hears how many lines are written."""
    check_may(by, RIGHT, province.pk, _WHAT)
    serialise(province.pk)
    progress = Progress(told)
    rows_of_year = Amount.objects.filter(province=province, year=year).select_related("source_of_funds")
    standing = {row.source_of_funds_id: row for row in rows_of_year}
    names = {pk: row.source_of_funds.name for pk, row in standing.items()}
    names |= {line.source.pk: line.source.name for line in lines}
    parents = parents_of_sources()
    for line in lines:
        current = standing.get(line.source.pk)
        if line.version != (current.version if current else 0):
            raise Stale(current)
        check_document(line.document, province.pk)
        check_stated(year, line.source, line.amount, line.qualifier)
        if why := ledger.why_not_beside(line.source.pk, year, names, parents):
            raise Refused(f"{line.source}: {why}", "source_of_funds")
        _put(line, current or Amount(province=province, year=year, source_of_funds=line.source), by)
        progress.more(1)


def _put(line: Line, row: Amount, by: Actor) -> None:
    before = None if row.pk is None else audit.snapshot(row)
    if before is not None:
        saying = (line.amount, line.qualifier, line.source.pk, row.year)
        say_whose(row, _figure(row), saying, "", "")
    row.amount, row.qualifier, row.document, row.note = line.amount, line.qualifier, line.document, line.note
    if before is None:
        add_row(row, "amount.entered", by)
    else:
        change_row(row, before, "amount.changed", by)


@audit.verb
def withdraw_amount(row: Amount, *, expected_version: int, by: Actor) -> None:
    """Take away an amount that should not have been entered. The record keeps all of it, and gives it back."""
    check_may(by, RIGHT, row.province_id, _WHAT)
    serialise(row.province_id)
    current = _locked(row, expected_version)
    audit.record("amount.withdrawn", current, by=by, province_id=current.province_id, gone=True)
    current.delete()


@audit.verb
def bring_back_amount(row: Amount, *, by: Actor) -> Amount:
    """Store an amount that was withdrawn, an unsaved row with its old key. Same refusals as `enter_amount`."""
    check_may(by, RIGHT, row.province_id, _WHAT)
    check_document(row.document, row.province_id)
    check_stated(row.year, row.source_of_funds, row.amount, row.qualifier)
    serialise(row.province_id)
    _check_beside(row)
    # Never the version of a form that was opened before it was withdrawn.
    row.version += 1
    add_row(row, "amount.entered", by)
    return row


def _figure(row: Amount) -> tuple[int, str, int, int]:
    return row.amount, row.qualifier, row.source_of_funds_id, row.year


def _locked(row: Amount, expected: int) -> Amount:
    try:
        return lock(row, expected=expected)
    except Amount.DoesNotExist:
        raise Refused("Số vốn này vừa được bỏ. Hãy mở lại trang nguồn vốn của năm.") from None


def _check_beside(row: Amount) -> None:
    """The same source twice, or a branch beside its part: the sum would count money twice."""
    others = Amount.objects.filter(province_id=row.province_id, year=row.year).exclude(pk=row.pk)
    names = dict(others.values_list("source_of_funds_id", "source_of_funds__name"))
    mine = row.source_of_funds_id
    if mine in names:
        raise Refused(f"Năm {row.year} đã có số vốn của nguồn “{names[mine]}”.", "source_of_funds")
    if why := ledger.why_not_beside(mine, row.year, names, parents_of_sources()):
        raise Refused(why, "source_of_funds")


# --- What rows of money have in common ----------------------------------------------------------------------


def add_row(row: Amount | Allocation, action: str, by: Actor) -> None:
    rows.check(row)
    row.save(force_insert=True)
    audit.record(action, row, by=by, province_id=row.province_id)


def change_row(row: Amount | Allocation, before: audit.Snapshot, action: str, by: Actor) -> None:
    rows.check(row)
    save_next(row)
    audit.record(action, row, by=by, before=before, province_id=row.province_id)


def say_whose(
    row: Amount | Allocation, said: Sequence[Any], saying: Sequence[Any], trust: str, origin: str
) -> None:
    """Another figure (`saying`) than the one that was published (`said`) is the office's own from here on."""
    if trust:
        row.trust, row.source = trust, origin
    elif said != saying:
        row.trust, row.source = Trust.VERIFIED, ""


def check_stated(year: int, source: Source, amount: int, qualifier: str) -> None:
    last = today().year + 1
    if not FIRST_YEAR <= year <= last:
        raise Refused(f"Năm phải từ {FIRST_YEAR} đến {last}.", "year")
    if why := ended(source, year):
        raise Refused(why, "source_of_funds")
    if not 0 <= amount <= MAX_MONEY:
        raise Refused(MONEY_OUT_OF_RANGE, "amount")
    if qualifier not in Qualifier.values:
        raise Refused("Cách ghi số tiền không có trong danh mục.", "qualifier")


def ended(source: Source, year: int) -> str:
    """Why the source brings nothing in the year any more; empty where it may."""
    if source.last_year is None or year <= source.last_year:
        return ""
    return f"Nguồn “{source}” chỉ dùng đến hết năm {source.last_year}."


def serialise(province_id: int) -> None:
    """One at a time writes money of a province, and no source moves meanwhile: no branch slips in beside its
    part."""
    Place.objects.select_for_update(no_key=True).get(pk=province_id)
    lock_tree()


# --- The catalogue ------------------------------------------------------------------------------------------


@audit.verb
def add_source(
    *,
    code: str,
    name: str,
    parent: Source | None = None,
    order: int = 0,
    last_year: int | None = None,
    by: Actor,
) -> Source:
    """A new source. Its code is unique and never changes."""
    check_keeper(by)
    values = {"code": code, "name": name, "parent": parent, "order": order, "last_year": last_year}
    if Source.objects.filter(code=code).exists():
        raise Refused(f"Mã nguồn vốn “{code}” đã có.", "code")
    return rows.add(Source(), values, action="source.added", by=by)


@audit.verb
def change_source(
    row: Source,
    *,
    expected_version: int,
    name: str,
    parent: Source | None = None,
    order: int = 0,
    last_year: int | None = None,
    by: Actor,
) -> Source:
    """Rename, move or end a source. Refused where the move would make a circle or count money twice."""
    check_keeper(by)
    lock_tree()
    if parent is not None and parent.pk == row.pk:
        raise Refused("Một nguồn không thể thuộc chính nó.", "parent")
    values = {"name": name, "parent": parent, "order": order, "last_year": last_year}
    current = rows.change(row, values, version=expected_version, action="source.changed", by=by)
    _check_tree()
    return current


@audit.verb
def save_sources(added: Sequence[rows.Write], changed: Sequence[rows.Write], *, by: Actor) -> None:
    """The lines of a file, all or none; the tree that they leave is checked as a whole."""
    check_keeper(by)
    lock_tree()
    rows.save_many(added, changed, add_action="source.added", change_action="source.changed", by=by)
    _check_tree()


def check_keeper(by: Actor) -> None:
    if not isinstance(by, audit.System) and not by.has_perm("funding.change_catalogue"):
        raise NotAllowed("Bạn không có quyền sửa danh mục nguồn vốn.")


def lock_tree() -> None:
    """The whole tree: two moves at once could close a circle that neither of them sees."""
    list(Source.objects.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _check_tree() -> None:
    """The stored tree beside the stored money; what is wrong undoes the transaction."""
    sources = {source.pk: source for source in Source.objects.all()}
    parents = {pk: source.parent_id for pk, source in sources.items()}
    if circle := ledger.circular(parents):
        name = sources[min(circle)].name
        raise Refused(f"Nguồn “{name}” không thể thuộc chính nó hoặc thuộc một phần của nó.", "parent")
    used = _used_sources()
    for (year, *_), together in sorted(used.items()):
        for source in (sources[pk] for pk in sorted(together)):
            if source.last_year is not None and year > source.last_year:
                raise Refused(f"Nguồn “{source}” còn số vốn năm {year}.", "last_year")
        if clash := ledger.clashes(parents, together):
            raise Refused(
                f"Năm {year} có số vốn của cả “{sources[min(clash)]}” và phần của nó, tiền sẽ bị cộng hai lần.",
                "parent",
            )


def _used_sources() -> dict[tuple[int, ...], set[int]]:
    """The sources whose money is added up together, by year and by what else tells such sums apart."""
    used: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for province, year, source in Amount.objects.values_list("province_id", "year", "source_of_funds_id"):
        used[year, province, -1, -1].add(source)
    stages = {str(stage): at for at, stage in enumerate(Stage)}
    about = ("province_id", "year", "source_of_funds_id", "purpose_id", "stage")
    for province, year, source, purpose, stage in Allocation.objects.order_by().values_list(*about):
        used[year, province, purpose or 0, stages[stage]].add(source)
    return used
