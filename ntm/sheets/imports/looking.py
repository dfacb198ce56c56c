"""A kept file laid over what is stored now: for the preview, and for the write that follows it."""

from typing import Any

from ntm.core.access import may
from ntm.core.errors import Missing, NotAllowed, Refused
from ntm.core.headed import head_by
from ntm.sheets.imports.brought import Brought, read_brought
from ntm.sheets.imports.kinds import Kind, Target, kind_of
from ntm.sheets.imports.plan import plan_of
from ntm.sheets.imports.planned import Plan
from ntm.sheets.models import Upload

_GONE = "Tệp này không còn trên máy chủ. Hãy chọn lại tệp."


class _Kept:
    """A file on the disk with what the reader asks of an uploaded one."""

    def __init__(self, upload: Upload) -> None:
        self.name, self.size = upload.file.name, upload.file.size
        self.seek, self.read = upload.file.seek, upload.file.read


def kind_for(user: Any, code: str) -> Kind | None:
    """The kind of this code; None where there is none or the person has no right to it."""
    kind = kind_of(code)
    return kind if kind is not None and may(user, kind.permission) else None


def target_of(user: Any, kind: Kind, params: Any) -> Target:
    """What the parameters are about, for this person and now. Foreign = missing."""
    return existing(kind.target(user, params))


def existing(found: Target | None) -> Target:
    """`Http404` for what is not there, or not for this person to write to."""
    if found is None:
        raise Missing("Không có dữ liệu này, hoặc ngoài phạm vi ghi của bạn.")
    return found


def target_of_upload(user: Any, kind: Kind, upload: Upload) -> Target | None:
    """What a kept file is about, in the province that it was brought for, whatever heads the person's pages since;
    None where the person no longer writes there."""
    try:
        found = kind.target(user, upload.params)
    except NotAllowed:
        # In the province that heads the page; whether in the file's own is asked next.
        if upload.province_id is None:
            raise
        found = None
    if upload.province_id is None or (found is not None and found.province_id == upload.province_id):
        return found
    head_by(user, upload.province_id)
    found = kind.target(user, upload.params)
    return found if found is not None and found.province_id == upload.province_id else None


def brought_by(upload: Upload) -> Brought:
    """The kept file, read anew. Raises `Refused`."""
    if not upload.file:
        raise Refused(_GONE, "file")
    try:
        with upload.file.open("rb"):
            return read_brought(_Kept(upload), upload.choices.get("sheet"))
    except OSError as error:
        raise Refused(_GONE, "file") from error


def plan_for(target: Target, upload: Upload, brought: Brought) -> Plan:
    return plan_of(
        target,
        brought,
        kind=upload.kind,
        params=upload.params,
        choices=upload.choices,
        excluded=upload.excluded,
        file_name=upload.file_name,
    )
