"""Returns taken hold of: who writes about one locks it first, and who closes a year holds them all.

So a write to a return either comes before the year is closed, and is done by then, or finds it closed.
"""

from django.db.models import Q

from communes.models import Round, Submission


def hold(where: Q) -> Submission:
    """The one return that `where` finds, locked until the transaction ends, with its round, set and unit. These are
    read once the lock is given: who held it may have closed the year or set a threshold meanwhile. `DoesNotExist`:
    none."""
    key = Submission.objects.select_for_update(of=("self",), no_key=True).only("pk").get(where).pk
    related = ("round__criteria_set__level", "round__province", "unit")
    return Submission.objects.select_related(*related).get(pk=key)


def hold_all(a_round: Round) -> None:
    """Every return of the round, in one order; waits for whoever is writing to one."""
    rows = Submission.objects.select_for_update(of=("self",), no_key=True)
    list(rows.filter(round=a_round).only("pk").order_by("pk"))
