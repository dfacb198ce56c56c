"""What the pages of one province's year share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

from django.http import Http404, HttpRequest

from communes.reach import OTHER_PROVINCE, home_with, reach_of
from communes.selectors.provinces import default_province_id
from ntm.accounts.models import User
from ntm.core.dates import as_of, today
from ntm.core.errors import NotAllowed

#: As many as stand side by side on a phone.
_SHOWN = 5


def home_of(user: Any, right: str = "") -> int:
    """The place that this person calls "the province", with which their pages are headed. Whoever writes says by which
    right: refused where it does not hold there (`home_with`). 404 where nothing is loaded yet."""
    found = reach_of(user).home or default_province_id()
    if found is None:
        raise Http404
    if right and home_with(user, right) is None:
        raise NotAllowed(OTHER_PROVINCE)
    return found


def year_of(params: Mapping[str, str], *, last: int = 2100) -> int | None:
    """The year that a sheet's address names (`nam`); None where it is none of ours."""
    text = params.get("nam", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
    return year if 2000 <= year <= last else None


def nearby_years(known: Iterable[int], year: int) -> tuple[int, ...]:
    """The page's year with the nearest ones that have something to show, in order; as many as a phone holds."""
    others = sorted(set(known) - {year}, key=lambda other: (abs(other - year), other))
    return tuple(sorted([*others[: _SHOWN - 1], year]))


@dataclass(frozen=True)
class YearLink:
    """A year to go to; `css` marks the two beside the page's own, which a phone shows as arrows."""

    year: int
    css: str


def year_links(known: Iterable[int], year: int) -> tuple[YearLink, ...]:
    """All of them and the page's own, in order."""
    years = sorted({*known, year})
    at = years.index(year)
    css = {at - 1: "adj", at + 1: "adj nx"}
    return tuple(YearLink(each, css.get(place, "")) for place, each in enumerate(years))


class Person:
    """For a view that acts in the name of whoever opened it."""

    request: HttpRequest

    @property
    def person(self) -> User:
        """Who acts; the view's permission has already refused visitors."""
        return cast(User, self.request.user)


class YearMixin(Person):
    """For a view below `<int:year>/`. Read lazily, so that who may not enter learns nothing from the year."""

    kwargs: dict[str, Any]

    @cached_property
    def year(self) -> int:
        year = int(self.kwargs["year"])
        if not 2000 <= year <= 2100:
            raise Http404
        return year

    @cached_property
    def day(self) -> date:
        """The day as of which the year is shown: its end, or today."""
        return as_of(self.year, today())

    @cached_property
    def province_id(self) -> int:
        return home_of(self.request.user)
