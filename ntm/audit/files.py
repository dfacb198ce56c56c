"""Uploaded files and their rows: neither is there without the other, whatever happens to the transaction."""

import functools
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.core.files.base import ContentFile
from django.db import DatabaseError

from ntm.core.errors import Refused
from ntm.core.uploads import Scan

P = ParamSpec("P")
T = TypeVar("T")
#: A field and the name under which it stored a file.
Written = tuple[Any, str]

_written: ContextVar[list[Written] | None] = ContextVar("written_files", default=None)


@contextmanager
def no_stray_files() -> Iterator[None]:
    """Afterwards no file is on disk without its row: what a rolled-back transaction wrote is removed.

    Opens outside the outermost transaction; inner uses join the outer one.
    """
    if _written.get() is not None:
        yield
        return
    written: list[Written] = []
    token = _written.set(written)
    try:
        yield
    finally:
        _written.reset(token)
        _sweep(written)


def keeps_files_in_step(function: Callable[P, T]) -> Callable[P, T]:
    """For verbs that store a file: goes outside `@audit.verb`."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        with no_stray_files():
            return function(*args, **kwargs)

    return wrapper


def put_file(row: Any, scan: Scan, field_name: str = "file") -> None:
    """Put the bytes on disk under the field's random name, and name, seal and file on the row; the caller saves.

    Refused when the disk does not take it.
    """
    written = _written.get()
    if written is None:
        raise RuntimeError("A file is stored only inside `keeps_files_in_step`.")
    field: Any = row._meta.get_field(field_name)
    name = field.generate_filename(row, f"scan{scan.suffix}")
    written.append((field, name))
    try:
        getattr(row, field_name).name = field.storage.save(name, ContentFile(scan.content))
    except OSError as error:
        sentence = "Máy chủ chưa ghi được tệp (có thể đã đầy ổ đĩa). Hãy báo quản trị rồi thử lại."
        raise Refused(sentence, "file") from error
    row.file_name, row.sha256 = scan.name, scan.sha256


def _sweep(written: list[Written]) -> None:
    names: dict[Any, set[str]] = defaultdict(set)
    for field, name in written:
        names[field].add(name)
    for field, stored in names.items():
        rows = field.model._base_manager.filter(**{f"{field.name}__in": stored})
        try:
            kept = set(rows.values_list(field.name, flat=True))
        except DatabaseError:
            # Nobody can say now whether the row was committed; a file too many does no harm.
            continue
        for name in stored - kept:
            field.storage.delete(name)
