"""Undoing a batch of so many rows that nobody should wait for it in front of a page."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from ntm.audit import later
from ntm.audit.models import LogEntry
from ntm.audit.offers import RESTORES
from ntm.audit.reach import home_of, works_in
from ntm.audit.undoing import undo
from ntm.core.errors import Refused, Stale
from ntm.core.numbers import integer
from ntm.jobs.registry import Outcome, Work, job
from ntm.jobs.services.asking import enqueue

CODE = "undo-batch"
_MOVED = "Dữ liệu vừa thay đổi nên chưa hoàn tác gì. Hãy mở lại trang hoàn tác, xem lại rồi xác nhận lần nữa."


@job(CODE, title="Hoàn tác một lần ghi", permission=RESTORES)
def undo_batch(work: Work, /, *, batch: str, seen: str, reason: str) -> Outcome:
    """Exactly what was shown, with the rights of whoever asked as they are now; else nothing."""
    try:
        plan = undo(UUID(batch), seen=seen, reason=reason, by=work.by, told=work.reached)
    except Stale as stale:
        raise Refused(_MOVED) from stale
    first = plan.first
    url = reverse("audit:object", args=[first.object_type, first.object_id])
    return Outcome(f"Đã hoàn tác {integer(len(plan.lines))} dòng bằng một lần ghi mới.", url=url)


def _ask(batch: UUID, seen: str, reason: str, by: Any) -> str:
    parameters = {"batch": str(batch), "seen": seen, "reason": reason}
    back = reverse("audit:undo", args=[batch])
    about = province_of(batch, by)
    row = enqueue(CODE, by=by, parameters=parameters, back_url=back, alone="batch", province_id=about)
    return row.get_absolute_url()


def province_of(batch: UUID, by: Any) -> int | None:
    """Where the batch wrote, as far as the person undoes it; of several provinces the one that is open, else the
    first."""
    rows = LogEntry.objects.filter(batch=batch, province_id__in=works_in(by, RESTORES)).order_by()
    found: list[int] = sorted(rows.values_list("province_id", flat=True).distinct())  # type: ignore[arg-type]
    opened = home_of(by)
    return opened if opened in found else next(iter(found), None)


def tell() -> None:
    """Called when the applications are ready."""
    later.tell(_ask)
