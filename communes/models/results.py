"""What communes achieved: round → submission → result, with evidence.

The computed verdict of a result comes from `communes.judging`; where a department judged it, that judgement
counts instead. The sums on a submission are written in the same transaction as what they sum up.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from communes.choices import IndicatorKind, ReviewState, SubmissionState, Term, ValueState, Verdict
from communes.models.criteria import CriteriaSet, Indicator, Threshold
from communes.models.units import Place, Unit
from communes.querysets import ResultQuerySet, RoundQuerySet, SubmissionQuerySet
from ntm.core.fields import CleanCharField
from ntm.core.provenance import Trust
from ntm.core.uploads import secret_name
from ntm.core.versions import Versioned

#: Beyond any indicator; refuses NaN and Infinity, which PostgreSQL's numeric would hold.
LARGEST = 10**11


def evidence_name(evidence: "Evidence", filename: str) -> str:
    """Where an uploaded file is kept."""
    return secret_name("evidence", filename)


class Round(Versioned):
    """One collection: a province asks its units about a year by one criteria set. Deadlines have no default."""

    province = models.ForeignKey(Place, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="rounds")
    year = models.PositiveSmallIntegerField("năm")
    term = models.CharField("kỳ", max_length=4, choices=Term.choices, default=Term.YEAR)
    criteria_set = models.ForeignKey(
        CriteriaSet, verbose_name="bộ tiêu chí", on_delete=models.PROTECT, related_name="rounds"
    )
    enter_by = models.DateField("hạn xã gửi", null=True, blank=True)
    review_by = models.DateField("hạn huyện thẩm tra", null=True, blank=True)
    judge_by = models.DateField("hạn sở, ngành thẩm định", null=True, blank=True)
    accept_by = models.DateField("hạn tỉnh chấp nhận", null=True, blank=True)
    locked_at = models.DateTimeField("khóa lúc", null=True, blank=True)
    lock_reason = CleanCharField("lý do khóa, mở khóa", max_length=500, blank=True)

    objects = RoundQuerySet["Round"].as_manager()

    class Meta:
        verbose_name = "kỳ nhập liệu"
        verbose_name_plural = "kỳ nhập liệu"
        ordering = ["-year", "term", "criteria_set"]
        default_permissions = ()
        permissions = [("manage_round", "Mở, đặt hạn, khóa kỳ nhập liệu")]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "year", "term", "criteria_set"],
                name="round_once",
                violation_error_message="Kỳ nhập liệu này đã mở.",
            )
        ]

    def __str__(self) -> str:
        half = " (6 tháng)" if self.term == Term.HALF else ""
        return f"{self.criteria_set.told_name}, năm {self.year}{half}"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


class Submission(Versioned):
    """One unit's return in a round, with its sums.

    `facts` are the attributes of the unit that chose its thresholds (kind → value), as of the last write.
    `due_on`: an extension for this unit alone. `reopened_until`: the last day on which an accepted return may
    be changed again.
    """

    round = models.ForeignKey(
        Round, verbose_name="kỳ nhập liệu", on_delete=models.PROTECT, related_name="submissions"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="submissions"
    )
    state = models.CharField(
        "tình trạng", max_length=9, choices=SubmissionState.choices, default=SubmissionState.DRAFT
    )
    facts = models.JSONField("thuộc tính đã dùng", default=dict, blank=True)
    submitted_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    accepted_at = models.DateTimeField("chấp nhận lúc", null=True, blank=True)
    due_on = models.DateField("gia hạn đến", null=True, blank=True)
    reopened_until = models.DateField("mở lại đến hết ngày", null=True, blank=True)
    # The sums; see communes.judging.Summary. `recount` holds them to a full recount.
    criteria_total = models.PositiveSmallIntegerField("số tiêu chí", default=0)
    criteria_met = models.PositiveSmallIntegerField("tiêu chí đạt", default=0)
    indicators_total = models.PositiveSmallIntegerField("số chỉ tiêu", default=0)
    entered = models.PositiveSmallIntegerField("chỉ tiêu đã nhập", default=0)
    met = models.PositiveSmallIntegerField("chỉ tiêu đạt", default=0)
    not_met = models.PositiveSmallIntegerField("chỉ tiêu chưa đạt", default=0)
    not_evaluable = models.PositiveSmallIntegerField("chỉ tiêu chưa đánh giá được", default=0)
    missing = models.PositiveSmallIntegerField("chỉ tiêu còn thiếu", default=0)
    returned = models.PositiveSmallIntegerField("chỉ tiêu bị trả lại", default=0)
    unjudged = models.PositiveSmallIntegerField("chỉ tiêu chờ thẩm định", default=0)

    objects = SubmissionQuerySet["Submission"].as_manager()

    class Meta:
        verbose_name = "phiếu kết quả"
        verbose_name_plural = "phiếu kết quả"
        ordering = ["round", "unit__sort_key", "pk"]
        default_permissions = ()
        permissions = [
            ("view_result", "Xem kết quả của xã"),
            ("enter_result", "Nhập kết quả"),
            ("submit_result", "Gửi kết quả"),
            ("review_result", "Thẩm tra kết quả (cấp huyện)"),
            ("judge_result", "Thẩm định chỉ tiêu được giao"),
            ("accept_result", "Chấp nhận, trả lại, mở lại kết quả"),
            ("do_work", "Có việc trong nhập liệu và thẩm định"),
        ]
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="submission_once")]
        indexes = [models.Index(fields=["unit", "round"], name="submission_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.round}"


class Result(Versioned):
    """What one unit achieved on one indicator. Yes/no is 1 or 0, a grade its place in `Indicator.grades`.

    `computed` follows from value and threshold; `judged` is a department's word; `verdict` is the one that
    counts: judged, else computed. `verdict` is empty where nothing counts as entered.
    """

    submission = models.ForeignKey(
        Submission, verbose_name="phiếu kết quả", on_delete=models.PROTECT, related_name="results"
    )
    indicator = models.ForeignKey(
        Indicator, verbose_name="chỉ tiêu", on_delete=models.PROTECT, related_name="results"
    )
    # The indicator's kind, kept here so that the database itself can refuse an impossible value.
    kind = models.CharField("kiểu", max_length=8, choices=IndicatorKind.choices)
    state = models.CharField(
        "tình trạng", max_length=14, choices=ValueState.choices, default=ValueState.ENTERED
    )
    value = models.DecimalField("giá trị", max_digits=16, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField("tử số", max_digits=16, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField("mẫu số", max_digits=16, decimal_places=4, null=True, blank=True)
    text = CleanCharField("nội dung", max_length=500, blank=True)
    case = models.ForeignKey(
        Threshold,
        verbose_name="trường hợp",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = CleanCharField("ghi chú, lý do", max_length=500, blank=True)
    copied_from = models.PositiveSmallIntegerField("chép từ năm", null=True, blank=True)
    is_doubtful = models.BooleanField("lệch nhiều so với năm trước, chưa xác nhận", default=False)
    computed = models.CharField("đánh giá tính được", max_length=14, choices=Verdict.choices, blank=True)
    judged = models.CharField("đánh giá khi thẩm định", max_length=14, choices=Verdict.choices, blank=True)
    verdict = models.CharField("đánh giá", max_length=14, choices=Verdict.choices, blank=True)
    review = models.CharField(
        "thẩm định", max_length=8, choices=ReviewState.choices, default=ReviewState.OPEN
    )
    trust = models.CharField("mức tin cậy", max_length=12, choices=Trust.choices, default=Trust.VERIFIED)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người nhập",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    entered_at = models.DateTimeField("nhập lúc")

    objects = ResultQuerySet["Result"].as_manager()

    class Meta:
        verbose_name = "kết quả"
        verbose_name_plural = "kết quả"
        ordering = ["submission", "indicator__position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["submission", "indicator"], name="result_once"),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gt=-LARGEST, value__lt=LARGEST), name="result_is_a_number"
            ),
            models.CheckConstraint(
                condition=~Q(kind=IndicatorKind.PERCENT) | Q(value=None) | Q(value__gte=0, value__lte=100),
                name="result_percent_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(kind=IndicatorKind.YES_NO) | Q(value=None) | Q(value__in=[0, 1]),
                name="result_yes_or_no",
            ),
            models.CheckConstraint(
                condition=Q(denominator=None, numerator=None)
                | Q(denominator__gt=0, denominator__lt=LARGEST, numerator__gte=0, numerator__lt=LARGEST),
                name="result_share_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["indicator", "verdict"], name="result_of_indicator"),
        ]

    def __str__(self) -> str:
        return self.named(str(self.submission))

    def named(self, submission: str) -> str:
        """What the row is called, for who has already asked what its return is called."""
        return f"{self.indicator.code} ({submission})"


class Evidence(models.Model):
    """A file behind a result. Taken away, never deleted."""

    result = models.ForeignKey(
        Result, verbose_name="kết quả", on_delete=models.PROTECT, related_name="evidence"
    )
    file = models.FileField("tệp", upload_to=evidence_name)
    file_name = CleanCharField("tên tệp", max_length=200)
    sha256 = models.CharField("mã băm của tệp", max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người đính kèm",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    added_at = models.DateTimeField("đính kèm lúc", auto_now_add=True)
    removed_at = models.DateTimeField("gỡ lúc", null=True, blank=True)

    class Meta:
        verbose_name = "minh chứng"
        verbose_name_plural = "minh chứng"
        ordering = ["result", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name
