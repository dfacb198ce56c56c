"""The closed lists of this app."""

from django.db import models

#: More units than the whole nation has at any tier.
MAX_VALUE = 20_000


class PlanState(models.TextChoices):
    """A draft may change; an approved plan changes only by a new revision, which supersedes it."""

    DRAFT = "draft", "Dự thảo"
    APPROVED = "approved", "Đã phê duyệt"
    SUPERSEDED = "superseded", "Đã được thay thế"


class TargetKind(models.TextChoices):
    """Whether a target counts what is new in the year or all that holds at its end."""

    NEW = "new", "Đạt thêm trong năm"
    CUMULATIVE = "cumulative", "Lũy kế đến hết năm"
