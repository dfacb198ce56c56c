"""Addresses of the home page and of the years."""

from django.urls import path

from ntm.core.views import list_paths
from ntm.reports.commune_form_views import CommuneFormFile, CommuneFormPage
from ntm.reports.criteria_views import CriteriaList, CriteriaMatrix, IndicatorPage, LatestCriteria
from ntm.reports.form_views import Forms, IssuedFile, IssuedList, IssuedPage, OfficialFormPage
from ntm.reports.views import FigureList, Home, Latest, SumList, YearJson, YearPage, YearWorkbook
from ntm.reports.views_then import YearThenPage

app_name = "reports"
urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("tong-quan/", Latest.as_view(), name="latest"),
    path("tong-quan/<int:year>/", YearPage.as_view(), name="year"),
    path("tong-quan/<int:year>.json", YearJson.as_view(), name="year-json"),
    path("tong-quan/<int:year>.xlsx", YearWorkbook.as_view(), name="year-xlsx"),
    path("tong-quan/<int:year>/luc-do/", YearThenPage.as_view(), name="year-then"),
    *list_paths("tong-quan/<int:year>/so-lieu/", FigureList, name="figure"),
    *list_paths("tong-quan/<int:year>/phep-tinh/", SumList, name="sum"),
    path("tieu-chi/", LatestCriteria.as_view(), name="criteria-latest"),
    *list_paths("tieu-chi/<int:year>/", CriteriaMatrix, name="criteria"),
    *list_paths("tieu-chi/<int:year>/so-lieu/", CriteriaList, name="criteria-list"),
    path("bieu-mau/", Forms.as_view(), name="forms"),
    *list_paths("bieu-mau/da-xuat/", IssuedList, name="issued-list"),
    path("bieu-mau/da-xuat/<int:pk>/", IssuedPage.as_view(), name="issued"),
    path("bieu-mau/da-xuat/<int:pk>/tep/", IssuedFile.as_view(), name="issued-file"),
    path("bieu-mau/<int:year>/xa/<str:unit>/", CommuneFormPage.as_view(), name="commune-form"),
    path("bieu-mau/<int:year>/xa/<str:unit>/bieu.xlsx", CommuneFormFile.as_view(), name="commune-form-file"),
    path("bieu-mau/<int:year>/<slug:code>/", OfficialFormPage.as_view(), name="form"),
    path("tieu-chi/<int:year>/<slug:bo>/<str:code>/", IndicatorPage.as_view(), name="criteria-indicator"),
]
