"""What is written about files that people bring, until they are confirmed, given up or cleaned away; their columns."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ntm.audit import log as audit
from ntm.audit.context import origin
from ntm.audit.files import keeps_files_in_step, put_file
from ntm.core.errors import Refused, Stale
from ntm.core.uploads import Scan
from ntm.sheets.imports.kinds import Target
from ntm.sheets.imports.planned import Line, Plan
from ntm.sheets.models import LEFT, STAYS, ColumnMapping, Upload, UploadState
from ntm.sheets.selectors import jobs_of

_AT_IT = "Tệp này đang được ghi ở nền. Hãy đợi việc đó xong, hoặc dừng việc đó trước."
_OVER = "Tệp này đã được ghi, đã bỏ hoặc đã được dọn; hãy chọn lại tệp nếu cần nhập thêm."


def unheard(done: int, total: int) -> None:
    """For who waits for the answer itself."""


@keeps_files_in_step
@audit.verb
def receive(scan: Scan, *, kind: str, params: Mapping[str, str], by: Any, province_id: int | None) -> Upload:
    """Keep the file. Nothing of what it holds is stored."""
    row = Upload(kind=kind, params=dict(params), by=by, province_id=province_id)
    put_file(row, scan)
    row.save()
    audit.record("upload.received", row, by=by, province_id=province_id)
    return row


@audit.verb
def choose(
    upload: Upload,
    *,
    by: Any,
    choices: Mapping[str, Any] | None = None,
    excluded: Sequence[int] | None = None,
    shown: Mapping[str, Any] | None = None,
) -> Upload:
    """Keep what was chosen in the file: None leaves it. Raises `Refused` once the file is done with."""
    row = _waiting(upload, by)
    before = audit.snapshot(row)
    if choices is not None:
        row.choices = row.choices | dict(choices)
    if excluded is not None:
        row.excluded = sorted(set(excluded))
    if shown is not None:
        row.shown = dict(shown)
    row.save()
    # What was shown is no choice of anybody's.
    if audit.snapshot(row) != before:
        audit.record("upload.changed", row, by=by, before=before)
    return row


@audit.verb
def drop(upload: Upload, *, by: Any) -> None:
    """Give the file up; it stays in the record that it came."""
    row = _waiting(upload, by)
    before = audit.snapshot(row)
    row.state = UploadState.DROPPED
    row.save()
    audit.record("upload.dropped", row, by=by, before=before)


@audit.verb
def confirm(
    upload: Upload,
    *,
    seen: str,
    look: Callable[[Upload], tuple[Target, Plan]],
    only_right: bool,
    by: Any,
    told: Callable[[int, int], None] = unheard,
) -> Upload:
    """Write what was previewed, as one batch: all rows, or with `only_right` those without a fault. `told` hears how
    many cells of how many are written.

    `look` reads everything anew: rights, locks, deadlines, versions. Raises `Stale` with the plan as it is now where it
    is no longer the one marked `seen`, `Refused` where it cannot be written. Confirmed once more: the first time's row.
    """
    row = _locked(upload, by)
    if row.state == UploadState.STORED:
        return row
    if row.state != UploadState.WAITING:
        raise Refused(_OVER)
    target, plan = look(row)
    if plan.seen != seen:
        raise Stale(plan)
    if not (plan.may_write_all or (only_right and plan.may_write_right)):
        raise Refused("Tệp còn lỗi hoặc còn điều chưa trả lời nên chưa ghi gì.")
    before = audit.snapshot(row)
    told(0, plan.cells)
    rows = [(line.row, line.changes) for line in plan.taken if line.row is not None]
    stays = {} if target.may_go_back(rows) else {STAYS: 1}
    target.store(rows, by, lambda done: told(done, plan.cells))
    row.state, row.batch, row.written = UploadState.STORED, origin().batch, _counts(plan.taken, plan) | stays
    # It was kept for the preview, and is as long as the file.
    row.shown = {}
    row.save()
    audit.record("upload.stored", row, by=by, before=before, province_id=target.province_id)
    return row


@audit.verb
def note_undone(batch: UUID, left: int, by: Any) -> None:
    """Keep with the file that what it wrote was taken back, but for `left` rows; by whoever takes back the batch."""
    for row in Upload.objects.select_for_update().filter(batch=batch, state=UploadState.STORED):
        before = audit.snapshot(row)
        row.written = row.written | {LEFT: left}
        row.save()
        audit.record("upload.undone", row, by=by, before=before, province_id=row.province_id)


def _counts(taken: Sequence[Line], plan: Plan) -> dict[str, int]:
    added = sum(change.is_new for line in taken for change in line.changes)
    return {
        "rows": len(taken),
        "cells": plan.cells,
        "added": added,
        "changed": plan.cells - added,
        "wrong": len(plan.wrong),
        "excluded": sum(line.excluded for line in plan.lines),
    }


@audit.verb
def keep_mapping(*, kind: str, name: str, header: str, columns: Mapping[str, str], by: Any) -> ColumnMapping:
    """Keep which column is which under a name, for files with the same header; the person's own earlier one is
    replaced."""
    held = ColumnMapping.objects.select_for_update().filter(by=by, kind=kind, header=header).first()
    before = audit.snapshot(held) if held else None
    row = held or ColumnMapping(by=by, kind=kind, header=header)
    row.name, row.columns = name, dict(columns)
    row.save()
    audit.record("mapping.kept", row, by=by, before=before)
    return row


@audit.verb
def clean_uploads() -> int:
    """Remove the files that were brought more than `UPLOAD_DAYS` ago; how many. Their rows stay, one that still waited
    can no longer be confirmed. Safe to repeat."""
    before = timezone.now() - timedelta(days=settings.UPLOAD_DAYS)
    old = Upload.objects.select_for_update().filter(at__lt=before).exclude(file="").order_by("pk")
    rows = list(old)
    for row in rows:
        stood, storage, name = audit.snapshot(row), row.file.storage, str(row.file.name)
        row.file, row.shown = "", {}
        if row.state == UploadState.WAITING:
            row.state = UploadState.CLEANED
        row.save()
        audit.record("upload.cleaned", row, by=audit.SYSTEM, before=stood)
        # Only once no row leads to it.
        transaction.on_commit(partial(storage.delete, name))
    return len(rows)


def _locked(upload: Upload, by: Any) -> Upload:
    found: Upload = Upload.objects.select_for_update().filter(by=by).get(pk=upload.pk)
    return found


def _waiting(upload: Upload, by: Any) -> Upload:
    """Asked before the lock, too: a job that writes the file holds its row until it has ended."""
    if jobs_of([upload], by):
        raise Refused(_AT_IT)
    row = _locked(upload, by)
    if row.state != UploadState.WAITING:
        raise Refused(_OVER)
    if jobs_of([row], by):
        raise Refused(_AT_IT)
    return row
