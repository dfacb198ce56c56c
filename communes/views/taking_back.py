"""The pages that take back one row of a decision, entered by mistake."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from communes.choices import RecognitionState
from communes.forms.decisions import TakeBackForm, TakeBackRevocationForm
from communes.models import Confirmation, Decision, Recognition
from communes.selectors.register import recognitions
from communes.services import taking_back
from communes.views.recording import RecordPage
from ntm.core.errors import Missing
from ntm.core.views import first_or_404


class TakeBackPage(RecordPage):
    """One row that is in force."""

    title = "Rút lượt công nhận ghi nhầm"
    submit_label = "Rút lượt này"
    form_class: type[Any] = TakeBackForm
    template_name = "communes/decision_take_back.html"
    effect = (
        "Lượt này vẫn đứng trong sổ, ghi là đã đính chính, không có lượt thay và không tính ở đâu cả. Chỉ rút lượt ghi "
        "nhầm so với bản giấy."
    )

    @cached_property
    def row(self) -> Any:
        rows = recognitions(self.person).filter(
            unit__province=self.province, decision__province=self.province
        )
        return first_or_404(rows.filter(pk=self.kwargs["pk"]))

    @property
    def decision(self) -> Any:
        """The decision whose row goes."""
        return self.row.decision

    @property
    def stands(self) -> bool:
        return bool(self.row.state == RecognitionState.IN_FORCE)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.stands:
            raise Missing("Lượt này không còn đứng trong quyết định nên không có gì để rút.")
        return super().get(request, *args, **kwargs)

    def get_cancel_url(self) -> str:
        return str(self.decision.get_absolute_url())

    def take_back(self, reason: str, values: dict[str, Any]) -> Recognition:
        return taking_back.take_back_recognition(recognition=self.row, reason=reason, by=self.person)

    def perform(self, form: Any) -> str:
        url = self.get_cancel_url()
        row = self.take_back(form.cleaned_data["reason"], form.cleaned_data)
        said = f"Đã rút lượt ghi nhầm: {row.unit.full_name}, mức “{row.level.name}”, năm {row.achieved_year}."
        self.said = (said, row.achieved_year)
        return url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            row=self.row, decision=self.decision, effect=self.effect, correct_url=self.correct_url(), **kwargs
        )

    def correct_url(self) -> str:
        """Where a row with a wrong unit, level or year is put right instead."""
        return reverse("communes:correct", args=[self.row.pk])


class TakeBackConfirmationPage(TakeBackPage):
    """One confirmation."""

    title = "Rút lượt xác nhận ghi nhầm"
    effect = (
        "Đơn vị vẫn giữ mức theo quyết định công nhận; lượt xác nhận này chỉ còn trong nhật ký. Chỉ rút lượt ghi nhầm "
        "so với bản giấy."
    )
    stands = True

    @cached_property
    def confirmation(self) -> Any:
        rows = Confirmation.objects.filter(
            pk=self.kwargs["pk"],
            decision__province=self.province,
            recognition__unit__province=self.province,
            recognition__in=Recognition.objects.visible_to(self.person),
        )
        whole = ("decision__document", "recognition__unit", "recognition__level", "recognition__decision")
        return first_or_404(rows.select_related(*whole))

    @property
    def row(self) -> Any:
        return self.confirmation.recognition

    @property
    def decision(self) -> Any:
        return self.confirmation.decision

    def take_back(self, reason: str, values: dict[str, Any]) -> Recognition:
        return taking_back.take_back_confirmation(
            confirmation=self.confirmation, reason=reason, by=self.person
        )

    def correct_url(self) -> str:
        return ""


class TakeBackRevocationPage(TakeBackPage):
    """One level that a decision ended."""

    title = "Rút lượt thu hồi ghi nhầm"
    form_class = TakeBackRevocationForm
    effect = (
        "Mức trở lại có hiệu lực như chưa từng bị thu hồi; lượt thu hồi này chỉ còn trong nhật ký. Mức cao hơn bị thu "
        "hồi theo thì rút riêng, sau mức này. Chỉ rút lượt ghi nhầm so với bản giấy."
    )

    @cached_property
    def decision(self) -> Any:
        """The one that ended the level; the one that the form names where it does so no longer."""
        named = self.request.POST.get("decision", "")
        if self.row.ended_by is None and named.isascii() and named.isdecimal() and len(named) < 16:
            return first_or_404(Decision.objects.visible_to(self.person).filter(pk=int(named)))
        return self.row.ended_by or self.row.decision

    @property
    def stands(self) -> bool:
        return bool(self.row.state == RecognitionState.REVOKED)

    def get_cancel_url(self) -> str:
        """Read anew: the level may have been given back since the page was opened."""
        return reverse("communes:decision", args=[self.row.ended_by_id or self.row.decision_id])

    def get_initial(self) -> dict[str, Any]:
        return {"decision": self.row.ended_by_id}

    def take_back(self, reason: str, values: dict[str, Any]) -> Recognition:
        decision = first_or_404(Decision.objects.visible_to(self.person).filter(pk=values["decision"]))
        return taking_back.take_back_revocation(
            recognition=self.row, decision=decision, reason=reason, by=self.person
        )

    def correct_url(self) -> str:
        return ""
