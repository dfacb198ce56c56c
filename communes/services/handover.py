"""A leaver's roles go to a successor in one act, so that nothing that waits in them is left with nobody."""

from datetime import date
from typing import Any

from communes.models import Assignment
from communes.reach import reach_with
from communes.services import assignments
from communes.tenure import ONE_DAY, Tenure
from ntm.accounts import services as accounts
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale


def held_by(user: User, by: Any) -> list[Assignment]:
    """The roles that the person holds, or will hold, inside the provinces of whoever asks."""
    rows = Assignment.objects.filter(user=user).not_over(today())
    rows = rows.select_related("user", "unit", "department")
    if by is not audit.SYSTEM:
        rows = rows.filter(unit__province_id__in=reach_with(by, assignments.RIGHT).provinces)
    return list(rows.order_by("pk"))


@audit.verb
def hand_over(
    *,
    leaver: User,
    successor: User,
    reason: str,
    close: bool,
    seen: tuple[int, int] | None = None,
    by: Any,
) -> list[Assignment]:
    """Give every role of the leaver to the successor and end it with the leaver; returns what was given or extended.

    Work waits in roles (the returns of a unit, the indicators of a department), so from the next click on it waits
    for the successor, until the last day that the leaver had. What the leaver entered stays theirs: the successor
    may judge it. `close`: the leaver's account is closed, too. Refused where the leaver holds no role, or the
    successor is the leaver or closed. `seen`: key and version of one of the roles, as shown;
    raises `Stale`.
    """
    if by is not audit.SYSTEM and not by.has_perm(assignments.RIGHT):
        raise NotAllowed("Chỉ quản trị của tỉnh được bàn giao vai trò.")
    accounts.check_visible(leaver, by)
    accounts.check_visible(successor, by)
    if leaver.pk == successor.pk:
        raise Refused("Hãy chọn người nhận khác với người bàn giao.", "successor")
    people = accounts.lock_people([leaver, successor], by)
    if seen is not None and (shown := Assignment.objects.get(pk=seen[0])).version != seen[1]:
        raise Stale(shown)
    if not people[successor.pk].is_active:
        raise Refused("Tài khoản của người nhận đang khóa. Hãy mở lại hoặc chọn người khác.", "successor")
    rows = held_by(leaver, by)
    if not rows:
        raise Refused("Người này không còn giữ vai trò nào để bàn giao.")
    given = pass_on(rows, successor, today(), by)
    for row in rows:
        assignments.end(row, reason=reason, by=by)
    if close:
        accounts.deactivate(people[leaver.pk], reason=reason, version=None, by=by)
    return given


def pass_on(rows: list[Assignment], successor: User, day: date, by: Any) -> list[Assignment]:
    """Let the successor hold these roles from the day on, for as long as they run: a period of the same role that they
    have is extended over the days that it lacks, and only what lies apart from it is given anew. Returns what was
    given or extended."""
    there = {held.pk: held for held in held_by(successor, by)}
    done = []
    for row in rows:
        facts: dict[str, Any] = {"unit": row.unit, "role": row.role, "department": row.department}
        days = Tenure(max(day, row.first_day or day), row.last_day)
        same = [
            one for one in there.values() if all(getattr(one, name) == fact for name, fact in facts.items())
        ]
        for lacking in days.without(one.tenure for one in same):
            current = _extended([there[one.pk] for one in same], lacking, by)
            if current is None:
                first, last = lacking
                current = assignments.assign(user=successor, first_day=first, last_day=last, **facts, by=by)
            there[current.pk] = current
            done.append(current)
    return done


def _extended(held: list[Assignment], lacking: Tenure, by: Any) -> Assignment | None:
    """The period that ends right before these days, or begins right after them, with them; None: there is none."""
    for one in held:
        first, last = one.tenure
        if last is not None and last + ONE_DAY == lacking.first:
            last = lacking.last
        elif lacking.last is not None and lacking.last + ONE_DAY == first:
            first = lacking.first
        else:
            continue
        return assignments.change_period(one, first_day=first, last_day=last, version=None, by=by)
    return None
