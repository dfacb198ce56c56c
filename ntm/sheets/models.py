"""Files that people brought to import, and how they once said which column is which."""

from typing import Any

from django.conf import settings
from django.db import models

from ntm.core.fields import CleanCharField
from ntm.core.uploads import secret_name

#: In `Upload.written`: nothing of what was written can be taken back.
STAYS = "stays"
#: In `Upload.written`, once it was taken back: how many rows were not, as somebody had changed them or they never go.
LEFT = "left"


def upload_name(upload: "Upload", filename: str) -> str:
    """Where a file is kept."""
    return secret_name("imports", filename)


class UploadState(models.TextChoices):
    WAITING = "waiting", "Chờ xác nhận"
    STORED = "stored", "Đã ghi"
    DROPPED = "dropped", "Đã bỏ"
    CLEANED = "cleaned", "Đã dọn, chưa ghi"


class UploadQuerySet(models.QuerySet["Upload"]):
    """Files of an import."""

    def visible_to(self, user: Any) -> "UploadQuerySet":
        """A file is its bringer's alone, whatever others may do."""
        return self.filter(by=user)


class Upload(models.Model):
    """One file (none once it was cleaned away) and what was decided about it so far; nothing of it is stored before it
    is confirmed.

    `params` as the kind's form gives them; `choices`: sheet, hidden rows, columns by their place, rows whose name was
    confirmed. `excluded`: numbers of rows taken out. `shown`: the cells that were first shown, each with what stood
    there then. `province_id`: what the page was headed by, or the file is about; it stays so until the end.
    """

    kind = models.CharField("loại dữ liệu", max_length=40)
    params = models.JSONField("tham số", default=dict)
    file = models.FileField("tệp", upload_to=upload_name, blank=True)
    file_name = CleanCharField("tên tệp", max_length=200)
    sha256 = models.CharField("mã băm của tệp", max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người tải lên", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("tải lên lúc", auto_now_add=True)
    state = models.CharField(
        "tình trạng", max_length=8, choices=UploadState.choices, default=UploadState.WAITING
    )
    choices = models.JSONField("lựa chọn", default=dict, blank=True)
    excluded = models.JSONField("dòng bỏ ra", default=list, blank=True)
    shown = models.JSONField("số đang có khi xem trước", default=dict, blank=True)
    written = models.JSONField("đã ghi", default=dict, blank=True)
    batch = models.UUIDField("lần ghi", null=True, blank=True)
    province_id = models.BigIntegerField("thuộc tỉnh", null=True, editable=False)

    objects = UploadQuerySet.as_manager()
    #: As long as the file itself, which is kept anyway.
    unrecorded = ("shown",)

    class Meta:
        verbose_name = "tệp nhập"
        verbose_name_plural = "tệp nhập"
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["by", "-at"], name="upload_of_person")]

    def __str__(self) -> str:
        return self.file_name


class ColumnMapping(models.Model):
    """Which column of a file is which of ours, said once by a person and offered again for the same header."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người ghép", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField("loại dữ liệu", max_length=40)
    name = CleanCharField("tên", max_length=100)
    header = models.CharField("mã băm của tiêu đề", max_length=64)
    columns = models.JSONField("cột")
    at = models.DateTimeField("ghi lúc", auto_now=True)

    class Meta:
        verbose_name = "cách ghép cột"
        verbose_name_plural = "cách ghép cột"
        ordering = ["-at"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["by", "kind", "header"], name="mapping_once")]

    def __str__(self) -> str:
        return self.name
