"""Addresses of this app."""

from django.urls import path

from ntm.audit.views import BatchList, EntryList, EntryPage
from ntm.audit.views_history import ObjectHistory, PersonHistory
from ntm.audit.views_restore import RestorePage, UndoPage
from ntm.core.views import list_paths

app_name = "audit"
urlpatterns = [
    *list_paths("", EntryList, name="entries"),
    path("<int:number>/", EntryPage.as_view(), name="entry"),
    path("<int:number>/khoi-phuc/", RestorePage.as_view(), name="restore"),
    *list_paths("lo/<uuid:batch>/", BatchList, name="batch"),
    path("lo/<uuid:batch>/hoan-tac/", UndoPage.as_view(), name="undo"),
    *list_paths("doi-tuong/<str:kind>/<int:key>/", ObjectHistory, name="object"),
    *list_paths("nguoi/<int:key>/", PersonHistory, name="person"),
]
