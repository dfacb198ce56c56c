"""A year's main figures as the system knew them at the end of a past day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from ntm.audit.offers import offered
from ntm.audit.past import Gap, begins, end_of
from ntm.audit.then_forms import ThenForm
from ntm.core.dates import format_date
from ntm.core.scope import Scope
from ntm.reports.selectors.then import year_then
from ntm.reports.views import ScopedView

MOST_ENTRIES = 50


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
            context |= _found(request.user, scope, form.cleaned_data["luc"])
        return TemplateResponse(
            request, "reports/year_then.html", context, status=200 if form.is_valid() else 400
        )


def _found(user: Any, scope: Scope, day: Any) -> dict[str, Any]:
    """What stood then beside now; or the sentence why the record cannot say."""
    moment, first = end_of(day), begins()
    if first is None or moment < first:
        since = format_date(first) if first else "chưa có mục nào"
        return {
            "cannot": f"Nhật ký bắt đầu từ {since}; không dựng lại được số liệu của ngày {format_date(day)}."
        }
    try:
        then = year_then(scope, moment)
    except Gap as gap:
        return {
            "cannot": f"Nhật ký không đủ để dựng lại ngày này: mục số {gap.number} không khớp với dữ liệu."
        }
    return {"then": then, "history": offered(user, then.moved[:MOST_ENTRIES]), "moved": len(then.moved)}
