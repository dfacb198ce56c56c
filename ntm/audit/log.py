"""Recording: what a verb does and its entry in the record are one transaction.

`record()` only buffers. The chain's head is locked last, just before the outermost verb commits; locked
first, one long import would stall every other save.
"""

import functools
import hmac
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from ntm.audit.context import current_origin, origin
from ntm.audit.events import COMMAND, is_event
from ntm.audit.models import Chain, LogEntry
from ntm.audit.querysets import type_of
from ntm.audit.registry import ACTIONS, EVENTS
from ntm.core.bulk import blank, insert_many

logger = logging.getLogger("ntm.audit")

P = ParamSpec("P")
T = TypeVar("T")
Snapshot = dict[str, Any]

_START = Chain._meta.get_field("head").default
_buffer: ContextVar[list[LogEntry] | None] = ContextVar("audit_buffer", default=None)
_why: ContextVar[str] = ContextVar("audit_why", default="")


@dataclass(frozen=True)
class System:
    """The actor where no person acts: a command of the machine."""

    full_name: str = "Hệ thống"
    pk: None = None


SYSTEM = System()
ANONYMOUS = System("Người chưa đăng nhập")


@contextmanager
def writing() -> Iterator[None]:
    """One transaction of verbs and their entries. Nested use joins the outer one."""
    outer = _buffer.get()
    if outer is not None:
        kept = len(outer)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            # The caller may catch this and go on; what was rolled back must not be recorded then.
            del outer[kept:]
            raise
        return
    entries: list[LogEntry] = []
    token = _buffer.set(entries)
    # Outside requests (commands, tests) what one transaction writes is one batch.
    here = current_origin.set(origin())
    try:
        with transaction.atomic():
            yield
            _flush(entries)
    finally:
        current_origin.reset(here)
        _buffer.reset(token)


def verb(function: Callable[P, T]) -> Callable[P, T]:
    """A function that writes: atomic. What it changes and what it records stand or fall together."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        with writing():
            return function(*args, **kwargs)

    return wrapper


@contextmanager
def because(why: str) -> Iterator[None]:
    """Whatever is recorded inside bears this reason, before the verb's own where that gives one."""
    token = _why.set(why)
    try:
        yield
    finally:
        _why.reset(token)


def reason_given() -> str:
    """The reason that whatever is recorded now bears anyhow; empty: none."""
    return _why.get()


def snapshot(row: models.Model) -> Snapshot:
    """Every stored field of a row as plain values, enough to rebuild the row.

    A model names in `unrecorded` what no record may hold (passwords). Many-to-many fields are lists of keys:
    set them before `record()`.
    """
    values: Snapshot = {}
    # Past the descriptors, which for ten thousand rows cost more than all the rest.
    held = row.__dict__
    # Not its class, which for the person of a request is a lazy wrapper's.
    for name, step in _columns(row._meta.concrete_model):
        value = held[name] if name in held else getattr(row, name)
        # "81" as typed and "81.0000" as read back are one value: a decimal with the digits that its column keeps.
        if step is not None and isinstance(value, Decimal):
            value = value.quantize(step)
        values[name] = value if value.__class__ in _AS_IT_IS else _plain(value)
    for many in row._meta.many_to_many:
        values[many.name] = sorted(getattr(row, many.name).values_list("pk", flat=True)) if row.pk else []
    return values


_AS_IT_IS = frozenset({type(None), bool, int, str})


@functools.cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, Decimal | None], ...]:
    """The columns that the record may hold, those of decimals with their last digit's step."""
    secret = getattr(model, "unrecorded", ())
    return tuple(
        (
            field.attname,
            Decimal(1).scaleb(-field.decimal_places) if isinstance(field, models.DecimalField) else None,
        )
        for field in model._meta.concrete_fields
        if field.name not in secret
    )


def record(
    action: str,
    row: models.Model,
    *,
    by: Any,
    before: Snapshot | None = None,
    reason: str = "",
    province_id: int | None = None,
    label: str = "",
    gone: bool = False,
) -> None:
    """Buffer one entry: the difference between `before` (None for a new row) and the row as it is now. `label`: what
    the row is called, from who has just asked it. `gone`: the row is about to be taken away, with all that it holds.

    `by` is a user or `SYSTEM`. Raises `RuntimeError` outside a verb, `KeyError` for an unregistered action.
    """
    entries = _buffer.get()
    if entries is None:
        raise RuntimeError("audit.record() outside a verb: nothing would commit it together with the change.")
    ACTIONS[action]
    now = snapshot(row)
    if gone:
        changes = {name: [value, None] for name, value in now.items()}
    elif before is None:
        changes = {name: [None, value] for name, value in now.items()}
    else:
        changes = {
            name: [before.get(name), value] for name, value in now.items() if before.get(name) != value
        }
    entry = _entry(action, by, label or str(row), changes)
    entry.object_type, entry.object_id, entry.province_id = type_of(row), str(row.pk), province_id
    entry.reason = " ".join(part for part in (_why.get(), reason) if part)
    entries.append(entry)


def note(
    action: str,
    kind: str,
    label: str,
    facts: Mapping[str, Any],
    *,
    by: Any,
    province_id: int | None = None,
    about: str = "",
) -> None:
    """Buffer one event of a kind of `ntm.audit.events`: something that happened and changed no row. `about`: the row
    in whose history it is told, as `events.key_of` writes it."""
    entries = _buffer.get()
    if entries is None:
        raise RuntimeError("audit.note() outside `writing()`: nothing would commit it.")
    ACTIONS[action]
    entry = _entry(action, by, label, {name: [None, _plain(value)] for name, value in facts.items()})
    entry.object_type, entry.object_id, entry.province_id = kind, about, province_id
    entries.append(entry)


def _entry(action: str, by: Any, label: str, changes: dict[str, Any]) -> LogEntry:
    here = origin()
    entry = blank(LogEntry)
    entry.at, entry.action, entry.batch, entry.address = timezone.now(), action, here.batch, here.address
    entry.actor_id, entry.actor_name = by.pk, by.full_name
    entry.object_label, entry.changes = label[:300], changes
    return entry


def change_counter() -> int:
    """A number that moves with every committed write of a row; whatever is cached is keyed by it."""
    found = Chain.objects.filter(pk=1).values_list("writes", flat=True).first()
    return found or 0


#: How an entry's content is written to be sealed: in one way only. Made once, for it is needed for each entry.
_sealed = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False)


#: A text as JSON writes it.
_text = json.encoder.encode_basestring


def digest_of(entry: LogEntry, changes: str | None = None) -> str:
    """The entry's seal: HMAC-SHA256 by `AUDIT_KEY` over its content, in the order of names, and the seal before it.
    `changes` as `_sealed` writes them, from who has done so."""
    first = _first_of_seal(entry.action, entry.actor_id, entry.actor_name, entry.address)
    then = f'"at":"{_plain(entry.at)}","batch":"{entry.batch}"'
    last = _last_of_seal(entry.province_id, entry.reason, entry.object_type)
    which = f'"id":{_text(entry.object_id)},"label":{_text(entry.object_label)},"number":{entry.number}'
    if changes is None:
        changes = _sealed.encode(entry.changes)
    return _hmac(f'{first},{then},"changes":{changes},{which},"previous":{_text(entry.previous)},{last}')


@functools.lru_cache(maxsize=64)
def _last_of_seal(province_id: int | None, reason: str, kind: str) -> str:
    """And how it ends."""
    return _sealed.encode({"province": province_id, "reason": reason, "type": kind})[1:]


@functools.lru_cache(maxsize=64)
def _first_of_seal(action: str, actor_id: int | None, actor_name: str, address: str | None) -> str:
    """How the content of an entry begins: the same for the thousands of one write."""
    said = {"action": action, "actor": actor_id, "actor_name": actor_name, "address": address}
    return _sealed.encode(said)[:-1]


def seal_of(count: int, head: str) -> str:
    """The seal of the chain's end, by `AUDIT_KEY`."""
    return _hmac(f"chain {count}:{head}")


def _hmac(text: str) -> str:
    return hmac.digest(settings.AUDIT_KEY.encode(), text.encode(), "sha256").hex()


def _flush(entries: list[LogEntry]) -> None:
    if not entries:
        return
    _tell_the_command(entries)
    head, count, seal, writes = _locked_chain()
    sound = hmac.compare_digest(seal, seal_of(count, head))
    end = _End(head, count)
    insert_many(entries, end.take)
    head, count = end.head, end.count
    writes += sum(not (is_event(entry.object_type) or entry.action in EVENTS) for entry in entries)
    if not sound:
        # Work goes on, but the next write must not heal what somebody did to the chain.
        logger.error("The seal of the audit chain is wrong. Run audit_verify.")
    seal = seal_of(count, head) if sound else ""
    Chain.objects.filter(pk=1).update(head=head, count=count, seal=seal, writes=writes)
    entries.clear()
    # Outside the database, so that a record cut off together with its chain shows (`audit_verify --known`).
    transaction.on_commit(functools.partial(logger.info, "audit head %d:%s", count, head))


@dataclass
class _End:
    """The chain's end while entries are added to it."""

    head: str
    count: int

    def take(self, entry: LogEntry) -> Mapping[str, str]:
        """Number and seal the next entry; what it holds, as the seal has it written."""
        self.count += 1
        entry.number, entry.previous = self.count, self.head
        changes = _sealed.encode(entry.changes)
        entry.digest = self.head = digest_of(entry, changes)
        return {"changes": changes}


def _locked_chain() -> tuple[str, int, str, int]:
    """Head, count, seal and number of writes, locked until the transaction ends; begun where there is no row."""
    found = next(iter(_chain().all()), None)
    if found is None:
        Chain.objects.get_or_create(pk=1, defaults={"seal": seal_of(0, _START)})
        found = _chain().all().get()
    return found


@functools.cache
def _chain() -> models.QuerySet[Chain, tuple[str, int, str, int]]:
    """Prepared once: every write asks for it."""
    return Chain.objects.select_for_update().filter(pk=1).values_list("head", "count", "seal", "writes")


def _tell_the_command(entries: list[LogEntry]) -> None:
    """The first write of a command is preceded by who ran it; one that writes nothing leaves no entry."""
    here = origin()
    if here.command is None or LogEntry.objects.filter(batch=here.batch, object_type=COMMAND).exists():
        return
    ran = here.command
    facts = {"account": ran.account, "arguments": ran.arguments}
    first = _entry("command.ran", SYSTEM, ran.name, {name: [None, text] for name, text in facts.items()})
    first.object_type = COMMAND
    entries.insert(0, first)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it, the same before saving and after reading back from either database."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict | list):
        return value
    return str(value)
