"""Writing what was previewed: at once where that is quick, else as a job that its person finds again."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from ntm.core.bulk import without_collecting
from ntm.core.errors import Refused, Stale
from ntm.core.numbers import integer
from ntm.jobs.models import Job
from ntm.jobs.registry import Outcome, Work, job
from ntm.jobs.services.asking import enqueue
from ntm.sheets import services
from ntm.sheets.imports.kinds import Target, kind_of
from ntm.sheets.imports.looking import brought_by, kind_for, plan_for, target_of_upload
from ntm.sheets.imports.planned import Plan
from ntm.sheets.models import Upload, UploadState
from ntm.sheets.selectors import CONFIRM

_MOVED = "Số liệu vừa được người khác sửa nên chưa ghi gì. Hãy xem lại bản xem trước rồi xác nhận lần nữa."
_GONE = "Tệp này không còn, hoặc không phải của bạn."


def is_long(upload: Upload) -> bool:
    """Whether nobody should wait for it in front of a page."""
    return len(upload.shown) > settings.LARGE_WRITE_CELLS


@without_collecting()
def confirm_now(
    upload: Upload,
    *,
    seen: str,
    only_right: bool,
    by: Any,
    told: Callable[[int, int], None] = services.unheard,
) -> Upload:
    """As `services.confirm`; the file is read before anything is locked."""
    brought = brought_by(upload)

    def look(row: Upload) -> tuple[Target, Plan]:
        kind = kind_for(by, row.kind)
        fresh = target_of_upload(by, kind, row) if kind else None
        if fresh is None:
            raise Refused("Bạn không còn quyền nhập các dòng này nên chưa ghi gì.")
        return fresh, plan_for(fresh, row, brought)

    return services.confirm(upload, seen=seen, look=look, only_right=only_right, by=by, told=told)


def confirm_later(upload: Upload, *, seen: str, only_right: bool, by: Any) -> Job:
    """Ask for the job; while one for this file waits or runs, that one."""
    parameters = {"upload": upload.pk, "kind": upload.kind, "seen": seen, "only_right": only_right}
    back = reverse("sheets:upload", args=[upload.pk])
    return enqueue(
        CONFIRM, by=by, parameters=parameters, label=str(upload), back_url=back, alone="upload",
        province_id=upload.province_id,
    )  # fmt: skip


def _needs(parameters: Mapping[str, Any]) -> str:
    kind = kind_of(parameters["kind"])
    # A kind that is gone is nobody's right.
    return kind.permission if kind is not None else ""


@job(CONFIRM, title="Ghi tệp nhập", permission=_needs, unit="ô")
def write_file(work: Work, /, *, upload: int, kind: str, seen: str, only_right: bool) -> Outcome:
    """All of it in the job's own transaction, by whoever asked, with their rights as they are now."""
    row = Upload.objects.visible_to(work.by).filter(pk=upload, kind=kind).first()
    if row is None:
        raise Refused(_GONE)

    if row.state != UploadState.STORED:
        try:
            row = confirm_now(row, seen=seen, only_right=only_right, by=work.by, told=work.reached)
        except Stale as stale:
            raise Refused(_MOVED) from stale
    rows, cells = integer(row.written["rows"]), integer(row.written["cells"])
    url = reverse("sheets:upload", args=[row.pk])
    return Outcome(f"Đã ghi {rows} dòng ({cells} ô) từ tệp “{row.file_name}”.", url=url)
