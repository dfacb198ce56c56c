"""A unit's page of a past day: not what held on that day, but what the system knew by its end."""

from datetime import date, timedelta
from functools import partial

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.generic import View

from communes.choices import Tier
from communes.models import Unit
from communes.selectors.levels_on import home_address
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
        unit, own = self.unit(TIERS[word], code, int(year))
        form = ThenForm(request.GET)
        context = {"form": form, "unit": unit, "year": year, "title": f"{unit}, năm {year}: dữ liệu đã có"}
        context["trail"] = [(str(unit), own), ("Dữ liệu đã có", None)]
        if form.is_valid():
            read = partial(unit_then, unit, int(year), with_results=may(request.user, "communes.view_result"))
            context |= found_then(request.user, form.cleaned_data["luc"], read)
        return TemplateResponse(
            request, "communes/unit_then.html", context, status=200 if form.is_valid() else 400
        )

    def unit(self, tier: str, code: str, year: int) -> tuple[Unit, str]:
        """The unit of the year with its own page; one that ended within the year was known on its days before."""
        day = as_of(year, today())
        units = Unit.objects.visible_to(self.request.user).filter(tier=tier, code=code)
        of_year = units.overlapping(date(year, 1, 1), day + timedelta(days=1))
        unit = first_or_404(of_year.order_by(F("valid_from").desc(nulls_last=True)))
        return unit, unit.url_for(year) if unit.exists_on(day) else home_address(unit, today())
