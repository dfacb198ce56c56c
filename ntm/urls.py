"""Where each app's pages live. No view is written here."""

from allauth.account.views import login, logout
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_http_methods

from ntm.accounts.views import PasswordChange
from ntm.core.access import PUBLIC, SIGNED_IN, declared
from ntm.core.health import healthz, readyz

_form = require_http_methods(("GET", "HEAD", "OPTIONS", "POST"))

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("tai-khoan/dang-nhap/", declared(_form(login), PUBLIC), name="account_login"),
    path("tai-khoan/dang-xuat/", declared(_form(logout), SIGNED_IN), name="account_logout"),
    path("tai-khoan/doi-mat-khau/", PasswordChange.as_view(), name="account_change_password"),
    path("quan-tri/", admin.site.urls),
    path("nhat-ky/", include("ntm.audit.urls")),
    path("", include("communes.urls")),
    path("ke-hoach/", include("targets.urls")),
    path("nguon-von/", include("funding.urls")),
    path("", include("ntm.reports.urls")),
]
