"""Writing down how a unit stands on a condition outside the criteria."""

from dataclasses import dataclass

from django.utils import timezone

from communes import conditions, workflow
from communes.choices import ConditionKind
from communes.models import Condition, ConditionCheck, Round, Unit
from communes.reach import reach_with
from communes.services.documents import Actor
from communes.services.steps import REASON_LIMIT, person
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.files import keeps_files_in_step, put_file
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.text import clean
from ntm.core.uploads import Scan
from ntm.core.versions import save_next

RIGHT = "communes.check_condition"


@dataclass(frozen=True)
class Check:
    """What was found, and its paper; without a new file the one that is stored stays."""

    found: conditions.Found
    file: Scan | None = None


@keeps_files_in_step
@audit.verb
def check_condition(
    *, unit: Unit, condition: Condition, year: int, check: Check, by: Actor, version: int = 0
) -> ConditionCheck:
    """Write down, or change, how the unit stands on the condition in the year. `version` 0: nothing was written
    when the form was opened. Raises `Stale` where somebody wrote meanwhile."""
    _check_right(unit, condition, year, by)
    found = _checked(condition, check.found)
    rows = ConditionCheck.objects.select_for_update(of=("self",), no_key=True)
    # The unit's row is what two people who write the first check of a condition both wait for.
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
    row = rows.filter(unit=unit, condition=condition, year=year).first()
    if (row.version if row else 0) != version:
        raise Stale(row)
    before = audit.snapshot(row) if row else None
    row = row or ConditionCheck(unit=unit, condition=condition, year=year, version=0)
    said = conditions.verdict_of(conditions.Asked(condition.kind, condition.value), found)
    row.verdict, row.value, row.sample, row.note = said.verdict, found.share, found.sample, found.note
    row.checked_by, row.checked_at = person(by), timezone.now()
    if check.file is not None:
        put_file(row, check.file)
    save_next(row)
    action = "condition.changed" if before else "condition.checked"
    audit.record(action, row, by=by, before=before, province_id=unit.province_id)
    return row


def _check_right(unit: Unit, condition: Condition, year: int, by: Actor) -> None:
    if isinstance(by, User):
        if not by.has_perm(RIGHT):
            raise NotAllowed("Bạn không có quyền ghi kiểm tra điều kiện công nhận.")
        if not reach_with(by, RIGHT).may_write(unit):
            raise Unit.DoesNotExist
    if condition.level.tier != unit.tier:
        raise Refused("Điều kiện này không dùng cho cấp của đơn vị.")
    if not condition.level.period.covers(year):
        raise Refused(f"Năm {year} nằm ngoài giai đoạn {condition.level.period} của điều kiện.", "year")
    level = condition.level_id
    locked = Round.objects.filter(province=unit.province_id, year=year, criteria_set__level=level)
    if locked.exclude(locked_at=None).exists():
        raise Refused(workflow.LOCKED)


def _checked(condition: Condition, found: conditions.Found) -> conditions.Found:
    note = clean(found.note)
    if len(note) > REASON_LIMIT:
        raise Refused(f"Ghi chú dài quá {REASON_LIMIT} ký tự. Hãy rút gọn.", "note")
    if condition.kind != ConditionKind.SURVEY:
        if found.said not in (conditions.MET, conditions.NOT_MET):
            raise Refused("Hãy chọn đạt hoặc chưa đạt.", "verdict")
        return conditions.Found(found.said, note=note)
    if found.share is None:
        raise Refused("Chưa nhập tỷ lệ hài lòng.", "value")
    if not 0 <= found.share <= 100:
        raise Refused("Tỷ lệ phải từ 0 đến 100 %.", "value")
    if found.sample is None or found.sample <= 0:
        raise Refused("Chưa nhập số phiếu khảo sát.", "sample")
    if condition.value is None and found.said and not note:
        raise Refused("Chưa có tỷ lệ phải đạt; người kết luận phải ghi căn cứ vào ghi chú.", "note")
    said = found.said if condition.value is None else ""
    return conditions.Found(said, found.share, found.sample, note)
