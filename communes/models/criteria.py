"""Criteria as data: set → criterion → indicator → threshold, and which department answers for an indicator.

Sets are versioned whole: a published one stays as it is, an amendment is a new revision from a day on. Criteria
are never matched by number across levels or periods.
"""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from communes.choices import AttributeKind, IndicatorKind, Operator, SetState
from communes.models.documents import Document
from communes.models.levels import Level
from communes.models.units import Place
from communes.querysets import CriteriaSetQuerySet
from ntm.core.fields import CleanCharField, SearchKeyField
from ntm.core.provenance import Sourced
from ntm.core.versions import Versioned


class Department(Versioned):
    """A body that appraises indicators: a sở, the provincial command, the police …"""

    code = models.SlugField("mã", max_length=20, unique=True)
    name = CleanCharField("tên", max_length=120, unique=True)
    short_name = CleanCharField("tên ngắn", max_length=40)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "sở, ngành"
        verbose_name_plural = "sở, ngành"
        ordering = ["position", "code"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class CriteriaSet(Sourced, Versioned):
    """The criteria of one level in one revision. `province` None: the nation's; else the province's own copy.

    Valid for results of days from `valid_from` until the day before `valid_to`.
    """

    level = models.ForeignKey(
        Level, verbose_name="mức đạt", on_delete=models.PROTECT, related_name="criteria_sets"
    )
    province = models.ForeignKey(
        Place, verbose_name="tỉnh", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revision = models.PositiveSmallIntegerField("lần ban hành", default=1)
    name = CleanCharField("tên", max_length=200)
    state = models.CharField("tình trạng", max_length=9, choices=SetState.choices, default=SetState.DRAFT)
    document = models.ForeignKey(
        Document, verbose_name="văn bản", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    base = models.ForeignKey(
        "self", verbose_name="chép từ", null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    valid_from = models.DateField("áp dụng từ ngày", null=True, blank=True)
    valid_to = models.DateField("áp dụng đến trước ngày", null=True, blank=True)

    objects = CriteriaSetQuerySet["CriteriaSet"].as_manager()

    class Meta:
        verbose_name = "bộ tiêu chí"
        verbose_name_plural = "bộ tiêu chí"
        ordering = ["-level__period", "-level__tier", "level__rank", "revision", "pk"]
        default_permissions = ()
        permissions = [("view_criteria", "Xem bộ tiêu chí"), ("change_criteria", "Sửa bộ tiêu chí")]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "province", "revision"],
                condition=Q(province__isnull=False),
                name="criteria_set_revision_once",
            ),
            models.UniqueConstraint(
                fields=["level", "revision"],
                condition=Q(province=None),
                name="criteria_set_national_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="criteria_set_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def edition(self) -> str:
        """What tells the set from the nation's first of the same name: "của tỉnh, lần 2"; empty for that one."""
        owner = "của tỉnh" if self.province_id is not None else ""
        often = f"lần {self.revision}" if owner or self.revision > 1 else ""
        return ", ".join(filter(None, (owner, often)))

    @property
    def key(self) -> str:
        """What names the set among all of its level, in addresses, for ever: "ntm" for the nation's first, "ntm-2" for
        its second, "ntm-tinh-1" for a province's own."""
        if self.province_id is not None:
            return f"{self.level.code}-tinh-{self.revision}"
        return self.level.code if self.revision == 1 else f"{self.level.code}-{self.revision}"

    @property
    def told_name(self) -> str:
        """The name with the edition: a copy and a later revision keep the name."""
        return f"{self.name} ({self.edition})" if self.edition else self.name


class Criterion(models.Model):
    """One criterion (tiêu chí) of a set. `is_key`: its failing weighs in the revocation watch of QĐ 18/2022."""

    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name="bộ tiêu chí", on_delete=models.CASCADE, related_name="criteria"
    )
    number = CleanCharField("số", max_length=8)
    name = CleanCharField("tên", max_length=300)
    group = CleanCharField("nhóm", max_length=120, blank=True)
    is_key = models.BooleanField("tiêu chí then chốt khi xét thu hồi", default=False)
    position = models.PositiveSmallIntegerField("thứ tự")

    class Meta:
        verbose_name = "tiêu chí"
        verbose_name_plural = "tiêu chí"
        ordering = ["criteria_set", "position", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["criteria_set", "number"], name="criterion_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"


class Indicator(Sourced, Versioned):
    """One indicator (chỉ tiêu) of a criterion. The set is kept beside the criterion: codes are unique in it.

    `grades` orders the names of a graded indicator from the lowest up. `soft_limit`: a change against last year
    of at least this much is asked about. `threshold_note`: what is known of the threshold besides its rows.
    """

    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name="bộ tiêu chí", on_delete=models.CASCADE, related_name="indicators"
    )
    criterion = models.ForeignKey(
        Criterion, verbose_name="tiêu chí", on_delete=models.CASCADE, related_name="indicators"
    )
    code = CleanCharField("mã", max_length=12)
    name = CleanCharField("tên", max_length=600)
    search_key = SearchKeyField(of="name", max_length=700)
    unit_of_measure = CleanCharField("đơn vị tính", max_length=40, blank=True)
    kind = models.CharField("kiểu", max_length=8, choices=IndicatorKind.choices)
    decimals = models.PositiveSmallIntegerField("số chữ số thập phân", default=2)
    minimum = models.DecimalField(
        "nhỏ nhất", max_digits=16, decimal_places=4, null=True, blank=True, default=0
    )
    maximum = models.DecimalField("lớn nhất", max_digits=16, decimal_places=4, null=True, blank=True)
    soft_limit = models.DecimalField(
        "hỏi lại khi lệch năm trước từ", max_digits=16, decimal_places=4, null=True, blank=True
    )
    grades = models.JSONField("các mức, từ thấp đến cao", default=list, blank=True)
    guidance = models.TextField("cách tính", blank=True)
    threshold_note = CleanCharField("ghi chú về ngưỡng", max_length=500, blank=True)
    department = models.ForeignKey(
        Department, verbose_name="sở, ngành phụ trách", null=True, blank=True,
        on_delete=models.PROTECT, related_name="indicators",
    )  # fmt: skip
    position = models.PositiveSmallIntegerField("thứ tự")

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ["criteria_set", "position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "code"],
                name="indicator_code_once",
                violation_error_message="Mã chỉ tiêu này đã có trong bộ tiêu chí.",
            ),
            models.CheckConstraint(
                condition=Q(decimals__lte=4),
                name="indicator_decimals",
                violation_error_message="Không quá 4 chữ số thập phân.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"


class Threshold(Sourced, Versioned):
    """What an indicator must reach. No row for a unit and year: not known, so not evaluable.

    The nation's rows (`province` None) belong to the set; a province sets its own beside them with a document,
    and they then count instead. `attribute` and `attribute_value` limit a row to units of that kind; `case` names
    a case that whoever enters chooses ("xã có trên 3 trường"); the years limit it to results of those years.
    """

    indicator = models.ForeignKey(
        Indicator, verbose_name="chỉ tiêu", on_delete=models.CASCADE, related_name="thresholds"
    )
    province = models.ForeignKey(
        Place, verbose_name="tỉnh", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attribute = models.CharField(
        "áp dụng cho xã có thuộc tính", max_length=20, choices=AttributeKind.choices, blank=True
    )
    attribute_value = CleanCharField("giá trị thuộc tính", max_length=40, blank=True)
    case = CleanCharField("trường hợp", max_length=200, blank=True)
    first_year = models.PositiveSmallIntegerField("từ năm", null=True, blank=True)
    last_year = models.PositiveSmallIntegerField("đến năm", null=True, blank=True)
    operator = models.CharField("cách so", max_length=6, choices=Operator.choices)
    value = models.DecimalField("ngưỡng", max_digits=16, decimal_places=4, null=True, blank=True)
    text = CleanCharField("nội dung", max_length=500, blank=True)
    document = models.ForeignKey(
        Document, verbose_name="văn bản", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_withdrawn = models.BooleanField("đã bỏ", default=False)

    class Meta:
        verbose_name = "ngưỡng"
        verbose_name_plural = "ngưỡng"
        ordering = ["indicator", "province", "first_year", "pk"]
        default_permissions = ()
        permissions = [("set_threshold", "Đặt ngưỡng của tỉnh")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(operator__in=[Operator.AT_LEAST, Operator.AT_MOST, Operator.GRADE])
                | Q(value__isnull=False),
                name="threshold_has_its_value",
                violation_error_message="Hãy nhập giá trị của ngưỡng.",
            ),
            models.CheckConstraint(
                condition=Q(first_year=None) | Q(last_year=None) | Q(last_year__gte=F("first_year")),
                name="threshold_years_in_order",
                violation_error_message="Năm cuối không được trước năm đầu.",
            ),
            models.CheckConstraint(
                condition=Q(attribute="", attribute_value="") | (~Q(attribute="") & ~Q(attribute_value="")),
                name="threshold_attribute_whole",
                violation_error_message="Thuộc tính và giá trị của nó phải đi cùng nhau.",
            ),
        ]
        indexes = [models.Index(fields=["indicator", "province"], name="threshold_of_indicator")]

    def __str__(self) -> str:
        value = "…" if self.value is None else f"{Decimal(self.value).normalize():f}".replace(".", ",")
        return f"{self.indicator.code}: {self.get_operator_display().replace('…', value)}"


class Duty(Versioned):
    """The department that appraises an indicator in a province, for some years; without a row the set's own."""

    province = models.ForeignKey(Place, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey(
        Indicator, verbose_name="chỉ tiêu", on_delete=models.CASCADE, related_name="duties"
    )
    department = models.ForeignKey(
        Department, verbose_name="sở, ngành", on_delete=models.PROTECT, related_name="duties"
    )
    first_year = models.PositiveSmallIntegerField("từ năm")
    last_year = models.PositiveSmallIntegerField("đến năm", null=True, blank=True)
    document = models.ForeignKey(
        Document, verbose_name="văn bản", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "phân công chỉ tiêu"
        verbose_name_plural = "phân công chỉ tiêu"
        ordering = ["indicator", "first_year"]
        default_permissions = ()
        permissions = [("assign_indicator", "Phân công chỉ tiêu cho sở, ngành")]
        constraints = [
            models.UniqueConstraint(fields=["province", "indicator", "first_year"], name="duty_once"),
            models.CheckConstraint(
                condition=Q(last_year=None) | Q(last_year__gte=F("first_year")),
                name="duty_years_in_order",
                violation_error_message="Năm cuối không được trước năm đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code}: {self.department}"
