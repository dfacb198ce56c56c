"""The policy of passwords, as the settings say: the same for the own change, the administrator and new accounts."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from ntm import environment
from ntm import settings as written
from ntm.accounts import passwords, services
from ntm.accounts.models import OldPassword, User
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import Refused
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import CHANGE, GOOD


@pytest.fixture
def person(land: Any) -> User:
    return entering.person(land)


def change(client: Client, old: str, new: str) -> Any:
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def refusals(person: User, by: Any, password: str) -> list[str]:
    """What the administrator and the person themself are told about one new password."""
    with pytest.raises(Refused) as refused:
        services.set_password(person, password, by=by)
    client = Client()
    entering.sign_in(client)
    page = change(client, GOOD, password)
    assert page.status_code == 200
    return [refused.value.message, page.context["form"].errors["password1"][0]]


@pytest.mark.parametrize(
    ("setting", "value", "password", "words"),
    [
        ("PASSWORD_MIN_LENGTH", 14, "Ngan-qua-123", "cần ít nhất 14 ký tự"),
        ("PASSWORD_COMMON", True, "password1234", "phổ biến"),
        ("PASSWORD_HISTORY", 3, GOOD, "đã dùng gần đây"),
    ],
)
def test_a_rule_binds_the_person_and_the_administrator_alike(
    person: User, cast: Any, settings: Any, setting: str, value: Any, password: str, words: str
) -> None:
    setattr(settings, setting, value)
    for sentence in refusals(person, cast.administrator, password):
        assert words in sentence


def test_a_rule_that_is_switched_off_binds_nobody(person: User, cast: Any, settings: Any) -> None:
    settings.PASSWORD_COMMON, settings.PASSWORD_HISTORY, settings.PASSWORD_MIN_LENGTH = False, 0, 8
    for password in ("password1234", GOOD, GOOD, "Ngan-qua"):
        person = services.set_password(person, password, by=cast.administrator)
    assert not OldPassword.objects.exists()


def test_none_of_the_last_ones_again_but_an_older_one(person: User, cast: Any, settings: Any) -> None:
    settings.PASSWORD_HISTORY = 3
    names = [f"Ruong-bac-thang-{number}" for number in range(4)]
    for name in names:
        person = services.set_password(person, name, by=cast.administrator)
    for name in names[1:]:
        with pytest.raises(Refused, match="đã dùng gần đây"):
            services.set_password(person, name, by=cast.administrator)
    assert OldPassword.objects.count() == 2, "no more hashes are kept than the rule needs"
    services.set_password(person, names[0], by=cast.administrator)


def test_the_hashes_of_old_ones_are_not_in_the_record(person: User, cast: Any) -> None:
    services.set_password(person, GOOD + "9", by=cast.administrator)
    written = str(list(LogEntry.objects.values_list("changes", flat=True)))
    for kept in OldPassword.objects.values_list("password", flat=True):
        assert kept not in written


def test_the_rules_are_read_beside_the_field_as_they_stand(
    person: User, client: Client, settings: Any
) -> None:
    entering.sign_in(client)
    settings.PASSWORD_MIN_LENGTH, settings.PASSWORD_HISTORY, settings.PASSWORD_MAX_AGE_DAYS = 13, 7, 0
    assert "Ít nhất 13 ký tự" in client.get(CHANGE).text
    assert "khác 7 mật khẩu gần nhất" in client.get(CHANGE).text
    settings.PASSWORD_COMMON, settings.PASSWORD_HISTORY, settings.PASSWORD_MAX_AGE_DAYS = False, 0, 90
    assert "phổ biến" not in passwords.rules()
    assert "gần nhất" not in passwords.rules()
    assert "sau mỗi 90 ngày" in passwords.rules()


def test_a_password_given_for_one_time_must_be_changed_before_anything_else(
    person: User, cast: Any, client: Client
) -> None:
    code = services.issue_code(person, version=None, by=cast.administrator)
    entering.sign_in(client, password=code)
    for url in ("/", "/dia-ban/", "/quan-tri/", "/tai-khoan/phien/", "/tai-khoan/xac-thuc-hai-lop/bat/"):
        assert client.get(url)["Location"] == CHANGE
    assert client.get("/tong-quan/2023.json").json()["error"] == "must-change-password"
    page = client.get(CHANGE)
    assert "dùng một lần" in page.text
    assert change(client, code, code).status_code == 200
    assert client.get("/dia-ban/").status_code == 302
    assert change(client, code, GOOD + "77").status_code == 302
    assert client.get("/dia-ban/").status_code == 200
    assert not User.objects.get(pk=person.pk).must_change_password


def test_an_old_password_must_be_changed_when_the_settings_say_so(
    person: User, client: Client, settings: Any
) -> None:
    entering.sign_in(client)
    User.objects.filter(pk=person.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    assert client.get("/dia-ban/").status_code == 200, "off by default"
    settings.PASSWORD_MAX_AGE_DAYS = 90
    assert client.get("/dia-ban/")["Location"] == CHANGE
    assert "quá 90 ngày" in client.get(CHANGE).text
    assert change(client, GOOD, GOOD + "9").status_code == 302
    assert client.get("/dia-ban/").status_code == 200


def test_guesses_at_the_old_password_lock(person: User, client: Client) -> None:
    entering.sign_in(client)
    statuses = [change(client, "sai", GOOD + "9").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    assert entering.sign_in(Client()).status_code == 429


def test_a_commands_password_is_the_operators_own_choice_but_is_remembered(person: User, cast: Any) -> None:
    person = services.set_password(person, "demo", by=audit.SYSTEM)
    with pytest.raises(Refused, match="đã dùng gần đây"):
        services.set_password(person, GOOD, by=cast.administrator)


@pytest.mark.parametrize("name", ["PASSWORD_MIN_LENGTH", "SESSION_IDLE_MINUTES", "SESSION_HOURS"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1000", "9.5"])
def test_a_wrong_number_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=f"{name}=.*cần số nguyên từ"):
        environment.whole_number(environment.environ.Env(), name, default=8, low=1, high=64)


def test_real_passwords_are_hashed_so_that_guessing_is_dear() -> None:
    """The suite hashes in no time; what the settings say is this."""
    assert written.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
