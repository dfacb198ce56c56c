"""The pages that record decisions: recognise, confirm, revoke, correct."""

from datetime import date
from functools import cached_property
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from communes.choices import DecisionKind
from communes.forms import candidates
from communes.forms.decisions import (
    AddForm,
    AddStepForm,
    ConfirmStepForm,
    CorrectForm,
    RevokeForm,
    RevokeStepForm,
    StepForm,
    UnitsForm,
)
from communes.forms.unit_picks import checklist_of
from communes.models import Decision, Place
from communes.selectors.register import recognitions
from communes.selectors.standing import district_names
from communes.services import decisions
from communes.views.decisions import RECORD
from ntm.accounts.models import User
from ntm.audit.files import no_stray_files
from ntm.audit.pages import CreatePage
from ntm.core.dates import as_of, today
from ntm.core.views import first_or_404


class RecordPage(CreatePage):
    """A form that records. `perform` sets `said`, the sentence for a success, with the year that it touches."""

    permission = RECORD
    said: tuple[str, int] | None = None

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    @cached_property
    def province(self) -> Place:
        return candidates.home_province(self.person, self.permission)

    def get_cancel_url(self) -> str:
        return reverse("communes:decisions")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.province  # noqa: B018 - no form is shown whose content would be refused
        crumbs = [("Sổ quyết định", reverse("communes:decisions")), (self.get_title(), None)]
        return super().get_context_data(crumbs=crumbs, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        with no_stray_files():
            response = super().form_valid(form)
        if self.said and response.status_code == 302:
            sentence, year = self.said
            url = reverse("reports:year", args=[year])
            link = format_html('<a href="{}">Xem tổng quan năm {}</a>', url, year)
            messages.success(self.request, format_html("{} {}.", sentence, link))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        sent = self.request.FILES.get("file")
        if sent is not None and "file" not in form.errors:
            sentence = (
                f"Trình duyệt không giữ được tệp đã chọn. Hãy chọn lại tệp “{sent.name}” trước khi lưu."
            )
            form.add_error("file", sentence)
        return super().form_invalid(form)


class StepPage(RecordPage):
    """Asks first what the decision is about, then shows the paper with the boxes that fit. The first step stands in
    the address, so that it can be gone back to."""

    template_name = "communes/decision_record.html"
    step_class: type[Any] = StepForm

    @cached_property
    def step(self) -> Any:
        asked = self.request.GET
        # A page that proposes a decision names all but the day: that is asked, not refused.
        proposed = "don_vi" in asked and "ngay" not in asked
        initial = {"nam": today().year - 1} | (asked.dict() if proposed else {})
        bound = asked if asked and not proposed else None
        return self.step_class(bound, initial=initial, **self.get_step_kwargs())

    def get_step_kwargs(self) -> dict[str, Any]:
        return {}

    @property
    def step_is_taken(self) -> bool:
        return bool(self.step.is_bound and self.step.is_valid())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self.step_is_taken else self.ask()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs) if self.step_is_taken else self.ask()

    def ask(self) -> HttpResponse:
        status = 400 if self.step.is_bound else 200
        return self.render_to_response(self.get_context_data(form=None), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(step=self.step, **kwargs)


class _TicksPage(StepPage):
    """A second step with boxes. Where none can be ticked, the page says why and has no form; what was sent keeps it."""

    def why_none(self) -> str:
        """Why there is no box to tick."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        if form is None or form.is_bound or (picks := checklist_of(form)).opens:
            return context
        return context | {"form": None, "picks": picks, "why_none": self.why_none()}


class _UnitsPage(_TicksPage):
    form_class: type[Any] = UnitsForm

    def get_initial(self) -> dict[str, Any]:
        asked = self.step.cleaned_data
        proposed = [asked["don_vi"]] if asked.get("don_vi") else []
        return {"issued_on": asked.get("ngay"), "units": proposed}

    @property
    def day(self) -> date:
        """The decision's day, else the end of the year."""
        asked = self.step.cleaned_data
        return self.step.day_of(asked) or as_of(asked["nam"], today())

    @property
    def units(self) -> Any:
        return candidates.units_on(self.province, self.step.cleaned_data["level"].tier, self.day)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked, units = self.step.cleaned_data, self.units
        groups = self.groups(units, asked["level"], asked["nam"], self.day)
        return super().get_form_kwargs() | {"units": units, "groups": groups}

    def why_none(self) -> str:
        level = self.step.cleaned_data["level"]
        return candidates.why_none_to_name(self.units, self.province, level, self.day)

    def groups(self, units: Any, level: Any, year: int, day: Any) -> Any:
        """The units as the form offers them; each page sorts its own."""
        raise NotImplementedError

    def verb(self, **fields: Any) -> Decision:
        """The decision's own verb."""
        raise NotImplementedError

    def perform(self, form: Any) -> str:
        asked = self.step.cleaned_data
        made = self.verb(
            province=self.province,
            level=asked["level"],
            achieved_year=asked["nam"],
            units=list(form.cleaned_data["units"]),
            by=self.person,
            **form.paper(),
        )
        self.said = (self.sentence(made, len(form.cleaned_data["units"])), asked["nam"])
        return made.get_absolute_url()

    def sentence(self, made: Decision, count: int) -> str:
        """What the next page says has been done."""
        raise NotImplementedError


class RecognisePage(_UnitsPage):
    title = "Ghi quyết định công nhận"
    submit_label = "Ghi quyết định"

    def groups(self, units: Any, level: Any, year: int, day: Any) -> Any:
        signed = self.step.day_of(self.step.cleaned_data)
        return candidates.to_recognise(units, level, year, day, signed)

    def verb(self, **fields: Any) -> Decision:
        return decisions.recognise(**fields)

    def sentence(self, made: Decision, count: int) -> str:
        asked = self.step.cleaned_data
        name = asked["level"].name
        return f"Đã ghi Quyết định số {made}: công nhận {count} đơn vị, mức “{name}”, năm {asked['nam']}."


class AddUnitsPage(RecognisePage):
    title = "Ghi thêm đơn vị vào quyết định"
    submit_label = "Ghi thêm"
    form_class = AddForm
    step_class = AddStepForm

    @cached_property
    def decision(self) -> Decision:
        rows = Decision.objects.visible_to(self.person).filter(province=self.province)
        rows = rows.filter(kind=DecisionKind.RECOGNISE).select_related("document", "province")
        found: Decision = first_or_404(rows.filter(pk=self.kwargs["pk"]))
        return found

    def get_title(self) -> str:
        return f"Ghi thêm đơn vị vào quyết định {self.decision}"

    def get_cancel_url(self) -> str:
        return self.decision.get_absolute_url()

    def get_step_kwargs(self) -> dict[str, Any]:
        return {"day": self.decision.document.issued_on}

    def perform(self, form: Any) -> str:
        asked, units = self.step.cleaned_data, list(form.cleaned_data["units"])
        made = decisions.add_units(
            decision=self.decision,
            level=asked["level"],
            achieved_year=asked["nam"],
            units=units,
            by=self.person,
        )
        self.said = (self.sentence(made, len(units)), asked["nam"])
        return made.get_absolute_url()


class ConfirmPage(_UnitsPage):
    title = "Ghi quyết định xác nhận tiếp tục đạt"
    submit_label = "Ghi quyết định"
    step_class = ConfirmStepForm

    def groups(self, units: Any, level: Any, year: int, day: Any) -> Any:
        return candidates.to_confirm(units, level, year, day)

    def verb(self, **fields: Any) -> Decision:
        return decisions.confirm(**fields)

    def sentence(self, made: Decision, count: int) -> str:
        name = self.step.cleaned_data["level"].name
        return f"Đã ghi Quyết định số {made}: xác nhận {count} đơn vị tiếp tục đạt mức “{name}”."


class RevokePage(_TicksPage):
    title = "Ghi quyết định thu hồi"
    submit_label = "Ghi thu hồi"
    form_class = RevokeForm
    step_class = RevokeStepForm

    def get_form_kwargs(self) -> dict[str, Any]:
        shown = self.step.narrow(candidates.in_force(self.person, self.province))
        every = recognitions(self.person).filter(unit__province=self.province)
        return super().get_form_kwargs() | {"recognitions": every, "groups": candidates.to_revoke(shown)}

    def why_none(self) -> str:
        said: str = self.step.why_none()
        return said

    def perform(self, form: Any) -> str:
        values = form.cleaned_data
        made = decisions.revoke(
            province=self.province,
            recognitions=list(values["recognitions"]),
            effective_on=values["effective_on"],
            reason=values["reason"],
            by=self.person,
            **form.paper(),
        )
        count = made.ended.count()
        year = values["effective_on"].year
        self.said = (f"Đã ghi Quyết định số {made}: thu hồi {count} mức.", year)
        return made.get_absolute_url()


class CorrectPage(RecordPage):
    title = "Đính chính lượt công nhận"
    submit_label = "Đính chính"
    form_class = CorrectForm
    template_name = "communes/decision_correct.html"

    @cached_property
    def row(self) -> Any:
        rows = recognitions(self.person).filter(unit__province=self.province)
        return first_or_404(rows.filter(pk=self.kwargs["pk"]))

    def get_cancel_url(self) -> str:
        return self.row.decision.get_absolute_url()

    def get_initial(self) -> dict[str, Any]:
        row = self.row
        return {"unit": row.unit_id, "level": row.level.code, "achieved_year": row.achieved_year}

    def get_form_kwargs(self) -> dict[str, Any]:
        day = self.row.decision.document.issued_on or as_of(self.row.achieved_year, today())
        units = list(candidates.units_on(self.province, self.row.level.tier, day))
        names = district_names(units, day)
        return super().get_form_kwargs() | {"row": self.row, "units": units, "districts": names}

    def perform(self, form: Any) -> str:
        new = decisions.correct(recognition=self.row, by=self.person, **form.changes())
        said = f"Đã đính chính: nay ghi {new.unit.full_name}, mức “{new.level.name}”"
        self.said = (f"{said}, năm {new.achieved_year}.", new.achieved_year)
        return new.decision.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(row=self.row, **kwargs)
