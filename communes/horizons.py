"""What this app tells those below it, which cannot ask: how far a person reaches."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from communes.models import Assignment
from communes.reach import first_of, held_roles, reach_of, reach_with
from communes.selectors.holding import role_words, why_nothing
from communes.services.keepers import keys_kept_without
from ntm.accounts import querysets as accounts
from ntm.accounts import reach as account_reach
from ntm.audit import reach as audit_reach
from ntm.core import problems
from ntm.core.dates import today


def _provinces(user: Any, right: str) -> frozenset[int]:
    reach = reach_with(user, right)
    return reach.provinces | reach.past_provinces


def _works_in(user: Any, right: str) -> frozenset[int]:
    return _provinces(user, right) | reach_with(user, right).homes


def _home(user: Any, right: str) -> int | None:
    """Where they work; of whoever works nowhere today, where the account was made."""
    return reach_with(user, right).home or reach_of(user).home or user.home_id


def _seat(user: Any) -> int | None:
    """Of a locked account, too: its roles still say whose it is."""
    return first_of(held_roles(user)) or user.home_id


def _roles(user: Any) -> frozenset[str]:
    return frozenset(held.role for held in held_roles(user))


def _people(user: Any, rights: tuple[str, ...], later: bool) -> Q:
    """Who works or worked in the provinces where this person has one of the rights, or was made an account there, and
    works nowhere else today, or with `later` on any day from today on."""
    provinces = frozenset[int]().union(*(reach_with(user, right).provinces for right in rights))
    inside = Q(unit__province_id__in=provinces)
    theirs = Assignment.objects.filter(user=OuterRef("pk"))
    elsewhere = theirs.filter(~inside)
    found = elsewhere.not_over(today()) if later else elsewhere.standing(today())
    return Q(~Exists(found)) & (Q(Exists(theirs.filter(inside))) | Q(home_id__in=provinces))


def _why_nothing(person: Any) -> str:
    """For the page that refuses: only people who hold no role today are told why."""
    if person is None or not person.is_authenticated or held_roles(person):
        return ""
    return why_nothing(person)


def tell() -> None:
    """Called when the applications are ready."""
    accounts.tell(_people)
    account_reach.tell(account_reach.Held(_roles, role_words, keys_kept_without))
    audit_reach.tell(audit_reach.Reach(_provinces, _works_in, _home, _seat))
    problems.tell(_why_nothing)
