"""Entries of the record as people read them: words for fields, values and actions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from ntm.audit.events import FACTS, KINDS, is_event
from ntm.audit.models import LogEntry
from ntm.audit.registry import sentence
from ntm.audit.words import words_of
from ntm.core.dates import format_date
from ntm.core.fields import FoldedKeyField, SearchKeyField, SortKeyField
from ntm.core.numbers import decimal, integer

#: What the machine keeps for itself; a reader learns nothing from it. A file's name and hash stand in other columns.
_SILENT_NAMES = {"version", "result_version"}
_SILENT_TYPES = (SearchKeyField, SortKeyField, FoldedKeyField, models.AutoField, models.FileField)


@dataclass(frozen=True)
class Change:
    """One field's values; empty text where there was none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryItem:
    """One entry, ready to show; of an event the `changes` are its facts. `links`: what a page offers beside it, as
    (label, address)."""

    number: int
    at: datetime
    who: str
    what: str
    about: str
    reason: str
    is_new: bool
    changes: list[Change]
    links: tuple[tuple[str, str], ...] = ()
    is_event: bool = False

    @property
    def summary(self) -> str:
        """How much was written."""
        return f"{len(self.changes)} mục {'được ghi' if self.is_new else 'thay đổi'}"

    @property
    def changes_in_words(self) -> str:
        """All changes in one text, for a cell of a file."""
        if self.is_event:
            return "; ".join(f"{one.label}: {one.after}" for one in self.changes)
        return "; ".join(f"{one.label}: {one.before or '–'} → {one.after or '–'}" for one in self.changes)


def history_of(row: models.Model, limit: int = 20) -> list[HistoryItem]:
    """The newest entries about a row. The number of queries does not depend on how many there are."""
    return described(list(LogEntry.objects.of(row)[:limit]))


def described(entries: list[LogEntry]) -> list[HistoryItem]:
    """Entries with their changes in words."""
    names = _Names(entries)
    return [
        HistoryItem(
            number=entry.number,
            at=entry.at,
            who=entry.actor_name,
            what=sentence(entry.action),
            about=entry.object_label,
            reason=entry.reason,
            is_new=all(before is None for before, _ in entry.changes.values()),
            changes=list(_changes(entry, names)),
            is_event=is_event(entry.object_type),
        )
        for entry in entries
    ]


#: Two sets of recorded values of a row, by its key.
Compared = tuple[int, Mapping[str, Any], Mapping[str, Any]]


def changes_between(object_type: str, rows: Sequence[Compared]) -> list[list[Change]]:
    """What the two sets of each row say, field by field in words; only what differs. The number of queries does not
    depend on how many rows there are."""
    return [list(changes) for changes in _between(object_type, rows)]


def are_different(object_type: str, rows: Sequence[Compared]) -> list[bool]:
    """Whether `changes_between` would find anything, row by row; the words of one change tell."""
    return [next(iter(changes), None) is not None for changes in _between(object_type, rows)]


def _between(object_type: str, rows: Sequence[Compared]) -> Iterable[Iterable[Change]]:
    pairs = [
        _Pair(
            object_type,
            str(key),
            {name: [old[name], value] for name, value in new.items() if old[name] != value},
        )
        for key, old, new in rows
    ]
    names = _Names(pairs)
    return (_changes(pair, names) for pair in pairs)


class _Pair(NamedTuple):
    """A row then and now, as an entry would tell of it: there may be tens of thousands."""

    object_type: str
    object_id: str
    changes: Mapping[str, Any]


def type_label(object_type: str) -> str:
    """The Vietnamese name of a kind of row; the code of one that an older release had."""
    if object_type in KINDS:
        return KINDS[object_type]
    model = _model(object_type)
    return _capitalised(str(model._meta.verbose_name)) if model else object_type


def _changes(entry: LogEntry | _Pair, names: "_Names") -> Iterable[Change]:
    fields = _fields(entry.object_type)
    for attname, (before, after) in entry.changes.items():
        field = fields.get(attname)
        if attname in _SILENT_NAMES or isinstance(field, _SILENT_TYPES):
            continue
        shown_before, shown_after = (names.shown(entry, attname, value) for value in (before, after))
        if shown_before != shown_after:
            label = (
                _capitalised(str(field.verbose_name)) if field is not None else FACTS.get(attname, attname)
            )
            yield Change(label, shown_before, shown_after)


class _Names:
    """The names of the rows that foreign keys in some entries point to, one query for each table; and how values read
    in rows whose columns do not tell (`ntm.audit.words`), one query for each kind.

    A model whose rows bear their names elsewhere gives them with `names_of(keys)`.
    """

    def __init__(self, entries: Sequence[LogEntry | _Pair]) -> None:
        wanted: dict[type[models.Model], set[int]] = {}
        kinds: dict[str, set[int]] = {}
        for entry in entries:
            if entry.object_id.isdecimal():
                kinds.setdefault(entry.object_type, set()).add(int(entry.object_id))
            fields = _fields(entry.object_type)
            for attname, values in entry.changes.items():
                related = getattr(fields.get(attname), "related_model", None)
                if related is not None:
                    wanted.setdefault(related, set()).update(_keys(values))
        self._found = {
            model: model.names_of(keys) if hasattr(model, "names_of") else _strings_of(model, keys)
            for model, keys in wanted.items()
        }
        self._words = {kind: words_of(kind, keys) for kind, keys in kinds.items()}

    def shown(self, entry: LogEntry | _Pair, name: str, value: Any) -> str:
        """A recorded plain value of the entry's row in words."""
        if value is None or value in ("", [], {}):
            return ""
        own = self._own(entry, name, value)
        return self._by_column(_fields(entry.object_type).get(name), value) if own is None else own

    def _own(self, entry: LogEntry | _Pair, name: str, value: Any) -> str | None:
        rows = self._words.get(entry.object_type)
        words = rows.get(int(entry.object_id)) if rows else None
        return words(name, value) if words else None

    def _by_column(self, field: Any, value: Any) -> str:
        related = getattr(field, "related_model", None)
        if related is not None:
            return ", ".join(self._found[related].get(key, f"#{key}") for key in _keys([value]))
        if isinstance(value, bool):
            return "Có" if value else "Không"
        if getattr(field, "choices", None):
            return str(_choices(field).get(value, value))
        return _plain_words(field, value)


@cache
def _choices(field: Any) -> Mapping[Any, Any]:
    return dict(field.flatchoices)


def _strings_of(model: type[models.Model], keys: set[int]) -> dict[int, str]:
    """Names are often made of the names of others: every row that must be there comes along in the one query."""
    return {row.pk: str(row) for row in model._base_manager.select_related().filter(pk__in=keys)}


def _keys(values: Iterable[Any]) -> list[int]:
    keys: list[int] = []
    for value in values:
        keys += value if isinstance(value, list) else [] if value is None else [value]
    return keys


def _plain_words(field: Any, value: Any) -> str:
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(value)
        return f"{format_date(moment)} {_clock(moment)}" if moment else str(value)
    if isinstance(field, models.DateField):
        return format_date(date.fromisoformat(value))
    if isinstance(field, models.BigIntegerField | models.PositiveIntegerField) and isinstance(value, int):
        return integer(value)
    if isinstance(field, models.DecimalField):
        exact = Decimal(value).normalize()
        return decimal(exact, max(0, -int(exact.as_tuple().exponent)))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


def _model(object_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(object_type)
    except (LookupError, ValueError):
        return None


@cache
def _fields(object_type: str) -> Mapping[str, Any]:
    model = _model(object_type)
    if model is None:
        return {}
    many = {field.name: field for field in model._meta.many_to_many}
    return many | {field.attname: field for field in model._meta.concrete_fields}
