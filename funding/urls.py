"""Addresses of this app."""

from django.urls import path

from funding import views
from ntm.core.views import list_paths

app_name = "funding"
urlpatterns = [
    path("", views.LatestMoney.as_view(), name="latest"),
    *list_paths("<int:year>/", views.AmountList, name="amounts"),
    path("nhap/", views.EnterAmount.as_view(), name="enter"),
    path("so-von/<int:pk>/", views.ChangeAmount.as_view(), name="change"),
]
