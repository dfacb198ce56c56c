"""The pages of thresholds and of duties."""

from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse

from communes.choices import SetState
from communes.forms.criteria import DutyForm, ThresholdForm, WithdrawForm, threshold_values
from communes.models import CriteriaSet, Duty, Indicator, Threshold
from communes.selectors.set_page import set_page
from communes.services import duties, thresholds
from communes.views.criteria_drafts import plain_numbers
from communes.views.criteria_sets import IndicatorMixin, Person, SetMixin
from ntm.audit.pages import CreatePage, EditPage, FormPage
from ntm.core.dates import today
from ntm.core.forms import BaseForm
from ntm.core.views import first_or_404


class _ThresholdForm(IndicatorMixin, FormPage):
    """What the two forms of a threshold share."""

    permission = thresholds.RIGHT
    form_class = ThresholdForm
    template_name = "communes/criteria/threshold_form.html"
    submit_label = "Lưu ngưỡng"
    correcting = False

    @property
    def success_message(self) -> str:  # type: ignore[override]
        is_draft = self.criteria_set.state == SetState.DRAFT
        return "Đã lưu ngưỡng." + ("" if is_draft else " Kết quả của các kỳ đang mở đã được đánh giá lại.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "indicator": self.indicator,
            "user": self.person,
            "province_id": self.province_id,
            "correcting": self.correcting,
        }

    def get_cancel_url(self) -> str:
        return self.indicator_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = self.indicator_crumbs(self.get_title())
        return super().get_context_data(indicator=self.indicator, crumbs=crumbs, **kwargs)


class AddThreshold(_ThresholdForm, CreatePage):
    """A threshold of a draft, or the province's own beside a published set."""

    def get_title(self) -> str:
        is_draft = self.criteria_set.state == SetState.DRAFT
        return "Thêm ngưỡng" if is_draft else "Đặt ngưỡng của tỉnh"

    def perform(self, form: ThresholdForm) -> str:
        thresholds.add_threshold(
            self.indicator,
            values=form.values(),
            province=self.province,
            is_retroactive=form.cleaned_data.get("is_retroactive", False),
            by=self.person,
        )
        return self.indicator_url()


class ThresholdMixin(IndicatorMixin):
    """For a view below `<int:pk>/` of a threshold that the province may change."""

    @cached_property
    def threshold(self) -> Threshold:
        mine = Q(province_id=self.province_id) | Q(
            province=None, indicator__criteria_set__state=SetState.DRAFT
        )
        rows = Threshold.objects.filter(
            mine, pk=self.kwargs["pk"], indicator__criteria_set__in=self.get_sets()
        )
        path = "indicator__criteria_set__level__period"
        found: Threshold = first_or_404(rows.select_related(path, "indicator__criterion", "document"))
        return found

    @cached_property
    def indicator(self) -> Indicator:
        return self.threshold.indicator


class ChangeThreshold(ThresholdMixin, _ThresholdForm, EditPage):
    title = "Sửa ngưỡng"
    correcting = True

    def get_object(self) -> Threshold:
        return self.threshold

    def get_initial(self) -> dict[str, Any]:
        return threshold_values(self.threshold)

    def perform(self, form: ThresholdForm) -> str:
        cleaned = form.cleaned_data
        thresholds.change_threshold(
            self.threshold,
            version=cleaned["version"],
            values=form.values(),
            reason=cleaned.get("reason", ""),
            is_retroactive=cleaned.get("is_retroactive", False),
            by=self.person,
        )
        return self.indicator_url()

    def conflict(self, form: ThresholdForm, current: Threshold) -> HttpResponse:
        stored = threshold_values(current)
        current.attribute = stored["attribute"]
        if "value" in form.fields:
            plain_numbers(form.cleaned_data, current, "value")
        return super().conflict(form, current)


class WithdrawThreshold(ThresholdMixin, EditPage):
    """Out of a draft without a word; a province's own with a reason."""

    permission = thresholds.RIGHT
    title = "Bỏ ngưỡng"
    submit_label = "Bỏ ngưỡng"
    template_name = "communes/criteria/confirm.html"
    success_message = "Đã bỏ ngưỡng."

    def get_form_class(self) -> type[BaseForm]:
        return BaseForm if self.threshold.province_id is None else WithdrawForm

    def get_object(self) -> Threshold:
        return self.threshold

    def get_cancel_url(self) -> str:
        return self.indicator_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = (
            f"Bỏ ngưỡng này của chỉ tiêu “{self.indicator}”? Kết quả của các kỳ đang mở được đánh giá lại."
        )
        crumbs = self.indicator_crumbs(self.title)
        return super().get_context_data(question=question, danger=True, crumbs=crumbs, **kwargs)

    def perform(self, form: BaseForm) -> str:
        cleaned = form.cleaned_data
        thresholds.withdraw_threshold(
            self.threshold, version=cleaned["version"], reason=cleaned.get("reason", ""), by=self.person
        )
        return self.indicator_url()


# --- duties --------------------------------------------------------------------------------------------------
class DutiesPage(SetMixin, CreatePage):
    """Who judges what, as a table to tick in; `?chi-tieu=` ticks one."""

    permission = duties.RIGHT
    title = "Phân công sở, ngành"
    submit_label = "Phân công"
    form_class = DutyForm
    template_name = "communes/criteria/duties.html"

    def get_sets(self) -> QuerySet[CriteriaSet]:
        return super().get_sets().filter(state=SetState.PUBLISHED)

    @property
    def year(self) -> int:
        period = self.criteria_set.level.period
        return min(max(today().year, period.first_year), period.last_year)

    def get_form_kwargs(self) -> dict[str, Any]:
        more = {"criteria_set": self.criteria_set, "user": self.person, "province_id": self.province_id}
        return super().get_form_kwargs() | more

    def get_initial(self) -> dict[str, Any]:
        return {"indicators": self.request.GET.getlist("chi-tieu"), "first_year": self.year}

    def get_cancel_url(self) -> str:
        return self.set_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | {
            "page": set_page(self.criteria_set, self.province_id, self.year),
            "year": self.year,
            "ticked": {str(key) for key in form["indicators"].value() or ()},
            "ticked_criteria": {str(key) for key in form["criteria"].value() or ()},
            "crumbs": self.crumbs((self.title, None)),
        }

    def perform(self, form: DutyForm) -> str:
        cleaned = form.cleaned_data
        names = ("department", "first_year", "last_year", "document")
        written = duties.assign_indicators(
            self.criteria_set,
            province=self.province,
            indicators=form.chosen(),
            by=self.person,
            **{name: cleaned[name] for name in names},
        )
        self.success_message = f"Đã phân công {len(written)} chỉ tiêu cho {cleaned['department']}."
        return reverse("communes:criteria-duties", args=[self.criteria_set.pk])


class DropDuty(Person, EditPage):
    """Takes back a duty that was entered wrongly."""

    permission = duties.RIGHT
    title = "Bỏ phân công"
    submit_label = "Bỏ phân công"
    form_class = BaseForm
    template_name = "communes/criteria/confirm.html"
    success_message = "Đã bỏ phân công."

    def get_object(self) -> Duty:
        rows = Duty.objects.filter(province_id=self.province_id, pk=self.kwargs["pk"])
        found: Duty = first_or_404(
            rows.select_related("indicator__criteria_set__level__period", "department")
        )
        return found

    def get_cancel_url(self) -> str:
        return reverse("communes:criteria-indicator", args=[self.setup_object().indicator_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        duty = self.setup_object()
        question = (
            f"Bỏ phân công chỉ tiêu “{duty.indicator}” cho {duty.department}, từ năm {duty.first_year}?"
        )
        crumbs = [
            ("Bộ tiêu chí", reverse("communes:criteria-sets")),
            (f"Chỉ tiêu {duty.indicator.code}", self.get_cancel_url()), (self.title, None),
        ]  # fmt: skip
        return super().get_context_data(question=question, danger=True, crumbs=crumbs, **kwargs)

    def perform(self, form: BaseForm) -> str:
        url = self.get_cancel_url()
        duties.drop_duty(self.setup_object(), version=form.cleaned_data["version"], by=self.person)
        return url
