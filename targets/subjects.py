"""The histories of this app's rows, and which of them are put back to what they held."""

from collections.abc import Sequence
from typing import Any

from ntm.audit.querysets import type_of
from ntm.audit.restorers import Restorer, Wanted, explain
from ntm.audit.restorers import register as restorable
from ntm.audit.subjects import Parts, Subject, register
from targets.models import Plan, Registration, Target
from targets.services import change_target

_READ = "targets.view_plan"


def _of_plan(row: Plan, user: Any) -> Parts:
    return [
        (Target, row.targets.values_list("pk", flat=True)),
        (Registration, row.registrations.values_list("pk", flat=True)),
    ]


def _put_targets(wanted: Sequence[Wanted], by: Any) -> None:
    for one in wanted:
        change_target(one.row, expected_version=one.row.version, value=one.then["value"], by=by)


def _targets(user: Any) -> Any:
    return Target.objects.visible_to(user).select_related("plan", "level")


def tell() -> None:
    """Called when the applications are ready."""
    register(Plan, Subject(_READ, Plan.objects.visible_to, parts=_of_plan))
    register(Target, Subject(_READ, _targets, url=lambda row: row.plan.get_absolute_url()))
    restorable(Restorer(Target, "targets.draft_plan", _targets, ("value",), _put_targets))
    explain(
        {
            type_of(Plan): "Kế hoạch đã phê duyệt chỉ đổi bằng điều chỉnh; dự thảo sửa ở trang dự thảo.",
            type_of(Registration): "Đơn vị đăng ký sửa ở trang dự thảo của kế hoạch.",
        }
    )
