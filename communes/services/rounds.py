"""Opening a round for a year, its deadlines, locking and unlocking."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from communes.choices import SetState, Term, Tier
from communes.models import CriteriaSet, Place, Round, Submission, Unit
from communes.reach import reach_with
from communes.selectors.criteria import book_of
from communes.selectors.standing import outside_programme
from communes.selectors.unit_facts import facts_on
from communes.services.documents import Actor
from communes.services.holding import hold_all
from communes.services.sums import put_sums
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.dates import as_of, format_date, today
from ntm.core.errors import NotAllowed, Refused
from ntm.core.text import clean
from ntm.core.versions import lock, save_next

RIGHT = "communes.manage_round"
NO_DISTRICT = (
    "Cấp huyện kết thúc hoạt động từ 01/07/2025 nên không còn nơi nhập và gửi kết quả của huyện. "
    "Công nhận của huyện xem tại “Quyết định”."
)


@dataclass(frozen=True)
class Deadlines:
    """The last days of each step; None: not set. The law's own deadlines are not known, so none is assumed."""

    enter_by: date | None = None
    review_by: date | None = None
    judge_by: date | None = None
    accept_by: date | None = None


@audit.verb
def open_round(
    *,
    province: Place,
    year: int,
    criteria_set: CriteriaSet,
    by: Actor,
    term: str = Term.YEAR,
    deadlines: Deadlines | None = None,
) -> Round:
    """Open a round and a return for every unit of the set's tier that the programme covers on the year's day.

    Refused for a draft set, a set of another period or with a criterion that has no indicator, the districts' sets
    (nobody is left to enter and send), a year to come, and a round that is open already.
    """
    check_may(by, province)
    _check_set(criteria_set, province, year)
    deadlines = deadlines or Deadlines()
    _check_order(deadlines)
    if Round.objects.filter(province=province, year=year, term=term, criteria_set=criteria_set).exists():
        raise Refused("Kỳ nhập liệu này đã mở.")
    row = Round(province=province, year=year, term=term, criteria_set=criteria_set)
    _put(row, deadlines)
    row.save()
    audit.record("round.opened", row, by=by, province_id=province.pk)
    add_submissions(row, units_of(row), by=by)
    return row


@audit.verb
def add_submissions(a_round: Round, units: Iterable[Unit], *, by: Actor) -> list[Submission]:
    """A return for each of these units that has none yet. The caller has checked the right."""
    there = set(Submission.objects.filter(round=a_round).values_list("unit_id", flat=True))
    wanted = [unit for unit in units if unit.pk not in there]
    facts = facts_on(wanted, as_of(a_round.year, today()))
    book = book_of(a_round.criteria_set, a_round.province_id)
    rows = []
    for unit in wanted:
        row = Submission(round=a_round, unit=unit, facts=dict(facts.get(unit.place_id, {})))
        put_sums(row, book, [])
        rows.append(row)
    Submission.objects.bulk_create(rows, batch_size=200)
    for row in rows:
        audit.record("submission.opened", row, by=by, province_id=a_round.province_id)
    return rows


@audit.verb
def set_deadlines(a_round: Round, *, version: int, deadlines: Deadlines, by: Actor) -> Round:
    """Change the deadlines of a round. Raises `Stale`; refused where the round is locked."""
    check_may(by, a_round.province)
    current = lock(a_round, expected=version)
    if current.is_locked:
        raise Refused("Số liệu của năm này đã khóa. Hãy mở khóa trước khi đổi hạn.")
    _check_order(deadlines)
    before = audit.snapshot(current)
    _put(current, deadlines)
    save_next(current)
    audit.record("round.changed", current, by=by, before=before, province_id=current.province_id)
    return current


@audit.verb
def lock_round(a_round: Round, *, version: int, reason: str, by: Actor) -> Round:
    """Nothing of the year changes any more, until it is unlocked: waits for whoever is writing. Raises `Stale`."""
    return _turn(a_round, version=version, reason=reason, by=by, locking=True)


@audit.verb
def unlock_round(a_round: Round, *, version: int, reason: str, by: Actor) -> Round:
    """Open a locked year again, with the reason. Raises `Stale`."""
    return _turn(a_round, version=version, reason=reason, by=by, locking=False)


def _turn(a_round: Round, *, version: int, reason: str, by: Actor, locking: bool) -> Round:
    check_may(by, a_round.province)
    text = clean(reason)
    if not text:
        raise Refused("Chưa nhập lý do.", "reason")
    current = lock(a_round, expected=version)
    hold_all(current)
    if current.is_locked == locking:
        raise Refused("Kỳ nhập liệu này đã khóa rồi." if locking else "Kỳ nhập liệu này đang mở.")
    before = audit.snapshot(current)
    current.locked_at = timezone.now() if locking else None
    current.lock_reason = text[:500]
    save_next(current)
    action = "round.locked" if locking else "round.unlocked"
    audit.record(action, current, by=by, before=before, reason=text, province_id=current.province_id)
    return current


def units_of(a_round: Round) -> list[Unit]:
    """The units that a round asks: of the set's tier, in the programme, on the year's day."""
    day = as_of(a_round.year, today())
    tier = a_round.criteria_set.level.tier
    units = list(Unit.objects.filter(province=a_round.province, tier=tier).on(day))
    outside = outside_programme(units, day)
    return [unit for unit in units if unit.place_id not in outside]


def check_may(by: Actor, province: Place) -> None:
    """Refuse whoever may not run the province's rounds."""
    if not isinstance(by, User):
        return
    if not by.has_perm(RIGHT):
        raise NotAllowed("Bạn không có quyền mở, đặt hạn hay khóa kỳ nhập liệu.")
    if province.pk not in reach_with(by, RIGHT).provinces:
        raise Refused("Không tìm thấy tỉnh của kỳ nhập liệu.")


def _check_set(criteria_set: CriteriaSet, province: Place, year: int) -> None:
    if criteria_set.state != SetState.PUBLISHED:
        raise Refused("Bộ tiêu chí còn là dự thảo. Hãy ban hành trước khi mở kỳ nhập liệu.", "criteria_set")
    if criteria_set.province_id not in (None, province.pk):
        raise Refused("Bộ tiêu chí này của tỉnh khác.", "criteria_set")
    if criteria_set.level.tier == Tier.PROVINCE:
        raise Refused("Bộ tiêu chí cấp tỉnh không nhập theo đơn vị.", "criteria_set")
    if criteria_set.level.tier == Tier.DISTRICT:
        raise Refused(NO_DISTRICT, "criteria_set")
    period = criteria_set.level.period
    if not period.covers(year):
        raise Refused(f"Năm {year} nằm ngoài giai đoạn {period} của bộ tiêu chí.", "year")
    if year > today().year:
        raise Refused(f"Năm {year} chưa đến.", "year")
    bare = [one.number for one in book_of(criteria_set, province.pk).criteria if not one.indicators]
    if bare:
        raise Refused(
            f"Bộ tiêu chí chưa đủ: tiêu chí {', '.join(bare)} chưa có chỉ tiêu nào. "
            "Hãy chép thành dự thảo, bổ sung và ban hành bản mới trước khi mở kỳ nhập liệu.",
            "criteria_set",
        )


def _check_order(deadlines: Deadlines) -> None:
    """Later steps cannot be due before earlier ones."""
    named = ("enter_by", "review_by", "judge_by", "accept_by")
    given = [(name, day) for name in named if (day := getattr(deadlines, name)) is not None]
    for (_, earlier), (name, later) in zip(given, given[1:], strict=False):
        if later < earlier:
            raise Refused(
                f"Hạn {format_date(later)} sớm hơn hạn của bước trước ({format_date(earlier)}).", name
            )


def _put(row: Round, deadlines: Deadlines) -> None:
    row.enter_by, row.review_by = deadlines.enter_by, deadlines.review_by
    row.judge_by, row.accept_by = deadlines.judge_by, deadlines.accept_by
