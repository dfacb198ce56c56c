"""How units become other units."""

from django.db import models
from django.db.models import F, Q

from communes.choices import Extent
from communes.models.documents import Document
from communes.models.units import Unit
from ntm.core.fields import CleanCharField
from ntm.core.provenance import Sourced


class Reorganisation(Sourced):
    """A resolution that changes units on one day: merger, change of kind, rename, the end of a tier."""

    document = models.ForeignKey(
        Document, verbose_name="nghị quyết", on_delete=models.PROTECT, related_name="reorganisations"
    )
    effective_on = models.DateField("ngày có hiệu lực")
    title = CleanCharField("nội dung", max_length=300)

    class Meta:
        verbose_name = "đợt sắp xếp"
        verbose_name_plural = "các đợt sắp xếp"
        ordering = ["-effective_on", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["document", "effective_on"], name="reorganisation_once")
        ]

    def __str__(self) -> str:
        return f"{self.document} ({self.effective_on:%d/%m/%Y})"


class Succession(Sourced):
    """One old version going, wholly or in part, into one new version."""

    reorganisation = models.ForeignKey(
        Reorganisation, verbose_name="đợt sắp xếp", on_delete=models.PROTECT, related_name="successions"
    )
    predecessor = models.ForeignKey(
        Unit, verbose_name="đơn vị cũ", on_delete=models.PROTECT, related_name="successions_out"
    )
    successor = models.ForeignKey(
        Unit, verbose_name="đơn vị mới", on_delete=models.PROTECT, related_name="successions_in"
    )
    extent = models.CharField("phạm vi", max_length=5, choices=Extent.choices)
    keeps_identity = models.BooleanField("giữ nguyên địa danh", default=False)
    weight = models.DecimalField("tỷ trọng", max_digits=5, decimal_places=4, null=True, blank=True)
    note = CleanCharField("ghi chú", max_length=300, blank=True)

    class Meta:
        verbose_name = "kế thừa"
        verbose_name_plural = "kế thừa"
        ordering = ["reorganisation", "predecessor__sort_key", "successor__sort_key", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["reorganisation", "predecessor", "successor"], name="succession_once"
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_between_two"),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gt=0, weight__lte=1), name="succession_weight_is_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
