"""A kept file laid over what is stored now: for the preview, and for the write that follows it."""

from typing import Any

from django.http import Http404

from ntm.core.access import may
from ntm.core.errors import Refused
from ntm.sheets.imports.brought import Brought, read_brought
from ntm.sheets.imports.kinds import Kind, Target, kind_of
from ntm.sheets.imports.plan import Plan, plan_of
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
    found = kind.target(user, params)
    if found is None:
        raise Http404("Không có việc nhập liệu này, hoặc ngoài phạm vi nhập liệu của bạn.")
    return found


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
    )
