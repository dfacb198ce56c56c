"""A closed account is opened again as one invites: by a new code, under every rule for coming in."""

from typing import Any

import pytest
from django.test import Client

from communes.models import Assignment
from communes.services import assignments
from ntm.accounts import services
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import Refused
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import CHANGE, GOOD, ON, inside, person, sign_in

NEW = "Trở-lại-làm-việc-77"


def test_what_was_known_before_opens_nothing_and_the_code_only_the_way_to_a_password(land, cast, settings):
    settings.MFA_ROLES = frozenset({"specialist"})
    user, by, old = person(land), cast.administrator, Client()
    assert sign_in(old).status_code == 302
    waiting = services.issue_code(user, version=None, by=by)
    closed = services.deactivate(user, reason="Nghỉ", version=None, by=by)
    with pytest.raises(Refused, match="đang khóa"):
        assignments.assign(user=closed, unit=land.commune_a, role="commune_officer", by=by)
    code = services.reactivate(closed, reason="Trở lại", version=None, by=by)
    assert not inside(old)
    for known in (GOOD, waiting):
        assert not sign_in(Client(), password=known).has_header("Location"), known
    door = Client()
    assert sign_in(door, password=code)["Location"] in ("/", CHANGE)
    assert door.get("/dia-ban/")["Location"] == CHANGE
    sent = {"oldpassword": code, "password1": NEW, "password2": NEW}
    # The one before the closing is still remembered by the policy.
    again = {"oldpassword": code, "password1": GOOD, "password2": GOOD}
    assert "đã dùng gần đây" in door.post(CHANGE, again).text
    assert door.post(CHANGE, sent).status_code == 302
    assert door.get("/dia-ban/")["Location"] == ON
    assert not sign_in(Client(), password=code).has_header("Location")


def test_the_page_shows_the_code_once_and_the_record_never(land: Any, cast: Any, client_as: Any) -> None:
    user = person(land)
    role = Assignment.objects.get(user=user)
    services.deactivate(user, reason="Nghỉ", version=None, by=cast.administrator)
    Assignment.objects.filter(pk=role.pk).update(last_day=today())
    browser, page = client_as(cast.administrator), f"/quan-tri/accounts/user/{user.pk}/mo-lai/"
    form = {"reason": "Trở lại", "version": user.version + 1}
    assert browser.post(page, form | {"reason": " "}).status_code == 422
    assert browser.post(page, form | {"version": 1}).status_code == 409
    answer = browser.post(page, form)
    code = answer.context["code"]
    assert code in answer.text
    assert code not in browser.get(page).text
    entry = LogEntry.objects.get(action="account.reactivated")
    assert (entry.reason, entry.province_id) == ("Trở lại", land.province.place_id)
    assert {"is_active", "must_change_password"} <= set(entry.changes)
    opened = User.objects.get(pk=user.pk)
    assert opened.password not in str(entry.changes)
    # A period that ran on while the account was closed is what it was: nothing is given anew by opening.
    assert [held.tenure for held in opened.assignments.all()] == [(None, today())]
    assert entering.sign_in(Client(), password=code).status_code == 302
