"""The verbs of annual plans. A draft may change; an approved plan changes only by a new revision."""

from collections.abc import Iterable, Sequence
from datetime import date

from communes.models import Document, Level, Place, Unit
from communes.services.rights import Actor, check_document, check_may
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.audit.models import LogEntry
from ntm.core.access import Allowed, Denied
from ntm.core.dates import format_date, today
from ntm.core.errors import Closed, NotAllowed, Refused, Stale
from ntm.core.provenance import Trust
from ntm.core.versions import lock, save_next
from targets.choices import PlanState, TargetKind
from targets.lines import Promise, TargetLine, check_promises, check_room, check_targets
from targets.models import Plan, Registration, Target
from targets.selectors import levels_of

RIGHT, WHAT = "targets.draft_plan", "lập kế hoạch"


# --- Drafting -----------------------------------------------------------------------------------------------


@audit.verb
def draft_plan(
    *,
    province: Place,
    year: int,
    document: Document | None = None,
    copy_from: Plan | None = None,
    note: str = "",
    trust: str = Trust.VERIFIED,
    source: str = "",
    by: Actor,
) -> Plan:
    """The first draft of a year's plan, empty or with another year's targets.

    Refused while the year has a draft, and once it has an approved plan: that one is amended.
    """
    check_may(by, RIGHT, province.pk, WHAT)
    check_document(document, province.pk)
    if not levels_of(year):
        raise Refused(f"Chưa có giai đoạn nào của Chương trình bao gồm năm {year}.", "year")
    _serialise(province.pk)
    if Plan.objects.filter(province=province, year=year, state=PlanState.APPROVED).exists():
        raise Refused(f"Kế hoạch năm {year} đã được phê duyệt; hãy lập bản điều chỉnh.", "year")
    plan = Plan(province=province, year=year, document=document, note=note, trust=trust, source=source)
    return _open(plan, copy_from, by)


@audit.verb
def amend(plan: Plan, *, by: Actor) -> Plan:
    """A new draft that begins as a copy of the approved revision. The approved one stays in force."""
    check_may(by, RIGHT, plan.province_id, WHAT)
    _serialise(plan.province_id)
    current = lock(plan)
    if current.state != PlanState.APPROVED:
        raise Refused("Chỉ lập bản điều chỉnh cho kế hoạch đã phê duyệt và chưa bị thay thế.")
    draft = Plan(
        province_id=current.province_id, year=current.year, trust=current.trust, source=current.source,
        note=current.note,
    )  # fmt: skip
    return _open(draft, current, by)


@audit.verb
def change_draft(
    plan: Plan,
    *,
    expected_version: int,
    targets: Sequence[TargetLine],
    registrations: Sequence[Promise],
    note: str = "",
    document: Document | None = None,
    by: Actor,
) -> Plan:
    """Make the draft say exactly this. What already stands so keeps its row, its trust and its source."""
    check_may(by, RIGHT, plan.province_id, WHAT)
    check_document(document, plan.province_id)
    current = locked_draft(plan, expected_version)
    levels = levels_of(current.year)
    check_targets(current.year, levels, targets)
    check_promises(current.year, current.province_id, levels, registrations)
    touch(current, by, note=note, document=document)
    _write_targets(current, targets, by)
    _write_promises(current, registrations, by)
    return current


@audit.verb
def register_units(
    plan: Plan,
    level_code: str,
    units: Iterable[Unit],
    *,
    trust: str = Trust.VERIFIED,
    source: str = "",
    by: Actor,
) -> list[Registration]:
    """Add units to a draft by name; those already in it are left as they are. Returns the new rows."""
    check_may(by, RIGHT, plan.province_id, WHAT)
    current = locked_draft(plan, None)
    levels = levels_of(current.year)
    level = next((level for level in levels if level.code == level_code), None)
    if level is None:
        raise Refused(f"Năm {current.year} không có mức “{level_code}”.", "registrations")
    there = set(current.registrations.filter(level=level).values_list("unit__place_id", flat=True))
    promises = [Promise(level, unit, trust, source) for unit in units if unit.place_id not in there]
    check_promises(current.year, current.province_id, levels, promises)
    if promises:
        touch(current, by)
    return [_add_promise(current, promise, by) for promise in promises]


@audit.verb
def set_target(plan: Plan, level: Level, value: int, *, kind: str = TargetKind.NEW, by: Actor) -> Target:
    """Add one target to a draft. Refused where the draft has it already: that one is changed."""
    check_may(by, RIGHT, plan.province_id, WHAT)
    current = locked_draft(plan, None)
    line = TargetLine(level, value, kind)
    if current.targets.filter(level=level, kind=kind).exists():
        raise Refused("Dự thảo đã giao chỉ tiêu cho mức này; hãy sửa chỉ tiêu đó.", "level")
    check_targets(current.year, levels_of(current.year), [line])
    touch(current, by)
    return _add_target(current, line, by)


@audit.verb
def change_target(row: Target, *, expected_version: int, value: int, by: Actor) -> Target:
    """Another number for one target of a draft."""
    check_may(by, RIGHT, row.plan.province_id, WHAT)
    plan = locked_draft(row.plan, None)
    current = lock(row, expected=expected_version)
    check_targets(plan.year, levels_of(plan.year), [TargetLine(current.level, value, current.kind)])
    touch(plan, by)
    before = audit.snapshot(current)
    current.value, current.trust, current.source = value, Trust.VERIFIED, ""
    save_next(current)
    audit.record("target.changed", current, by=by, before=before, province_id=plan.province_id)
    return current


# --- Approving ----------------------------------------------------------------------------------------------


def can_approve(plan: Plan, by: Actor) -> Allowed | Denied:
    """Nobody approves what they drafted or changed themselves."""
    if isinstance(by, audit.System):
        return Allowed()
    written = LogEntry.objects.filter(
        object_type="targets.plan", object_id=str(plan.pk), actor_id=by.pk,
        action__in=("plan.drafted", "plan.changed", "plan.adjusted"),
    )  # fmt: skip
    if plan.drafted_by_id == by.pk or written.exists():
        return Denied("Người lập hoặc sửa dự thảo không được tự phê duyệt; cần một người khác phê duyệt.")
    return Allowed()


@audit.verb
def approve(
    plan: Plan,
    *,
    approved_on: date | None,
    document: Document | None = None,
    expected_version: int | None = None,
    by: Actor,
) -> Plan:
    """Put a draft in force from `approved_on`; the revision approved before it becomes superseded.

    `document` replaces the draft's own when given. Only a loader may leave the day unknown.
    """
    check_may(by, "targets.approve_plan", plan.province_id, "phê duyệt kế hoạch")
    _serialise(plan.province_id)
    current = locked_draft(plan, expected_version)
    allowed = can_approve(current, by)
    if not allowed:
        raise NotAllowed(allowed.reason)
    check_document(document, current.province_id)
    _check_contents(current, by)
    previous = Plan.objects.filter(
        province_id=current.province_id, year=current.year, state=PlanState.APPROVED
    ).first()
    _check_approval_day(approved_on, current.year, document or current.document, previous, by)
    if previous is not None:
        _supersede(previous, by)
    before = audit.snapshot(current)
    current.state, current.approved_on = PlanState.APPROVED, approved_on
    current.approved_by_id, current.document = by.pk, document or current.document
    save_next(current)
    audit.record("plan.approved", current, by=by, before=before, province_id=current.province_id)
    return current


def _check_contents(plan: Plan, by: Actor) -> None:
    """Refuse a plan that promises nothing, or more than can be. What a loader brings was published as it is."""
    targets = list(plan.targets.select_related("level"))
    if not any(target.value for target in targets):
        raise Refused("Dự thảo chưa giao chỉ tiêu nào nên chưa phê duyệt được.")
    if isinstance(by, User):
        check_room(plan.province_id, plan.year, targets)


def _check_approval_day(
    approved_on: date | None, year: int, document: Document | None, previous: Plan | None, by: Actor
) -> None:
    """A plan is approved in its year, later, or in the year before; not before its paper or the revision before."""
    if approved_on is None:
        if not isinstance(by, audit.System):
            raise Refused("Hãy nhập ngày phê duyệt.", "approved_on")
        return
    if approved_on > today():
        raise Refused(f"Ngày phê duyệt {format_date(approved_on)} ở sau ngày hôm nay.", "approved_on")
    if approved_on.year < year - 1:
        raise Refused(
            f"Ngày phê duyệt {format_date(approved_on)} sớm quá: kế hoạch năm {year} được phê duyệt "
            f"sớm nhất từ 01/01/{year - 1}.",
            "approved_on",
        )
    if document is not None and document.issued_on is not None and approved_on < document.issued_on:
        raise Refused(
            f"Ngày phê duyệt không được trước ngày ban hành văn bản ({format_date(document.issued_on)}).",
            "approved_on",
        )
    if previous is not None and previous.approved_on is not None and approved_on < previous.approved_on:
        raise Refused(
            f"Ngày phê duyệt không được trước ngày phê duyệt lần {previous.revision} "
            f"({format_date(previous.approved_on)}).",
            "approved_on",
        )


def _supersede(plan: Plan, by: Actor) -> None:
    previous = lock(plan)
    before = audit.snapshot(previous)
    previous.state = PlanState.SUPERSEDED
    save_next(previous)
    audit.record("plan.superseded", previous, by=by, before=before, province_id=previous.province_id)


# --- Parts --------------------------------------------------------------------------------------------------


def _serialise(province_id: int) -> None:
    """One at a time opens or approves revisions of a province."""
    Place.objects.select_for_update(no_key=True).get(pk=province_id)


def locked_draft(plan: Plan, expected: int | None) -> Plan:
    """The draft as it stands, locked. Raises `Closed` for what is no draft any more, else `Stale`."""
    current = lock(plan)
    if current.state != PlanState.DRAFT:
        raise Closed("Kế hoạch đã phê duyệt không sửa được nữa; hãy lập bản điều chỉnh.")
    if expected is not None and current.version != expected:
        raise Stale(current)
    return current


def touch(plan: Plan, by: Actor, *, action: str = "plan.changed", **fields: object) -> None:
    """The plan's next version: whatever changes in a draft, changes the draft."""
    before = audit.snapshot(plan)
    for name, value in fields.items():
        setattr(plan, name, value)
    rows.check(plan)
    save_next(plan)
    audit.record(action, plan, by=by, before=before, province_id=plan.province_id)


def _open(plan: Plan, copy_from: Plan | None, by: Actor) -> Plan:
    """Number and save a new draft, with the copied lines."""
    if copy_from is not None and copy_from.province_id != plan.province_id:
        raise Refused("Chỉ chép được kế hoạch của cùng một tỉnh.", "copy_from")
    others = Plan.objects.filter(province_id=plan.province_id, year=plan.year)
    if others.filter(state=PlanState.DRAFT).exists():
        raise Refused(
            f"Năm {plan.year} đang có một dự thảo; hãy sửa hoặc phê duyệt dự thảo đó trước.", "year"
        )
    latest = others.order_by("-revision").values_list("revision", flat=True).first()
    plan.revision = (latest or 0) + 1
    plan.drafted_by_id = by.pk
    rows.check(plan)
    plan.save()
    audit.record("plan.drafted", plan, by=by, province_id=plan.province_id)
    if copy_from is not None:
        _copy(plan, copy_from, by)
    return plan


def _copy(plan: Plan, origin: Plan, by: Actor) -> None:
    """Levels are met by code, so that a plan can be copied into the next period; names only within a year."""
    levels = {level.code: level for level in levels_of(plan.year)}
    for target in origin.targets.select_related("level"):
        if target.level.code in levels:
            line = TargetLine(
                levels[target.level.code], target.value, target.kind, target.trust, target.source
            )
            _add_target(plan, line, by)
    if origin.year == plan.year:
        for row in origin.registrations.select_related("level", "unit"):
            _add_promise(plan, Promise(row.level, row.unit, row.trust, row.source), by)


def _write_targets(plan: Plan, targets: Sequence[TargetLine], by: Actor) -> None:
    wanted = {(line.level.pk, str(line.kind)): line for line in targets}
    for row in plan.targets.select_related("level"):
        line = wanted.pop((row.level_id, row.kind), None)
        before = audit.snapshot(row)
        if line is None:
            audit.record("target.dropped", row, by=by, province_id=plan.province_id, gone=True)
            row.delete()
        elif line.value != row.value:
            row.value, row.trust, row.source = line.value, line.trust, line.source
            save_next(row)
            audit.record("target.changed", row, by=by, before=before, province_id=plan.province_id)
    for line in wanted.values():
        _add_target(plan, line, by)


def _add_target(plan: Plan, line: TargetLine, by: Actor) -> Target:
    row = Target.objects.create(
        plan=plan, level=line.level, kind=line.kind, value=line.value, trust=line.trust, source=line.source
    )
    audit.record("target.set", row, by=by, province_id=plan.province_id)
    return row


def _write_promises(plan: Plan, promises: Sequence[Promise], by: Actor) -> None:
    wanted = {(promise.level.pk, promise.unit.pk): promise for promise in promises}
    for row in plan.registrations.select_related("level", "unit", "plan"):
        if wanted.pop((row.level_id, row.unit_id), None) is None:
            audit.record("registration.dropped", row, by=by, province_id=plan.province_id, gone=True)
            row.delete()
    for promise in wanted.values():
        _add_promise(plan, promise, by)


def _add_promise(plan: Plan, promise: Promise, by: Actor) -> Registration:
    row = Registration.objects.create(
        plan=plan, level=promise.level, unit=promise.unit, trust=promise.trust, source=promise.source
    )
    audit.record("registration.added", row, by=by, province_id=plan.province_id)
    return row
