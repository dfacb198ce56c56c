"""The tree of sources as a spreadsheet."""

from typing import Any

from funding.models import Source
from funding.services import save_sources
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
