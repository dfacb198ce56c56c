"""The cast: one small province and one person per role, the same in every test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as real
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.http import HttpRequest
from django.test import Client, override_settings

from communes.choices import UnitKind
from communes.models import Unit
from communes.selectors import criteria
from ntm.accounts import sessions
from ntm.accounts.models import User
from ntm.audit import guards
from ntm.sheets.reading import book
from tests import factories
from tests.databases import Tables
from tests.replayed import Replayed
from tests.warm_readers import WarmReaders


@pytest.fixture(autouse=True, scope="session")
def _people_may_just_work() -> Iterator[None]:
    """No role has to show a second factor, sessions last, files and searches are not counted, a password is hashed in
    no time: tests of their own ask for these. Pages name their static files as they are. Nor are the collected ones
    looked through for every new browser, which costs more than most pages that a test opens."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        MFA_ROLES=frozenset(),
        SESSION_IDLE_MINUTES=720,
        SESSION_IDLE_MINUTES_ADMINISTRATOR=720,
        RATE_LIMITS={"exports": 10**6, "searches": 10**6},
        WHITENOISE_AUTOREFRESH=True,
        STORAGES=real.STORAGES | {"staticfiles": plain},
    ):
        yield


@pytest.fixture(scope="session")
def _tables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    mine = tmp_path_factory.getbasetemp()
    tables = Tables(mine.parent if hasattr(request.config, "workerinput") else mine)
    yield tables
    tables.end()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, _tables: Tables) -> None:
    _tables.prepare()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, _tables: Tables, django_db_blocker: Any) -> Iterator[None]:
    """Ends the sessions that races left with the connection pool: a database in use cannot be dropped."""
    with django_db_blocker.unblock():
        _tables.keep()
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def tables(django_db_setup: None, _tables: Tables) -> Tables:
    """Gives processes of their own a database that is empty but for every table."""
    return _tables


@pytest.fixture(autouse=True)
def no_book_of_another_test() -> None:
    """Keys of rows come again in the next test; what was kept by them must not."""
    criteria.forget()


@pytest.fixture(scope="session", autouse=True)
def _readers_start_warm() -> Iterator[None]:
    """Files are read by the real program; only Python is not started anew for each."""
    made: list[WarmReaders] = []

    def ended(*of: Any) -> int:
        if not made:
            made.append(WarmReaders())
        return made[0].ended(*of)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(book, "_ended", ended)
        yield
    for each in made:
        each.end()


@dataclass
class Land:
    """Two districts with three and two communes; a second province that nobody here may see."""

    province: Unit
    district: Unit
    other_district: Unit
    commune_a: Unit
    commune_b: Unit
    commune_c: Unit
    commune_d: Unit
    commune_e: Unit
    foreign: Unit
    foreign_commune: Unit

    @property
    def communes(self) -> list[Unit]:
        return [self.commune_a, self.commune_b, self.commune_c, self.commune_d, self.commune_e]


#: What `migrate` itself fills, and no test changes.
_STAYS = frozenset({"django_content_type", "auth_permission"})


@pytest.fixture(scope="session", autouse=True)
def _emptying_is_quick() -> Iterator[None]:
    """Tests that commit end by emptying every table; the record's triggers, rightly, would refuse. The few rows of a
    test are deleted, as PostgreSQL's TRUNCATE makes new files for each table; and what a migration fills stays, so
    that nobody looks through all models to fill it again."""
    operations = type(connection.ops)
    emptied, emptying = operations.execute_sql_flush, operations.sql_flush

    def released(self: BaseDatabaseOperations, statements: list[str]) -> None:
        guards.release(self.connection)
        emptied(self, statements)
        guards.protect(self.connection)

    def deleted(self: BaseDatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
        tables = [table for table in tables if table not in _STAYS]
        if connection.vendor != "postgresql":
            return emptying(self, style, tables, **options)
        return [
            "SET LOCAL session_replication_role = replica",
            *(f"DELETE FROM {self.quote_name(table)}" for table in tables),
            "SET LOCAL session_replication_role = DEFAULT",
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", released)
        patch.setattr(operations, "sql_flush", deleted)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *of, **options: None)
        yield


def make_land() -> Land:
    home = factories.province()
    first = factories.unit(home, "Định Hóa", kind=UnitKind.HUYEN, code="167")
    second = factories.unit(home, "Phổ Yên", kind=UnitKind.THANH_PHO, code="172")
    away = factories.province("04", "Cao Bằng")
    return Land(
        province=home,
        district=first,
        other_district=second,
        commune_a=factories.unit(first, "Phú Đình", code="05602"),
        commune_b=factories.unit(first, "Điềm Mặc", code="05596"),
        commune_c=factories.unit(first, "Bảo Linh", code="05572"),
        commune_d=factories.unit(second, "Phúc Thuận", code="05881"),
        commune_e=factories.unit(second, "Minh Đức", code="05887"),
        foreign=away,
        foreign_commune=factories.unit(
            factories.unit(away, "Hà Quảng", kind=UnitKind.HUYEN, code="045"), "Trường Hà", code="01366"
        ),
    )


def make_cast(land: Land) -> SimpleNamespace:
    """Named by role."""
    home = land.province
    return SimpleNamespace(
        officer_a=factories.user("officer_a", "commune_officer", land.commune_a),
        officer_b=factories.user("officer_b", "commune_officer", land.commune_b),
        leader_a=factories.user("leader_a", "commune_leader", land.commune_a),
        district_officer=factories.user("district_officer", "district_officer", land.district),
        department=factories.user("department", "department", home),
        specialist=factories.user("specialist", "specialist", home),
        leader=factories.user("leader", "leader", home),
        approver=factories.user("approver", "approver", home),
        administrator=factories.user("administrator", "administrator", home),
        auditor=factories.user("auditor", "auditor", home),
        unassigned=factories.user("unassigned", home_id=home.province_id),
        disabled=factories.user("disabled", "specialist", home, is_active=False),
    )


_land_again = Replayed(make_land)
_cast_again = Replayed(make_cast)


@pytest.fixture
def land(db: None) -> Land:
    return _land_again()


@pytest.fixture
def cast(land: Land) -> SimpleNamespace:
    at = (land.province, land.district, *land.communes)
    return _cast_again(land, key=tuple((unit.pk, unit.place_id) for unit in at))


@pytest.fixture
def client_as() -> Callable[[User], Client]:
    """A browser in which this person is signed in: the session that signing in leaves, without its eight statements."""

    def signed_in(person: User) -> Client:
        request = HttpRequest()
        request.session = import_module(real.SESSION_ENGINE).SessionStore()
        request.session[SESSION_KEY] = str(person.pk)
        request.session[BACKEND_SESSION_KEY] = "communes.backends.AssignmentBackend"
        request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        sessions.begin(request)
        request.session.create()
        assert request.session.session_key
        client = Client()
        client.cookies[real.SESSION_COOKIE_NAME] = request.session.session_key
        return client

    return signed_in
