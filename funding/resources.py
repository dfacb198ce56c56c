"""The catalogues of money as spreadsheets."""

from typing import Any

from funding.models import Purpose, Source
from funding.services import save_sources
from funding.services_purposes import save_purposes
from ntm.audit.rows import Write
from ntm.sheets.resources import SheetResource


class SourceResource(SheetResource):
    """A source is known by its code. The sources it stands under must be stored already."""

    class Meta:
        model = Source
        fields = ("code", "name", "parent", "order", "last_year")
        import_id_fields = ("code",)

    @classmethod
    def related(cls) -> dict[str, Any]:
        return {"parent": Source.objects.all()}

    def store(self, added: list[Write], changed: list[Write]) -> None:
        save_sources(added, changed, by=self.by)


class PurposeResource(SheetResource):
    """A purpose is known by its code."""

    class Meta:
        model = Purpose
        fields = ("code", "name", "breakdown", "order", "first_year", "last_year")
        import_id_fields = ("code",)

    def store(self, added: list[Write], changed: list[Write]) -> None:
        save_purposes(added, changed, by=self.by)
