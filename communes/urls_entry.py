"""Addresses of the entry grid: which returns I may type into, the grid of one, its cells saved as they are typed."""

from django.urls import URLPattern, re_path

from communes.urls_parts import UNIT_YEAR
from communes.views.entry import EntryList, GridCells, GridPage
from ntm.core.views import list_paths

_GRID = rf"^nhap-lieu/{UNIT_YEAR}"
entry_urls: list[URLPattern] = [
    *list_paths("nhap-lieu/", EntryList, name="entry"),
    re_path(f"{_GRID}$", GridPage.as_view(), name="grid"),
    # Before the pages of single cells: no indicator is called "o".
    re_path(f"{_GRID}o/$", GridCells.as_view(), name="grid-cells"),
]
