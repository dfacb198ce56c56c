"""Files that jobs make: in a folder of their own, under names that nobody guesses, for whoever asked and for a week."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

KEPT = timedelta(days=7)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "jobs" / "files"


@contextmanager
def new_file(suffix: str) -> Iterator[tuple[Any, str]]:
    """An open file and the name it is stored under; gone again where the block does not end well."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o750)
    stored = f"{uuid.uuid4().hex}.{suffix}"
    path = folder() / stored
    try:
        with path.open("xb") as target:
            path.chmod(settings.FILE_UPLOAD_PERMISSIONS)
            yield target, stored
    except BaseException:
        path.unlink(missing_ok=True)
        raise
