"""Many rows of a draft put in, changed and taken out as one write: what a sheet brings, and what is taken back.

`services.change_draft` makes a draft say exactly what a form says; this leaves alone what it is not told of.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from communes.services.rights import Actor, check_may
from ntm.audit import log as audit
from ntm.core.bulk import Progress, Told, portions
from ntm.core.errors import Refused, Stale
from ntm.core.versions import save_next_many
from targets.lines import Promise, TargetLine, check_promises, check_targets, registered_field
from targets.models import Plan, Registration, Target
from targets.selectors import levels_of
from targets.services import RIGHT, WHAT, locked_draft, touch

_BATCH = 500
_PUT = {Target: "target.set", Registration: "registration.added"}
_DROPPED = {Target: "target.dropped", Registration: "registration.dropped"}


@audit.verb
def adjust_draft(
    plan: Plan,
    *,
    added: Sequence[Target | Registration] = (),
    changed: Sequence[Target] = (),
    dropped: Sequence[Target | Registration] = (),
    expected_version: int | None = None,
    by: Actor,
    told: Told | None = None,
) -> None:
    """`added`: unsaved rows, also with the key that they had before they were dropped. `changed`: targets with their
    new values and the version with which they were read. All of it or nothing, by the rules of `change_draft`. Raises
    `Stale` where a row has moved on since. `told` hears how many rows are written."""
    check_may(by, RIGHT, plan.province_id, WHAT)
    current, progress = locked_draft(plan, expected_version), Progress(told)
    standing: dict[Any, dict[int, Any]] = {
        Target: {row.pk: row for row in current.targets.select_related("level")},
        Registration: {row.pk: row for row in current.registrations.select_related("level", "unit", "plan")},
    }
    _check_there(current, standing, changed, dropped)
    _check_left(current, standing, added, changed, dropped)
    touch(current, by, action="plan.adjusted")
    for row in dropped:
        audit.record(_DROPPED[type(row)], row, by=by, province_id=current.province_id, gone=True)
    for model in (Target, Registration):
        of_kind = [row.pk for row in dropped if isinstance(row, model)]
        model.objects.filter(pk__in=of_kind).delete()
        progress.more(len(of_kind))
    befores = {row.pk: audit.snapshot(standing[Target][row.pk]) for row in changed}
    save_next_many(changed, batch_size=_BATCH)
    for row in changed:
        before = befores[row.pk]
        audit.record("target.changed", row, by=by, before=before, province_id=current.province_id)
    progress.more(len(changed))
    for targets in portions([row for row in added if isinstance(row, Target)]):
        Target.objects.bulk_create(targets)
        _tell(targets, current, by, progress)
    for promised in portions([row for row in added if isinstance(row, Registration)]):
        Registration.objects.bulk_create(promised)
        _tell(promised, current, by, progress)


def _tell(added: Sequence[Target | Registration], plan: Plan, by: Actor, progress: Progress) -> None:
    for new in added:
        audit.record(_PUT[type(new)], new, by=by, province_id=plan.province_id)
    progress.more(len(added))


def _check_there(
    plan: Plan,
    standing: dict[Any, dict[int, Any]],
    changed: Sequence[Target],
    dropped: Iterable[Target | Registration],
) -> None:
    """Every row that is changed or dropped stands as it was read."""
    if any(row.pk not in standing[type(row)] for row in (*changed, *dropped)):
        raise Stale(plan)
    if any(row.version != standing[Target][row.pk].version for row in changed):
        raise Stale(plan)


def _check_left(
    plan: Plan,
    standing: dict[Any, dict[int, Any]],
    added: Sequence[Target | Registration],
    changed: Sequence[Target],
    dropped: Sequence[Target | Registration],
) -> None:
    """What the draft will say. A registration that stands is not asked again: the unit may have left since."""
    levels = levels_of(plan.year)
    left = {model: dict(rows) for model, rows in standing.items()}
    for row in dropped:
        del left[type(row)][row.pk]
    left[Target] |= {row.pk: row for row in changed}
    targets = [*left[Target].values(), *(row for row in added if isinstance(row, Target))]
    check_targets(plan.year, levels, [TargetLine(row.level, row.value, row.kind) for row in targets])
    new = [row for row in added if isinstance(row, Registration)]
    check_promises(plan.year, plan.province_id, levels, [Promise(row.level, row.unit) for row in new])
    there = {(row.level_id, row.unit.place_id) for row in left[Registration].values()}
    for row in new:
        if (row.level_id, row.unit.place_id) in there:
            sentence = f"{row.unit.full_name} đã đăng ký mức “{row.level.name}” trong dự thảo."
            raise Refused(sentence, registered_field(row.level))
