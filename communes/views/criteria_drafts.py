"""The pages of a draft: begun, edited row by row, thrown away or published."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import View

from communes.choices import SetState
from communes.forms.criteria import (
    CriterionForm,
    IndicatorForm,
    NameForm,
    NewSetForm,
    PublishForm,
    indicator_values,
)
from communes.judging import number
from communes.models import CriteriaSet, Criterion, Indicator
from communes.selectors.criteria_sets import drafts_of
from communes.services import criteria_rows, criteria_sets
from communes.set_content import SOFT_LIMITS
from communes.views.criteria_sets import IndicatorMixin, Person, SetMixin
from ntm.audit.pages import CreatePage, EditPage, FormPage
from ntm.core.access import AccessMixin
from ntm.core.forms import BaseForm
from ntm.core.views import first_or_404

_LIST = "communes:criteria-sets"


class DraftMixin(SetMixin):
    """Only drafts of the person's own province are found here."""

    request: HttpRequest

    def get_sets(self) -> QuerySet[CriteriaSet]:
        return drafts_of(self.person)

    def get_cancel_url(self) -> str:
        return self.set_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = self.crumbs((self.get_title(), None))  # type: ignore[attr-defined]
        return super().get_context_data(**({"crumbs": crumbs} | kwargs))  # type: ignore[misc]


class NewDraft(Person, CreatePage):
    """An empty draft, to be filled by hand or from a file."""

    permission = criteria_sets.RIGHT
    title = "Lập dự thảo bộ tiêu chí"
    submit_label = "Lập dự thảo"
    form_class = NewSetForm
    template_name = "communes/criteria/form.html"
    success_message = "Đã lập dự thảo. Hãy thêm tiêu chí, hoặc nhập cả bộ từ tệp .xlsx."

    def get_cancel_url(self) -> str:
        return reverse(_LIST)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        intro = "Dự thảo bắt đầu trống. Muốn dựa trên bộ đã có, hãy mở bộ đó rồi chọn “Chép thành dự thảo”."
        crumbs = [("Bộ tiêu chí", reverse(_LIST)), (self.title, None)]
        return super().get_context_data(crumbs=crumbs, intro=intro, **kwargs)

    def perform(self, form: NewSetForm) -> str:
        cleaned = form.cleaned_data
        made = criteria_sets.draft_set(
            level=cleaned["level"], province=self.province, name=cleaned["name"], by=self.person
        )
        return reverse("communes:criteria-set", args=[made.pk])


class CopySet(SetMixin, CreatePage):
    """A draft that begins with everything of a published set."""

    permission = criteria_sets.RIGHT
    title = "Chép thành dự thảo của tỉnh"
    submit_label = "Chép thành dự thảo"
    form_class = NameForm
    template_name = "communes/criteria/form.html"
    success_message = "Đã chép thành dự thảo. Bộ cũ vẫn áp dụng cho đến khi dự thảo được ban hành."

    def get_sets(self) -> QuerySet[CriteriaSet]:
        return super().get_sets().filter(state=SetState.PUBLISHED)

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.criteria_set.name}

    def get_cancel_url(self) -> str:
        return self.set_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        intro = f"Chép mọi tiêu chí, chỉ tiêu, ngưỡng và phân công từ “{self.criteria_set.name}”."
        return super().get_context_data(intro=intro, crumbs=self.crumbs((self.title, None)), **kwargs)

    def perform(self, form: NameForm) -> str:
        base = self.criteria_set
        made = criteria_sets.draft_set(
            level=base.level,
            province=self.province,
            name=form.cleaned_data["name"],
            base=base,
            by=self.person,
        )
        return reverse("communes:criteria-set", args=[made.pk])


class _SetEdit(DraftMixin, EditPage):
    """Something done with a whole draft, from the version that the page showed."""

    permission = criteria_sets.RIGHT
    template_name = "communes/criteria/form.html"

    def get_object(self) -> CriteriaSet:
        return self.criteria_set

    def perform(self, form: Any) -> str:
        self.do(form.cleaned_data)
        return self.get_success_url()

    def get_success_url(self) -> str:
        return self.set_url()

    def do(self, cleaned: dict[str, Any]) -> None:
        """The verb; each page calls its own."""
        raise NotImplementedError


class RenameSet(_SetEdit):
    title = "Đổi tên dự thảo"
    form_class = NameForm
    success_message = "Đã đổi tên dự thảo."

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.criteria_set.name}

    def do(self, cleaned: dict[str, Any]) -> None:
        criteria_sets.rename_set(
            self.criteria_set, version=cleaned["version"], name=cleaned["name"], by=self.person
        )


class PublishSet(_SetEdit):
    """Puts the draft in force; the page says what that means."""

    title = "Ban hành bộ tiêu chí"
    submit_label = "Ban hành"
    form_class = PublishForm
    success_message = "Đã ban hành bộ tiêu chí."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.person, "province_id": self.province_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        intro = (
            "Sau khi ban hành, bộ tiêu chí không sửa được nữa. Lần ban hành trước của tỉnh kết thúc từ ngày áp dụng; "
            "kỳ nhập liệu đã mở vẫn dùng bộ cũ."
        )
        return super().get_context_data(intro=intro, **kwargs)

    def do(self, cleaned: dict[str, Any]) -> None:
        criteria_sets.publish_set(
            self.criteria_set,
            version=cleaned["version"],
            valid_from=cleaned["valid_from"],
            document=cleaned["document"],
            is_retroactive=cleaned["is_retroactive"],
            by=self.person,
        )


class DiscardSet(_SetEdit):
    title = "Bỏ dự thảo"
    submit_label = "Bỏ dự thảo"
    form_class = BaseForm
    template_name = "communes/criteria/confirm.html"
    success_message = "Đã bỏ dự thảo."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = f"Bỏ dự thảo “{self.criteria_set.name}” với mọi tiêu chí, chỉ tiêu và ngưỡng trong đó?"
        return super().get_context_data(question=question, danger=True, **kwargs)

    def get_success_url(self) -> str:
        return reverse(_LIST)

    def do(self, cleaned: dict[str, Any]) -> None:
        criteria_sets.discard_set(self.criteria_set, version=cleaned["version"], by=self.person)


# --- criteria ------------------------------------------------------------------------------------------------
class AddCriterion(DraftMixin, CreatePage):
    permission = criteria_sets.RIGHT
    title = "Thêm tiêu chí"
    submit_label = "Thêm tiêu chí"
    form_class = CriterionForm
    template_name = "communes/criteria/form.html"
    success_message = "Đã thêm tiêu chí."

    def perform(self, form: CriterionForm) -> str:
        criteria_rows.add_criterion(self.criteria_set, values=_values(form), by=self.person)
        return self.set_url()


class CriterionMixin(DraftMixin):
    """For a view below `<int:pk>/` of a criterion of a draft."""

    @cached_property
    def criterion(self) -> Criterion:
        rows = Criterion.objects.filter(criteria_set__in=self.get_sets(), pk=self.kwargs["pk"])
        found: Criterion = first_or_404(rows.select_related("criteria_set__level__period"))
        # It is edited from the version of its set.
        found.version = found.criteria_set.version  # type: ignore[attr-defined]
        return found

    @cached_property
    def criteria_set(self) -> CriteriaSet:
        return self.criterion.criteria_set


class ChangeCriterion(CriterionMixin, EditPage):
    permission = criteria_sets.RIGHT
    title = "Sửa tiêu chí"
    form_class = CriterionForm
    template_name = "communes/criteria/form.html"
    success_message = "Đã sửa tiêu chí."

    def get_object(self) -> Criterion:
        return self.criterion

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.criterion, name) for name in CriterionForm.base_fields}

    def perform(self, form: CriterionForm) -> str:
        version = form.cleaned_data["version"]
        criteria_rows.change_criterion(self.criterion, version=version, values=_values(form), by=self.person)
        return self.set_url()


class DropCriterion(CriterionMixin, EditPage):
    permission = criteria_sets.RIGHT
    title = "Bỏ tiêu chí"
    submit_label = "Bỏ tiêu chí"
    form_class = BaseForm
    template_name = "communes/criteria/confirm.html"
    success_message = "Đã bỏ tiêu chí khỏi dự thảo."

    def get_object(self) -> Criterion:
        return self.criterion

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        inside = Indicator.objects.filter(criterion=self.criterion).count()
        question = f"Bỏ tiêu chí “{self.criterion}” và {inside} chỉ tiêu của nó khỏi dự thảo?"
        return super().get_context_data(question=question, danger=True, **kwargs)

    def perform(self, form: BaseForm) -> str:
        version = form.cleaned_data["version"]
        criteria_rows.drop_criterion(self.criterion, version=version, by=self.person)
        return self.set_url()


# --- indicators ----------------------------------------------------------------------------------------------
class _IndicatorForm(DraftMixin, FormPage):
    """What the two forms of an indicator share."""

    permission = criteria_sets.RIGHT
    form_class = IndicatorForm
    template_name = "communes/criteria/indicator_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"criteria_set": self.criteria_set}


class AddIndicator(CriterionMixin, _IndicatorForm, CreatePage):
    title = "Thêm chỉ tiêu"
    submit_label = "Thêm chỉ tiêu"
    success_message = "Đã thêm chỉ tiêu. Hãy đặt ngưỡng cho chỉ tiêu."

    def get_initial(self) -> dict[str, Any]:
        limit = SOFT_LIMITS["percent"]
        return {
            "criterion": self.criterion.pk, "kind": "percent", "unit_of_measure": "%", "minimum": Decimal(0),
            "maximum": Decimal(100), "soft_limit": limit, "code": f"{self.criterion.number}.",
        }  # fmt: skip

    def perform(self, form: IndicatorForm) -> str:
        row = criteria_rows.add_indicator(self.criteria_set, values=form.values(), by=self.person)
        return reverse("communes:criteria-indicator", args=[row.pk])


class ChangeIndicator(IndicatorMixin, _IndicatorForm, EditPage):
    success_message = "Đã sửa chỉ tiêu."

    def get_title(self) -> str:
        return f"Sửa chỉ tiêu {self.indicator.code}"

    def get_object(self) -> Indicator:
        return self.indicator

    def get_cancel_url(self) -> str:
        return self.indicator_url()

    def get_initial(self) -> dict[str, Any]:
        return indicator_values(self.indicator)

    def perform(self, form: IndicatorForm) -> str:
        version = form.cleaned_data["version"]
        criteria_rows.change_indicator(self.indicator, version=version, values=form.values(), by=self.person)
        return self.indicator_url()

    def conflict(self, form: IndicatorForm, current: Indicator) -> HttpResponse:
        plain_numbers(form.cleaned_data, current, "minimum", "maximum", "soft_limit")
        return super().conflict(form, current)


class DropIndicator(IndicatorMixin, DraftMixin, EditPage):
    permission = criteria_sets.RIGHT
    title = "Bỏ chỉ tiêu"
    submit_label = "Bỏ chỉ tiêu"
    form_class = BaseForm
    template_name = "communes/criteria/confirm.html"
    success_message = "Đã bỏ chỉ tiêu khỏi dự thảo."

    def get_object(self) -> Indicator:
        self.indicator.version = self.criteria_set.version
        return self.indicator

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = f"Bỏ chỉ tiêu “{self.indicator}” và ngưỡng của nó khỏi dự thảo?"
        return super().get_context_data(question=question, danger=True, **kwargs)

    def perform(self, form: BaseForm) -> str:
        version = form.cleaned_data["version"]
        criteria_rows.drop_indicator(self.indicator, version=version, by=self.person)
        return self.set_url()


class _Move(AccessMixin, View):
    """One place up (`len`) or down; back to the row."""

    permission = criteria_sets.RIGHT
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.get_row()
        criteria_rows.move(row, up="len" in request.POST, by=self.person)  # type: ignore[attr-defined]
        anchor = f"#ct-{row.pk}" if isinstance(row, Indicator) else ""
        return HttpResponseRedirect(f"{self.set_url()}{anchor}")  # type: ignore[attr-defined]

    def get_row(self) -> Criterion | Indicator:
        """What is moved; each page names its own."""
        raise NotImplementedError


class MoveCriterion(CriterionMixin, _Move):
    def get_row(self) -> Criterion:
        return self.criterion


class MoveIndicator(IndicatorMixin, DraftMixin, _Move):
    def get_row(self) -> Indicator:
        return self.indicator


def _values(form: BaseForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in type(form).base_fields}


def plain_numbers(cleaned: dict[str, Any], current: Any, *names: str) -> None:
    """Both sides of a conflict as the form writes them: 90, not 90.0000."""
    for name in names:
        stored = getattr(current, name)
        setattr(current, name, number(stored) if isinstance(stored, Decimal) else stored)
        typed = cleaned.get(name)
        cleaned[name] = number(typed) if isinstance(typed, Decimal) else typed
