"""The part of `world.py` about reports: where their pages are, and an issued form of each province."""

import hashlib
import io
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from openpyxl import Workbook

from ntm.core.dates import year_end
from ntm.reports.models import IssuedForm


def _workbook(words: str) -> bytes:
    book, target = Workbook(), io.BytesIO()
    book.worksheets[0]["A1"] = words
    book.save(target)
    return target.getvalue()


def _once(**kwargs: Any) -> Any:
    """Pages about the reader's own province, whoever's it is."""
    return lambda world, scope: kwargs if scope == "a" else None


def _issued(world: Any, scope: str) -> dict[str, Any] | None:
    row = world.row(scope, "issuedform")
    return {"pk": row.pk} if row else None


def _commune_form(world: Any, scope: str) -> dict[str, Any] | None:
    row = world.row(scope, "submission")
    return {"year": 2023, "unit": row.unit.code} if row else None


#: Arguments by the name of a route.
ARGUMENTS = {
    "reports:commune-form": _commune_form,
    "reports:commune-form-file": _commune_form,
    "reports:criteria-indicator": _once(year=2023, bo="ntm", code="1.1"),
    "reports:form": _once(year=2023, code="nguon-luc"),
    "reports:issued": _issued,
    "reports:issued-file": _issued,
}


def keep(world: Any, homes: Mapping[str, Any], canaries: Mapping[str, str]) -> None:
    """Past the verb. A foreign one bears its canary."""
    for scope, home in homes.items():
        by = world.row("foreign", "user") if scope == "foreign" else world.people.specialist
        words = canaries[scope] if scope == "foreign" else "của tỉnh"
        content = _workbook(words)
        row = IssuedForm(
            province=home.place, form="nguon-luc", number="Biểu số 04", title=f"Nguồn lực {words}",
            mapping="1", mapping_sha256="0" * 64, source="Mẫu thử", trust="recalled",
            year=2023, day=year_end(2023), figures=[],
            figures_sha256="0" * 64, file_name="bieu.xlsx", sha256=hashlib.sha256(content).hexdigest(),
            issued_by=by,
        )  # fmt: skip
        row.file.save("bieu.xlsx", ContentFile(content), save=False)
        row.save()
        world.rows[scope]["issuedform"] = row
