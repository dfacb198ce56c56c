"""The histories of this app's rows, and which of them are put back to what they held."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from communes.reach import reach_with
from ntm.audit.querysets import type_of
from ntm.audit.restorers import Restorer, Wanted, explain, follows
from ntm.audit.restorers import register as restorable
from ntm.audit.subjects import Parts, Subject, register
from targets.models import Plan, Registration, Target
from targets.services import RIGHT
from targets.services_many import adjust_draft

_READ = "targets.view_plan"
_TARGET = ("plan_id", "level_id", "kind", "value", "trust", "source")
_REGISTRATION = ("plan_id", "level_id", "unit_id", "trust", "source")


def _of_plan(row: Plan, user: Any) -> Parts:
    return [
        (Target, row.targets.values_list("pk", flat=True)),
        (Registration, row.registrations.values_list("pk", flat=True)),
    ]


def _put_rows(wanted: Sequence[Wanted], by: Any) -> None:
    """Targets or registrations, all of a plan in one write."""
    of_plan: dict[int, list[Wanted]] = defaultdict(list)
    for one in wanted:
        of_plan[one.row.plan_id].append(one)
    for some in of_plan.values():
        _put_in_plan(some, by)


def _put_in_plan(wanted: Sequence[Wanted], by: Any) -> None:
    dropped = [one.row for one in wanted if one.goes]
    kept = [one for one in wanted if not one.goes]
    for one in kept:
        for name, value in one.then.items():
            setattr(one.row, name, value)
    adjust_draft(
        wanted[0].row.plan,
        added=[one.row for one in kept if one.is_gone],
        changed=[one.row for one in kept if not one.is_gone],
        dropped=dropped,
        by=by,
    )


def _rows_of(model: Any, *parts: str) -> Any:
    return lambda user: model.objects.visible_to(user).select_related(*parts)


def _rows_gone(*parts: str) -> Any:
    def gone(user: Any, rows: Sequence[Any]) -> list[Any]:
        prefetch_related_objects(list(rows), *parts)
        provinces = reach_with(user, RIGHT).provinces
        return [row for row in rows if row.plan.province_id in provinces]

    return gone


def tell() -> None:
    """Called when the applications are ready."""
    register(Plan, Subject(_READ, Plan.objects.visible_to, parts=_of_plan))
    for model, fields, parts in (
        (Target, _TARGET, ("plan", "level")),
        (Registration, _REGISTRATION, ("plan", "level", "unit")),
    ):
        rows, blank = _rows_of(model, *parts), dict.fromkeys(fields)
        register(model, Subject(_READ, rows, url=lambda row: row.plan.get_absolute_url(), passing=True))
        restorable(Restorer(model, RIGHT, rows, fields, _put_rows, blank, gone=_rows_gone(*parts)))
    follows("plan.adjusted")
    explain({type_of(Plan): "Kế hoạch đã phê duyệt chỉ đổi bằng điều chỉnh; dự thảo sửa ở trang dự thảo."})
