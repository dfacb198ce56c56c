"""Where a fact comes from and how far to trust it."""

from django.db import models


class Trust(models.TextChoices):
    """Three kinds of row that must never look alike."""

    VERIFIED = "verified", "Đã kiểm chứng"
    RECALLED = "recalled", "Chờ xác nhận"
    ILLUSTRATIVE = "illustrative", "Minh họa"


class Sourced(models.Model):
    """A fact with its source. What the office enters itself is verified by its document."""

    trust = models.CharField("mức tin cậy", max_length=12, choices=Trust.choices, default=Trust.VERIFIED)
    source = models.CharField("nguồn", max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def is_illustrative(self) -> bool:
        return self.trust == Trust.ILLUSTRATIVE
