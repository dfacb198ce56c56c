"""The grid of the province shows every unit of the day, also those formed after the map was drawn."""

from datetime import date

import pytest
from django.test import Client

from communes.choices import UnitKind
from communes.models import Unit
from communes.selectors.tilegrid import tile_positions
from communes.selectors.yearbook import YearBook, year_book
from communes.services.lineage import Formation, Part, reorganise
from communes.services.register import NewUnit
from ntm.audit.log import SYSTEM
from ntm.core.scope import Scope
from ntm.reports.selectors.figures import Figures
from ntm.reports.selectors.maps import GridTile, tile_map
from tests import factories
from tests.ntm.reports.reading import Page

YEAR = 2026


def formed(home, day, *changes):
    """A resolution that forms new units: (code, name, codes of the old ones)."""
    made = [
        Formation(
            NewUnit(code=code, name=name, kind=UnitKind.XA, parent=home),
            [Part(Unit.objects.get(province=home, code=old, valid_to=None)) for old in parts],
            formed_anew=True,
        )
        for code, name, parts in changes
    ]
    reorganise(document=factories.document(), effective_on=day, title="Sắp xếp", by=SYSTEM, changes=made)


@pytest.fixture
def book(demonstration, db):
    def read() -> YearBook:
        return year_book(Scope.of(demonstration.pk, YEAR, date(2026, 11, 25)))

    return read


def tiles(book: YearBook) -> dict[str, GridTile]:
    found = tile_map(book, Figures(book), frozenset()).grid
    assert len({(tile.column, tile.row) for tile in found}) == len(found)
    return {tile.url.split("/")[3]: tile for tile in found}


def test_a_unit_formed_later_stands_where_its_first_predecessor_stood(leader: Client, demonstration, book):
    formed(demonstration, date(2026, 10, 1), ("99991", "Mới", ("05719", "05722")))
    shown = tiles(book())
    assert len(shown) == 91
    assert (shown["99991"].column, shown["99991"].row) == tile_positions()["05719"]
    page = Page(leader, f"/tong-quan/{YEAR}/")
    assert "91 đơn vị cấp xã, trong đó 76 xã" in page.text
    assert len([a for a in page.anchors if a.path == "/dia-ban/xa/99991/2026/"]) == 2
    formed(demonstration, date(2026, 11, 1), ("99992", "Mới hơn", ("99991",)))
    again = tiles(book())["99992"]
    assert (again.column, again.row) == tile_positions()["05719"]


def test_a_unit_that_finds_its_tile_taken_stands_below_the_grid(demonstration, book):
    below = max(row for _, row in tile_positions().values()) + 1
    home = Unit.objects.get(place=demonstration, valid_to=None)
    for name in ("An Mới", "Bình Mới"):
        factories.unit(home, name, code=f"9{len(name)}", valid_from=date(2026, 10, 1))
    shown = tiles(book())
    assert len(shown) == 94
    assert [(shown[code].column, shown[code].row) for code in ("96", "98")] == [(0, below), (1, below)]
