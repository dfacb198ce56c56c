"""What was taken back of a decision: it stands in none of its tables any more, only in the record."""

from typing import Any

from django.db.models import Q

from communes.models import Confirmation, Decision, Recognition
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of

_GIVEN_BACK, _WITHDRAWN = "recognition.given_back", "confirmation.withdrawn"


def taken_back(decision: Decision, user: Any) -> tuple[list[int], list[int]]:
    """The keys of the recognitions that the decision had ended by mistake, and of the confirmations that it gave by
    mistake, of units that the person may see. Two queries; one where there are none."""
    given = Q(action=_GIVEN_BACK, changes__ended_by_id__0=decision.pk)
    withdrawn = Q(action=_WITHDRAWN, changes__decision_id__0=decision.pk)
    entries = LogEntry.objects.filter(action__in=(_GIVEN_BACK, _WITHDRAWN)).filter(given | withdrawn)
    about = [
        (entry.action, int(entry.object_id), _recognition(entry)) for entry in entries.order_by("number")
    ]
    rows = Recognition.objects.visible_to(user).filter(pk__in={key for *_, key in about})
    seen = set(rows.order_by().values_list("pk", flat=True)) if about else set()
    found: dict[str, list[int]] = {_GIVEN_BACK: [], _WITHDRAWN: []}
    for action, key, recognition in about:
        if recognition in seen:
            found[action].append(key)
    return found[_GIVEN_BACK], found[_WITHDRAWN]


def entries_of_taken_back(decision: Decision, user: Any) -> Q:
    """The condition on entries that tell how these rows were written and taken back."""
    ended, confirmed = taken_back(decision, user)
    ending = Q(action="recognition.revoked", changes__ended_by_id__1=decision.pk)
    ending |= Q(action=_GIVEN_BACK, changes__ended_by_id__0=decision.pk)
    found = ending & Q(object_type=type_of(Recognition), object_id__in=[str(key) for key in ended])
    return found | Q(object_type=type_of(Confirmation), object_id__in=[str(key) for key in confirmed])


def _recognition(entry: LogEntry) -> int:
    key = entry.object_id if entry.action == _GIVEN_BACK else entry.changes["recognition_id"][0]
    return int(key)
