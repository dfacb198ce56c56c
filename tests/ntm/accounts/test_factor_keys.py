"""What the database keeps of second factors is sealed; the key is changed in three steps; its loss is a sentence."""

import importlib
import io
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client

from ntm.accounts import sealing, second_factor
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import CODE, FACTOR, ON, SECRET, SPARE, code, confirm

NEW = "khoa-moi-" * 5


@pytest.fixture
def person(land: Any) -> User:
    return entering.person(land)


def stored() -> str:
    """Every column of the table, as a copy of the database would show them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mfa_authenticator")
        return repr(cursor.fetchall())


def in_the_clear() -> tuple[str, str]:
    """As an earlier release stored them: the secret and the seed."""
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    spare = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    app.data["secret"], spare.data["seed"] = SECRET, sealing.unseal(spare.data["seed"])
    app.save()
    spare.save()
    return SECRET, spare.data["seed"]


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("seal_factors", *options, stdout=out)
    return out.getvalue()


def waiting(client: Client) -> Client:
    """After the password, before the code."""
    assert entering.sign_in(client)["Location"] == CODE
    return client


def test_neither_secret_nor_seed_nor_a_spare_code_lies_in_the_database(person: User) -> None:
    codes = entering.with_factor(person)
    seed = sealing.unseal(Authenticator.objects.get(type="recovery_codes").data["seed"])
    assert len(seed) == 80
    assert not [text for text in (SECRET, seed, *codes) if text in stored()]
    assert stored().count("sealed:") == 2


def test_codes_of_both_kinds_still_work_and_sealing_again_changes_nothing(person: User) -> None:
    spare = entering.with_factor(person)
    before = stored()
    assert "mã hóa lại 0 dòng" in run()
    assert stored() == before
    assert second_factor.use_code(person, code())
    assert second_factor.use_code(person, spare[0])
    assert not second_factor.use_code(person, spare[0])
    assert second_factor.spare_codes_left(person) == 9


@pytest.mark.parametrize("way", ["command", "migration"])
def test_what_an_earlier_release_stored_in_the_clear_is_sealed(person: User, way: str) -> None:
    entering.with_factor(person)
    clear = in_the_clear()
    assert all(text in stored() for text in clear)
    assert second_factor.spare_codes_left(person) == 10
    if way == "command":
        assert "mã hóa lại 2 dòng" in run()
    else:
        importlib.import_module("ntm.accounts.migrations.0003_seal_factors").seal(apps, None)
    assert not any(text in stored() for text in clear)
    assert second_factor.use_code(person, code())


def test_the_key_is_changed_without_anybody_noticing(person: User, settings: Any) -> None:
    entering.with_factor(person)
    old = settings.FACTOR_KEY
    settings.FACTOR_KEY, settings.FACTOR_KEY_FALLBACKS = NEW, [old]
    assert second_factor.spare_codes_left(person) == 10
    assert "mã hóa lại 2 dòng" in run()
    settings.FACTOR_KEY_FALLBACKS = []
    assert second_factor.use_code(person, code())
    settings.FACTOR_KEY = old
    assert second_factor.spare_codes_left(person) is None


def test_a_lost_key_is_a_sentence_and_no_counted_attempt(person: User, settings: Any, client: Client) -> None:
    entering.with_factor(person)
    there = Client()
    entering.sign_in(there)
    there.post(CODE, {"code": code()})
    settings.FACTOR_KEY = NEW
    waiting(client)
    for _ in range(6):
        answer = client.post(CODE, {"code": code(1)})
        assert answer.status_code == 200
        assert "không đọc được khóa xác thực hai lớp" in answer.text
    page = there.get(FACTOR)
    assert page.status_code == 200
    assert "không đọc được khóa xác thực hai lớp" in page.text
    renewed = confirm(there, SPARE)
    assert there.post(SPARE, {"token": ""}).status_code == 200 == renewed.status_code
    assert second_factor.spare_codes_left(person) == 10


def test_damaged_rows_are_a_sentence_too(person: User, client: Client) -> None:
    entering.with_factor(person)
    row = Authenticator.objects.get(type="totp")
    row.data["secret"] = row.data["secret"][:-9]
    row.save()
    assert "không đọc được" in waiting(client).post(CODE, {"code": code()}).text


def test_after_a_lost_key_the_operator_lets_people_set_up_anew(
    person: User, settings: Any, client: Client
) -> None:
    entering.with_factor(person)
    settings.FACTOR_KEY, settings.MFA_ROLES = NEW, frozenset({"specialist"})
    assert "chuyenvien: không đọc được." in run()
    assert Authenticator.objects.count() == 2
    assert "chuyenvien: đã gỡ xác thực hai lớp." in run("--remove-unreadable")
    assert not Authenticator.objects.exists()
    entry = LogEntry.objects.get(action="account.second_factor_removed")
    assert (entry.object_id, "Không khóa nào mở được" in entry.reason) == (str(person.pk), True)
    entering.sign_in(client)
    assert client.get("/dia-ban/")["Location"] == ON


def test_a_seal_is_never_twice_the_same_and_opens_only_with_its_key(settings: Any) -> None:
    assert sealing.seal(SECRET) != sealing.seal(SECRET)
    sealed = sealing.seal(SECRET)
    assert (sealing.unseal(sealed), sealing.is_current(sealed), sealing.is_current(SECRET)) == (
        SECRET,
        True,
        False,
    )
    settings.FACTOR_KEY = NEW
    assert not sealing.is_current(sealed)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed)


def test_the_package_makes_its_spare_codes_from_a_sealed_seed(person: User) -> None:
    entering.with_factor(person)
    row = Authenticator.objects.get(type="recovery_codes")
    assert len(set(RecoveryCodes(row).generate_codes())) == 10
