"""Taking back one row of a decision that was entered by mistake: a recognition, a confirmation or a revocation.

What was really decided is never taken back: for a level that was lost, `decisions.revoke` is the verb; for a row with
the wrong unit, level or year, `decisions.correct`.
"""

from collections.abc import Iterable

from communes import rules
from communes.choices import RecognitionState
from communes.models import Confirmation, Decision, Recognition
from communes.selectors.standing import as_held, held_by, level_facts
from communes.services.documents import Actor
from communes.services.ground import authorise, check_reason
from communes.services.register import lock_places
from ntm.audit import log as audit
from ntm.core.errors import Refused


@audit.verb
def take_back_recognition(*, recognition: Recognition, reason: str, by: Actor) -> Recognition:
    """The row stays in the register as corrected, with nothing in its place, and counts nowhere. Refused once the row
    has ended or was corrected, and where a confirmation or a higher level of the place rests on it."""
    why = check_reason(reason)
    row = _locked(recognition, _decision(recognition.decision_id, by))
    if row.state != RecognitionState.IN_FORCE:
        raise Refused(f"{_named(row)}: {row.get_state_display().lower()}.")
    confirmed = row.confirmations.select_related("decision__document").order_by("-pk").first()
    if confirmed is not None:
        what = (
            f"Lượt này đã được xác nhận tiếp tục đạt theo Quyết định {confirmed.decision.document.reference}"
        )
        raise Refused(f"{what}; nếu ghi nhầm, hãy rút lượt xác nhận đó trước.")
    _refuse_resting(row)
    before = audit.snapshot(row)
    row.state, row.end_reason = RecognitionState.CORRECTED, why
    row.save()
    home = row.decision.province_id
    audit.record("recognition.taken_back", row, by=by, before=before, reason=why, province_id=home)
    return row


@audit.verb
def take_back_confirmation(*, confirmation: Confirmation, reason: str, by: Actor) -> Recognition:
    """The level was never confirmed by that decision; it holds on by the one that recognised it. The row goes, and all
    it held stays in the record. Returns the recognition."""
    why = check_reason(reason)
    decision = _decision(confirmation.decision_id, by)
    recognition = _locked(confirmation.recognition, decision)
    row = Confirmation.objects.filter(pk=confirmation.pk).first()
    if row is None:
        raise Refused("Lượt xác nhận này đã được rút.")
    row.decision, row.recognition = decision, recognition
    audit.record(
        "confirmation.withdrawn", row, by=by, reason=why, province_id=decision.province_id, gone=True
    )
    row.delete()
    return recognition


@audit.verb
def take_back_revocation(
    *, recognition: Recognition, decision: Decision, reason: str, by: Actor
) -> Recognition:
    """The level holds as if `decision` had never ended it. Each level that fell with another is given back by itself,
    after that one. Refused where what was recorded since leaves no room for it."""
    why = check_reason(reason)
    revoking = _decision(decision.pk, by)
    row = _locked(recognition, revoking)
    if row.state != RecognitionState.REVOKED or row.ended_by_id != revoking.pk:
        state = row.get_state_display().lower()
        raise Refused(f"{_named(row)} không còn là mức bị thu hồi theo quyết định này: {state}.")
    facts = level_facts()
    wanted = facts[row.level_id]
    year = wanted.last_year if row.by_year else row.achieved_year
    signed = None if row.by_year else row.decision.document.issued_on
    if reason_against := rules.obstacle(wanted, year, held_by([row.place_id], facts)[row.place_id], signed):
        raise Refused(f"{row.unit.full_name} {reason_against}.")
    _refuse_fallen_with_another(row, facts)
    before = audit.snapshot(row)
    row.state, row.end_reason = RecognitionState.IN_FORCE, ""
    row.ended_by, row.ended_on = None, None
    row.save()
    home = revoking.province_id
    audit.record("recognition.given_back", row, by=by, before=before, reason=why, province_id=home)
    return row


def _refuse_fallen_with_another(row: Recognition, facts: dict[int, rules.LevelFacts]) -> None:
    """What fell because another level was ended holds no longer while that one does not: an earlier period's would keep
    the place at the level all the same."""
    fallen = Recognition.objects.filter(
        place_id=row.place_id, ended_by_id=row.ended_by_id, state=RecognitionState.REVOKED
    )
    together = {one.pk: one for one in fallen.select_related("level", "decision__document").order_by("pk")}
    held = [as_held(one, facts) for one in together.values()]
    for other in held:
        if other.key != row.pk and any(one.key == row.pk for one in rules.ended_with(other, held)):
            level, year = together[other.key].level.name, other.year
            what = f"{row.unit.full_name} mất mức này theo mức “{level}” năm {year}"
            raise Refused(f"{what}; hãy rút lượt thu hồi mức đó trước.")


def _decision(key: int, by: Actor) -> Decision:
    found = Decision.objects.select_related("document", "province").get(pk=key)
    authorise(by, found.province)
    return found


def _locked(recognition: Recognition, decision: Decision) -> Recognition:
    """The recognition as it stands, its place locked. One of a unit outside the province is "not found"."""
    lock_places([recognition.place_id])
    row = Recognition.objects.select_related("unit", "level", "decision__document").get(pk=recognition.pk)
    if row.unit.province_id != decision.province_id:
        raise Refused("Không tìm thấy đơn vị đã chọn trong tỉnh.")
    return row


def _refuse_resting(row: Recognition) -> None:
    """Nothing that holds, or that held until it was revoked, may lose the level that it stands on."""
    facts = level_facts()
    counted = Recognition.objects.counted().filter(place_id=row.place_id)
    every = list(counted.select_related("decision__document").order_by("level__rank", "pk"))
    in_force = [one for one in every if one.state == RecognitionState.IN_FORCE]
    for rows in (in_force, every):
        held = [as_held(one, facts) for one in rows]
        orphans = _orphans([one for one in held if one.key != row.pk], rules.unsupported(held))
        for lost in orphans:
            what = f"{row.unit.full_name} được công nhận mức “{lost.level.name}” năm {lost.year} dựa trên lượt này"
            raise Refused(f"{what}; nếu ghi nhầm, hãy rút hoặc đính chính mức đó trước.")


def _orphans(left: list[rules.Held], before: Iterable[rules.Held]) -> list[rules.Held]:
    known = {one.key for one in before}
    return [one for one in rules.unsupported(left) if one.key not in known]


def _named(row: Recognition) -> str:
    return f"{row.unit.full_name}, mức “{row.level.name}”"
