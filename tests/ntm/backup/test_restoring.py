"""A backup comes back whole, into either database, or nothing has changed."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from communes.models import Unit
from ntm.accounts.models import User
from ntm.backup import manifest
from ntm.backup.manifest import DATA, MANIFEST
from ntm.backup.rows import Checksum
from tests.ntm.backup.conftest import World
from tests.ntm.backup.sites import Site, facts_of, manifest_of, rewritten

#: Each restore, each backup adds an entry; nothing else differs.
RECORD = ("audit_logentry", "audit_chain")
#: What a person finds who signs in, what an old cookie opens, and what the database says to a tampering hand.
VISIT = r"""
import json, sys
from django.db import connection, DatabaseError
from django.test import Client
from ntm.audit.models import LogEntry
fresh = Client()
signed = fresh.post('/tai-khoan/dang-nhap/', {'login': 'leader', 'password': %(password)r}).status_code
old = Client()
old.cookies['sessionid'] = %(cookie)r
home, gone = (client.get('/dia-ban/').status_code for client in (fresh, old))
found = {'signed': signed, 'home': home, 'old': gone}
for statement in ("UPDATE audit_logentry SET reason = 'x'", 'DELETE FROM audit_logentry'):
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        found[statement[:6]] = 'done'
    except DatabaseError as error:
        found[statement[:6]] = 'append-only' in str(error)
print(json.dumps(found))
"""
NEXT_GROUP = """
from django.contrib.auth.models import Group
group = Group.objects.create(name='next')
print(group.pk)
group.delete()
"""
ENTRIES = (
    "import json; from ntm.audit.models import LogEntry; print(json.dumps([[e.number, e.action, e.changes] for e in"
    " LogEntry.objects.filter(number__gt=%d).order_by('number')]))"
)


def restored(world: World, vendor: str = "") -> tuple[Site, str]:
    site = world.sites.new(vendor)
    return site, site.manage("restore", str(world.backup))


@pytest.fixture(scope="module")
def again(world: World) -> tuple[Site, str]:
    """Restored where nothing was ever migrated, on the same kind of database."""
    return restored(world)


@pytest.mark.alike
def test_every_table_and_file_is_as_it_was(again: tuple[Site, str], world: World, tmp_path: Path) -> None:
    site, printed = again
    assert "số dòng và mã kiểm của mọi bảng khớp" in printed and "Nhật ký nguyên vẹn" in printed
    site.manage("backup", str(tmp_path / "two.zip"))
    assert facts_of(tmp_path / "two.zip", *RECORD) == facts_of(world.backup, *RECORD)
    before, after = manifest_of(world.backup), manifest_of(tmp_path / "two.zip")
    assert after["media"] == before["media"] and after["migrations"] == before["migrations"]
    assert {name for name in site.files() if name.startswith(".")} == set()
    assert all(path.stat().st_mode & 0o777 == 0o640 for path in site.media.rglob("*.pdf"))


@pytest.mark.alike
def test_people_sign_in_anew_and_the_record_is_guarded(again: tuple[Site, str], world: World) -> None:
    what = {"password": world.password_of("leader"), "cookie": world.cookie}
    found = again[0].script(VISIT % what)
    assert found == {"signed": 302, "home": 200, "old": 302, "UPDATE": True, "DELETE": True}


@pytest.mark.alike
def test_the_checks_of_the_operator_say_the_same(again: tuple[Site, str], world: World) -> None:
    site, said = again[0], manifest_of(world.backup)
    assert "nguyên vẹn" in site.manage("audit_verify", f"--known={said['audit_count']}:{said['audit_head']}")
    assert "Khác: 0." in site.manage("recount")
    # The sample has no whole nation, which the command rightly finds; it finds the same.
    before, after = world.site.run("check_units"), site.run("check_units")
    assert (before.code, before.out) == (after.code, after.out)
    assert site.run("migrate", "--check").code == 0


@pytest.mark.alike
def test_the_restore_is_one_entry(again: tuple[Site, str], world: World) -> None:
    said = manifest_of(world.backup)
    entries = again[0].script(ENTRIES % said["audit_count"])
    assert entries[0][:2] == [said["audit_count"] + 1, "backup.restored"]
    assert entries[0][2]["sha256"][1] == said["digest"] and "lost" not in entries[0][2]
    assert [action for _, action, _ in entries].count("backup.restored") == 1


@pytest.mark.alike
def test_no_key_is_given_out_a_second_time(again: tuple[Site, str], world: World) -> None:
    last = facts_of(world.backup)["auth_group"]
    assert last["rows"] < last["last_id"]
    assert again[0].script(NEXT_GROUP) == last["last_id"] + 1


@pytest.mark.postgres
def test_from_postgresql_to_sqlite_and_back_nothing_differs(world: World, tmp_path: Path) -> None:
    light, _ = restored(world, "sqlite")
    light.manage("backup", str(tmp_path / "light.zip"))
    said = manifest_of(tmp_path / "light.zip")
    assert said["database"] == "sqlite"
    assert facts_of(tmp_path / "light.zip", *RECORD) == facts_of(world.backup, *RECORD)
    heavy = world.sites.new("postgresql")
    heavy.manage("restore", str(tmp_path / "light.zip"))
    heavy.manage("backup", str(tmp_path / "heavy.zip"))
    assert facts_of(tmp_path / "heavy.zip", *RECORD) == facts_of(world.backup, *RECORD)
    assert manifest_of(tmp_path / "heavy.zip")["database"] == "postgresql"
    assert heavy.script(NEXT_GROUP) == facts_of(world.backup)["auth_group"]["last_id"] + 1
    for site in (light, heavy):
        assert "nguyên vẹn" in site.manage("audit_verify")
        assert "Khác: 0." in site.manage("recount")
        assert site.script(VISIT % {"password": world.password_of("leader"), "cookie": world.cookie}) == {
            "signed": 302, "home": 200, "old": 302, "UPDATE": True, "DELETE": True,
        }  # fmt: skip


@pytest.mark.alike
def test_only_into_what_is_empty_unless_its_loss_is_named(
    again: tuple[Site, str], world: World, tmp_path: Path
) -> None:
    site = world.sites.copy_of(again[0])
    (site.media / "evidence" / "later.pdf").write_bytes(b"later")
    site.manage("backup", str(tmp_path / "before.zip"))
    for arguments, words in (
        ([], ("trống", "13 tài khoản", "1 tệp đính kèm", f"--overwrite {site.name}")),
        (["--overwrite", "khac"], ("“khac”", site.name, "Chưa thay đổi gì")),
    ):
        done = site.run("restore", str(world.backup), *arguments)
        assert done.code == 1 and all(word in done.err for word in words), done.err
    site.manage("backup", str(tmp_path / "after.zip"))
    assert facts_of(tmp_path / "after.zip", *RECORD) == facts_of(tmp_path / "before.zip", *RECORD)
    site.manage("restore", str(world.backup), "--overwrite", site.name)
    assert "evidence/later.pdf" not in site.files()
    entry = site.script(ENTRIES % manifest_of(world.backup)["audit_count"])
    assert [action for _, action, _ in entry] == ["backup.restored"]
    assert "13 tài khoản" in entry[0][2]["lost"][1]


def changed_rows(table: str, change: Any) -> Any:
    """The backup as if it had been made of other rows: every checksum is right."""
    made: dict[str, Any] = {}

    def rewrite(name: str, content: bytes) -> list[tuple[str, bytes]]:
        if name == f"{DATA}{table}.jsonl":
            rows = change([json.loads(line) for line in content.splitlines()])
            lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() for row in rows]
            made["sum"] = Checksum(User if table == "accounts_user" else Unit)
            for row, line in zip(rows, lines, strict=True):
                made["sum"].add(row, line)
            return [(name, b"".join(line + b"\n" for line in lines))]
        if name == MANIFEST:
            said = manifest.read(content)
            tables = [
                replace(one, rows=made["sum"].rows, checksum=str(made["sum"])) if one.name == table else one
                for one in said.tables
            ]
            return [(name, replace(said, tables=tables).written())]
        return [(name, content)]

    return rewrite


#: All rows, and those that `migrate` itself puts into an empty database.
COUNTED = """
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
whole = sum(model._base_manager.count() for model in apps.get_models())
print([whole, Permission.objects.count() + ContentType.objects.count()])
"""


@pytest.mark.alike
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("accounts_user", lambda rows: rows[:-1]),  # Somebody's rows point at nobody.
        ("communes_unit", lambda rows: [*rows, rows[-1]]),  # One row twice.
        ("communes_unit", lambda rows: [[*row[:8], "32/13/2023", *row[9:]] for row in rows]),  # No such day.
    ],
    ids=["an orphan", "a row twice", "a wrong value"],
)
def test_what_cannot_be_loaded_changes_nothing(table: str, change: Any, world: World, tmp_path: Path) -> None:
    bad = rewritten(world.backup, tmp_path / "bad.zip", changed_rows(table, change))
    site = world.sites.migrated()
    done = site.run("restore", str(bad))
    assert done.code == 1 and "thay đổi gì" in done.err and "Traceback" not in done.err, done.err
    assert site.files() == {}
    stored, fresh = site.script(COUNTED)
    assert stored == fresh


@pytest.mark.alike
def test_a_broken_one_is_refused_before_anything_is_touched(world: World, tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(world.backup.read_bytes()[:-1000])
    site = world.sites.new()
    done = site.run("restore", str(tmp_path / "cut.zip"))
    assert done.code == 1 and "cắt mất phần cuối" in done.err
    assert site.files() == {} and not (site.media / "evidence").exists()
    assert site.run("migrate", "--check").code == 1


@pytest.mark.postgres
def test_while_somebody_still_works_it_gives_up_and_says_so(world: World, tmp_path: Path) -> None:
    site, _ = restored(world)
    site.manage("backup", str(tmp_path / "before.zip"))
    with psycopg.connect(site.address) as reader:
        reader.execute("SELECT count(*) FROM accounts_user")
        done = site.run("restore", str(world.backup), "--overwrite", site.name)
    assert done.code == 1 and "đang có người dùng" in done.err and "Traceback" not in done.err
    site.manage("backup", str(tmp_path / "after.zip"))
    assert facts_of(tmp_path / "after.zip", *RECORD) == facts_of(tmp_path / "before.zip", *RECORD)


@pytest.mark.alike
def test_with_another_key_it_says_so_and_the_right_key_makes_it_good(world: World, tmp_path: Path) -> None:
    site = world.sites.new()
    other = {"AUDIT_KEY": "another key that is long enough for it " * 2}
    for command in ("verify_backup", "restore"):
        done = site.run(command, str(world.backup), **other)
        assert done.code == 1 and "AUDIT_KEY" in done.err and "--another-key" in done.err
    assert site.files() == {} and site.run("migrate", "--check").code == 1
    done = site.run("verify_backup", str(world.backup), "--another-key", **other)
    assert done.code == 0 and "AUDIT_KEY" in done.err and "nguyên vẹn" not in done.out
    # Files that survived beside an empty database are no loss.
    for name, content in world.site.files().items():
        (site.media / name).parent.mkdir(parents=True, exist_ok=True)
        (site.media / name).write_bytes(content)
    done = site.run("restore", str(world.backup), "--another-key", **other)
    assert done.code == 0 and "audit_verify sẽ báo" in done.err
    assert site.run("audit_verify", **other).code == 1
    done = site.run("backup", str(tmp_path / "a.zip"), **other)
    assert done.code == 1 and "AUDIT_KEY" in done.err and list(tmp_path.iterdir()) == []
    assert "nguyên vẹn" in site.manage("audit_verify")


@pytest.mark.alike
def test_a_mark_that_lies_about_the_key_hides_no_change(world: World, tmp_path: Path) -> None:
    """Whoever has not the key writes the digest anew and says that the seal is under another."""

    def renamed(rows: list[Any]) -> list[Any]:
        return [["loader" if value == "leader" else value for value in row] for row in rows]

    def marked(name: str, content: bytes) -> list[tuple[str, bytes]]:
        lies = name == MANIFEST
        return [(name, replace(manifest.read(content), key="0" * 16).written() if lies else content)]

    changed = rewritten(world.backup, tmp_path / "changed.zip", changed_rows("accounts_user", renamed))
    bad, site = rewritten(changed, tmp_path / "bad.zip", marked), world.sites.new()
    for command in ("verify_backup", "restore"):
        done = site.run(command, str(bad))
        assert done.code == 1 and "--another-key" in done.err
    done = site.run("restore", str(bad), "--another-key")
    assert done.code == 1 and "để tránh kiểm dấu niêm phong" in done.err
    assert site.files() == {} and site.run("migrate", "--check").code == 1


@pytest.mark.alike
def test_a_backup_of_an_earlier_release_is_brought_to_this_one(world: World, tmp_path: Path) -> None:
    old, new = world.sites.new(), world.sites.new()
    for app in ("accounts", "communes", "jobs", "auth", "contenttypes"):
        target = ["0004"] if app == "accounts" else []
        old.manage("migrate", app, *target, "--no-input", "--verbosity=0")
    old.script("from django.contrib.auth.models import Group; Group.objects.create(name='Nhóm cũ')")
    old.manage("backup", str(tmp_path / "old.zip"))
    assert ["accounts", "0005_code_used_at"] not in manifest_of(tmp_path / "old.zip")["migrations"]
    new.manage("restore", str(tmp_path / "old.zip"))
    assert new.run("migrate", "--check").code == 0
    found = "from django.contrib.auth.models import Group, Permission as P; print(Group.objects.get().pk * P.objects"
    assert new.script(f"{found}.filter(codename='view_history').count())") == 1


@pytest.mark.alike
@pytest.mark.skipif(connection.vendor != "sqlite", reason="chỉ SQLite có tệp cơ sở dữ liệu")
def test_what_is_stored_in_sqlite_is_what_django_itself_would_store(
    world: World, again: tuple[Site, str]
) -> None:
    """Word by word, not only as Django reads it: comparisons in SQL see the stored text."""
    tables = list(facts_of(world.backup, *RECORD))
    found = []
    for site in (world.site, again[0]):
        with sqlite3.connect(site.database) as database:
            found.append(
                {name: database.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in tables}
            )
    for name in tables:
        if name not in ("accounts_user", "axes_accesslog"):  # Somebody has signed in since.
            assert found[0][name] == found[1][name], name
