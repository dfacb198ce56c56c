"""What this app tells those below it, which cannot ask: how far a person reaches."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from communes.models import Assignment
from communes.reach import held_roles, reach_of, reach_with
from communes.selectors.holding import role_words
from communes.services.keepers import keys_kept_without
from ntm.accounts import querysets as accounts
from ntm.accounts import reach as account_reach
from ntm.audit import reach as audit_reach
from ntm.core.dates import today


def _provinces(user: Any) -> frozenset[int]:
    reach = reach_of(user)
    return reach.provinces | reach.past_provinces


def _home(user: Any) -> int | None:
    """Where they work; of whoever works nowhere today, where the account was made."""
    return reach_of(user).home or user.home_id


def _roles(user: Any) -> frozenset[str]:
    return frozenset(held.role for held in held_roles(user))


def _people(user: Any) -> Q:
    """Who works or worked in the provinces whose accounts this person keeps, or whose record they read, or was made
    an account there, and works nowhere else today."""
    kept, read = (
        reach_with(user, right).provinces for right in ("accounts.change_user", "audit.view_logentry")
    )
    provinces = kept | read
    inside = Q(unit__province_id__in=provinces)
    theirs = Assignment.objects.filter(user=OuterRef("pk"))
    standing_elsewhere = Exists(theirs.filter(~inside).standing(today()))
    return Q(~standing_elsewhere) & (Q(Exists(theirs.filter(inside))) | Q(home_id__in=provinces))


def tell() -> None:
    """Called when the applications are ready."""
    accounts.tell(_people)
    account_reach.tell(account_reach.Held(_roles, role_words, keys_kept_without))
    audit_reach.tell(audit_reach.Reach(provinces=_provinces, home=_home))
