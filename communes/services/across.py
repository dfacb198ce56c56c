"""One indicator entered for many units at once: all of them are stored, or none."""

from collections.abc import Mapping

from django.db.models import Q

from communes.services.documents import Actor
from communes.services.results import STALE, WRONG, Cell, Outcome, enter
from ntm.audit import log as audit


class NoneSaved(Exception):
    """Some unit's cell did not pass, so that nothing was written; `outcomes` by submission."""

    def __init__(self, outcomes: Mapping[int, Outcome]) -> None:
        super().__init__("Some cell did not pass.")
        self.outcomes = outcomes

    @property
    def is_stale(self) -> bool:
        return any(outcome.status == STALE for outcome in self.outcomes.values())


@audit.verb
def enter_across(*, where: Q, typed: Mapping[int, Cell], by: Actor) -> dict[int, Outcome]:
    """Store one cell in each of these submissions (by key), which must all meet `where`.

    Raises `NoneSaved`, and as `results.enter`. Locks in the order of keys, so that two such writes never wait for
    each other.
    """
    outcomes = {
        key: enter(where=where & Q(pk=key), typed=[cell], by=by).outcomes[0]
        for key, cell in sorted(typed.items())
    }
    if any(outcome.status in (WRONG, STALE) for outcome in outcomes.values()):
        raise NoneSaved(outcomes)
    return outcomes
