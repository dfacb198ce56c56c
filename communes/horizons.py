"""What this app tells those below it, which cannot ask: how far a person reaches."""

from typing import Any

from communes.reach import reach_of
from ntm.audit import reach as audit_reach


def _provinces(user: Any) -> frozenset[int]:
    reach = reach_of(user)
    return reach.provinces | reach.past_provinces


def _home(user: Any) -> int | None:
    return reach_of(user).home


def tell() -> None:
    """Called when the applications are ready."""
    audit_reach.tell(audit_reach.Reach(provinces=_provinces, home=_home))
