"""Addresses of this app."""

from django.urls import path

from ntm.core.views import list_paths
from targets import views

app_name = "targets"
urlpatterns = [
    path("", views.LatestPlan.as_view(), name="latest"),
    path("<int:year>/", views.PlanDetail.as_view(), name="plan"),
    *list_paths("<int:year>/chi-tieu/", views.TargetList, name="targets"),
    *list_paths("<int:year>/dang-ky/", views.RegistrationList, name="registrations"),
    path("<int:year>/lap/", views.DraftPlan.as_view(), name="draft"),
    path("<int:year>/du-thao/", views.ChangeDraft.as_view(), name="change"),
    path("<int:year>/phe-duyet/", views.ApprovePlan.as_view(), name="approve"),
    path("<int:year>/dieu-chinh/", views.AmendPlan.as_view(), name="amend"),
]
