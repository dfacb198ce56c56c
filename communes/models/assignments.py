"""Who works where, in which role."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from communes.models.criteria import Department
from communes.models.units import Unit
from ntm.accounts import roles


class Assignment(models.Model):
    """A user's role for a unit. It covers the unit's place over all its versions; what the unit was made of is
    covered read-only. Ended, never deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="tài khoản",
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    unit = models.ForeignKey(
        Unit, verbose_name="đơn vị", on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField("vai trò", max_length=20, choices=roles.choices())
    # Whose indicators a department's officer judges; None for every other role.
    department = models.ForeignKey(
        Department, verbose_name="sở, ngành", null=True, blank=True,
        on_delete=models.PROTECT, related_name="assignments",
    )  # fmt: skip
    ended_at = models.DateTimeField("thu hồi lúc", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "vai trò được giao"
        verbose_name_plural = "vai trò được giao"
        ordering = ["user", "pk"]
        default_permissions = ()
        permissions = [("assign_role", "Giao và thu hồi vai trò")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(ended_at=None),
                name="assignment_once",
                violation_error_message="Người này đang giữ vai trò đó ở đơn vị đó.",
            ),
            models.CheckConstraint(
                condition=Q(department=None) | Q(role="department"),
                name="assignment_department_for_its_role",
                violation_error_message="Chỉ vai trò sở, ngành mới ghi kèm sở, ngành.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"
