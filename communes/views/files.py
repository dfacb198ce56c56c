"""Handing out what people uploaded."""

from typing import Any

from django.http import FileResponse

from ntm.core.exports import Provinces, Upload, disposition, tell
from ntm.core.uploads import content_type_of


def handed_out(row: Any, title: str, *, province: int | None, unnamed: str = "tep") -> FileResponse:
    """The row's file as it was uploaded, never shown inside a page of ours, once the record of its province has been
    told. Raises `FileNotFoundError` where it is gone from the disk. The caller has asked for the right."""
    scan, name = row.file.open("rb"), row.file_name or unnamed
    try:
        tell(Upload(row, title, name, row.sha256, Provinces((province,) if province else ())))
    except BaseException:
        scan.close()
        raise
    response = FileResponse(scan, content_type=content_type_of(row.file.name or ""))
    response["Content-Disposition"] = disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    return response
