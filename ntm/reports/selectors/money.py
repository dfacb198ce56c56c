"""The year's resources as the dashboard shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.urls import reverse

from funding.choices import Qualifier
from funding.ledger import Stated
from funding.selectors import Branch, Money, money_of

#: One colour per source, from the budget outwards; a fourth and later source shares the last.
_COLOURS = ("v1", "v2", "v3")
#: Words before an amount that was not stated exactly.
_WORDS = {Qualifier.EXACT: "", Qualifier.AT_LEAST: "trên ", Qualifier.ABOUT: "khoảng "}
_PART = "ít nhất "


def said_before(qualifier: str, *, is_part: bool) -> str:
    """The words before an amount. `is_part`: something of it is not known, so that the whole is more; more than an
    estimate, where that is all that is known of the rest."""
    if not is_part:
        return _WORDS[Qualifier(qualifier)]
    return _PART + (_WORDS[Qualifier.ABOUT] if qualifier == Qualifier.ABOUT else "")


def _of_part(qualifier: str) -> str:
    """What stands for the qualifier of a sum of which something is not known: a lower bound, but never of what is only
    an estimate."""
    return str(Qualifier.ABOUT if qualifier == Qualifier.ABOUT else Qualifier.AT_LEAST)


@dataclass(frozen=True)
class MoneyRow:
    """One source: its amount in đồng, the list behind it, and its share of the whole (shares add up to 100)."""

    code: str
    name: str
    css: str
    amount: int
    qualifier: str
    words: str
    url: str
    share: int | None


@dataclass(frozen=True)
class MoneyPanel:
    """The whole in đồng; `leverage` says what came with each đồng of the central budget, where that can be said.
    `branches`, `stated`, `partly`: as in `Money`."""

    total: int
    qualifier: str
    words: str
    url: str
    rows: tuple[MoneyRow, ...]
    leverage: str
    missing: tuple[str, ...]
    branches: tuple[Branch, ...]
    stated: Mapping[str, Stated | None]
    partly: frozenset[str]
    is_illustrative: bool


def money_panel(province_id: int, year: int) -> MoneyPanel | None:
    """None where nothing was entered: unknown, not zero."""
    money = money_of(province_id, year)
    return _panel(money, year) if money is not None else None


def _panel(money: Money, year: int) -> MoneyPanel:
    base = reverse("funding:amounts", args=[year])
    rows = tuple(
        MoneyRow(
            code=row.code,
            name=row.name,
            css=_COLOURS[min(index, len(_COLOURS) - 1)],
            amount=row.amount,
            qualifier=_of_part(row.qualifier) if row.code in money.partly else row.qualifier,
            words=said_before(row.qualifier, is_part=row.code in money.partly),
            url=f"{base}?nguon={row.code}",
            share=row.share,
        )
        for index, row in enumerate(money.rows)
    )
    whole, words = money.qualifier, said_before(money.qualifier, is_part=bool(money.missing))
    if money.missing:
        # What is known is only a part: no share of the whole can be said.
        whole, rows = _of_part(whole), tuple(replace(row, share=None) for row in rows)
    return MoneyPanel(
        money.total, whole, words, base, rows, money.leverage, money.missing, money.branches,
        money.stated, money.partly, money.is_illustrative,
    )  # fmt: skip
