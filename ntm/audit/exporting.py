"""Every file that leaves is recorded before its first byte: who, which list, what filters, how many rows; of a file
that was uploaded: of which row, its name and its hash.

The one entry that a GET may write. It changes no row, and without it the file is not handed out.
"""

from typing import Any

from ntm.audit.context import current_origin
from ntm.audit.events import DOWNLOAD, EXPORT, key_of
from ntm.audit.log import ANONYMOUS, note, writing
from ntm.audit.querysets import type_of
from ntm.audit.reach import home_of
from ntm.core.exports import Leaving, Upload, on_handing_out


def record_leaving(leaving: Leaving) -> None:
    """Outside requests (benches, tests of files) nobody is handed anything."""
    here = current_origin.get()
    if here is None:
        return
    by = here.user if here.user is not None and here.user.is_authenticated else ANONYMOUS
    facts: dict[str, Any]
    with writing():
        if isinstance(leaving, Upload):
            about = key_of(type_of(leaving.row), leaving.row.pk)
            facts = {"file": leaving.filename, "sha256": leaving.sha256}
            _note("file.downloaded", DOWNLOAD, leaving.title, facts, by, about)
        else:
            facts = {
                "list": leaving.title,
                "scope": leaving.scope,
                "rows": leaving.rows,
                "file": leaving.filename,
            }
            _note("export.made", EXPORT, leaving.title, facts, by)


def _note(action: str, kind: str, title: str, facts: dict[str, Any], by: Any, about: str = "") -> None:
    said = {name: value for name, value in facts.items() if value != ""}
    note(action, kind, title, said, by=by, province_id=home_of(by), about=about)


def tell() -> None:
    """Called when the applications are ready."""
    on_handing_out(record_leaving)
