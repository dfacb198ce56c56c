"""Yes and no as offices write them: one list of words for forms and files. Pure. Results have keys of their own, the
same as in the grid (`communes/cells.py`)."""

from ntm.core.text import folded

_YES = {"có", "đạt", "đúng", "x", "✓", "✔", "1", "true", "yes"}
_NO = {"không", "không đạt", "chưa", "chưa đạt", "sai", "0", "false", "no"}


def yes_or_no(text: str) -> bool | None:
    """None: it is neither. Accents count: "cỏ" is no yes."""
    word = folded(text)
    return True if word in _YES else False if word in _NO else None
