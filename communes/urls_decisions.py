"""Addresses of decisions, recognitions and documents."""

from django.urls import URLPattern, path

from communes.views.decisions import DecisionList, DecisionPage, RecognitionList
from communes.views.declarations import DeclarePage, WithdrawPage
from communes.views.documents import AttachPage, DocumentFile, DocumentPage
from communes.views.recording import (
    AddUnitsPage,
    ConfirmPage,
    CorrectPage,
    RecognisePage,
    RevokePage,
)
from communes.views.taking_back import TakeBackConfirmationPage, TakeBackPage, TakeBackRevocationPage
from ntm.core.views import list_paths

decision_urls: list[URLPattern] = [
    *list_paths("quyet-dinh/", DecisionList, name="decisions"),
    path("quyet-dinh/cong-nhan/", RecognisePage.as_view(), name="recognise"),
    path("quyet-dinh/xac-nhan/", ConfirmPage.as_view(), name="confirm"),
    path("quyet-dinh/thu-hoi/", RevokePage.as_view(), name="revoke"),
    path("quyet-dinh/du-so-lieu/", DeclarePage.as_view(), name="declare-year"),
    path("quyet-dinh/du-so-lieu/<int:pk>/rut/", WithdrawPage.as_view(), name="withdraw-declaration"),
    path("quyet-dinh/<int:pk>/", DecisionPage.as_view(), name="decision"),
    path("quyet-dinh/<int:pk>/them-don-vi/", AddUnitsPage.as_view(), name="add-units"),
    *list_paths("cong-nhan/", RecognitionList, name="recognitions"),
    path("cong-nhan/<int:pk>/dinh-chinh/", CorrectPage.as_view(), name="correct"),
    path("cong-nhan/<int:pk>/rut/", TakeBackPage.as_view(), name="take-back"),
    path("cong-nhan/<int:pk>/rut-thu-hoi/", TakeBackRevocationPage.as_view(), name="take-back-revocation"),
    path("xac-nhan/<int:pk>/rut/", TakeBackConfirmationPage.as_view(), name="take-back-confirmation"),
]
document_urls: list[URLPattern] = [
    path("van-ban/<int:pk>/", DocumentPage.as_view(), name="document"),
    path("van-ban/<int:pk>/tep/", DocumentFile.as_view(), name="document-file"),
    path("van-ban/<int:pk>/bo-sung-tep/", AttachPage.as_view(), name="document-attach"),
]
