"""Where the sheets of a draft are fetched and brought, for the pages on which the work is done."""

from ntm.sheets.imports.kinds import Links, links

NUMBERS, NAMES = "chi-tieu-ke-hoach", "dang-ky-ke-hoach"


def of_numbers(year: int) -> Links:
    return links(NUMBERS, {"nam": year})


def of_names(year: int) -> Links:
    return links(NAMES, {"nam": year})
