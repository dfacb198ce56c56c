"""Whose history a person may read, and which entries make it up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.apps import apps
from django.db.models import FileField, Model, Q

from ntm.audit.events import DOWNLOAD, key_of
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of
from ntm.audit.reach import READS_RECORD, entries_at_home, provinces_of, works_in
from ntm.audit.selectors import type_label
from ntm.audit.subjects import Subject, of_kind
from ntm.core.access import may

READS_HISTORY = "audit.view_history"


@dataclass(frozen=True)
class History:
    """`title` names the row; `url` is its own page (empty: none, or not this reader's); `entries` newest first."""

    title: str
    kind: str
    url: str
    entries: Any


def history_for(user: Any, object_type: str, key: int) -> History | None:
    """The history of a row: for whoever may see the row, with what belongs to it; else for readers of the record,
    as far as their provinces reach. None for everybody else, and for a row that nothing is known of."""
    subject, row = of_kind(object_type), visible_row(user, object_type, key)
    if subject is not None and row is not None:
        return _of_row(row, subject, user)
    entries = LogEntry.objects.filter(object_type=object_type, object_id=str(key))
    if may(user, READS_RECORD):
        entries = entries.visible_to(user)
    elif subject is not None and _keys_gone(user, object_type, {key}):
        entries = entries.filter(province_id__in=provinces_of(user, subject.permission))
    else:
        return None
    newest = entries.order_by("-number").first()
    if newest is None:
        return None
    return History(newest.object_label, type_label(object_type), "", entries.order_by("-number"))


def visible_row(user: Any, object_type: str, key: int) -> Model | None:
    """The row, if this person may see it."""
    return rows_seen(user, object_type, [key]).get(key)


def rows_seen(user: Any, object_type: str, keys: Iterable[int]) -> dict[int, Any]:
    """Those of the rows that the person may see, by key. One query."""
    return {row.pk: row for row in _seen(user, object_type, keys)}


def _seen(user: Any, object_type: str, keys: Iterable[int]) -> Any:
    """A queryset, of no rows of any kind where the person may see none."""
    subject = of_kind(object_type)
    if subject is None or not may(user, subject.permission):
        return LogEntry.objects.none()
    return subject.rows(user).filter(pk__among=keys)


def _keys_seen(user: Any, object_type: str, keys: Iterable[int]) -> set[int]:
    """Where there are thousands, and nothing more is asked of them. One query."""
    return set(_seen(user, object_type, keys).order_by().values_list("pk", flat=True))


def _keys_gone(user: Any, object_type: str, keys: set[int]) -> set[int]:
    """Those of the rows that were taken away, of a kind that the person may read. One query, or none."""
    subject = of_kind(object_type)
    if subject is None or not (keys and subject.passing and may(user, subject.permission)):
        return set()
    stored = apps.get_model(object_type)._base_manager.filter(pk__among=keys)
    return keys - set(stored.values_list("pk", flat=True))


class Trace(NamedTuple):
    """Of an entry, who wrote it when and what it is about, but not what it holds: there may be tens of thousands."""

    number: int
    at: datetime
    actor_name: str
    action: str
    object_type: str
    object_id: str
    object_label: str
    province_id: int | None


def traces_of(batch: UUID, most: int) -> list[Trace]:
    """The first entries of a batch. One query."""
    found = LogEntry.objects.filter(batch=batch).order_by("number").values_list(*Trace._fields)
    return list(map(Trace._make, found[:most]))


E = TypeVar("E", LogEntry, Trace)


def readable(user: Any, entries: Sequence[E]) -> list[E]:
    """Those of some entries that this person may read, in the record or in the history of their row. One query for
    each kind of row among them."""
    numbers: set[int] = set()
    if may(user, READS_RECORD):
        seen = LogEntry.objects.visible_to(user).filter(number__among=[entry.number for entry in entries])
        numbers = set(seen.values_list("number", flat=True))
    told = [
        entry
        for entry in entries
        if entry.number not in numbers and entry.object_id.isdecimal() and _is_told_to(user, entry)
    ]
    keys: dict[str, set[int]] = defaultdict(set)
    for entry in told:
        keys[entry.object_type].add(int(entry.object_id))
    rows = {(kind, str(key)) for kind, some in keys.items() for key in _keys_seen(user, kind, some)}
    numbers |= {entry.number for entry in told if (entry.object_type, entry.object_id) in rows}
    left = {kind: some - {int(key) for of, key in rows if of == kind} for kind, some in keys.items()}
    gone = {(kind, str(key)) for kind, some in left.items() for key in _keys_gone(user, kind, some)}
    numbers |= {entry.number for entry in told if _is_told_of_gone(user, entry, gone)} if gone else set()
    return [entry for entry in entries if entry.number in numbers]


def _is_told_of_gone(user: Any, entry: LogEntry | Trace, gone: set[tuple[str, str]]) -> bool:
    subject = of_kind(entry.object_type)
    if subject is None or (entry.object_type, entry.object_id) not in gone:
        return False
    return entry.province_id in provinces_of(user, subject.permission)


def _is_told_to(user: Any, entry: LogEntry | Trace) -> bool:
    """Whether the history of the entry's row tells this person of it, provided that they see the row."""
    subject = of_kind(entry.object_type)
    if subject is None or not subject.shared or entry.province_id is None:
        return subject is not None
    return entry.province_id in works_in(user, subject.permission)


def _about(model: type[Model], keys: Iterable[Any]) -> Q:
    """The entries about these rows, and the downloads of the files that they hold."""
    kind, wanted = type_of(model), list(keys)
    about = Q(object_type=kind, object_id__in=[str(key) for key in wanted])
    if any(isinstance(field, FileField) for field in model._meta.concrete_fields):
        about |= Q(object_type=DOWNLOAD, object_id__in=[key_of(kind, key) for key in wanted])
    return about


def _of_row(row: Model, subject: Subject, user: Any) -> History:
    object_type = type_of(row)
    about = _about(type(row), [row.pk])
    for model, keys in subject.parts(row, user):
        about |= _about(model, keys)
    entries = LogEntry.objects.filter(about).order_by("-number")
    if subject.shared:
        entries = entries.filter(entries_at_home(user, subject.permission))
    return History(str(row), type_label(object_type), subject.url(row), entries)
