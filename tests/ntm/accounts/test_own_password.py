"""Changing one's own password: recorded, without a trace of it, and only with the old one."""

import json

import pytest
from django.test import Client

from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from tests import factories

URL = "/tai-khoan/doi-mat-khau/"
OLD, NEW = "mat-khau-cu-kha-dai-1", "mat-khau-moi-kha-dai-2"


@pytest.fixture
def person(land) -> User:
    user = factories.user("doi_mat_khau", "leader", land.province)
    user.set_password(OLD)
    user.save()
    return user


@pytest.fixture
def browser(person, client_as) -> Client:
    return client_as(person)


def typed(old: str, new: str = NEW) -> dict[str, str]:
    return {"oldpassword": old, "password1": new, "password2": new}


def test_the_change_is_recorded_and_keeps_the_session(browser, person):
    before = person.version
    assert browser.post(URL, typed(OLD)).status_code == 302
    now = User.objects.get(pk=person.pk)
    assert now.check_password(NEW)
    assert now.version == before + 1
    entry = LogEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.object_id) == (
        "account.password_changed",
        person.pk,
        str(person.pk),
    )
    assert browser.get(URL).status_code == 200


def test_neither_password_nor_its_hash_is_in_the_record(browser, person):
    browser.post(URL, typed(OLD))
    said = json.dumps(LogEntry.objects.get().changes)
    for secret in (OLD, NEW, User.objects.get(pk=person.pk).password):
        assert secret not in said
    assert "password" not in LogEntry.objects.get().changes


@pytest.mark.parametrize(
    "data", [typed("sai-mat-khau-cu"), typed(OLD, "123")], ids=["wrong old one", "weak new one"]
)
def test_a_refused_change_writes_nothing(browser, person, data):
    assert browser.post(URL, data).status_code == 200
    assert not LogEntry.objects.exclude(action="account.wrong_password").exists()
    assert User.objects.get(pk=person.pk).check_password(OLD)
