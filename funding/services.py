"""The verbs of money: what a source brought in a year, and the catalogue of sources."""

from collections import defaultdict
from collections.abc import Sequence

from communes.models import Document, Place
from communes.services.rights import Actor, check_document, check_may
from funding import ledger
from funding.choices import Qualifier
from funding.models import Amount, Source
from funding.selectors import parents_of_sources
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused
from ntm.core.numbers import MAX_MONEY
from ntm.core.provenance import Trust
from ntm.core.versions import lock, save_next

FIRST_YEAR = 2000


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
    check_may(by, "funding.change_amount", province.pk, "nhập nguồn vốn")
    check_document(document, province.pk)
    _check_stated(year, source, amount, qualifier)
    _serialise(province.pk)
    row = Amount(
        province=province, year=year, source_of_funds=source, amount=amount, qualifier=qualifier,
        document=document, note=note, trust=trust, source=origin,
    )  # fmt: skip
    _check_beside(row)
    rows.check(row)
    row.save()
    audit.record("amount.entered", row, by=by, province_id=province.pk)
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
    by: Actor,
) -> Amount:
    """Correct an amount, its year or its source. The province stays. Same refusals as `enter_amount`."""
    check_may(by, "funding.change_amount", row.province_id, "nhập nguồn vốn")
    check_document(document, row.province_id)
    _check_stated(year, source, amount, qualifier)
    _serialise(row.province_id)
    current = lock(row, expected=expected_version)
    before = audit.snapshot(current)
    if (amount, qualifier, source.pk, year) != (
        current.amount, current.qualifier, current.source_of_funds_id, current.year,
    ):  # fmt: skip
        # Another figure than the one that was published: it is the office's own from here on.
        current.trust, current.source = Trust.VERIFIED, ""
    current.year, current.source_of_funds, current.amount = year, source, amount
    current.qualifier, current.document, current.note = qualifier, document, note
    _check_beside(current)
    rows.check(current)
    save_next(current)
    audit.record("amount.changed", current, by=by, before=before, province_id=current.province_id)
    return current


def _check_stated(year: int, source: Source, amount: int, qualifier: str) -> None:
    last = today().year + 1
    if not FIRST_YEAR <= year <= last:
        raise Refused(f"Năm phải từ {FIRST_YEAR} đến {last}.", "year")
    if source.last_year is not None and year > source.last_year:
        raise Refused(f"Nguồn “{source}” chỉ dùng đến hết năm {source.last_year}.", "source_of_funds")
    if not 0 <= amount <= MAX_MONEY:
        raise Refused("Số tiền phải từ 0 đồng đến một triệu tỷ đồng.", "amount")
    if qualifier not in Qualifier.values:
        raise Refused("Cách ghi số tiền không có trong danh mục.", "qualifier")


def _check_beside(row: Amount) -> None:
    """The same source twice, or a branch beside its part: the sum would count money twice."""
    others = Amount.objects.filter(province_id=row.province_id, year=row.year).exclude(pk=row.pk)
    names = dict(others.values_list("source_of_funds_id", "source_of_funds__name"))
    mine, parents = row.source_of_funds_id, parents_of_sources()
    if mine in names:
        raise Refused(f"Năm {row.year} đã có số vốn của nguồn “{names[mine]}”.", "source_of_funds")
    above = next((pk for pk in ledger.ancestors(mine, parents) if pk in names), None)
    if above is not None:
        raise Refused(
            f"Năm {row.year} đã nhập số vốn chung của “{names[above]}”, nên không nhập thêm phần của nó: "
            "tiền sẽ bị cộng hai lần.",
            "source_of_funds",
        )
    below = next((pk for pk in ledger.branch(mine, parents) if pk in names), None)
    if below is not None:
        raise Refused(
            f"Năm {row.year} đã nhập số vốn của “{names[below]}” là một phần của nguồn này, nên không nhập "
            "thêm số chung: tiền sẽ bị cộng hai lần.",
            "source_of_funds",
        )


def _serialise(province_id: int) -> None:
    """One at a time writes amounts of a province, and no source moves meanwhile: no branch slips in beside its
    part."""
    Place.objects.select_for_update(no_key=True).get(pk=province_id)
    _lock_tree()


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
    _check_keeper(by)
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
    _check_keeper(by)
    _lock_tree()
    if parent is not None and parent.pk == row.pk:
        raise Refused("Một nguồn không thể thuộc chính nó.", "parent")
    values = {"name": name, "parent": parent, "order": order, "last_year": last_year}
    current = rows.change(row, values, version=expected_version, action="source.changed", by=by)
    _check_tree()
    return current


@audit.verb
def save_sources(added: Sequence[rows.Write], changed: Sequence[rows.Write], *, by: Actor) -> None:
    """The lines of a file, all or none; the tree that they leave is checked as a whole."""
    _check_keeper(by)
    _lock_tree()
    rows.save_many(added, changed, add_action="source.added", change_action="source.changed", by=by)
    _check_tree()


def _check_keeper(by: Actor) -> None:
    if not isinstance(by, audit.System) and not by.has_perm("funding.change_catalogue"):
        raise NotAllowed("Bạn không có quyền sửa danh mục nguồn vốn.")


def _lock_tree() -> None:
    """The whole tree: two moves at once could close a circle that neither of them sees."""
    list(Source.objects.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _check_tree() -> None:
    """The stored tree beside the stored money; what is wrong undoes the transaction."""
    sources = {source.pk: source for source in Source.objects.all()}
    parents = {pk: source.parent_id for pk, source in sources.items()}
    if circle := ledger.circular(parents):
        name = sources[min(circle)].name
        raise Refused(f"Nguồn “{name}” không thể thuộc chính nó hoặc thuộc một phần của nó.", "parent")
    used: dict[tuple[int, int], set[int]] = defaultdict(set)
    for province, year, source in Amount.objects.values_list("province_id", "year", "source_of_funds_id"):
        used[year, province].add(source)
        last = sources[source].last_year
        if last is not None and year > last:
            raise Refused(f"Nguồn “{sources[source]}” còn số vốn năm {year}.", "last_year")
    for (year, _), together in sorted(used.items()):
        if clash := ledger.clashes(parents, together):
            raise Refused(
                f"Năm {year} có số vốn của cả “{sources[min(clash)]}” và phần của nó, tiền sẽ bị cộng hai lần.",
                "parent",
            )
