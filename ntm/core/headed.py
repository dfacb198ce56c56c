"""Which province heads what a person sees and does, for those who work in several.

A page that names no province of its own is headed by one and writes there. Which one is chosen in the session, and
every form says of which one its page was: what is sent from an older window is written there and nowhere else.
"""

from typing import Any

#: The hidden field of every form, beside its CSRF token.
FIELD = "tinh_cua_trang"
#: The key of the session.
CHOSEN = "headed_by"


def head_by(user: Any, province: int | None) -> None:
    """From here on in this request (or job) the province, a place, heads what this person sees and does. Who calls it
    has not asked whether they work there: where they do not, nothing is headed and nothing is written."""
    user.headed_by = province


def heading_of(user: Any) -> int | None:
    """The chosen province; None where none was chosen."""
    found: int | None = getattr(user, "headed_by", None)
    return found
