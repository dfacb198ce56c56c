"""Where the record stands, as something that leaves can say it and be held against later."""

import re

from ntm.audit.models import Chain, LogEntry

_POSITION = re.compile(r"([0-9]{1,18}):([0-9a-f]{16})")
_SIGNS = 16


def position() -> str:
    """How many entries there are, and how the seal of the last one begins ("1475:3f2a…"). Whatever is read after this
    was asked holds at least what these entries tell: an entry gets its number under the chain's lock, just before its
    write is committed."""
    found = Chain.objects.filter(pk=1).values_list("count", "head").first()
    return f"{found[0]}:{found[1][:_SIGNS]}" if found else f"0:{'0' * _SIGNS}"


def number_at(said: str) -> int | None:
    """How many entries there were at a position; None where this record was never there (another one, or one that was
    restored to an earlier day and went on differently)."""
    found = _POSITION.fullmatch(said)
    if found is None:
        return None
    number = int(found[1])
    if number and not LogEntry.objects.filter(number=number, digest__startswith=found[2]).exists():
        return None
    return number
