"""Addresses of imports: a kind's template and page, and one brought file with all that is done about it."""

from django.urls import path

from ntm.core.bulk import without_collecting
from ntm.core.views import list_paths
from ntm.sheets.imports import views

app_name = "sheets"
_FILE = "tep/<int:pk>/"
urlpatterns = [
    *list_paths("", views.Uploads, name="uploads"),
    path(_FILE, without_collecting()(views.UploadPage.as_view()), name="upload"),
    path(f"{_FILE}chon/", views.ChooseInUpload.as_view(), name="choose"),
    path(f"{_FILE}cot/", views.ColumnsPage.as_view(), name="columns"),
    path(f"{_FILE}xac-nhan/", views.ConfirmUpload.as_view(), name="confirm"),
    path(f"{_FILE}loi.xlsx", views.FaultsFile.as_view(), name="faults-xlsx"),
    path(f"{_FILE}loi.csv", views.FaultsFile.as_view(file_format="csv"), name="faults-csv"),
    path("<slug:kind>/", views.ImportPage.as_view(), name="import"),
    path("<slug:kind>/mau.xlsx", views.Template.as_view(), name="template"),
]
