"""Plans in revisions, their targets, and the units that promised the year by name."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from communes.models import Document, Level, Place, Unit
from ntm.core.fields import CleanCharField
from ntm.core.provenance import Sourced
from ntm.core.versions import Versioned
from targets.choices import MAX_VALUE, PlanState, TargetKind
from targets.querysets import PlanPartQuerySet, PlanQuerySet


class Plan(Sourced, Versioned):
    """One revision of a province's plan for a year. `approved_on` unknown: in force the whole year."""

    province = models.ForeignKey(Place, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField("năm")
    revision = models.PositiveSmallIntegerField("lần ban hành", default=1)
    state = models.CharField("tình trạng", max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    document = models.ForeignKey(
        Document, verbose_name="văn bản giao kế hoạch", null=True, blank=True, on_delete=models.PROTECT,
        related_name="plans",
    )  # fmt: skip
    approved_on = models.DateField("ngày phê duyệt", null=True, blank=True)
    note = CleanCharField("ghi chú", max_length=500, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người lập",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người phê duyệt",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField("lập lúc", auto_now_add=True)

    objects = PlanQuerySet["Plan"].as_manager()

    class Meta:
        verbose_name = "kế hoạch năm"
        verbose_name_plural = "kế hoạch năm"
        ordering = ["-year", "-revision"]
        default_permissions = ()
        permissions = [
            ("view_plan", "Xem kế hoạch"),
            ("draft_plan", "Lập dự thảo kế hoạch"),
            ("approve_plan", "Phê duyệt kế hoạch"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["province", "year", "revision"], name="plan_revision_once"),
            models.UniqueConstraint(
                fields=["province", "year"],
                condition=Q(state=PlanState.DRAFT),
                name="plan_one_draft",
                violation_error_message="Năm này đang có một dự thảo; hãy sửa hoặc phê duyệt dự thảo đó.",
            ),
            models.UniqueConstraint(
                fields=["province", "year"],
                condition=Q(state=PlanState.APPROVED),
                name="plan_one_approved",
                violation_error_message="Năm này đã có một kế hoạch được phê duyệt.",
            ),
            models.CheckConstraint(condition=Q(state__in=PlanState.values), name="plan_state_known"),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="plan_year_in_range",
                violation_error_message="Năm kế hoạch phải từ 2000 đến 2100.",
            ),
        ]

    def __str__(self) -> str:
        return f"Kế hoạch năm {self.year}, lần {self.revision}"

    def get_absolute_url(self) -> str:
        return reverse("targets:plan", args=[self.year])


class Target(Sourced, Versioned):
    """So many units at a level, new in the year or cumulative at its end."""

    plan = models.ForeignKey(Plan, verbose_name="kế hoạch", on_delete=models.PROTECT, related_name="targets")
    level = models.ForeignKey(Level, verbose_name="mức", on_delete=models.PROTECT, related_name="targets")
    kind = models.CharField("cách tính", max_length=10, choices=TargetKind.choices, default=TargetKind.NEW)
    value = models.PositiveIntegerField(
        "số đơn vị", validators=[MaxValueValidator(MAX_VALUE, "Số đơn vị không quá 20.000.")]
    )

    objects = PlanPartQuerySet["Target"].as_manager()

    class Meta:
        verbose_name = "chỉ tiêu kế hoạch"
        verbose_name_plural = "chỉ tiêu kế hoạch"
        ordering = ["plan", "level__tier", "level__rank", "-kind", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "level", "kind"],
                name="target_once",
                violation_error_message="Kế hoạch này đã giao chỉ tiêu cho mức đó.",
            ),
            models.CheckConstraint(condition=Q(kind__in=TargetKind.values), name="target_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.level.name}: {self.value} ({self.get_kind_display().lower()})"


class Registration(Sourced):
    """A unit that promised, by name, to reach a level in the plan's year."""

    plan = models.ForeignKey(
        Plan, verbose_name="kế hoạch", on_delete=models.PROTECT, related_name="registrations"
    )
    level = models.ForeignKey(
        Level, verbose_name="mức", on_delete=models.PROTECT, related_name="registrations"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="registrations"
    )

    objects = PlanPartQuerySet["Registration"].as_manager()

    class Meta:
        verbose_name = "đơn vị đăng ký"
        verbose_name_plural = "đơn vị đăng ký"
        ordering = ["plan", "level__tier", "level__rank", "unit__sort_key", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "level", "unit"],
                name="registration_once",
                violation_error_message="Đơn vị này đã đăng ký mức đó trong kế hoạch.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.level.name} {self.plan.year}"
