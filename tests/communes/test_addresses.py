"""Addresses by a unit and a year: one pattern for all of them."""

import pytest
from django.urls import Resolver404, resolve, reverse


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("unit", {"word": "xa"}),
        ("unit-then", {"word": "huyen"}),
        ("grid", {}),
        ("grid-cells", {}),
        ("cell", {"indicator": "3.1"}),
        ("recognition-case", {}),
        ("conditions", {}),
        ("check-condition", {"pk": 7}),
    ],
)
def test_a_year_is_four_digits_that_a_calendar_can_hold(name, more):
    url = reverse(f"communes:{name}", kwargs={"code": "05602", "year": "2023"} | more)
    found = resolve(url)
    assert (found.url_name, found.kwargs["code"], found.kwargs["year"]) == (name, "05602", "2023")
    assert not any(name in named(url.replace("2023", year)) for year in ("0023", "1899", "20231", "2100"))


def named(url: str) -> list[str]:
    """The name of the address; nothing where it is none."""
    try:
        return [str(resolve(url).url_name)]
    except Resolver404:
        return []
