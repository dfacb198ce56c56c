"""The record of every write, its chain, and the receipts that make a double click harmless."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from ntm.audit.querysets import LogEntryQuerySet
from ntm.core.fields import SearchKeyField


class Chain(models.Model):
    """The head of the chain: one row. `writes` is the change counter that keys every cached page: entries about
    rows, without those about events (`ntm.audit.events`), which change nothing that a page shows."""

    head = models.CharField(max_length=64, default="0" * 64)
    count = models.PositiveBigIntegerField(default=0)
    # HMAC by `AUDIT_KEY` over both: whoever cuts the record off cannot say that it ends there.
    seal = models.CharField(max_length=64, blank=True)
    writes = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "đầu chuỗi nhật ký"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="audit_chain_one_row")]

    def __str__(self) -> str:
        return f"{self.count}: {self.head[:12]}"


class LogEntry(models.Model):
    """Who did what to which row, when, from where and why. Written only by `audit.log`, never changed."""

    number = models.PositiveBigIntegerField("số thứ tự", unique=True)
    at = models.DateTimeField("lúc", db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người làm",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    actor_name = models.CharField("tên người làm", max_length=200)
    address = models.GenericIPAddressField("từ địa chỉ", null=True)
    action = models.CharField("việc", max_length=60, db_index=True)
    object_type = models.CharField("loại", max_length=60)
    object_id = models.CharField("mã dòng", max_length=40)
    object_label = models.CharField("đối tượng", max_length=300)
    province_id = models.BigIntegerField("thuộc tỉnh", null=True, db_index=True)
    changes = models.JSONField("thay đổi", default=dict)
    reason = models.TextField("lý do", blank=True)
    batch = models.UUIDField("lô", db_index=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    # For finding only, derived from what is sealed; not sealed itself but recomputed by `audit_verify`.
    search_key = SearchKeyField(of="searched", max_length=900)

    objects = models.Manager.from_queryset(LogEntryQuerySet)()

    class Meta:
        verbose_name = "mục nhật ký"
        verbose_name_plural = "nhật ký"
        ordering = ["-number"]
        indexes = [models.Index(fields=["object_type", "object_id", "-number"], name="audit_object")]
        default_permissions = ("view",)
        permissions = [
            ("view_history", "Xem lịch sử của những gì mình được xem"),
            ("restore_entry", "Khôi phục giá trị, hoàn tác lần ghi (trong quyền ghi của mình)"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.object_label}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PermissionError("The record is append-only: use audit.record() inside a verb.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PermissionError("The record is append-only: entries are never deleted.")

    @property
    def searched(self) -> str:
        """The words by which people look for an entry: the object, the reason, and who did it."""
        return f"{self.object_label} {self.reason} {self.actor_name}"


class Receipt(models.Model):
    """A creating form's token, used up. The second click finds it and is sent where the first one went."""

    token = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=2000, blank=True)
    # A keyed digest of what was sent: other content under the same token is no second click.
    content = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "biên nhận biểu mẫu"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.token)
