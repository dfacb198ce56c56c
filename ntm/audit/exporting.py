"""Every file that leaves is recorded before its first byte: who, which list, what filters, how many rows; of a file
that was uploaded: of which row, its name and its hash.

The one entry that a GET may write. It changes no row, and without it the file is not handed out.
"""

from functools import partial
from typing import Any

from ntm.audit.context import current_origin
from ntm.audit.events import DOWNLOAD, EXPORT, key_of
from ntm.audit.log import ANONYMOUS, note, writing
from ntm.audit.positions import position
from ntm.audit.querysets import type_of
from ntm.audit.reach import home_of
from ntm.core.exports import Leaving, Provinces, Upload, on_handing_out, on_position


def record_leaving(leaving: Leaving) -> None:
    """Outside requests (benches, tests of files) nobody is handed anything."""
    here = current_origin.get()
    if here is None:
        return
    by = here.user if here.user is not None and here.user.is_authenticated else ANONYMOUS
    if isinstance(leaving, Upload):
        about = key_of(type_of(leaving.row), leaving.row.pk)
        tell = partial(note, "file.downloaded", DOWNLOAD, leaving.title, _facts_of(leaving), about=about)
    else:
        tell = partial(note, "export.made", EXPORT, leaving.title, _facts_of(leaving))
    with writing():
        for province in _provinces(leaving.of, by):
            tell(by=by, province_id=province)


def _facts_of(leaving: Leaving) -> dict[str, Any]:
    if isinstance(leaving, Upload):
        return {"file": leaving.filename, "sha256": leaving.sha256}
    said = {"list": leaving.title, "scope": leaving.scope, "rows": leaving.rows, "file": leaving.filename}
    return {name: value for name, value in said.items() if value != ""}


def _provinces(of: Provinces, by: Any) -> list[int | None]:
    """An entry in each province's record: who reads the record there alone must learn that its rows left."""
    return [*sorted(set(of.given))] or [home_of(by)]


def tell() -> None:
    """Called when the applications are ready."""
    on_handing_out(record_leaving)
    on_position(position)
