"""Handing out what people uploaded."""

from typing import Any

from django.http import FileResponse

from ntm.core.exports import disposition
from ntm.core.uploads import content_type_of


def handed_out(file: Any, name: str) -> FileResponse:
    """The file as it was uploaded, never shown inside a page of ours. Raises `FileNotFoundError` where it is gone
    from the disk. The caller has asked for the right."""
    response = FileResponse(file.open("rb"), content_type=content_type_of(file.name or ""))
    response["Content-Disposition"] = disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    return response
