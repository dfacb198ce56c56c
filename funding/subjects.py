"""The histories of this app's rows, and how they are put back to what they held."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from communes.models import Document
from funding.models import Amount, Source
from funding.services import change_amount, change_source
from ntm.audit.restorers import Restorer, Wanted
from ntm.audit.restorers import register as restorable
from ntm.audit.subjects import Subject, register

_AMOUNT = ("year", "source_of_funds_id", "amount", "qualifier", "document_id", "note")
_SOURCE = ("name", "parent_id", "order", "last_year")


def _put_amounts(wanted: Sequence[Wanted], by: Any) -> None:
    for one in wanted:
        facts = {name: one.then[name] for name in ("year", "amount", "qualifier", "note")}
        source = Source.objects.get(pk=one.then["source_of_funds_id"])
        paper = Document.objects.filter(pk=one.then["document_id"]).first()
        change_amount(
            one.row, expected_version=one.row.version, source=source, document=paper, by=by, **facts
        )


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
    register(Amount, Subject("funding.view_amount", amounts, url=_list_of, routes=("funding:change",)))
    register(Source, Subject("funding.change_catalogue", lambda user: Source.objects.all()))
    restorable(Restorer(Amount, "funding.change_amount", amounts, _AMOUNT, _put_amounts))
    every = Source.objects.all
    restorable(Restorer(Source, "funding.change_catalogue", lambda user: every(), _SOURCE, _put_sources))
