"""The histories of this app's rows, and how they are put back to what they held."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from communes.models import Document
from communes.reach import reach_with
from funding.models import Amount, Source
from funding.services import RIGHT, bring_back_amount, change_amount, change_source, withdraw_amount
from ntm.audit.restorers import Restorer, Wanted
from ntm.audit.restorers import register as restorable
from ntm.audit.subjects import Subject, register

_AMOUNT = ("year", "source_of_funds_id", "amount", "qualifier", "document_id", "note", "trust", "source")
_SOURCE = ("name", "parent_id", "order", "last_year")


def _put_amounts(wanted: Sequence[Wanted], by: Any) -> None:
    """What goes, goes first: what comes back may stand where it stood."""
    for one in wanted:
        if one.goes:
            withdraw_amount(one.row, expected_version=one.row.version, by=by)
    for one in wanted:
        if not one.goes:
            _put_amount(one, by)


def _put_amount(one: Wanted, by: Any) -> None:
    if one.is_gone:
        for name, value in one.then.items():
            setattr(one.row, name, value)
        bring_back_amount(one.row, by=by)
        return
    facts = {name: one.then[name] for name in ("year", "amount", "qualifier", "note", "trust")}
    facts |= {"origin": one.then["source"], "source": Source.objects.get(pk=one.then["source_of_funds_id"])}
    paper = Document.objects.filter(pk=one.then["document_id"]).first()
    change_amount(one.row, expected_version=one.row.version, document=paper, by=by, **facts)


def _gone_amounts(user: Any, rows: Sequence[Amount]) -> list[Amount]:
    provinces = reach_with(user, RIGHT).provinces
    return [row for row in rows if row.province_id in provinces]


def _put_sources(wanted: Sequence[Wanted], by: Any) -> None:
    for one in wanted:
        facts = {name: one.then[name] for name in ("name", "order", "last_year")}
        parent = Source.objects.filter(pk=one.then["parent_id"]).first()
        change_source(one.row, expected_version=one.row.version, parent=parent, by=by, **facts)


def _list_of(row: Amount) -> str:
    return reverse("funding:amounts", args=[row.year])


def tell() -> None:
    """Called when the applications are ready."""
    amounts = Amount.objects.visible_to
    register(
        Amount,
        Subject("funding.view_amount", amounts, url=_list_of, routes=("funding:change",), passing=True),
    )
    register(Source, Subject("funding.change_catalogue", lambda user: Source.objects.all()))
    blank = dict.fromkeys(_AMOUNT)
    restorable(Restorer(Amount, RIGHT, amounts, _AMOUNT, _put_amounts, blank, gone=_gone_amounts))
    every = Source.objects.all
    restorable(Restorer(Source, "funding.change_catalogue", lambda user: every(), _SOURCE, _put_sources))
