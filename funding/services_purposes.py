"""The catalogue of what money is spent on."""

from collections.abc import Sequence
from typing import Any

from communes.services.rights import Actor
from funding.models import Allocation, Purpose
from funding.services import check_keeper, lock_tree
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.errors import Refused


@audit.verb
def add_purpose(*, code: str, name: str, breakdown: str, by: Actor, **facts: Any) -> Purpose:
    """A new purpose. `facts`: order, first_year, last_year, trust, source."""
    check_keeper(by)
    if Purpose.objects.filter(code=code).exists():
        raise Refused(f"Mã nội dung chi “{code}” đã có.", "code")
    values = {"code": code, "name": name, "breakdown": breakdown} | facts
    return rows.add(Purpose(), values, action="purpose.added", by=by)


@audit.verb
def change_purpose(
    row: Purpose,
    *,
    expected_version: int,
    name: str,
    order: int = 0,
    first_year: int | None = None,
    last_year: int | None = None,
    by: Actor,
) -> Purpose:
    """Rename it, or say for which years it is. Refused where a year outside of them has money for it."""
    check_keeper(by)
    lock_tree()
    values = {"name": name, "order": order, "first_year": first_year, "last_year": last_year}
    current = rows.change(row, values, version=expected_version, action="purpose.changed", by=by)
    _check_years()
    return current


@audit.verb
def save_purposes(added: Sequence[rows.Write], changed: Sequence[rows.Write], *, by: Actor) -> None:
    """The lines of a file, all or none."""
    check_keeper(by)
    lock_tree()
    breakdowns = dict(Purpose.objects.values_list("pk", "breakdown"))
    for write in changed:
        if breakdowns[write.row.pk] != write.row.breakdown:
            raise Refused(f"Cách chia của “{write.row.name}” không đổi được. Hãy thêm một nội dung khác.")
    rows.save_many(added, changed, add_action="purpose.added", change_action="purpose.changed", by=by)
    _check_years()


def _check_years() -> None:
    """What was entered stays within the years of its purpose; what is wrong undoes the transaction. Who enters money
    meanwhile waits for the tree of sources, and reads the purposes after it."""
    purposes = {row.pk: row for row in Purpose.objects.all()}
    used = Allocation.objects.exclude(purpose=None).order_by("year", "purpose_id")
    for year, pk in used.values_list("year", "purpose_id").distinct():
        row = purposes[pk or 0]
        if not row.covers(year):
            field = "first_year" if year < (row.first_year or 0) else "last_year"
            raise Refused(f"“{row}” còn số vốn năm {year}.", field)
