"""How results are appraised: steps of a submission, judgements and remarks on single results, extra conditions."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from communes.choices import ConditionKind, StepKind, SubmissionState, Verdict
from communes.models.criteria import Department
from communes.models.documents import Document
from communes.models.levels import Level
from communes.models.results import Result, Submission, evidence_name
from communes.models.units import Unit
from ntm.core.fields import CleanCharField
from ntm.core.provenance import Sourced
from ntm.core.versions import Versioned


class Step(models.Model):
    """What was done with a submission as a whole, by whom and why. Written once."""

    submission = models.ForeignKey(
        Submission, verbose_name="phiếu kết quả", on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField("việc", max_length=8, choices=StepKind.choices)
    before = models.CharField("từ", max_length=9, choices=SubmissionState.choices)
    after = models.CharField("sang", max_length=9, choices=SubmissionState.choices)
    reason = CleanCharField("lý do", max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người làm",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        verbose_name = "bước xử lý"
        verbose_name_plural = "bước xử lý"
        ordering = ["submission", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.submission})"


class Judgement(models.Model):
    """A department's word on a result, with its basis. The newest counts; the older ones stay."""

    result = models.ForeignKey(
        Result, verbose_name="kết quả", on_delete=models.PROTECT, related_name="judgements"
    )
    verdict = models.CharField("đánh giá", max_length=14, choices=Verdict.choices)
    basis = CleanCharField("căn cứ", max_length=500)
    document = models.ForeignKey(
        Document, verbose_name="văn bản", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    department = models.ForeignKey(
        Department,
        verbose_name="sở, ngành",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người thẩm định",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField("lúc", auto_now_add=True)
    # The value that was judged: a later change of it asks for a new judgement.
    result_version = models.PositiveIntegerField("phiên bản đã thẩm định")

    class Meta:
        verbose_name = "lượt thẩm định"
        verbose_name_plural = "lượt thẩm định"
        ordering = ["result", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.result}: {self.get_verdict_display()}"


class Remark(models.Model):
    """Why a single result was returned, or a question about it; open until it is answered."""

    result = models.ForeignKey(
        Result, verbose_name="kết quả", on_delete=models.PROTECT, related_name="remarks"
    )
    text = CleanCharField("nội dung", max_length=500)
    is_return = models.BooleanField("trả lại", default=False)
    department = models.ForeignKey(
        Department,
        verbose_name="sở, ngành",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người ghi",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField("lúc", auto_now_add=True)
    answer = CleanCharField("trả lời", max_length=500, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người trả lời", null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    closed_at = models.DateTimeField("đóng lúc", null=True, blank=True)

    class Meta:
        verbose_name = "ý kiến"
        verbose_name_plural = "ý kiến"
        ordering = ["result", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["result"], condition=Q(closed_at=None), name="remark_open"),
        ]

    def __str__(self) -> str:
        return self.text


class Condition(Sourced, Versioned):
    """What recognition at a level asks for besides its criteria. A survey without `value`: share not known."""

    level = models.ForeignKey(
        Level, verbose_name="mức đạt", on_delete=models.PROTECT, related_name="conditions"
    )
    code = models.SlugField("mã", max_length=20)
    name = CleanCharField("tên", max_length=300)
    kind = models.CharField("kiểu", max_length=8, choices=ConditionKind.choices)
    value = models.DecimalField("tỷ lệ từ (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    document = models.ForeignKey(
        Document, verbose_name="văn bản", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField("thứ tự")

    class Meta:
        verbose_name = "điều kiện công nhận"
        verbose_name_plural = "điều kiện công nhận"
        ordering = ["level", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["level", "code"], name="condition_once")]

    def __str__(self) -> str:
        return self.name


class ConditionCheck(Versioned):
    """How a unit stands on a condition for a year: what was found, with its paper. `verdict` empty: not checked."""

    unit = models.ForeignKey(Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="checks")
    condition = models.ForeignKey(
        Condition, verbose_name="điều kiện", on_delete=models.PROTECT, related_name="checks"
    )
    year = models.PositiveSmallIntegerField("năm")
    verdict = models.CharField("đánh giá", max_length=14, choices=Verdict.choices, blank=True)
    value = models.DecimalField("kết quả (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    sample = models.PositiveIntegerField("số phiếu khảo sát", null=True, blank=True)
    note = CleanCharField("ghi chú", max_length=500, blank=True)
    file = models.FileField("tệp", upload_to=evidence_name, blank=True)
    file_name = CleanCharField("tên tệp", max_length=200, blank=True, editable=False)
    sha256 = models.CharField("mã băm của tệp", max_length=64, blank=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người ghi",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    checked_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "kiểm tra điều kiện"
        verbose_name_plural = "kiểm tra điều kiện"
        ordering = ["unit", "year", "condition__position"]
        default_permissions = ()
        permissions = [("check_condition", "Ghi kiểm tra điều kiện công nhận")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "condition", "year"], name="condition_check_once"),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0, value__lte=100), name="condition_check_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.condition} ({self.unit}, {self.year})"
