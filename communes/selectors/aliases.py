"""Names that are officially spelt in two ways."""

from functools import cache

from communes.reference import rows
from ntm.core.text import canonical


def spellings(name: str) -> frozenset[str]:
    """Every accepted spelling of a bare name, itself included, in the form of `text.canonical`.

    Differences that `canonical` already evens out (Hoà/Hòa) need no row in the file.
    """
    key = canonical(name)
    return _groups().get(key, frozenset({key}))


@cache
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in rows("aliases"):
        pair = {canonical(row["name"]), canonical(row["spelling"])}
        group = frozenset().union(pair, *(found.get(key, ()) for key in pair))
        found |= dict.fromkeys(group, group)
    return found
