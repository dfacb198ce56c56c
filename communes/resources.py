"""Code tables of this app as spreadsheets."""

from typing import Any

from communes.models import Department, Level, Period
from communes.services import catalogues
from ntm.audit.rows import Write
from ntm.sheets.resources import SheetResource


class CatalogueResource(SheetResource):
    """A code table that `catalogues.save_rows` stores."""

    def store(self, added: list[Write], changed: list[Write]) -> None:
        catalogues.save_rows(added, changed, by=self.by)


class PeriodResource(CatalogueResource):
    """Without the document, which has no code of its own; it stays as it is."""

    class Meta:
        model = Period
        fields = ("code", "first_year", "last_year", "counts")
        import_id_fields = ("code",)

    @classmethod
    def related(cls) -> dict[str, Any]:
        return {"counts": Period.objects.all()}


class LevelResource(CatalogueResource):
    """A level is known by its period and its code."""

    class Meta:
        model = Level
        fields = ("period", "code", "tier", "rank", "name", "short_name", "city_name", "confirmed")
        import_id_fields = ("period", "code")

    @classmethod
    def related(cls) -> dict[str, Any]:
        return {"period": Period.objects.all()}


class DepartmentResource(CatalogueResource):
    """A department is known by its code."""

    class Meta:
        model = Department
        fields = ("code", "name", "short_name", "position")
        import_id_fields = ("code",)
