"""One strict base for the code tables that go into files and come back (django-import-export underneath).

How to give a table to a file:

    class SourceResource(SheetResource):
        class Meta:
            model = Source
            fields = ("code", "name", "parent", "order")
            import_id_fields = ("code",)                        # the key: one column or several

        @classmethod
        def related(cls):                                       # foreign keys are found by their `code`
            return {"parent": Source.objects.all()}

        def store(self, added, changed):                        # one verb for the whole file
            services.save_sources(added, changed, by=self.by)   # which calls ntm.audit.rows.save_many

A column is headed by the field's verbose name. A line that says what is stored already is left alone. Nothing is
stored unless every line is right.
"""

from dataclasses import dataclass
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.fields import NOT_PROVIDED
from import_export.fields import Field
from import_export.resources import ModelResource

from ntm.audit.log import writing
from ntm.audit.rows import Write
from ntm.core.errors import Refused
from ntm.core.text import clean
from ntm.sheets import widgets
from ntm.sheets.headers import places_of
from ntm.sheets.loaders import KeyLoader
from ntm.sheets.workbook import Table

_RANGES = BaseDatabaseOperations.integer_field_ranges
_WIDGETS: dict[str, type[widgets.CellWidget]] = {
    "CharField": widgets.TextWidget,
    "SlugField": widgets.TextWidget,
    "TextField": widgets.TextWidget,
    "BooleanField": widgets.YesNoWidget,
    "DateField": widgets.DateWidget,
}


class SheetField(Field):
    """A column. An empty cell is empty: the model's default never slips in unseen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"default": NOT_PROVIDED})

    @property
    def is_many(self) -> bool:
        return isinstance(self.widget, widgets.ManyWidget)

    def get_value(self, instance: Any) -> Any:
        if not self.is_many:
            return super().get_value(instance)
        waiting = _waiting(instance)
        if self.attribute in waiting:
            return waiting[self.attribute]
        return list(getattr(instance, self.attribute).all()) if instance.pk else []

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        if self.is_many:
            _waiting(instance)[self.attribute] = self.clean(row)
        else:
            super().save(instance, row, is_m2m, **kwargs)


def _waiting(instance: Any) -> dict[str, list[Any]]:
    """Many-to-many values that a line gave to a row; they wait on it until the row is stored."""
    found: dict[str, list[Any]] = instance.__dict__.setdefault("_waiting_many", {})
    return found


@dataclass(frozen=True)
class Line:
    """A line of the file that changes something, with (column, before, after) for each difference."""

    number: int
    row: Any
    differences: list[tuple[str, Any, Any]]

    @property
    def is_new(self) -> bool:
        return self.row.pk is None

    def write(self) -> Write:
        return Write(self.row, _waiting(self.row))


class SheetResource(ModelResource):
    """See the top of this file. `lines` are filled by `import_data`, also by a dry run."""

    DEFAULT_RESOURCE_FIELD = SheetField

    class Meta:
        use_bulk = True
        skip_diff = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True
        # None: nothing is stored before the last line is known to be right.
        batch_size = None
        instance_loader_class = KeyLoader

    def __init__(self, by: Any = None, table: Table | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.by = by
        self.table = table
        self.lines: list[Line] = []
        self._before: dict[Any, dict[str, Any]] = {}
        self._faults: dict[int, str] = {}
        self._at = 0
        self._is_storing = False
        for column in self.fields.values():
            if isinstance(column.widget, widgets.DateWidget):
                column.widget.from_1904 = bool(table and table.from_1904)

    # --- for subclasses --------------------------------------------------------------------------------

    @classmethod
    def related(cls) -> dict[str, models.QuerySet[Any]]:
        """The rows that foreign keys and many-to-many fields may point to, by field."""
        return {}

    def store(self, added: list[Write], changed: list[Write]) -> None:
        """Call the app's verb for the whole file."""
        raise NotImplementedError

    # --- columns ---------------------------------------------------------------------------------------

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> SheetField:
        title = str(django_field.verbose_name)
        return cls.DEFAULT_RESOURCE_FIELD(
            attribute=field_name,
            column_name=title[:1].upper() + title[1:],
            widget=cls._widget_for(django_field),
            readonly=readonly,
        )

    @classmethod
    def _widget_for(cls, column: Any) -> widgets.CellWidget:
        if column.is_relation:
            kind = widgets.ManyWidget if column.many_to_many else widgets.ForeignKeyWidget
            return kind(cls.related()[column.name])
        if column.choices:
            return widgets.ChoiceWidget(column.flatchoices)
        internal = column.get_internal_type()
        if internal in _RANGES:
            return widgets.IntegerWidget(*_RANGES[internal])
        if internal == "DecimalField":
            return widgets.DecimalWidget(column.max_digits, column.decimal_places)
        if internal not in _WIDGETS:
            raise NotImplementedError(f"No strict widget for {internal} ({column}).")
        return _WIDGETS[internal]()

    def dataset(self) -> tablib.Dataset:
        """The table under this resource's own headers. Raises `Refused` for missing and unknown headers."""
        assert self.table is not None  # noqa: S101
        columns = [column.column_name for column in self.get_import_fields()]
        places = places_of(self.table.header, columns)
        rows = [[_cell(cells, at) for at in places.values()] for _, cells in self.table.rows]
        return tablib.Dataset(*rows, headers=list(places))

    def get_queryset(self) -> models.QuerySet[Any]:
        columns = [self._meta.model._meta.get_field(name) for name in self.fields]
        rows: models.QuerySet[Any] = self._meta.model._default_manager.all()
        return rows.select_related(
            *[column.name for column in columns if column.many_to_one]
        ).prefetch_related(*[column.name for column in columns if column.many_to_many])

    def year_positions(self) -> frozenset[int]:
        """Where years stand in an exported row, from 0: a model names such a field `year` or `…_year`."""
        names = [str(column.attribute) for column in self.get_export_fields()]
        return frozenset(at for at, name in enumerate(names) if name.split("_")[-1] == "year")

    def values_of(self, instance: Any) -> dict[str, Any]:
        """What each column shows of a row, as a file would hold it."""
        return {column.column_name: column.export(instance) for column in self.get_import_fields()}

    # --- lines -----------------------------------------------------------------------------------------

    def key_of(self, row: dict[str, Any]) -> tuple[Any, ...] | None:
        """A line's key; None when a part of it cannot be read, which the check of that cell then says."""
        try:
            return tuple(self.fields[name].clean(row) for name in self.get_import_id_fields())
        except ValueError:
            return None

    def number_of(self, at: int) -> int:
        """Where the file's line `at` (from 1) stands in the sheet."""
        return self.table.rows[at - 1][0] if self.table else at + 1

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Lines with the same key are all refused, each naming another: the last one never silently wins."""
        first: dict[tuple[Any, ...], int] = {}
        for at, row in enumerate(dataset.dict, 1):
            key = self.key_of(row)
            earlier = at if key is None else first.setdefault(key, at)
            if earlier != at:
                self._faults[at] = f"Trùng mã với dòng {self.number_of(earlier)} của tệp."
                self._faults.setdefault(earlier, f"Trùng mã với dòng {self.number_of(at)} của tệp.")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        self._at = kwargs["row_number"]

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        if not new:
            self._before[instance.pk] = self.values_of(instance)

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """As the package does it, but many-to-many columns too: they are checked with the rest of the line."""
        errors = {}
        for column in self.get_import_fields():
            if _stands(column, instance, row):
                continue
            try:
                self.import_field(column, instance, row, **kwargs)
            except ValueError as error:
                errors[column.attribute] = ValidationError(str(error))
        if fault := self._faults.get(self._at):
            errors[NON_FIELD_ERRORS] = ValidationError(fault)
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return instance.pk is not None and not import_validation_errors and not self._differences(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Everything that the model says, line by line; the database would not name the line."""
        super().validate_instance(instance, import_validation_errors, validate_unique)
        self.lines.append(Line(self.number_of(self._at), instance, self._differences(instance)))

    def _differences(self, instance: Any) -> list[tuple[str, Any, Any]]:
        before = self._before.get(instance.pk, {})
        pairs = [(name, before.get(name), value) for name, value in self.values_of(instance).items()]
        return [pair for pair in pairs if pair[1] != pair[2]]

    # --- storing ---------------------------------------------------------------------------------------

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: a bulk write of the package leaves no record. `after_import` stores."""
        self.create_instances.clear()

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        """Nothing, for the same reason."""
        self.update_instances.clear()

    def after_import(self, dataset: tablib.Dataset, result: Any, **kwargs: Any) -> None:
        if result.has_errors() or result.has_validation_errors():
            return
        self._refuse_clashes()
        if not self._is_dry_run(kwargs):
            self._is_storing = True
            self.store_lines()

    def store_lines(self) -> None:
        """Store what an import without errors has found."""
        added = [line.write() for line in self.lines if line.is_new]
        self.store(added, [line.write() for line in self.lines if not line.is_new])

    def handle_import_error(self, result: Any, error: Exception, raise_errors: bool = False) -> None:
        """A verb that refuses to store is heard by the caller; the package would only note it."""
        if self._is_storing:
            raise error
        super().handle_import_error(result, error, raise_errors)

    def rehearse(self) -> None:
        """Store and undo: a verb's refusal belongs into the preview. The rows of this resource are used up."""
        try:
            with writing():
                self.store_lines()
                raise _Rehearsed
        except _Rehearsed:
            self.lines.clear()

    def _refuse_clashes(self) -> None:
        """Two lines that want the same unique value, though not the same key: each alone would pass."""
        for names in _unique_sets(self._meta.model):
            first: dict[tuple[Any, ...], Line] = {}
            for line in self.lines:
                key = tuple(getattr(line.row, name) for name in names)
                earlier = first.setdefault(key, line)
                if earlier is not line and None not in key:
                    titles = ", ".join(self.fields[name].column_name for name in names if name in self.fields)
                    raise Refused(f"Dòng {earlier.number} và dòng {line.number} trùng nhau ở: {titles}.")


def _stands(column: SheetField, instance: Any, row: Any) -> bool:
    """Whether a cell holds exactly the text that is stored. It is not read again: what is stored may look like
    anything, like another encoding, too."""
    cell = row[column.column_name]
    if instance.pk is None or not isinstance(column.widget, widgets.TextWidget):
        return False
    return bool(cell) and cell[0] == "s" and clean(cell[1]) == column.get_value(instance)


class _Rehearsed(Exception):
    """Undoes a rehearsal."""


def _unique_sets(model: type[models.Model]) -> list[tuple[str, ...]]:
    single = [
        (column.name,) for column in model._meta.concrete_fields if column.unique and not column.primary_key
    ]
    return single + [tuple(constraint.fields) for constraint in model._meta.total_unique_constraints]


def _cell(cells: list[Any], at: int) -> Any:
    return cells[at] if at < len(cells) else None
