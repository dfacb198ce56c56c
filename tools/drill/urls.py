"""The application's addresses and the page that the drills save through."""

from django.urls import include, path

from tools.drill.views import Save

urlpatterns = [path("drill/save/", Save.as_view(), name="drill-save"), path("", include("ntm.urls"))]
