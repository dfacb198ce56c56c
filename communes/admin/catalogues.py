"""Periods, levels and departments in the admin."""

from typing import Any

from django.contrib import admin

from communes.models import Department, Level, Period
from communes.resources import DepartmentResource, LevelResource, PeriodResource
from communes.services import catalogues
from ntm.audit.admin import VerbAdmin
from ntm.sheets.admin import SheetAdminMixin


class CatalogueAdmin(SheetAdminMixin, VerbAdmin):
    """A code table of this app, by form and by file."""

    view_permission = change_permission = "communes.change_catalogue"

    def create(self, form: Any, by: Any) -> Any:
        return catalogues.add_row(self.model(), form.cleaned_data, by=by)

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> Any:
        return catalogues.change_row(obj, form.cleaned_data, version=version, by=by)


@admin.register(Period)
class PeriodAdmin(CatalogueAdmin):
    """Phases of the programme."""

    resource_class = PeriodResource
    fields = ("code", "first_year", "last_year", "counts", "document")
    list_display = ("code", "first_year", "last_year")


@admin.register(Level)
class LevelAdmin(CatalogueAdmin):
    """Levels that units are recognised at."""

    resource_class = LevelResource
    fields = ("period", "code", "tier", "rank", "name", "short_name", "city_name", "confirmed")
    list_display = ("name", "period", "tier", "rank", "code", "confirmed")
    list_filter = ("period", "tier")
    list_select_related = ("period",)


@admin.register(Department)
class DepartmentAdmin(CatalogueAdmin):
    """Bodies that appraise indicators."""

    resource_class = DepartmentResource
    fields = ("code", "name", "short_name", "position")
    list_display = ("name", "short_name", "code", "position")
