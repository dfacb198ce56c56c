"""Addresses of this app. Of the package's pages those that are listed are there, under the names that it knows."""

from allauth.account.views import logout
from django.urls import path
from django.views.decorators.http import require_http_methods

from ntm.accounts import factor_views, signing_in
from ntm.accounts.views import PasswordChange
from ntm.core.access import SIGNED_IN, declared

# Asked before what the packages ask: whoever is signed in already, whether the password is needed again.
_form = require_http_methods(("GET", "HEAD", "OPTIONS", "POST"))

urlpatterns = [
    path("dang-nhap/", _form(signing_in.SignIn.as_view()), name="account_login"),
    path("dang-xuat/", declared(_form(logout), SIGNED_IN), name="account_logout"),
    path("doi-mat-khau/", PasswordChange.as_view(), name="account_change_password"),
    path("xac-nhan-mat-khau/", _form(signing_in.PasswordAgain.as_view()), name="account_reauthenticate"),
    path("gui-lai/", signing_in.SendAgain.as_view(), name="send_again"),
    path("xac-thuc-hai-lop/", factor_views.SecondFactor.as_view(), name="second_factor"),
    path("xac-thuc-hai-lop/ma/", _form(signing_in.CodePage.as_view()), name="mfa_authenticate"),
    path("xac-thuc-hai-lop/bat/", _form(factor_views.TurnOn.as_view()), name="second_factor_on"),
    path("xac-thuc-hai-lop/tat/", _form(factor_views.TurnOff.as_view()), name="second_factor_off"),
    path(
        "xac-thuc-hai-lop/ma-du-phong/", _form(factor_views.RenewCodes.as_view()), name="second_factor_codes"
    ),
    path("phien/", factor_views.SessionList.as_view(), name="sessions"),
    path("phien/ket-thuc/", factor_views.SessionEnd.as_view(), name="sessions_end"),
]
