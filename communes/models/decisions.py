"""Decisions about levels, and the recognitions they make or end."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from communes.choices import DecisionKind, RecognitionState
from communes.models.documents import Document
from communes.models.levels import Level
from communes.models.units import Place, Unit
from communes.querysets import DecisionQuerySet, RecognitionQuerySet, YearDeclarationQuerySet
from ntm.core.fields import CleanCharField
from ntm.core.provenance import Sourced
from ntm.core.versions import Versioned


class Decision(Sourced):
    """One signed decision; it may name several units. The number, date, authority and scan are its document's."""

    document = models.OneToOneField(
        Document, verbose_name="văn bản", on_delete=models.PROTECT, related_name="decision"
    )
    province = models.ForeignKey(
        Place, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="decisions"
    )
    kind = models.CharField("loại", max_length=9, choices=DecisionKind.choices)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người ghi",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    entered_at = models.DateTimeField("ghi lúc", auto_now_add=True)

    objects = DecisionQuerySet["Decision"].as_manager()

    class Meta:
        verbose_name = "quyết định"
        verbose_name_plural = "quyết định"
        ordering = ["-document__issued_on", "-pk"]
        default_permissions = ()
        permissions = [("view_decision", "Xem quyết định"), ("record_decision", "Ghi quyết định")]

    def __str__(self) -> str:
        return str(self.document)

    def get_absolute_url(self) -> str:
        return reverse("communes:decision", args=[self.pk])


class Recognition(Sourced):
    """A unit recognised at a level by a decision. Legal facts: never edited, only ended or corrected by a new row.

    `achieved_year` is the year whose results were recognised, not the year of signing. With `by_year` it says only
    "by then": it counts from that year on and is never "achieved in" that year.
    """

    decision = models.ForeignKey(
        Decision, verbose_name="quyết định", on_delete=models.PROTECT, related_name="recognitions"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="recognitions"
    )
    # The unit's place, kept here because uniqueness is by place: a later version of it is the same place.
    place = models.ForeignKey(
        Place, verbose_name="địa danh", on_delete=models.PROTECT, related_name="recognitions"
    )
    level = models.ForeignKey(
        Level, verbose_name="mức", on_delete=models.PROTECT, related_name="recognitions"
    )
    achieved_year = models.PositiveSmallIntegerField("năm đạt")
    by_year = models.BooleanField("chỉ biết đạt đến năm này", default=False)
    state = models.CharField(
        "tình trạng", max_length=9, choices=RecognitionState.choices, default=RecognitionState.IN_FORCE
    )
    ended_by = models.ForeignKey(
        Decision,
        verbose_name="kết thúc theo",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ended",
    )
    ended_on = models.DateField("hết hiệu lực từ", null=True, blank=True)
    end_reason = CleanCharField("lý do kết thúc", max_length=500, blank=True)
    replaced_by = models.OneToOneField(
        "self",
        verbose_name="đính chính bằng",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaces",
    )

    objects = RecognitionQuerySet["Recognition"].as_manager()

    class Meta:
        verbose_name = "lượt công nhận"
        verbose_name_plural = "lượt công nhận"
        ordering = ["unit__sort_key", "level__rank", "pk"]
        default_permissions = ()
        permissions = [("view_recognition", "Xem công nhận")]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "level"],
                condition=Q(state=RecognitionState.IN_FORCE),
                name="recognition_in_force_once",
                violation_error_message="Đơn vị đang được công nhận ở mức này.",
            ),
            models.CheckConstraint(
                condition=Q(state=RecognitionState.REVOKED, ended_on__isnull=False, ended_by__isnull=False)
                | Q(~Q(state=RecognitionState.REVOKED), ended_on=None, ended_by=None),
                name="recognition_end_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.level.name} {self.achieved_year}"


class Confirmation(models.Model):
    """A decision that a level already in force still holds. It adds to no count."""

    decision = models.ForeignKey(
        Decision, verbose_name="quyết định", on_delete=models.PROTECT, related_name="confirmations"
    )
    recognition = models.ForeignKey(
        Recognition, verbose_name="lượt công nhận", on_delete=models.PROTECT, related_name="confirmations"
    )

    class Meta:
        verbose_name = "xác nhận"
        verbose_name_plural = "xác nhận"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["decision", "recognition"], name="confirmation_once")]

    def __str__(self) -> str:
        return f"{self.recognition} ({self.decision})"


class YearDeclaration(Sourced, Versioned):
    """The office's word that every recognition achieved in a year has been entered.

    Without it a year with no row is unknown ("chưa có số liệu"); with it such a year is a true zero. One that was
    given too early is withdrawn, with a reason, and says nothing any more.
    """

    province = models.ForeignKey(
        Place, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="declarations"
    )
    year = models.PositiveSmallIntegerField("năm")
    declared_on = models.DateField("ngày xác nhận")
    document = models.ForeignKey(
        Document, verbose_name="văn bản", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_on = models.DateField("ngày rút xác nhận", null=True, blank=True, editable=False)
    withdrawn_reason = CleanCharField(
        "lý do rút xác nhận", max_length=500, blank=True, default="", db_default="", editable=False
    )
    # The database has a default of its own, for servers of the release before.
    version = models.PositiveIntegerField("phiên bản", default=1, db_default=1, editable=False)

    objects = YearDeclarationQuerySet["YearDeclaration"].as_manager()

    class Meta:
        verbose_name = "xác nhận đủ số liệu"
        verbose_name_plural = "xác nhận đủ số liệu"
        ordering = ["province", "year"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["province", "year"],
                condition=Q(withdrawn_on=None),
                name="declaration_once",
                violation_error_message="Năm này đã được xác nhận đủ số liệu.",
            )
        ]

    def __str__(self) -> str:
        return f"Đủ số liệu năm {self.year}"
