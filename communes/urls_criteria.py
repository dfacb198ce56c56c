"""Addresses of criteria sets, thresholds and duties."""

from django.urls import URLPattern, path

from communes.views import criteria_drafts as drafts
from communes.views import criteria_import as files
from communes.views import criteria_sets as sets
from communes.views import criteria_thresholds as bars
from ntm.core.views import list_paths

_SET, _CRITERION = "tieu-chi/bo/<int:pk>/", "tieu-chi/tieu-chi/<int:pk>/"
_INDICATOR, _THRESHOLD = "tieu-chi/chi-tieu/<int:pk>/", "tieu-chi/nguong/<int:pk>/"

criteria_urls: list[URLPattern] = [
    *list_paths("tieu-chi/bo/", sets.CriteriaSetList, name="criteria-sets"),
    path("tieu-chi/bo/lap-du-thao/", drafts.NewDraft.as_view(), name="criteria-draft"),
    path("tieu-chi/bo/mau.xlsx", files.Template.as_view(), name="criteria-template"),
    path(_SET, sets.CriteriaSetPage.as_view(), name="criteria-set"),
    path(f"{_SET}bo-tieu-chi.xlsx", files.ExportSet.as_view(), name="criteria-export"),
    path(f"{_SET}nhap/", files.ImportSet.as_view(), name="criteria-import"),
    path(f"{_SET}chep/", drafts.CopySet.as_view(), name="criteria-copy"),
    path(f"{_SET}ten/", drafts.RenameSet.as_view(), name="criteria-rename"),
    path(f"{_SET}ban-hanh/", drafts.PublishSet.as_view(), name="criteria-publish"),
    path(f"{_SET}bo-du-thao/", drafts.DiscardSet.as_view(), name="criteria-discard"),
    path(f"{_SET}phan-cong/", bars.DutiesPage.as_view(), name="criteria-duties"),
    path(f"{_SET}them-tieu-chi/", drafts.AddCriterion.as_view(), name="criteria-criterion-add"),
    path(f"{_CRITERION}sua/", drafts.ChangeCriterion.as_view(), name="criteria-criterion-change"),
    path(f"{_CRITERION}bo/", drafts.DropCriterion.as_view(), name="criteria-criterion-drop"),
    path(f"{_CRITERION}chuyen/", drafts.MoveCriterion.as_view(), name="criteria-criterion-move"),
    path(f"{_CRITERION}them-chi-tieu/", drafts.AddIndicator.as_view(), name="criteria-indicator-add"),
    path(_INDICATOR, sets.IndicatorPage.as_view(), name="criteria-indicator"),
    path(f"{_INDICATOR}sua/", drafts.ChangeIndicator.as_view(), name="criteria-indicator-change"),
    path(f"{_INDICATOR}bo/", drafts.DropIndicator.as_view(), name="criteria-indicator-drop"),
    path(f"{_INDICATOR}chuyen/", drafts.MoveIndicator.as_view(), name="criteria-indicator-move"),
    path(f"{_INDICATOR}nguong/", bars.AddThreshold.as_view(), name="criteria-threshold-add"),
    path(f"{_THRESHOLD}sua/", bars.ChangeThreshold.as_view(), name="criteria-threshold-change"),
    path(f"{_THRESHOLD}bo/", bars.WithdrawThreshold.as_view(), name="criteria-threshold-withdraw"),
    path("tieu-chi/phan-cong/<int:pk>/bo/", bars.DropDuty.as_view(), name="criteria-duty-drop"),
]
