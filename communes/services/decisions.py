"""Decisions about levels: recognise, confirm, revoke, correct. That a year is complete: `declarations`.

A recognition points at the version of the unit that is valid on the decision's day, because that is the unit
which the paper names; counts go by its place, so a later rename or change of kind takes nothing away. Without
a known day (old decisions, entered by a loader) the end of the achieved year stands for it.
"""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from communes import rules
from communes.choices import DecisionKind, RecognitionState
from communes.models import (
    Confirmation,
    Decision,
    Level,
    Place,
    Recognition,
    Unit,
)
from communes.services.documents import Actor, Paper, check_paper, store
from communes.services.ground import (
    Ground,
    authorise,
    check_reason,
    check_year,
    hold,
    refuse_any,
    signed_later,
)
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.files import keeps_files_in_step
from ntm.core.dates import as_of, format_date, today
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from ntm.core.uploads import Scan


@keeps_files_in_step
@audit.verb
def recognise(
    *,
    province: Place,
    number: str,
    issued_on: date | None,
    authority: str,
    title: str,
    level: Level,
    achieved_year: int,
    units: Sequence[Unit],
    file: Scan | None = None,
    by_year: bool = False,
    url: str = "",
    trust: str = Trust.VERIFIED,
    source: str = "",
    by: Actor,
) -> Decision:
    """Record a decision that recognises units at a level for a year, often the year before the signing.

    `by_year`: all that is known is that they had it by then. A unit that cannot have the level is refused by
    name, with the reason (see `Ground.obstacle`).
    """
    paper = Paper(number, issued_on, authority, title, file, url, trust, source)
    _may_open(paper, province, by)
    placed = _admit(province, units, level, achieved_year, issued_on)
    decision = _open(DecisionKind.RECOGNISE, paper, province, by)
    _enter(decision, placed, level, (achieved_year, by_year), by)
    return decision


@audit.verb
def add_units(
    *, decision: Decision, level: Level, achieved_year: int, units: Sequence[Unit], by: Actor
) -> Decision:
    """Name further units in a recognition that is already recorded: a paper may hold two levels, and a name may
    have been overlooked. The same refusals as `recognise`."""
    authorise(by, decision.province)
    if decision.kind != DecisionKind.RECOGNISE:
        raise Refused("Chỉ ghi thêm đơn vị được vào quyết định công nhận.")
    placed = _admit(decision.province, units, level, achieved_year, decision.document.issued_on)
    _enter(decision, placed, level, (achieved_year, False), by)
    return decision


@keeps_files_in_step
@audit.verb
def confirm(
    *,
    province: Place,
    number: str,
    issued_on: date,
    authority: str,
    title: str,
    level: Level,
    units: Sequence[Unit],
    achieved_year: int | None = None,
    file: Scan | None = None,
    url: str = "",
    trust: str = Trust.VERIFIED,
    source: str = "",
    by: Actor,
) -> Decision:
    """Record that units still hold a level. Nothing is "achieved" by it.

    A place with the level in force gets a `Confirmation`. A place formed by a merger, whose level waits for
    review, gets a recognition under this decision, counted from `achieved_year` on (default: the decision's).
    """
    paper = Paper(number, issued_on, authority, title, file, url, trust, source)
    _may_open(paper, province, by)
    ground = hold(units, day=issued_on, province=province)
    wanted = ground.level(level)
    year = min(issued_on.year, wanted.last_year) if achieved_year is None else achieved_year
    refuse_any((unit, ground.unconfirmable(unit, wanted, year)) for unit in ground.units)
    standing, waiting = _sort_out(ground, wanted)
    if waiting:
        check_year(wanted, year, issued_on)
    decision = _open(DecisionKind.CONFIRM, paper, province, by)
    _confirm(decision, standing, by)
    _enter(decision, waiting, level, (year, False), by)
    return decision


@keeps_files_in_step
@audit.verb
def revoke(
    *,
    province: Place,
    number: str,
    issued_on: date,
    authority: str,
    title: str,
    recognitions: Sequence[Recognition],
    effective_on: date,
    reason: str,
    file: Scan | None = None,
    url: str = "",
    trust: str = Trust.VERIFIED,
    source: str = "",
    by: Actor,
) -> Decision:
    """Record a decision that ends levels from a day on; every higher level of the same place ends with it.

    A new recognition is possible afterwards.
    """
    paper = Paper(number, issued_on, authority, title, file, url, trust, source)
    _may_open(paper, province, by)
    why = check_reason(reason)
    units = [row.unit for row in recognitions]
    ground = hold(units, day=issued_on, province=province, field="recognitions")
    rows = _falling(ground, [row.pk for row in recognitions])
    _check_end(rows, issued_on, effective_on)
    decision = _open(DecisionKind.REVOKE, paper, province, by)
    for row in rows:
        before = audit.snapshot(row)
        row.state, row.end_reason = RecognitionState.REVOKED, why
        row.ended_by, row.ended_on = decision, effective_on
        row.save()
        audit.record("recognition.revoked", row, by=by, before=before, reason=why, province_id=province.pk)
    return decision


@audit.verb
def correct(
    *,
    recognition: Recognition,
    reason: str,
    unit: Unit | None = None,
    level: Level | None = None,
    achieved_year: int | None = None,
    by: Actor,
) -> Recognition:
    """Put right what was entered wrongly: a new row under the same decision replaces the old one, which then
    never counted. What is not given stays; a year that is given is the very year, no longer "by then". For a level
    that was really lost, `revoke` is the verb."""
    why = check_reason(reason)
    decision = Decision.objects.select_related("document", "province").get(pk=recognition.decision_id)
    authorise(by, decision.province)
    issued_on = decision.document.issued_on
    year = recognition.achieved_year if achieved_year is None else achieved_year
    units = [recognition.unit, unit or recognition.unit]
    day = issued_on or as_of(year, today())
    ground = hold(units, day=day, province=decision.province, field="unit")
    (old,) = _in_force([recognition.pk])
    by_year = old.by_year and achieved_year is None
    if (units[-1].place_id, (level or old.level).pk, year, by_year) == (
        old.place_id, old.level_id, old.achieved_year, old.by_year,
    ):  # fmt: skip
        raise Refused("Chưa có gì khác với lượt công nhận đang ghi.")
    new = _corrected(ground, old, units[-1].place_id, level or old.level, year, issued_on)
    new.by_year = by_year
    before = audit.snapshot(old)
    old.state, old.end_reason = RecognitionState.CORRECTED, why
    old.save()
    _save([new], by)
    old.replaced_by = new
    old.save()
    home = decision.province_id
    audit.record("recognition.corrected", old, by=by, before=before, reason=why, province_id=home)
    return new


# --- checks ------------------------------------------------------------------------------------------------
def _may_open(paper: Paper, province: Place, by: Actor) -> None:
    authorise(by, province)
    check_paper(paper, by)


def _admit(
    province: Place, units: Sequence[Unit], level: Level, year: int, issued_on: date | None
) -> list[Unit]:
    """The versions of the decision's day, locked; refused unless each can have the level for the year."""
    ground = hold(units, day=issued_on or as_of(year, today()), province=province)
    wanted = ground.level(level)
    check_year(wanted, year, issued_on)
    refuse_any((unit, ground.obstacle(unit, wanted, year, issued_on)) for unit in ground.units)
    return ground.units


def _sort_out(ground: Ground, wanted: rules.LevelFacts) -> tuple[list[rules.Held], list[Unit]]:
    """The recognitions that give these units the level now, and the units that have none."""
    known = {unit.pk: ground.standing(unit, wanted) for unit in ground.units}
    standing = [held for held in known.values() if held is not None]
    return standing, [unit for unit in ground.units if known[unit.pk] is None]


def _in_force(keys: Sequence[int]) -> list[Recognition]:
    """These recognitions as they stand now; refused if one was ended or corrected meanwhile."""
    found = Recognition.objects.select_related("unit", "level", "decision__document")
    rows = list(found.filter(pk__in=keys).order_by("pk"))
    ended = [row for row in rows if row.state != RecognitionState.IN_FORCE]
    if ended or len(rows) != len(set(keys)):
        said = (
            f"{row.unit.full_name}, mức “{row.level.name}”: {row.get_state_display().lower()}."
            for row in ended
        )
        raise Refused(" ".join(said) or "Không tìm thấy lượt công nhận đã chọn.", "recognitions")
    return rows


def _falling(ground: Ground, keys: Sequence[int]) -> list[Recognition]:
    """The chosen recognitions and all that fall with them."""
    _in_force(keys)
    day = format_date(ground.day)
    gone = f"chưa có hoặc không còn vào ngày {day} của quyết định"
    refuse_any([(unit, gone) for unit in ground.units if unit.place_id in ground.missing], "recognitions")
    falling = {
        fallen.key
        for unit in ground.units
        for row in ground.held_by(unit)
        if row.key in keys
        for fallen in rules.ended_with(row, ground.held_by(unit))
    }
    return _in_force(sorted(falling))


def _check_end(rows: Sequence[Recognition], issued_on: date, effective_on: date) -> None:
    """A paper ends only what was there when it was signed, and from a day on which it was there."""
    refuse_any(((row.unit, _made_after(row, issued_on)) for row in rows), "issued_on")
    day = format_date(effective_on)
    if effective_on > today():
        raise Refused(f"Ngày hết hiệu lực {day} chưa đến.", "effective_on")
    for row in rows:
        start = row.decision.document.issued_on or date(row.achieved_year, 1, 1)
        if effective_on < start:
            what = f"{row.unit.full_name} được công nhận mức “{row.level.name}” ngày {format_date(start)}"
            raise Refused(f"{what}, sau ngày hết hiệu lực {day}.", "effective_on")


def _made_after(row: Recognition, day: date) -> str | None:
    signed = None if row.by_year else row.decision.document.issued_on
    return signed_later(row.level.name, signed, day) if signed and signed > day else None


def _corrected(
    ground: Ground, old: Recognition, place: int, level: Level, year: int, issued_on: date | None
) -> Recognition:
    """The row that may replace the old one, not yet saved."""
    wanted = ground.level(level)
    check_year(wanted, year, issued_on)
    unit = next(row for row in ground.units if row.place_id == place)
    refuse_any([(unit, ground.without(old.pk).obstacle(unit, wanted, year, issued_on))], "unit")
    _refuse_orphans(ground, old, rules.Held(0, wanted, year, signed=issued_on), place)
    return _new(old.decision, unit, level, year)


def _refuse_orphans(ground: Ground, old: Recognition, new: rules.Held, new_place: int) -> None:
    """A correction may not take away what a higher level of the same place stands on."""
    before = ground.held.get(old.place_id, [])
    after = [row for row in before if row.key != old.pk] + [new] * (new_place == old.place_id)
    lost_before = {row.key for row in rules.unsupported(before)}
    for row in rules.unsupported(after):
        if row.key not in lost_before and row.key != new.key:
            what = f"{old.unit.full_name} đang được công nhận mức “{row.level.name}” năm {row.year}"
            raise Refused(f"{what} dựa trên lượt này; hãy đính chính mức đó trước.", "unit")


# --- writing -----------------------------------------------------------------------------------------------
def _open(kind: DecisionKind, paper: Paper, province: Place, by: Actor) -> Decision:
    document = store(paper, province, by)
    decision = Decision.objects.create(
        document=document,
        province=province,
        kind=kind,
        entered_by=by if isinstance(by, User) else None,
        trust=paper.trust,
        source=paper.source,
    )
    audit.record("decision.recorded", decision, by=by, province_id=province.pk)
    return decision


def _confirm(decision: Decision, standing: Sequence[rules.Held], by: Actor) -> None:
    rows = [Confirmation(decision=decision, recognition_id=held.key) for held in standing]
    for row in Confirmation.objects.bulk_create(rows):
        audit.record("recognition.confirmed", row, by=by, province_id=decision.province_id)


def _enter(
    decision: Decision, units: Sequence[Unit], level: Level, achieved: tuple[int, bool], by: Actor
) -> None:
    year, by_year = achieved
    rows = [_new(decision, unit, level, year) for unit in units]
    for row in rows:
        row.by_year = by_year
    _save(rows, by)


def _new(decision: Decision, unit: Unit, level: Level, year: int) -> Recognition:
    row = Recognition(decision=decision, unit=unit, level=level, achieved_year=year)
    row.place_id, row.trust, row.source = unit.place_id, decision.trust, decision.source
    return row


def _save(rows: Sequence[Recognition], by: Actor) -> None:
    """The places are locked, so a twin can only come from outside the verbs; the database refuses it then,
    and so do we, in the same words."""
    try:
        with transaction.atomic():
            Recognition.objects.bulk_create(rows)
    except IntegrityError as error:
        said = (f"{row.unit.full_name} đang được công nhận mức “{row.level.name}”." for row in rows)
        raise Refused(" ".join(said), "units") from error
    for row in rows:
        confirms = row.decision.kind == DecisionKind.CONFIRM
        action = "recognition.confirmed" if confirms else "recognition.recorded"
        audit.record(action, row, by=by, province_id=row.decision.province_id)
