"""A unit's page of a past day: not what held on that day, but what the system knew by its end."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.generic import View

from communes.choices import Tier
from communes.models import Unit
from communes.selectors.unit_list import TIERS
from communes.selectors.unit_then import unit_then
from ntm.audit.offers import offered
from ntm.audit.past import Gap, begins, end_of
from ntm.audit.then_forms import ThenForm
from ntm.core.access import AccessMixin, may
from ntm.core.dates import as_of, format_date, today
from ntm.core.views import first_or_404

MOST_ENTRIES = 50


class UnitThenPage(AccessMixin, View):
    """Levels and results of a year, then beside now, with the entries that made the difference."""

    permission = "communes.view_unit"

    def get(self, request: HttpRequest, word: str, code: str, year: str) -> HttpResponse:
        if int(year) > today().year or TIERS[word] == Tier.PROVINCE:
            raise Http404
        units = Unit.objects.visible_to(request.user).filter(tier=TIERS[word], code=code)
        unit = first_or_404(units.on(as_of(int(year), today())))
        form = ThenForm(request.GET)
        context = {"form": form, "unit": unit, "year": year, "title": f"{unit}, năm {year}: dữ liệu đã có"}
        context["trail"] = [(str(unit), unit.url_for(int(year))), ("Dữ liệu đã có", None)]
        if form.is_valid():
            context |= _found(request.user, unit, int(year), form.cleaned_data["luc"])
        return TemplateResponse(
            request, "communes/unit_then.html", context, status=200 if form.is_valid() else 400
        )


def _found(user: Any, unit: Unit, year: int, day: Any) -> dict[str, Any]:
    """What stood then beside now; or the sentence why the record cannot say."""
    moment, first = end_of(day), begins()
    if first is None or moment < first:
        since = format_date(first) if first else "chưa có mục nào"
        return {
            "cannot": f"Nhật ký bắt đầu từ {since}; không dựng lại được dữ liệu của ngày {format_date(day)}."
        }
    try:
        then = unit_then(unit, year, moment, with_results=may(user, "communes.view_result"))
    except Gap as gap:
        return {
            "cannot": f"Nhật ký không đủ để dựng lại ngày này: mục số {gap.number} không khớp với dữ liệu."
        }
    return {"then": then, "history": offered(user, then.moved[:MOST_ENTRIES]), "moved": len(then.moved)}
