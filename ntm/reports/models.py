"""Report forms as they were issued. Everything else that this app shows belongs to other apps."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.urls import reverse

from communes.models import Place, Unit
from ntm.core.dates import format_date
from ntm.core.provenance import Trust
from ntm.core.uploads import secret_name
from ntm.reports.querysets import KEPT, IssuedFormQuerySet


def kept_name(row: "IssuedForm", filename: str) -> str:
    """Where the file is kept."""
    return secret_name("issued", filename)


class IssuedForm(models.Model):
    """One form as it left the office: its file with the hash, and the figures in it. Never changed, never deleted: code
    refuses, and so does the database (`ntm.audit.guards`).

    `mapping`, `mapping_sha256`: the version of the form, and the hash of its workbook and mapping; `source`, `trust`:
    where its layout is from, as the form said then. `figures`: key,
    label, value, in the form's order; a value is text (digits with a point), None where it was not known.
    """

    province = models.ForeignKey(Place, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, verbose_name="xã", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    form = models.CharField("mã biểu", max_length=60)
    number = models.CharField("số hiệu biểu", max_length=60)
    title = models.CharField("tên biểu", max_length=300)
    mapping = models.CharField("phiên bản biểu", max_length=60)
    source = models.CharField("nguồn của mẫu", max_length=500)
    trust = models.CharField("mức tin cậy của mẫu", max_length=12, choices=Trust.choices)
    mapping_sha256 = models.CharField("mã băm của mẫu", max_length=64)
    year = models.PositiveSmallIntegerField("năm")
    day = models.DateField("số liệu đến ngày")
    figures = models.JSONField("các con số")
    figures_sha256 = models.CharField("mã băm của các con số", max_length=64)
    file = models.FileField("tệp", upload_to=kept_name)
    file_name = models.CharField("tên tệp", max_length=200)
    sha256 = models.CharField("mã băm của tệp", max_length=64)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người xuất", on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField("xuất lúc", auto_now_add=True)

    objects = models.Manager.from_queryset(IssuedFormQuerySet)()
    #: As long as the form itself, which is kept; the record holds their hash.
    unrecorded = ("figures",)

    class Meta:
        verbose_name = "biểu đã xuất"
        verbose_name_plural = "biểu đã xuất"
        ordering = ["-pk"]
        default_permissions = ()
        permissions = [
            ("issue_form", "Xuất biểu mẫu báo cáo"),
            ("view_commune_form", "Xem biểu mẫu báo cáo của xã"),
        ]
        indexes = [models.Index(fields=["province", "-id"], name="issued_of_province")]

    def __str__(self) -> str:
        about = f", {self.unit.full_name}" if self.unit_id and self.unit else ""
        return f"{self.number}{about}, năm {self.year} (đến {format_date(self.day)})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise PermissionError(KEPT)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("reports:issued", args=[self.pk])

    @property
    def is_verified(self) -> bool:
        return self.trust == Trust.VERIFIED

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise PermissionError(KEPT)
