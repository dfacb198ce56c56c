"""Addresses of rounds, submissions, appraisal and what waits for whom."""

from django.urls import URLPattern, path, re_path

from communes.urls_parts import UNIT_YEAR, YEAR
from communes.views.appraisal import (
    AcceptPage,
    ExtendPage,
    ReopenPage,
    ReviewPage,
    SendAgainPage,
    SubmissionView,
    SubmitPage,
    WithdrawPage,
)
from communes.views.appraisal_conditions import AlertList, CasePage, CheckFile, CheckPage, ConditionsPage
from communes.views.appraisal_judging import AnswerPage, DeskList, JudgeMany, JudgePage, ReturnPage
from communes.views.appraisal_rounds import (
    AcceptMany,
    DeadlinesPage,
    LockPage,
    OpenRound,
    RoundPage,
    RoundReturns,
    RoundsPage,
    UnlockPage,
)
from communes.views.appraisal_work import MyWork, WorkList
from ntm.core.views import list_paths

_YEAR_LIST = rf"^canh-bao-thu-hoi/{YEAR}"

work_urls: list[URLPattern] = [
    path("viec-cua-toi/", MyWork.as_view(), name="my-work"),
    *list_paths("viec-cua-toi/<slug:kind>/", WorkList, name="work-list"),
]
round_urls: list[URLPattern] = [
    path("ky-nhap-lieu/", RoundsPage.as_view(), name="rounds"),
    path("ky-nhap-lieu/mo/", OpenRound.as_view(), name="open-round"),
    path("ky-nhap-lieu/<int:pk>/", RoundPage.as_view(), name="round"),
    *list_paths("ky-nhap-lieu/<int:pk>/phieu/", RoundReturns, name="round-returns"),
    path("ky-nhap-lieu/<int:pk>/han/", DeadlinesPage.as_view(), name="round-deadlines"),
    path("ky-nhap-lieu/<int:pk>/khoa/", LockPage.as_view(), name="round-lock"),
    path("ky-nhap-lieu/<int:pk>/mo-khoa/", UnlockPage.as_view(), name="round-unlock"),
    path("ky-nhap-lieu/<int:pk>/chap-nhan/", AcceptMany.as_view(), name="accept-many"),
]
submission_urls: list[URLPattern] = [
    path("phieu/<int:pk>/", SubmissionView.as_view(), name="submission"),
    path("phieu/<int:pk>/gui/", SubmitPage.as_view(), name="submission-submit"),
    path("phieu/<int:pk>/rut-lai/", WithdrawPage.as_view(), name="submission-withdraw"),
    path("phieu/<int:pk>/tham-tra/", ReviewPage.as_view(), name="submission-review"),
    path("phieu/<int:pk>/gui-lai/", SendAgainPage.as_view(), name="submission-answer"),
    path("phieu/<int:pk>/chap-nhan/", AcceptPage.as_view(), name="submission-accept"),
    path("phieu/<int:pk>/mo-lai/", ReopenPage.as_view(), name="submission-reopen"),
    path("phieu/<int:pk>/gia-han/", ExtendPage.as_view(), name="submission-extend"),
]
judging_urls: list[URLPattern] = [
    *list_paths("tham-dinh/", DeskList, name="judging"),
    path("tham-dinh/nhieu/", JudgeMany.as_view(), name="judge-many"),
    path("tham-dinh/<int:pk>/", JudgePage.as_view(), name="judge"),
    path("tham-dinh/<int:pk>/tra-lai/", ReturnPage.as_view(), name="return-result"),
    path("y-kien/<int:pk>/tra-loi/", AnswerPage.as_view(), name="answer-remark"),
]
condition_urls: list[URLPattern] = [
    re_path(rf"^xet-cong-nhan/{UNIT_YEAR}$", CasePage.as_view(), name="recognition-case"),
    re_path(rf"^dieu-kien/{UNIT_YEAR}$", ConditionsPage.as_view(), name="conditions"),
    re_path(rf"^dieu-kien/{UNIT_YEAR}(?P<pk>[0-9]{{1,15}})/$", CheckPage.as_view(), name="check-condition"),
    path("dieu-kien/tep/<int:pk>/", CheckFile.as_view(), name="condition-file"),
    re_path(rf"{_YEAR_LIST}$", AlertList.as_view(), name="alerts"),
    re_path(rf"{_YEAR_LIST}danh-sach\.xlsx$", AlertList.as_view(file_format="xlsx"), name="alerts-xlsx"),
    re_path(rf"{_YEAR_LIST}danh-sach\.csv$", AlertList.as_view(file_format="csv"), name="alerts-csv"),
]
appraisal_urls: list[URLPattern] = [
    *work_urls,
    *round_urls,
    *submission_urls,
    *judging_urls,
    *condition_urls,
]
