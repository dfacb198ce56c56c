"""Sources as a tree, and what each brought in a year."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from communes.models import Document, Place
from funding.choices import Qualifier
from funding.querysets import AmountQuerySet
from ntm.core.fields import CleanCharField
from ntm.core.numbers import MAX_MONEY
from ntm.core.provenance import Sourced
from ntm.core.versions import Versioned


class Source(Versioned):
    """Where money comes from; a source may stand under another (district budgets under local budgets).

    `last_year` ends a source: the district budgets went with the districts in 2025.
    """

    code = models.SlugField("mã", max_length=40, unique=True)
    name = CleanCharField("tên", max_length=120)
    parent = models.ForeignKey(
        "self",
        verbose_name="thuộc nguồn",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    last_year = models.PositiveSmallIntegerField("dùng đến hết năm", null=True, blank=True)

    class Meta:
        verbose_name = "nguồn vốn"
        verbose_name_plural = "nguồn vốn"
        ordering = ["order", "code"]
        default_permissions = ()
        permissions = [("change_catalogue", "Sửa danh mục nguồn vốn")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="source_not_its_own_parent",
                violation_error_message="Một nguồn không thể thuộc chính nó.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Amount(Sourced, Versioned):
    """What one source brought to one province in one year, in đồng, as published or entered.

    Kept as a whole number of đồng: a decimal column would lose digits on SQLite. An amount on a source with
    children is what was published for the whole branch; the verb refuses both a branch and its parts.
    """

    province = models.ForeignKey(Place, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="amounts")
    year = models.PositiveSmallIntegerField(
        "năm", validators=[MaxValueValidator(2100, "Năm không sau 2100.")]
    )
    source_of_funds = models.ForeignKey(
        Source, verbose_name="nguồn vốn", on_delete=models.PROTECT, related_name="amounts"
    )
    amount = models.BigIntegerField("số tiền (đồng)")
    qualifier = models.CharField("cách ghi", max_length=8, choices=Qualifier.choices, default=Qualifier.EXACT)
    document = models.ForeignKey(
        Document,
        verbose_name="văn bản",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="amounts",
    )
    note = CleanCharField("ghi chú", max_length=500, blank=True)

    objects = AmountQuerySet["Amount"].as_manager()

    class Meta:
        verbose_name = "số vốn"
        verbose_name_plural = "số vốn"
        ordering = ["-year", "source_of_funds__order", "pk"]
        default_permissions = ()
        permissions = [("view_amount", "Xem nguồn vốn"), ("change_amount", "Nhập nguồn vốn")]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "year", "source_of_funds"],
                name="amount_once",
                violation_error_message="Năm này đã có số vốn của nguồn đó.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=MAX_MONEY),
                name="amount_in_range",
                violation_error_message="Số tiền phải từ 0 đồng đến một triệu tỷ đồng.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="amount_year_in_range",
                violation_error_message="Năm phải từ 2000 đến 2100.",
            ),
            models.CheckConstraint(
                condition=Q(qualifier__in=Qualifier.values), name="amount_qualifier_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_of_funds}, năm {self.year}"
