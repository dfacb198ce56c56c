"""Addresses of this app."""

from django.urls import path

from ntm.audit.views import BatchList, EntryList, EntryPage
from ntm.core.views import list_paths

app_name = "audit"
urlpatterns = [
    *list_paths("", EntryList, name="entries"),
    path("<int:number>/", EntryPage.as_view(), name="entry"),
    *list_paths("lo/<uuid:batch>/", BatchList, name="batch"),
]
