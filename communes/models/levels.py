"""Periods of the programme and the levels that each knows."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from communes.choices import Tier
from communes.models.documents import Document
from ntm.core.fields import CleanCharField
from ntm.core.versions import Versioned


class Period(Versioned):
    """A phase of the programme. `counts` lists the earlier periods whose levels still count in this one
    (2021–2025: all; 2026–2030: none)."""

    code = models.CharField("mã", max_length=9, unique=True)
    first_year = models.PositiveSmallIntegerField("năm đầu", unique=True)
    last_year = models.PositiveSmallIntegerField("năm cuối", unique=True)
    counts = models.ManyToManyField(
        "self",
        verbose_name="còn tính mức của giai đoạn",
        symmetrical=False,
        blank=True,
        related_name="counted_in",
    )
    document = models.ForeignKey(
        Document, verbose_name="văn bản", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "giai đoạn"
        verbose_name_plural = "giai đoạn"
        ordering = ["first_year"]
        default_permissions = ()
        permissions = [("change_catalogue", "Sửa danh mục")]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="period_ends_after_start",
                violation_error_message="Năm cuối không được trước năm đầu.",
            )
        ]

    def __str__(self) -> str:
        return self.code.replace("-", "–")

    def covers(self, year: int) -> bool:
        return self.first_year <= year <= self.last_year

    @property
    def last_day(self) -> date:
        return date(self.last_year, 12, 31)


class Level(Versioned):
    """A level that a unit can be recognised at. `rank` orders levels of one tier; the higher contains the lower.

    `code` is the same word in every period (`ntm`, `advanced`, `model`, `modern`, `district_ntm`,
    `district_advanced`), so that levels of two periods can be counted together; criteria are never mapped this way.
    """

    period = models.ForeignKey(
        Period, verbose_name="giai đoạn", on_delete=models.PROTECT, related_name="levels"
    )
    code = models.SlugField("mã", max_length=20)
    tier = models.CharField("cấp", max_length=8, choices=Tier.choices)
    rank = models.PositiveSmallIntegerField("thứ bậc")
    name = CleanCharField("tên", max_length=80)
    short_name = CleanCharField("tên ngắn", max_length=40)
    city_name = CleanCharField("cách gọi với thành phố, thị xã", max_length=80, blank=True)
    confirmed = models.BooleanField("đã kiểm chứng", default=True)

    class Meta:
        verbose_name = "mức đạt"
        verbose_name_plural = "mức đạt"
        ordering = ["period", "-tier", "rank"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["period", "code"], name="level_once"),
            models.UniqueConstraint(
                fields=["period", "tier", "rank"],
                name="level_rank_once",
                violation_error_message="Thứ bậc này đã có mức khác trong cùng cấp và giai đoạn.",
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1),
                name="level_rank_from_one",
                violation_error_message="Thứ bậc phải từ 1 trở lên.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.period})"
