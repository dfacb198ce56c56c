"""Who works where, in which role."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from communes.choices import Holding
from communes.models.criteria import Department
from communes.models.units import Unit
from communes.querysets import AssignmentQuerySet
from communes.tenure import Tenure
from ntm.accounts import roles
from ntm.core.versions import Versioned

_STANDING = Q(ended_at=None)
_HELD_ALREADY = "Người này đang giữ vai trò đó ở đơn vị đó."


class Assignment(Versioned):
    """A user's role for a unit, in a period. It covers the unit's place over all its versions; what the unit was made
    of is covered read-only. Ended, never deleted."""

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
    # The period, in the office's days, both included. Open at the front: from the giving on.
    first_day = models.DateField("từ ngày", null=True, blank=True)
    last_day = models.DateField("đến hết ngày", null=True, blank=True)
    #: Taken away before its last day, or where it has none.
    ended_at = models.DateTimeField("thu hồi lúc", null=True, blank=True, editable=False)
    # With a default of the database's own: servers of the release before give roles while this one comes in.
    version = models.PositiveIntegerField("phiên bản", default=1, db_default=1, editable=False)

    objects = AssignmentQuerySet["Assignment"].as_manager()

    class Meta:
        verbose_name = "vai trò được giao"
        verbose_name_plural = "vai trò được giao"
        ordering = ["user", "pk"]
        default_permissions = ()
        permissions = [("assign_role", "Giao và thu hồi vai trò")]
        constraints = [
            # Periods of one role do not overlap: the verbs see to it under lock. As far as both databases can say it:
            *(
                models.UniqueConstraint(
                    fields=["user", "unit", "role", *days],
                    condition=_STANDING & condition,
                    name=f"assignment_once_{name}",
                    violation_error_message=_HELD_ALREADY,
                )
                for name, days, condition in (
                    ("open_start", (), Q(first_day=None)),
                    ("open_end", (), Q(last_day=None)),
                    ("a_first_day", ("first_day",), Q(first_day__isnull=False)),
                )
            ),
            models.CheckConstraint(
                condition=Q(first_day=None) | Q(last_day=None) | Q(last_day__gte=F("first_day")),
                name="assignment_days_in_order",
                violation_error_message="Ngày cuối phải từ ngày đầu trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(department=None) | Q(role="department"),
                name="assignment_department_for_its_role",
                violation_error_message="Chỉ vai trò sở, ngành mới ghi kèm sở, ngành.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"

    @property
    def tenure(self) -> Tenure:
        return Tenure(self.first_day, self.last_day)

    def holding_on(self, day: date) -> Holding:
        """Whether the role gives its rights on the day, and if not, why."""
        if self.ended_at is not None:
            return Holding.ENDED
        if self.tenure.holds(day):
            return Holding.STANDING
        return Holding.COMING if self.first_day and day < self.first_day else Holding.OVER
