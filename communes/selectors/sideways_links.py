"""From one indicator's list to the next."""

from django.urls import reverse

from communes.selectors.cell_page import Neighbour
from communes.selectors.criteria import IndicatorFacts, SetBook


def sideways_url(set_pk: int, code: str, year: int) -> str:
    """The list of one indicator over all units."""
    return reverse("communes:sideways", args=[set_pk, code, year])


def steps_of(book: SetBook, one: IndicatorFacts, set_pk: int, year: int) -> list[Neighbour]:
    """The lists of the indicators before and after this one."""
    order = list(book.indicators.values())
    at = [found.code for found in order].index(one.code)
    around = ((at - 1, "Chỉ tiêu trước", "prev"), (at + 1, "Chỉ tiêu sau", "next"))
    return [
        Neighbour(label, found.code, found.row.name, sideways_url(set_pk, found.code, year), sign)
        for there, label, sign in around
        if 0 <= there < len(order)
        for found in (order[there],)
    ]
