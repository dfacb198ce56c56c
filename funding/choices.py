"""The closed lists of this app."""

from django.db import models


class Qualifier(models.TextChoices):
    """How exactly a published amount was stated."""

    EXACT = "exact", "Đúng bằng"
    AT_LEAST = "at_least", "Trên"
    ABOUT = "about", "Khoảng"
