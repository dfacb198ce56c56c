"""Addresses of this app."""

from django.urls import path

from funding import views, views_allocations
from ntm.core.views import list_paths

app_name = "funding"
urlpatterns = [
    path("", views.LatestMoney.as_view(), name="latest"),
    *list_paths("<int:year>/", views.AmountList, name="amounts"),
    *list_paths("<int:year>/phan-bo/", views_allocations.AllocationList, name="allocations"),
    path("phan-bo/nhap/", views_allocations.EnterAllocation.as_view(), name="enter-allocation"),
    path("phan-bo/<int:pk>/", views_allocations.ChangeAllocation.as_view(), name="change-allocation"),
    path("nhap/", views.EnterAmount.as_view(), name="enter"),
    path("so-von/<int:pk>/", views.ChangeAmount.as_view(), name="change"),
]
