"""Where the sheet of a year's money is fetched and brought, for the page on which the work is done."""

from ntm.sheets.imports.kinds import Links, links

MONEY = "nguon-von"


def of_year(year: int) -> Links:
    return links(MONEY, {"nam": year})
