"""What the same page costs a person of one commune is held against what it costs one of the province."""

import pytest
from django.urls import resolve

from tests.access.matrix import Route, line_of
from tools.bench import rights
from tools.bench.measure import Lane, Sample


def lanes(**seconds: float) -> dict[str, Lane]:
    """Every lane, taking as long as is said for the two people."""
    found = {}
    for page in rights.PAGES:
        for who, taken in zip((rights.NARROW, rights.WIDE), seconds.values(), strict=True):
            name = rights.title(page, who)
            found[name] = Lane(name, lambda: Sample(0, 0), samples=[Sample(taken, taken)] * 3)
    return found


@pytest.mark.parametrize("path", rights.PAGES.values())
def test_both_may_open_each_page(path: str) -> None:
    found = resolve(path.format(code="05758").partition("?")[0])
    line = line_of(Route(found.view_name, found.route, pattern=None))  # type: ignore[arg-type]
    assert line is not None
    assert line.allows("commune_officer", "GET")
    assert line.allows("specialist", "GET")


@pytest.mark.parametrize(("narrow", "kept"), [(0.5, True), (1.2, True), (1.21, False)])
def test_the_restricted_person_may_take_a_fifth_longer(narrow: float, kept: bool) -> None:
    limits = rights.limits(lanes(narrow=narrow, wide=1.0))
    assert len(limits) == len(rights.PAGES)
    assert {limit.kept for limit in limits} == {kept}


def test_both_open_the_pages_of_one_commune() -> None:
    class Visitor:
        def get(self, path: str, **_headers: str) -> str:
            return path

    asks = rights.asks("05758", {rights.NARROW: Visitor(), rights.WIDE: Visitor()})  # type: ignore[dict-item]
    assert list(asks) == list(rights.titles())
    for page, path in rights.PAGES.items():
        assert {asks[rights.title(page, who)]() for who in (rights.NARROW, rights.WIDE)} == {
            path.format(code="05758")
        }
