"""Dated facts about units: area type, difficulty, population …"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from communes.choices import ATTRIBUTE_VALUES, AttributeKind, ValueType
from communes.models.documents import Document
from communes.models.units import Unit
from communes.querysets import AttributeQuerySet
from ntm.core.fields import CleanCharField
from ntm.core.numbers import decimal
from ntm.core.provenance import Sourced
from ntm.core.versions import Versioned


def in_words(kind: str, value: str) -> str:
    """A stored value as people read it."""
    value_type = ATTRIBUTE_VALUES[kind][0] if kind in ATTRIBUTE_VALUES else ValueType.CODE
    if value_type == ValueType.YES_NO:
        return {"1": "Có", "0": "Không"}.get(value, value)
    if value_type == ValueType.CODE:
        return value
    return decimal(Decimal(value), len(value.partition(".")[2]))


class AttributeManager(models.Manager["Attribute"]):
    """Without values that were taken back: they never counted."""

    def get_queryset(self) -> AttributeQuerySet["Attribute"]:
        return AttributeQuerySet["Attribute"](self.model, using=self._db).filter(taken_back=False)


class Attribute(Sourced, Versioned):
    """One value of one kind for one version of a unit, from a day until the day before another. One that was recorded
    wrongly is `taken_back` and stays for the record alone (`every`).

    Yes/no is stored as "1" and "0", a number in plain digits with a decimal point, a code as it is written.
    """

    unit = models.ForeignKey(Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="attributes")
    kind = models.CharField("thuộc tính", max_length=20, choices=AttributeKind.choices)
    value = CleanCharField("giá trị", max_length=40)
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến trước ngày", null=True, blank=True)
    document = models.ForeignKey(
        Document,
        verbose_name="văn bản",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attributes",
    )
    taken_back = models.BooleanField("đã rút", default=False, editable=False)

    objects = AttributeManager.from_queryset(AttributeQuerySet)()
    every = AttributeQuerySet["Attribute"].as_manager()

    class Meta:
        verbose_name = "thuộc tính"
        verbose_name_plural = "thuộc tính"
        ordering = ["unit__sort_key", "kind", "-valid_from", "pk"]
        default_permissions = ()
        permissions = [("change_attribute", "Sửa thuộc tính của đơn vị")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=Q(valid_to=None, taken_back=False),
                name="attribute_open_once",
                violation_error_message="Thuộc tính này đang có một giá trị còn hiệu lực.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="attribute_ends_after_start",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_kind_display()} = {self.value_in_words}"

    @property
    def value_in_words(self) -> str:
        """ "Có", "III", "4.102", "45,09": as people read it."""
        return in_words(self.kind, self.value)

    def clean(self) -> None:
        value_type, allowed = ATTRIBUTE_VALUES.get(self.kind, (ValueType.CODE, ()))
        if allowed and self.value not in allowed:
            raise ValidationError({"value": f"Giá trị phải là một trong: {', '.join(allowed)}."})
        if value_type == ValueType.NUMBER and not self.value.replace(".", "", 1).isdigit():
            raise ValidationError({"value": "Giá trị phải là số không âm."})
