"""Every file that leaves is recorded before its first byte: who, which list, what filters, how many rows.

The one entry that a GET may write. It changes no row, and without it the file is not handed out.
"""

from ntm.audit.context import current_origin
from ntm.audit.events import EXPORT
from ntm.audit.log import ANONYMOUS, note, writing
from ntm.audit.reach import home_of
from ntm.core.exports import Handed, on_handing_out


def record_export(handed: Handed) -> None:
    """Outside requests (benches, tests of files) nobody is handed anything."""
    here = current_origin.get()
    if here is None:
        return
    by = here.user if here.user is not None and here.user.is_authenticated else ANONYMOUS
    facts = {"list": handed.title, "scope": handed.scope, "rows": handed.rows, "file": handed.filename}
    said = {name: value for name, value in facts.items() if value != ""}
    with writing():
        note("export.made", EXPORT, handed.title, said, by=by, province_id=home_of(by))


def tell() -> None:
    """Called when the applications are ready."""
    on_handing_out(record_export)
