"""Adding up money that was published with words like "trên" and "khoảng". Pure: whole đồng in and out."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from funding.choices import Qualifier
from ntm.core.numbers import decimal, money_short


@dataclass(frozen=True)
class Stated:
    """An amount in đồng and how exactly it is known."""

    amount: int
    qualifier: str = Qualifier.EXACT


def combined(qualifiers: Iterable[str]) -> str:
    """What may be said of a sum: a lower bound makes it a lower bound, else an estimate an estimate."""
    found = set(qualifiers)
    return next((kind for kind in (Qualifier.AT_LEAST, Qualifier.ABOUT) if kind in found), Qualifier.EXACT)


def total(parts: Iterable[Stated]) -> Stated | None:
    """The exact sum with the qualifier it deserves; None of nothing, for nothing known is not 0."""
    known = list(parts)
    return sum_of(known) if known else None


def sum_of(parts: Iterable[Stated]) -> Stated:
    """The same where there is something to add up."""
    known = list(parts)
    return Stated(sum(part.amount for part in known), combined(part.qualifier for part in known))


def said_of(qualifiers: Iterable[str]) -> str:
    """The word that stands before the sum of amounts stated so; none where it is exact, or of nothing."""
    found = combined(qualifiers)
    return "" if found == Qualifier.EXACT else Qualifier(found).label.lower()


def words(stated: Stated) -> str:
    """As an office would write it in a sentence: "trên 277 tỷ đồng"."""
    said = "" if stated.qualifier == Qualifier.EXACT else f"{Qualifier(stated.qualifier).label.lower()} "
    return said + money_short(stated.amount)


def difference(whole: Stated, parts: Stated) -> int:
    """How far the parts go beyond a whole that was published apart (negative: how much of it they leave). 0 where they
    may well agree: what was only said to be a lower bound may be more, and an estimate is near whatever comes near it
    (a hundredth)."""
    beyond = parts.amount - whole.amount
    about = Qualifier.ABOUT in (whole.qualifier, parts.qualifier)
    open_end = whole.qualifier if beyond > 0 else parts.qualifier
    if open_end == Qualifier.AT_LEAST or (about and abs(beyond) * 100 <= whole.amount):
        return 0
    return beyond


def leverage(base: int | None, whole: int | None) -> Decimal | None:
    """How many đồng of the other sources went with one đồng of `base`, half-up to one decimal.

    None when either is not known or `base` is 0.
    """
    if not base or whole is None:
        return None
    scaled = Fraction(whole - base) * 10 / base
    return Decimal(int(scaled + Fraction(1, 2))).scaleb(-1)


def leverage_sentence(base: int | None, whole: int | None) -> str:
    """As a page says it: "1 đồng trung ương đi cùng 6,5 đồng nguồn khác"; empty when unknown."""
    ratio = leverage(base, whole)
    return "" if ratio is None else f"1 đồng trung ương đi cùng {decimal(ratio, 1)} đồng nguồn khác"


# --- The tree of sources: `parents` says of each source which one it stands under ---------------------


def ancestors(source: int, parents: Mapping[int, int | None]) -> list[int]:
    """The sources above one, nearest first. A circle in the data ends the walk."""
    found: list[int] = []
    above = parents.get(source)
    while above is not None and above not in found and above != source:
        found.append(above)
        above = parents.get(above)
    return found


def top(source: int, parents: Mapping[int, int | None]) -> int:
    """The branch that a source belongs to; a source under none is its own."""
    return (ancestors(source, parents) or [source])[-1]


def branch(source: int, parents: Mapping[int, int | None]) -> set[int]:
    """The source with everything under it."""
    return {source} | {other for other in parents if source in ancestors(other, parents)}


def is_whole(source: int, known: Container[int], parents: Mapping[int, int | None]) -> bool:
    """Whether all of a source is stated: itself, or each of its parts. Of `parents`, only those sources count that are
    in use; a circle in the data is nobody's whole."""
    if source in known:
        return True
    parts = [other for other, above in parents.items() if above == source and other != source]
    inside = {pk: above for pk, above in parents.items() if pk != source}
    return bool(parts) and all(is_whole(part, known, inside) for part in parts)


def gaps(source: int, known: Container[int], parents: Mapping[int, int | None]) -> list[int]:
    """The largest parts of a source of which nothing is stated, while something is of others; none where it is whole,
    or where nothing of it is stated at all."""
    return [
        pk
        for pk in branch(source, parents) - {source}
        if not any(one in known for one in [*branch(pk, parents), *ancestors(pk, parents)])
        and any(one in known for one in branch(parents[pk] or source, parents))
    ]


def circular(parents: Mapping[int, int | None]) -> set[int]:
    """The sources that stand, over any number of steps, under themselves."""
    return {
        source
        for source in parents
        if any(parents.get(above) == source for above in [source, *ancestors(source, parents)])
    }


def clashes(parents: Mapping[int, int | None], used: Iterable[int]) -> set[int]:
    """Which of the used sources stand above another used one: their money would be counted twice."""
    known = set(used)
    return {above for source in known for above in ancestors(source, parents) if above in known}


def why_not_beside(
    source: int, year: int, names: Mapping[int, str], parents: Mapping[int, int | None]
) -> str:
    """Why this source can have no amount of its own beside those of the others that have one in the year (`names`);
    empty where it can. A branch beside its part would count money twice."""
    above = next((names[pk] for pk in ancestors(source, parents) if pk in names), None)
    if above is not None:
        return (
            f"Năm {year} đã nhập số vốn chung của “{above}”, nên không nhập thêm phần của nó: "
            "tiền sẽ bị cộng hai lần."
        )
    below = next((names[pk] for pk in branch(source, parents) if pk in names and pk != source), None)
    if below is not None:
        return (
            f"Năm {year} đã nhập số vốn của “{below}” là một phần của nguồn này, nên không nhập "
            "thêm số chung: tiền sẽ bị cộng hai lần."
        )
    return ""
