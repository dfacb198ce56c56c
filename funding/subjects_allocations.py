"""The histories of allocations and purposes, and how they are put back to what they held."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from communes.models import Document
from communes.reach import reach_with
from funding.models import Allocation, Purpose, Source
from funding.services import RIGHT
from funding.services_allocations import (
    Portion,
    bring_back_allocation,
    change_allocation,
    withdraw_allocation,
)
from funding.services_purposes import change_purpose
from ntm.audit.restorers import Restorer, Wanted
from ntm.audit.restorers import register as restorable
from ntm.audit.subjects import Subject, register

_ALLOCATION = (
    "year", "source_of_funds_id", "purpose_id", "stage", "amount", "qualifier", "document_id", "note", "trust",
    "source",
)  # fmt: skip
_PURPOSE = ("name", "order", "first_year", "last_year")


def _put_allocations(wanted: Sequence[Wanted], by: Any) -> None:
    """What goes, goes first: what comes back may stand where it stood."""
    for one in wanted:
        if one.goes:
            withdraw_allocation(one.row, expected_version=one.row.version, by=by)
    for one in wanted:
        if not one.goes:
            _put_allocation(one, by)


def _put_allocation(one: Wanted, by: Any) -> None:
    then = one.then
    if one.is_gone:
        for name, value in then.items():
            setattr(one.row, name, value)
        bring_back_allocation(one.row, by=by)
        return
    portion = Portion(
        Source.objects.get(pk=then["source_of_funds_id"]), then["stage"], then["amount"],
        Purpose.objects.filter(pk=then["purpose_id"]).first(), then["qualifier"],
        Document.objects.filter(pk=then["document_id"]).first(), then["note"],
    )  # fmt: skip
    change_allocation(
        one.row, portion, expected_version=one.row.version, year=then["year"], trust=then["trust"],
        origin=then["source"], by=by,
    )  # fmt: skip


def _gone_allocations(user: Any, rows: Sequence[Allocation]) -> list[Allocation]:
    provinces = reach_with(user, RIGHT).provinces
    return [row for row in rows if row.province_id in provinces]


def _put_purposes(wanted: Sequence[Wanted], by: Any) -> None:
    for one in wanted:
        facts = {name: one.then[name] for name in _PURPOSE}
        change_purpose(one.row, expected_version=one.row.version, by=by, **facts)


def _list_of(row: Allocation) -> str:
    return reverse("funding:allocations", args=[row.year])


def tell() -> None:
    """Called when the applications are ready."""
    visible = Allocation.objects.visible_to
    routes = ("funding:change-allocation",)
    register(Allocation, Subject("funding.view_amount", visible, url=_list_of, routes=routes, passing=True))
    register(Purpose, Subject("funding.change_catalogue", lambda user: Purpose.objects.all()))
    blank = dict.fromkeys(_ALLOCATION)
    restorable(
        Restorer(Allocation, RIGHT, visible, _ALLOCATION, _put_allocations, blank, gone=_gone_allocations)
    )
    every = Purpose.objects.all
    restorable(Restorer(Purpose, "funding.change_catalogue", lambda user: every(), _PURPOSE, _put_purposes))
