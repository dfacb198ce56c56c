"""Finds the stored row that a line of a file means."""

from typing import Any

from django.db import models
from import_export.instance_loaders import BaseInstanceLoader


class KeyLoader(BaseInstanceLoader):
    """By a key of any number of columns, with one query for the whole file. (The package's takes one column.)"""

    def __init__(self, resource: Any, dataset: Any = None) -> None:
        super().__init__(resource, dataset)
        self._rows: dict[tuple[Any, ...], models.Model] = {
            self._stored_key(row): row for row in resource.get_queryset()
        }

    def get_instance(self, row: dict[str, Any]) -> models.Model | None:
        key = self.resource.key_of(row)
        return None if key is None else self._rows.get(key)

    def _stored_key(self, row: models.Model) -> tuple[Any, ...]:
        return tuple(
            self.resource.fields[name].get_value(row) for name in self.resource.get_import_id_fields()
        )
