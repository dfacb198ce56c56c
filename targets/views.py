"""The pages of annual plans."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import RedirectView, TemplateView

from communes.models import Place
from ntm.audit.pages import CreatePage, EditPage, FormPage
from ntm.core.access import AccessMixin
from ntm.core.dates import as_of, format_date, today, year_end
from ntm.core.days import DayOfYearForm
from ntm.core.errors import Closed, Refused, Stale
from ntm.core.filters import ScopeFilter
from ntm.core.forms import BaseForm
from ntm.core.views import ListPage, SumPage
from targets.choices import PlanState
from targets.filters import RegistrationFilter, TargetFilter, first_day_of
from targets.forms import (
    ApprovalForm,
    PlanForm,
    StandingPlanForm,
    copied_values,
    stored_values,
    written_values,
)
from targets.models import Plan, Registration, Target
from targets.pages import plan_page
from targets.promises import promises
from targets.rules import in_force, surely_there
from targets.selectors import (
    approved_revisions,
    draft_of,
    levels_of,
    registrations_with_facts,
    revision_views,
    targets_with_level,
    years_with_plan,
)
from targets.services import amend, approve, change_draft, draft_plan
from targets.sheets.links import of_names, of_numbers
from targets.tables import RegistrationTable, TargetTable, sources_of
from targets.years import YearMixin, home_of


class LatestPlan(AccessMixin, RedirectView):
    """To the latest year that has a plan, else to the present one."""

    permission = "targets.view_plan"
    http_method_names = ("get", "head", "options")

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        years = years_with_plan(home_of(self.request.user))
        return reverse("targets:plan", args=[years[0] if years else today().year])


class PlanDetail(AccessMixin, YearMixin, TemplateView):
    """What was promised for a year, by whom, in which revisions."""

    permission = "targets.view_plan"
    template_name = "targets/plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offered = range(settings.FIRST_YEAR, today().year + 2)
        page = plan_page(self.province_id, self.year, self.day, self.request.user, offered)
        return super().get_context_data(**kwargs) | {
            "title": f"Kế hoạch năm {self.year}",
            "page": page,
            "actions": page.actions,
            "crumbs": [("Kế hoạch", reverse("targets:latest")), (f"Năm {self.year}", None)],
        }


class _PlanList(YearMixin, ListPage):
    """Rows of one revision of the year: the one that the filter names, else the one in force."""

    permission = "targets.view_plan"
    template_name = "targets/list.html"
    filter_form: type[Any]
    heading = ""

    @cached_property
    def revisions(self) -> list[Plan]:
        rows = approved_revisions(self.province_id, self.year)
        draft = draft_of(self.province_id, self.year)
        return [draft, *rows] if draft else rows

    @cached_property
    def asked_day(self) -> date | None:
        """`?ngay=`; None where no other day than the year's own is asked for, or where it is refused."""
        now = today()
        found = DayOfYearForm(self.request.GET, year=self.year, today=now, first=first_day_of(self.year)).day
        return None if found == as_of(self.year, now) else found

    @cached_property
    def day(self) -> date:
        return self.asked_day or as_of(self.year, today())

    def get_title(self) -> str:
        until = f", đến ngày {format_date(self.asked_day)}" if self.asked_day else ""
        return f"{self.heading} năm {self.year}{until}"

    def get_day(self) -> date:
        return self.day

    def get_filter(self) -> ScopeFilter:
        numbers = [plan.revision for plan in self.revisions]
        form = self.filter_form(self.request.GET, year=self.year, revisions=numbers)
        return ScopeFilter(form, self.rows)

    def plan_of(self, cleaned: dict[str, Any]) -> Plan | None:
        if cleaned["lan"]:
            return next(plan for plan in self.revisions if str(plan.revision) == cleaned["lan"])
        approved = [plan for plan in self.revisions if plan.state != PlanState.DRAFT]
        if self.asked_day:
            approved = surely_there(approved, self.asked_day, self.year)
        return in_force(approved, self.day)

    def rows(self, cleaned: dict[str, Any]) -> Any:
        raise NotImplementedError

    def get_context_data(self, narrowed: Any, rows: Any) -> dict[str, Any]:
        return super().get_context_data(narrowed, rows) | {
            "sources": sources_of(rows),
            "crumbs": [
                ("Kế hoạch", reverse("targets:latest")),
                (f"Năm {self.year}", reverse("targets:plan", args=[self.year])),
                (self.heading, None),
            ],
        }


class TargetList(_PlanList, SumPage):
    """What a plan asks for is a sum: the parts of the figure 12 are the targets that ask for 12 units."""

    heading = "Chỉ tiêu kế hoạch"
    unit = "đơn vị theo kế hoạch"
    filename = "chi-tieu-ke-hoach"
    table_class = TargetTable
    filter_form = TargetFilter
    empty = "Năm này chưa có chỉ tiêu được phê duyệt khớp với điều kiện lọc."

    def rows(self, cleaned: dict[str, Any]) -> QuerySet[Target]:
        rows = Target.objects.visible_to(self.request.user).filter(plan=self.plan_of(cleaned))
        papers = ("level", "plan__document", "plan__approved_by")
        return TargetFilter.apply(targets_with_level(rows).select_related(*papers), cleaned)


class RegistrationList(_PlanList):
    """The units that promised the year by name."""

    heading = "Đơn vị đăng ký"
    unit = "đơn vị đăng ký"
    filename = "don-vi-dang-ky"
    table_class = RegistrationTable
    filter_form = RegistrationFilter
    empty = "Không có đơn vị đăng ký nào khớp với điều kiện lọc."

    def rows(self, cleaned: dict[str, Any]) -> QuerySet[Registration]:
        rows = Registration.objects.visible_to(self.request.user).filter(plan=self.plan_of(cleaned))
        return RegistrationFilter.apply(registrations_with_facts(rows, self.day), cleaned)


# --- Writing ------------------------------------------------------------------------------------------------


class _PlanWriting(YearMixin, FormPage):
    """Where the writing pages begin and end."""

    @cached_property
    def province_id(self) -> int:
        """The one that heads the page; refused where the person may only read it."""
        return home_of(self.request.user, self.permission)

    def get_cancel_url(self) -> str:
        return reverse("targets:plan", args=[self.year])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [
            ("Kế hoạch", reverse("targets:latest")),
            (f"Năm {self.year}", self.get_cancel_url()),
            (self.get_title(), None),
        ]
        return super().get_context_data(crumbs=crumbs, **kwargs)


class _StandingDraft(_PlanWriting, EditPage):
    """A page about the year's draft. What its form sends is about the revision that the form names and no other."""

    def get_object(self) -> Plan:
        """The revision that was sent, a draft or no longer; else the year's draft."""
        named = self.request.POST.get("plan", "")
        rows = Plan.objects.filter(province_id=self.province_id, year=self.year)
        is_key = named.isascii() and named.isdecimal() and len(named) < 50
        found = (rows.filter(pk=int(named)).first() if is_key else None) or draft_of(
            self.province_id, self.year
        )
        if found is None:
            raise Http404
        return found

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"plan": self.setup_object().pk}

    def run(self, form: Any) -> str:
        plan: Plan = self.setup_object()
        if form.cleaned_data["plan"] != plan.pk:
            raise Stale(plan)
        return super().run(form)

    def refuse(self, form: Any, refusal: Refused) -> HttpResponse:
        """Approved meanwhile, and a next draft stands: that one is shown beside what was typed."""
        draft = draft_of(self.province_id, self.year) if isinstance(refusal, Closed) else None
        if draft is None:
            return super().refuse(form, refusal)
        sent: Plan = self.setup_object()
        self.extra_context = {
            "notice": f"Lần {sent.revision} mà bạn đã mở nay đã được phê duyệt. Năm này đang có dự thảo lần "
            f"{draft.revision}; nội dung đang lưu dưới đây là của dự thảo đó."
        }
        return self.first_click() or self.conflict(form, draft)

    def conflict(self, form: Any, current: Plan) -> HttpResponse:
        self.object = current
        form.data = form.data.copy()
        form.data["plan"] = current.pk
        return super().conflict(form, current)


class _DraftForm(_PlanWriting):
    """The form of a draft, for a new one and for a standing one."""

    form_class = PlanForm
    template_name = "targets/draft.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "province_id": self.province_id,
            "year": self.year,
            "levels": levels_of(self.year),
            "user": self.request.user,
        }


class DraftPlan(_DraftForm, CreatePage):
    """A year's first draft. `?chep=1` begins with the targets of the year before."""

    permission = "targets.draft_plan"
    success_message = "Đã lưu dự thảo kế hoạch."
    submit_label = "Lưu dự thảo"

    def get_title(self) -> str:
        return f"Lập dự thảo kế hoạch năm {self.year}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if draft_of(self.province_id, self.year) is not None:
            return redirect("targets:change", self.year)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        if "chep" not in self.request.GET:
            return {}
        before = self.year - 1
        found = promises(self.province_id, {before: year_end(before)})
        return copied_values(found[before].current, levels_of(self.year))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(copy_url=f"{self.request.path}?chep=1", **kwargs)

    def perform(self, form: PlanForm) -> str:
        province = Place.objects.get(pk=self.province_id)
        plan = draft_plan(province=province, year=self.year, by=self.person)
        change_draft(plan, expected_version=plan.version, by=self.person, **form.lines())
        return self.get_cancel_url()


class ChangeDraft(_StandingDraft, _DraftForm):
    permission = "targets.draft_plan"
    form_class = StandingPlanForm
    success_message = "Đã lưu dự thảo kế hoạch."
    submit_label = "Lưu dự thảo"

    def get_title(self) -> str:
        return f"Sửa dự thảo kế hoạch năm {self.year}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheets = [("Chỉ tiêu", of_numbers(self.year)), ("Đơn vị đăng ký", of_names(self.year))]
        is_draft = self.setup_object().state == PlanState.DRAFT
        return super().get_context_data(sheets=sheets if is_draft else [], **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | stored_values(self.setup_object(), levels_of(self.year))

    def perform(self, form: PlanForm) -> str:
        version = form.cleaned_data["version"]
        change_draft(self.setup_object(), expected_version=version, by=self.person, **form.lines())
        return self.get_cancel_url()

    def conflict(self, form: PlanForm, current: Plan) -> HttpResponse:
        """Targets and names are rows of their own; both sides stand as the form writes them."""
        form.cleaned_data = written_values(form)
        for name, value in stored_values(current, form.levels).items():
            setattr(current, name, value)
        return super().conflict(form, current)


class ApprovePlan(_StandingDraft):
    """The approver signs exactly the version that the page shows."""

    permission = "targets.approve_plan"
    form_class = ApprovalForm
    template_name = conflict_template = "targets/approve.html"
    success_message = "Đã phê duyệt kế hoạch."
    submit_label = "Phê duyệt kế hoạch"

    def get_title(self) -> str:
        return f"Phê duyệt kế hoạch năm {self.year}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"document": self.setup_object().document}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = self.setup_object()
        registrations = draft.registrations.select_related("unit", "level")
        return super().get_context_data(
            draft=draft, revision=revision_views([draft])[0], registrations=registrations, **kwargs
        )

    def perform(self, form: ApprovalForm) -> str:
        cleaned = form.cleaned_data
        approve(
            self.setup_object(),
            approved_on=cleaned["approved_on"],
            document=cleaned["document"],
            expected_version=cleaned["version"],
            by=self.person,
        )
        return self.get_cancel_url()


class AmendPlan(_PlanWriting, CreatePage):
    """A new draft out of the approved plan."""

    permission = "targets.draft_plan"
    form_class = BaseForm
    template_name = "targets/amend.html"
    success_message = "Đã lập bản điều chỉnh từ kế hoạch đang áp dụng. Hãy sửa những chỉ tiêu thay đổi."
    submit_label = "Lập bản điều chỉnh"

    def get_title(self) -> str:
        return f"Điều chỉnh kế hoạch năm {self.year}"

    def get_plan(self) -> Plan:
        rows = approved_revisions(self.province_id, self.year)
        if not rows:
            raise Http404
        return rows[0]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.get_plan()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            question=f"Lập một dự thảo mới cho kế hoạch năm {self.year}, chép từ lần đã phê duyệt gần nhất?",
            consequences=[
                "Kế hoạch đang áp dụng giữ nguyên cho đến khi bản điều chỉnh được phê duyệt.",
                "Mọi chỉ tiêu và đơn vị đăng ký được chép sang dự thảo để sửa.",
            ],
            **kwargs,
        )

    def perform(self, form: BaseForm) -> str:
        amend(self.get_plan(), by=self.person)
        return reverse("targets:change", args=[self.year])
