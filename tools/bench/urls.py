"""The application's addresses, the empty page and the empty write."""

from django.urls import include, path

from tools.bench.views import EmptyPage, EmptyPost

urlpatterns = [
    path("bench/empty/", EmptyPage.as_view(), name="bench-empty"),
    path("bench/empty-post/", EmptyPost.as_view(), name="bench-empty-post"),
    path("", include("ntm.urls")),
]
