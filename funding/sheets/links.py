"""Where the sheets of a year's money are fetched and brought, for the pages on which the work is done."""

from django.urls import reverse

from ntm.sheets.imports.kinds import Links, links, origin

MONEY, ALLOCATIONS = "nguon-von", "phan-bo-von"


def of_year(year: int) -> Links:
    return links(MONEY, {"nam": year})


def origin_of_year(year: int, province_id: int) -> str:
    """What the list of a year's money says when it comes back."""
    return origin(MONEY, {"nam": year}, province_id)


def origin_of_allocations(year: int, province_id: int) -> str:
    """As above; the keys of its rows say their stage and how they are divided."""
    return origin(ALLOCATIONS, {"nam": year}, province_id)


def of_allocations(year: int) -> str:
    """Where it is asked for which stage and which way of dividing."""
    return f"{reverse('sheets:import', args=[ALLOCATIONS])}?nam={year}"


def of_division(year: int, stage: str, division: str) -> Links:
    return links(ALLOCATIONS, {"nam": year, "giai_doan": stage, "chia": division})
