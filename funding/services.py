"""The verbs of money: what a source brought in a year, and the catalogue of sources."""

from collections import defaultdict

from communes.models import Document, Place
from funding import ledger
from funding.choices import Qualifier
from funding.models import Amount, Source
from funding.selectors import parents_of_sources
from ntm.audit import log as audit
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused
from ntm.core.numbers import MAX_MONEY
from ntm.core.provenance import Trust
from ntm.core.versions import lock, save_next
from targets.rights import Actor, check_document, check_may

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
    """One at a time writes amounts of a province, so that no branch slips in beside its part."""
    Place.objects.select_for_update(no_key=True).get(pk=province_id)


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
    _check_catalogue(by)
    if Source.objects.filter(code=code).exists():
        raise Refused(f"Mã nguồn vốn “{code}” đã có.", "code")
    row = Source.objects.create(code=code, name=name, parent=parent, order=order, last_year=last_year)
    audit.record("source.added", row, by=by)
    return row


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
    _check_catalogue(by)
    # The whole tree is locked: two moves at once could close a circle that neither sees.
    list(Source.objects.select_for_update().order_by("pk"))
    current = lock(row, expected=expected_version)
    before = audit.snapshot(current)
    current.name, current.parent, current.order, current.last_year = name, parent, order, last_year
    _check_place_in_tree(current)
    _check_not_used_after(current)
    save_next(current)
    audit.record("source.changed", current, by=by, before=before)
    return current


def _check_catalogue(by: Actor) -> None:
    if not isinstance(by, audit.System) and not by.has_perm("funding.change_catalogue"):
        raise NotAllowed("Bạn không có quyền sửa danh mục nguồn vốn.")


def _check_place_in_tree(row: Source) -> None:
    parents = parents_of_sources()
    if row.parent_id is not None and row.parent_id in ledger.branch(row.pk, parents):
        raise Refused("Một nguồn không thể thuộc chính nó hoặc thuộc phần của nó.", "parent")
    parents[row.pk] = row.parent_id
    used: dict[tuple[int, int], set[int]] = defaultdict(set)
    for province, year, source in Amount.objects.values_list("province_id", "year", "source_of_funds_id"):
        used[province, year].add(source)
    for (_, year), sources in sorted(used.items(), key=lambda item: item[0][1]):
        if ledger.clashes(parents, sources):
            raise Refused(
                f"Không chuyển được: năm {year} có số vốn của cả nguồn chung và phần của nó, "
                "tiền sẽ bị cộng hai lần.",
                "parent",
            )


def _check_not_used_after(row: Source) -> None:
    if row.last_year is None:
        return
    later = Amount.objects.filter(source_of_funds=row, year__gt=row.last_year).order_by("-year").first()
    if later is not None:
        raise Refused(f"Nguồn này còn số vốn năm {later.year}.", "last_year")
