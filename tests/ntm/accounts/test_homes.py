"""Whose business an account is that holds no role: the province where it was made, and no other."""

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from communes.services.assignments import assign
from ntm.accounts import services
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed
from tests import factories
from tests.ntm.accounts import entering

USERS = "/quan-tri/accounts/user/"
NEW = {"username": "moi", "full_name": "Người mới", "password": ""}


@pytest.fixture
def foreign(land: Any) -> User:
    return factories.user("quan_tri_la", "administrator", land.foreign)


@pytest.fixture
def fresh(cast: SimpleNamespace) -> User:
    return services.create_user(**NEW, by=cast.administrator)


def test_a_new_account_is_missing_for_every_other_province(
    fresh: User, foreign: User, land: Any, client_as: Callable[..., Client]
) -> None:
    client = client_as(foreign)
    for page in ("change/", "history/", "mat-khau/", "ma-mot-lan/", "khoa/"):
        assert client.get(f"{USERS}{fresh.pk}/{page}").status_code == 404
    assert "Người mới" not in client.get(USERS).text
    assert client.get(f"/nhat-ky/doi-tuong/accounts.user/{fresh.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        services.issue_code(fresh, version=None, by=foreign)
    with pytest.raises(NotAllowed):
        assign(user=fresh, unit=land.foreign, role="specialist", by=foreign)


def test_the_province_that_made_it_goes_on_with_it(
    fresh: User, cast: SimpleNamespace, land: Any, client_as: Callable[..., Client]
) -> None:
    assert client_as(cast.administrator).get(f"{USERS}{fresh.pk}/change/").status_code == 200
    services.issue_code(fresh, version=None, by=cast.administrator)
    assign(user=fresh, unit=land.province, role="specialist", by=cast.administrator)
    assert User.objects.get(pk=fresh.pk).home_id == land.province.province_id


def test_what_is_recorded_of_it_is_read_in_its_province_alone(
    fresh: User, foreign: User, cast: SimpleNamespace, land: Any
) -> None:
    code = services.issue_code(fresh, version=None, by=cast.administrator)
    Client().post(entering.LOGIN, {"login": "moi", "password": "không phải mật khẩu"})
    client = Client()
    client.post(entering.LOGIN, {"login": "moi", "password": code})
    client.get(f"{USERS}{cast.leader.pk}/change/")
    entries = LogEntry.objects.filter(object_type="accounts.user")
    assert {entry.action for entry in entries} >= {
        "account.created", "account.code_issued", "account.wrong_password", "account.signed_in",
    }  # fmt: skip
    assert set(LogEntry.objects.values_list("province_id", flat=True)) == {land.province.province_id}
    assert not LogEntry.objects.visible_to(foreign).exists()
    assert LogEntry.objects.visible_to(cast.administrator).count() == LogEntry.objects.count()


def test_a_commands_account_belongs_to_where_it_says_or_to_its_first_role(
    foreign: User, cast: SimpleNamespace, land: Any
) -> None:
    told = services.create_user(**NEW, home_id=land.province.province_id, by=audit.SYSTEM)
    lone = services.create_user(**NEW | {"username": "le"}, by=audit.SYSTEM)
    seen = User.objects.visible_to(cast.administrator)
    assert (told in seen, lone in seen) == (True, False)
    assert lone not in User.objects.visible_to(foreign)
    assign(user=lone, unit=land.foreign, role="specialist", by=audit.SYSTEM)
    assert User.objects.get(pk=lone.pk).home_id == land.foreign.province_id
    assert lone in User.objects.visible_to(foreign)


def test_accounts_of_earlier_releases_get_their_homes(fresh: User, cast: SimpleNamespace, land: Any) -> None:
    lone = factories.user("le")
    away = factories.user("la", "specialist", land.foreign)
    User.objects.update(home_id=None)
    import_module("communes.migrations.0009_homes_of_accounts").settle(apps, None)
    homes = dict(User.objects.values_list("pk", "home_id"))
    assert homes[fresh.pk] == homes[cast.leader.pk] == land.province.province_id
    assert (homes[away.pk], homes[lone.pk]) == (land.foreign.province_id, None)
