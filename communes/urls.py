"""Addresses of this app."""

from django.urls import URLPattern, path, re_path

from communes.urls_appraisal import appraisal_urls
from communes.urls_criteria import criteria_urls
from communes.urls_decisions import decision_urls, document_urls
from communes.urls_entry import entry_urls
from communes.urls_entry_cells import entry_cell_urls
from communes.urls_parts import UNIT_YEAR
from communes.views.choosing import ChooseProvince
from communes.views.unit_results import UnitResultList
from communes.views.unit_then import UnitThenPage
from communes.views.units import UnitList, UnitPage
from ntm.core.views import list_paths

app_name = "communes"
_UNIT = rf"^dia-ban/(?P<word>xa|huyen|tinh)/{UNIT_YEAR}"
unit_urls: list[URLPattern] = [
    *list_paths("dia-ban/", UnitList, name="units"),
    re_path(f"{_UNIT}$", UnitPage.as_view(), name="unit"),
    re_path(f"{_UNIT}luc-do/$", UnitThenPage.as_view(), name="unit-then"),
    *list_paths("dia-ban/<slug:word>/<slug:code>/<int:year>/ket-qua/", UnitResultList, name="unit-results"),
]
urlpatterns: list[URLPattern] = [
    path("tai-khoan/tinh/", ChooseProvince.as_view(), name="choose-province"),
    *unit_urls,
    *decision_urls,
    *document_urls,
    *criteria_urls,
    *entry_urls,
    *entry_cell_urls,
    *appraisal_urls,
]
