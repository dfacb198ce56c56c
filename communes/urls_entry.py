"""Addresses of the entry grid: which returns I may type into, the grid of one, its cells saved as they are typed."""

from django.urls import URLPattern, re_path

from communes.views.entry import EntryList, GridCells, GridPage
from ntm.core.views import list_paths

# The unit of the code on the year's day; four digits from 1900, as for the unit's own page.
GRID = r"^nhap-lieu/(?P<code>[0-9A-Za-z]{1,10})/(?P<year>(?:19|20)[0-9]{2})/"
entry_urls: list[URLPattern] = [
    *list_paths("nhap-lieu/", EntryList, name="entry"),
    re_path(GRID + "$", GridPage.as_view(), name="grid"),
    # Before the pages of single cells: no indicator is called "o".
    re_path(GRID + "o/$", GridCells.as_view(), name="grid-cells"),
]
