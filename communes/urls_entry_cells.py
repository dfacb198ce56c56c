"""Addresses of single cells, of their evidence, and of one indicator over all units."""

from django.urls import URLPattern, path, re_path

from communes.urls_parts import UNIT_YEAR
from communes.views.cell_page import CellPage, EvidenceFile
from communes.views.sideways import SidewaysPage
from ntm.core.views import list_paths

# "o" is where the grid sends its cells, not an indicator.
_CELL = rf"^nhap-lieu/{UNIT_YEAR}(?P<indicator>(?!o/)[0-9A-Za-z][0-9A-Za-z._-]{{0,11}})/$"
entry_cell_urls: list[URLPattern] = [
    re_path(_CELL, CellPage.as_view(), name="cell"),
    *list_paths("nhap-lieu/chi-tieu/<int:pk>/<str:indicator>/<int:year>/", SidewaysPage, name="sideways"),
    path("minh-chung/<int:pk>/tep/", EvidenceFile.as_view(), name="evidence-file"),
]
