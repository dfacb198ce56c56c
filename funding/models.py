"""Sources as a tree, what each brought in a year, and how that was planned and divided."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from communes.models import Document, Place
from funding.choices import Breakdown, Qualifier, Stage
from funding.querysets import AmountQuerySet
from ntm.core.fields import CleanCharField
from ntm.core.numbers import MAX_MONEY, MONEY_OUT_OF_RANGE
from ntm.core.provenance import Sourced
from ntm.core.versions import Versioned

WHOLE_YEAR = (
    "Số cả năm của cả một nguồn nhập ở trang Nguồn vốn của năm, không nhập lại ở đây. "
    "Hãy chọn một nội dung chi, hoặc chọn kế hoạch hay thực hiện 6 tháng."
)


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

    def covers(self, year: int) -> bool:
        """Whether it is still in use then."""
        return self.last_year is None or year <= self.last_year


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
                violation_error_message=MONEY_OUT_OF_RANGE,
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


class Purpose(Sourced, Versioned):
    """What money is spent on, in one of the two breakdowns of the programme's reports.

    `first_year`, `last_year`: the programme's components differ by phase. The code and the breakdown never change.
    """

    code = models.SlugField("mã", max_length=40, unique=True)
    name = CleanCharField("tên", max_length=200)
    breakdown = models.CharField("cách chia", max_length=9, choices=Breakdown.choices)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    first_year = models.PositiveSmallIntegerField("dùng từ năm", null=True, blank=True)
    last_year = models.PositiveSmallIntegerField("dùng đến hết năm", null=True, blank=True)

    class Meta:
        verbose_name = "nội dung chi"
        verbose_name_plural = "nội dung chi"
        ordering = ["-breakdown", "order", "code"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(breakdown__in=Breakdown.values), name="purpose_breakdown_known"
            ),
            models.CheckConstraint(
                condition=Q(first_year=None) | Q(last_year=None) | Q(first_year__lte=F("last_year")),
                name="purpose_years_in_order",
                violation_error_message="Năm đầu không sau năm cuối.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def covers(self, year: int) -> bool:
        return (self.first_year or year) <= year <= (self.last_year or year)


class Allocation(Sourced, Versioned):
    """One source of a year's money in more detail than `Amount`: planned for it, spent in its first six months, or
    divided by kind of work or by component, in đồng.

    Without a purpose it is the source as a whole; what a whole source brought in the year is its `Amount` and stands
    nowhere else. For one purpose and stage a branch and its part are never both stated.
    """

    province = models.ForeignKey(
        Place, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="allocations"
    )
    year = models.PositiveSmallIntegerField(
        "năm", validators=[MaxValueValidator(2100, "Năm không sau 2100.")]
    )
    source_of_funds = models.ForeignKey(
        Source, verbose_name="nguồn vốn", on_delete=models.PROTECT, related_name="allocations"
    )
    purpose = models.ForeignKey(
        Purpose,
        verbose_name="nội dung chi",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="allocations",
    )
    stage = models.CharField("số liệu", max_length=4, choices=Stage.choices)
    amount = models.BigIntegerField("số tiền (đồng)")
    qualifier = models.CharField("cách ghi", max_length=8, choices=Qualifier.choices, default=Qualifier.EXACT)
    document = models.ForeignKey(
        Document,
        verbose_name="văn bản",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="allocations",
    )
    note = CleanCharField("ghi chú", max_length=500, blank=True)

    objects = AmountQuerySet["Allocation"].as_manager()

    class Meta:
        verbose_name = "khoản phân bổ"
        verbose_name_plural = "khoản phân bổ"
        ordering = ["-year", "source_of_funds__order", "stage", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["province", "year", "source_of_funds", "stage"],
                condition=Q(purpose=None),
                name="allocation_of_whole_once",
                violation_error_message="Năm này đã có số chung đó của nguồn này.",
            ),
            models.UniqueConstraint(
                fields=["province", "year", "source_of_funds", "purpose", "stage"],
                name="allocation_once",
                violation_error_message="Năm này đã có số đó của nguồn và nội dung này.",
            ),
            models.CheckConstraint(
                condition=Q(purpose__isnull=False) | ~Q(stage=Stage.YEAR),
                name="allocation_not_an_amount",
                violation_error_message=WHOLE_YEAR,
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=MAX_MONEY),
                name="allocation_in_range",
                violation_error_message=MONEY_OUT_OF_RANGE,
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="allocation_year_in_range",
                violation_error_message="Năm phải từ 2000 đến 2100.",
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="allocation_stage_known"),
            models.CheckConstraint(
                condition=Q(qualifier__in=Qualifier.values), name="allocation_qualifier_known"
            ),
        ]

    def __str__(self) -> str:
        what = f" cho {self.purpose}" if self.purpose else ""
        return f"{self.source_of_funds}{what}, {self.get_stage_display().lower()} {self.year}"
