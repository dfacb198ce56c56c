"""Yes and no as offices write them: one list of words for forms and files. Pure. Results have keys of their own, the
same as in the grid (`communes/cells.py`), which shows at once what it has read; of files both are read alike."""

from ntm.core.text import folded, search_key

_YES = {"có", "đạt", "đúng", "x", "✓", "✔", "1", "true", "yes"}
_NO = {"không", "không đạt", "chưa", "chưa đạt", "sai", "0", "false", "no"}


_BARE_YES, _BARE_NO = (
    frozenset(search_key(word) for word in words if len(word) > 1) for words in (_YES, _NO)
)


def yes_or_no(text: str) -> bool | None:
    """None: it is neither. Without any accent "co" is yes; with another one, "cỏ" is a different word."""
    word = folded(text)
    if word in _YES or word in _BARE_YES:
        return True
    return False if word in _NO or word in _BARE_NO else None
