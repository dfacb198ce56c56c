"""A piece of long work and how far it is; the sign of life of whoever does such work."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from ntm.jobs.choices import LIVE, State
from ntm.jobs.querysets import JobQuerySet


class Job(models.Model):
    """Asked for by one person, run once by one worker. Its row outlives both the server and the worker.

    `done`, `total` and `seen_at` move while it runs only where the database lets a second connection write
    (PostgreSQL); `ntm.jobs.live` knows where they stand otherwise. `claim`: a word that only the worker that took
    the job knows; whoever has lost the job can no longer end it.
    """

    kind = models.CharField("loại việc", max_length=60)
    title = models.CharField("việc", max_length=200)
    label = models.CharField("về", max_length=300, blank=True)
    back_url = models.CharField("trang đặt việc", max_length=2000, blank=True)
    parameters = models.JSONField("tham số", default=dict, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người đặt", on_delete=models.PROTECT, related_name="+"
    )
    province_id = models.BigIntegerField("thuộc tỉnh", null=True, db_index=True)
    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    task = models.UUIDField(null=True, unique=True, editable=False)
    claim = models.UUIDField(null=True, editable=False)
    state = models.CharField(
        "tình trạng", max_length=10, choices=State.choices, default=State.WAITING, db_index=True
    )
    done = models.PositiveBigIntegerField("đã làm", default=0)
    total = models.PositiveBigIntegerField("tổng số", null=True)
    stop_asked = models.BooleanField("có người dừng", default=False)
    asked_at = models.DateTimeField("đặt lúc", default=timezone.now)
    started_at = models.DateTimeField("bắt đầu lúc", null=True)
    seen_at = models.DateTimeField("tín hiệu gần nhất", null=True)
    finished_at = models.DateTimeField("kết thúc lúc", null=True, db_index=True)
    result = models.JSONField("kết quả", default=dict, blank=True)
    failure = models.TextField("vì sao không thành", blank=True)

    objects = models.Manager.from_queryset(JobQuerySet)()

    class Meta:
        verbose_name = "việc chạy nền"
        verbose_name_plural = "việc chạy nền"
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["asked_by", "-id"], name="jobs_of_person")]

    def __str__(self) -> str:
        return f"{self.title}: {self.label}" if self.label else self.title

    def get_absolute_url(self) -> str:
        return reverse("jobs:job", args=[self.pk])

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def file(self) -> dict[str, Any]:
        """What `MadeFile` said; empty without a file."""
        found: dict[str, Any] = self.result.get("file") or {}
        return found


class WorkerSign(models.Model):
    """When a worker was last seen alive, where workers write it to the database."""

    name = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "tín hiệu của tiến trình chạy việc"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
