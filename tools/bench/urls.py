"""The application's addresses and the empty page."""

from django.urls import include, path

from tools.bench.views import EmptyPage

urlpatterns = [path("bench/empty/", EmptyPage.as_view(), name="bench-empty"), path("", include("ntm.urls"))]
