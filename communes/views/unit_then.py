"""A unit's page of a past day: not what held on that day, but what the system knew by its end."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.generic import View

from communes.choices import Tier
from communes.models import Unit
from communes.selectors.unit_list import TIERS
from communes.selectors.unit_then import unit_then
from ntm.audit.then_forms import ThenForm, found_then
from ntm.core.access import AccessMixin, may
from ntm.core.dates import as_of, today
from ntm.core.views import first_or_404


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
            read = partial(unit_then, unit, int(year), with_results=may(request.user, "communes.view_result"))
            context |= found_then(request.user, form.cleaned_data["luc"], read)
        return TemplateResponse(
            request, "communes/unit_then.html", context, status=200 if form.is_valid() else 400
        )
