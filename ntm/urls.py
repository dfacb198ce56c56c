"""Where each app's pages live. No view is written here."""

from django.contrib import admin
from django.urls import include, path

from ntm.core.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("tai-khoan/", include("ntm.accounts.urls")),
    path("quan-tri/", admin.site.urls),
    path("nhat-ky/", include("ntm.audit.urls")),
    path("viec-nen/", include("ntm.jobs.urls")),
    path("nhap-tep/", include("ntm.sheets.urls")),
    path("", include("communes.urls")),
    path("ke-hoach/", include("targets.urls")),
    path("nguon-von/", include("funding.urls")),
    path("", include("ntm.reports.urls")),
]

handler400 = "ntm.core.problems.bad_request"
handler403 = "ntm.core.problems.forbidden"
handler404 = "ntm.core.problems.not_found"
handler500 = "ntm.core.problems.server_error"
