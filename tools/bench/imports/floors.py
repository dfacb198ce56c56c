"""What an import is held against: the bare database, the package's defaults, reading with one field's cleaning."""

import io
from collections.abc import Sequence
from typing import Any

import python_calamine
import tablib
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from import_export import fields, resources, widgets

from communes.choices import IndicatorKind, ValueState
from communes.models import Indicator, Result, Submission
from ntm.sheets.imports.brought import read_brought
from ntm.sheets.reading import kept
from tools.bench.imports.world import World

_WORDS = {"Đạt": 1, "Chưa": 0}
_INCOMING = """
    create temporary table incoming (code text, indicator bigint, kind text, value numeric) on commit drop
"""
_MERGE = """
    insert into communes_result (
        version, submission_id, indicator_id, kind, state, value, text, note, is_doubtful, computed, judged, verdict,
        review, trust, entered_at
    )
    select 1, s.id, i.indicator, i.kind, 'entered', i.value, '', '', false, '', '', '', 'open', 'verified', now()
    from incoming i join communes_unit u on u.code = i.code
    join communes_submission s on s.unit_id = u.id and s.round_id = %s
    on conflict (submission_id, indicator_id) do update
    set value = excluded.value, version = communes_result.version + 1
"""


def cells(content: bytes) -> list[list[Any]]:
    """The rows below the header."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()[1:]


def merge(world: World, content: bytes) -> int:
    """Calamine, COPY, and one statement into the product's own table, with its keys, checks and indexes: nothing is
    judged, recorded or added up."""
    of = [(one.pk, one.kind) for one in world.indicators]
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        with cursor.copy("copy incoming from stdin") as copy:
            for code, _, *values in cells(content):
                for (indicator, kind), value in zip(of, values, strict=False):
                    copy.write_row((code, indicator, kind, _WORDS.get(value, value)))
        cursor.execute(_MERGE, [world.round.pk])
        return int(cursor.rowcount)


class ByDefault(resources.ModelResource):  # type: ignore[misc]
    """django-import-export as it comes: only told which row is meant, and where its two foreign keys lead."""

    submission = fields.Field("submission", "xa", widgets.ForeignKeyWidget(Submission, "unit__code"))
    indicator = fields.Field("indicator", "chi_tieu", widgets.ForeignKeyWidget(Indicator, "pk"))

    class Meta:
        model = Result
        fields = ("submission", "indicator", "kind", "state", "value", "entered_at")
        import_id_fields = ("submission", "indicator")


def long_form(world: World, content: bytes) -> tablib.Dataset:
    """The same cells, a row for each, as that package wants them; making this is not counted against it."""
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M:%S")
    found = tablib.Dataset(headers=["xa", "chi_tieu", "kind", "state", "value", "entered_at"])
    for code, _, *values in cells(content):
        for one, value in zip(world.indicators, values, strict=False):
            found.append([code, one.pk, one.kind, ValueState.ENTERED.value, _WORDS.get(value, value), now])
    return found


def by_default(rows: tablib.Dataset) -> int:
    done = ByDefault().import_data(rows, dry_run=False, raise_errors=True)
    return int(done.totals["new"] + done.totals["update"])


def read_and_clean(content: bytes, indicators: Sequence[Indicator]) -> int:
    """What any preview must do: the child reads, and a form's field takes each cell. How many cells were wrong."""
    kept.forget(kept.name_of(content, "xlsx"))
    brought = read_brought(SimpleUploadedFile("tep.xlsx", content))
    number, yes_no = (
        forms.DecimalField(min_value=0, max_value=100),
        forms.ChoiceField(choices=[(w, w) for w in _WORDS]),
    )
    of = [yes_no if one.kind == IndicatorKind.YES_NO else number for one in indicators]
    wrong = 0
    for row in brought.rows[1:]:
        for field, cell in zip(of, row.cells[2:], strict=False):
            try:
                field.clean(cell[1] if cell else "")
            except forms.ValidationError:
                wrong += 1
    return wrong
