"""A year's main figures as the system knew them at the end of a past day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from ntm.audit.then_forms import ThenForm, found_then
from ntm.reports.selectors.then import year_then
from ntm.reports.views import ScopedView


class YearThenPage(ScopedView):
    """Then beside now, with the entries that made the difference."""

    def get(self, request: HttpRequest, year: int) -> HttpResponse:
        form, scope = ThenForm(request.GET), self.scope(year)
        context: dict[str, Any] = {"form": form, "title": f"Tổng quan năm {year}: dữ liệu đã có"}
        context["trail"] = [
            (f"Tổng quan {year}", reverse("reports:year", args=[year])),
            ("Dữ liệu đã có", None),
        ]
        if form.is_valid():
            context |= found_then(
                request.user, form.cleaned_data["luc"], lambda moment: year_then(scope, moment)
            )
        return TemplateResponse(
            request, "reports/year_then.html", context, status=200 if form.is_valid() else 400
        )
