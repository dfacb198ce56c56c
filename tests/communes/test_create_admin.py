"""`manage.py create_admin`: how a new server gets its first person."""

import io

import pytest
from django.core.management import CommandError, call_command

from communes.models import Assignment
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from tests.conftest import Land


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch):
    def give(password: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))

    return give


def test_the_first_administrator_can_sign_in_and_give_roles(land: Land, typed):
    typed("mat-khau-that-dai-1")
    call_command("create_admin", "quantri1", stdout=io.StringIO())
    user = User.objects.get(username="quantri1")
    assert user.check_password("mat-khau-that-dai-1")
    assert user.has_perm("communes.assign_role")
    assert Assignment.objects.get(user=user).unit == land.province
    told = ["command.ran", "account.created", "assignment.given"]
    assert list(LogEntry.objects.order_by("number").values_list("action", flat=True)) == told


def test_a_taken_name_is_refused_and_nothing_is_half_made(land: Land, typed):
    typed("mat-khau-that-dai-1")
    call_command("create_admin", "quantri1", stdout=io.StringIO())
    typed("mat-khau-that-dai-2")
    with pytest.raises(CommandError, match="đã có người dùng"):
        call_command("create_admin", "quantri1", stdout=io.StringIO())
    assert Assignment.objects.count() == 1


def test_without_a_province_it_says_what_to_do_first(db, typed):
    typed("mat-khau-that-dai-1")
    with pytest.raises(CommandError, match="load_reference"):
        call_command("create_admin", "quantri1")
    assert not User.objects.exists()


def test_there_is_no_superuser(db):
    with pytest.raises(CommandError, match="create_admin"):
        User.objects.create_superuser(username="x", full_name="x")
