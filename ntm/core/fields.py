"""Model fields that keep text in one form, on every path into the database (forms, bulk writes, commands)."""

from collections.abc import Callable
from typing import Any

from django.db import models

from ntm.core.text import clean, folded, search_key, sort_key


class CleanCharField(models.CharField):  # type: ignore[type-arg]
    """Text in NFC with plain spaces: two spellings that look alike are stored alike."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean(value)
            setattr(model_instance, self.attname, value)
        return value


class _DerivedCharField(models.CharField):  # type: ignore[type-arg]
    make: Callable[[str], str]

    def __init__(self, *args: Any, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        # Folding case can lengthen a text; a key that is cut still finds and sorts.
        value = type(self).make(getattr(model_instance, self.of))[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value


class SearchKeyField(_DerivedCharField):
    """The accent-free form of another field, for finding "dinh hoa" in "Định Hóa" on either database."""

    make = staticmethod(search_key)


class SortKeyField(_DerivedCharField):
    """A key in [0-9a-z] whose plain order is the Vietnamese order of another field, on either database."""

    make = staticmethod(sort_key)


class FoldedKeyField(_DerivedCharField):
    """The form of another field that does not tell spellings apart, for a unique constraint. Filled when the row is
    added, of a field that is never changed: a row from before the constraint may keep an empty key."""

    make = staticmethod(folded)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        if add:
            return super().pre_save(model_instance, add)
        value: str = getattr(model_instance, self.attname)
        return value
