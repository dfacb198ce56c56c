"""The closed lists of this app."""

from django.db import models


class Qualifier(models.TextChoices):
    """How exactly a published amount was stated."""

    EXACT = "exact", "Đúng bằng"
    AT_LEAST = "at_least", "Trên"
    ABOUT = "about", "Khoảng"


class Breakdown(models.TextChoices):
    """The two ways in which reports divide the programme's money."""

    WORK = "work", "Loại công trình"
    COMPONENT = "component", "Nội dung thành phần"


class Stage(models.TextChoices):
    """Of which moment an amount speaks."""

    PLAN = "plan", "Kế hoạch năm"
    HALF = "half", "Thực hiện 6 tháng"
    YEAR = "year", "Thực hiện cả năm"
