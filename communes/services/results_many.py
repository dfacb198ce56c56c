"""Entering results of many returns in one write: by the rules of `results.Desk`, everything asked and written at once.

What a file of ten thousand cells costs is then what its cells cost, and no longer a round of questions for each of
them. Whatever is true after `enter` of each return is true after this: rows, versions, sums, entries and their order.
"""

from collections.abc import Mapping, Sequence

from communes.models import Submission
from communes.services.documents import Actor
from communes.services.relock import relock_if_due
from communes.services.results import (
    STALE,
    WRONG,
    Cell,
    Desk,
    Entry,
    NothingSaved,
    check_may_enter,
    doubtful,
    lockable,
)
from communes.services.stored import stored_of_many
from communes.services.sums import put_sums
from ntm.audit import log as audit
from ntm.core.bulk import Told, insert_many
from ntm.core.dates import today
from ntm.core.provenance import Trust
from ntm.core.versions import save_next_many

#: So many returns are read, decided and written together: enough that questions cost nothing, few enough that a
#: round of the whole province never stands in memory, and that the progress of a job moves.
_PORTION = 50
_BATCH = 1000


@audit.verb
def enter_many(
    *,
    typed: Mapping[int, Sequence[Cell]],
    by: Actor,
    trust: str = Trust.VERIFIED,
    told: Told | None = None,
) -> None:
    """Store these cells, by the key of their return: all of them, or nothing.

    Raises as `enter` does with `whole`: `NotAllowed`, `Submission.DoesNotExist` where a return is not there or not the
    actor's, and `NothingSaved` for the first return of which a cell is wrong or stale. All returns are locked at first,
    in the order of keys, so that two writes never wait for each other and nobody's change comes in between. `told`
    hears after each portion how many cells are written.
    """
    submissions = list(lockable().filter(pk__in=list(typed)).order_by("pk"))
    if len(submissions) != len(typed):
        raise Submission.DoesNotExist
    for submission in submissions:
        check_may_enter(submission, by)
    done = 0
    for start in range(0, len(submissions), _PORTION):
        some = submissions[start : start + _PORTION]
        desks = _laid_open(some, typed, by, trust)
        for desk in desks:
            entry = Entry(desk.submission, [desk.take(cell) for cell in typed[desk.submission.pk]])
            if entry.of(WRONG, STALE):
                raise NothingSaved(entry)
        _store(desks)
        done += sum(len(typed[submission.pk]) for submission in some)
        if told is not None:
            told(done)


def _laid_open(
    some: Sequence[Submission], typed: Mapping[int, Sequence[Cell]], by: Actor, trust: str
) -> list[Desk]:
    day = today()
    for submission in some:
        relock_if_due(submission, day)
    codes = {code for submission in some for code in doubtful(typed[submission.pk])}
    stored = stored_of_many(some, codes)
    return [Desk(submission, by, trust, stored=stored[submission.pk]) for submission in some]


def _store(desks: Sequence[Desk]) -> None:
    """As `Desk.store` of each, in the same order of entries."""
    touched = [desk for desk in desks if desk.added or desk.changed]
    insert_many([row for desk in touched for row in desk.added])
    save_next_many([row for desk in touched for row, _ in desk.changed], batch_size=_BATCH)
    for desk in touched:
        put_sums(desk.submission, desk.book, desk.standings())
    save_next_many([desk.submission for desk in touched], batch_size=_BATCH)
    for desk in touched:
        desk.tell()
