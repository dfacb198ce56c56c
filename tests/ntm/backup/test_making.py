"""A backup is one file with everything, made while people work, and told in the record."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.db import connection

from ntm.backup.rows import columns_of, kind_of
from ntm.backup.schema import LEFT_OUT, Schema, tables_without_model
from tests.ntm.backup.conftest import World
from tests.ntm.backup.sites import ROOT, manifest_of

#: Writes through a verb until it is told to stop: a row and its entry, over and over.
WRITER = r"""
import sys, threading
from ntm.accounts import services
from ntm.audit import log as audit
from ntm.accounts.models import User
user = User.objects.get(username='leader')
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
print('begun', flush=True)
count = 0
while not over.is_set():
    count += 1
    services.change_user(user, full_name=f'Người thứ {count}', email='', version=None, by=audit.SYSTEM)
print(count, flush=True)
"""


def test_one_file_that_only_its_owner_reads_and_nothing_beside_it(world: World) -> None:
    assert world.backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in world.backup.parent.iterdir() if path.name.startswith(".one")] == []
    said = manifest_of(world.backup)
    assert said["database"] == connection.vendor and said["office"] and said["lost"] == []
    kept = {name for name in world.site.files() if not name.startswith("jobs/live")}
    assert {file["name"] for file in said["media"]} == kept and len(kept) > 10
    assert f"{said['audit_count']}:{said['audit_head']}" in world.printed
    assert f"{len(kept)} tệp đính kèm" in world.printed


def test_no_key_and_no_session_is_in_it(world: World) -> None:
    secrets = [value.encode() for value in world.site.keys.values()] + [world.cookie.encode()]
    with zipfile.ZipFile(world.backup) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert not any(secret in content for secret in secrets), name


def test_what_is_there_is_never_overwritten_and_no_half_file_stays(world: World, tmp_path: Path) -> None:
    there = tmp_path / "there.zip"
    there.write_bytes(b"precious")
    for path, words in (
        (there, "Đã có"),
        (tmp_path / "nowhere" / "a.zip", "Không có thư mục"),
        (world.site.media / "a.zip", "MEDIA_ROOT"),
    ):
        done = world.site.run("backup", str(path))
        assert done.code == 1 and words in done.err and "Traceback" not in done.err
    assert there.read_bytes() == b"precious"
    assert [path.name for path in tmp_path.iterdir()] == ["there.zip"]


def test_it_is_told_in_the_record_as_one_entry(world: World) -> None:
    found = world.site.script(
        "import json; from ntm.audit.models import LogEntry;"
        "print(json.dumps([[e.number, e.object_label, e.changes] for e in"
        " LogEntry.objects.filter(action='backup.made').order_by('number')]))"
    )
    number, label, changes = found[0]
    said = manifest_of(world.backup)
    assert (number, label) == (said["audit_count"] + 1, "one.zip")
    assert changes["head"][1] == f"{said['audit_count']}:{said['audit_head']}"
    assert changes["sha256"][1] == said["digest"] and changes["account"][1]
    assert "nguyên vẹn" in world.site.manage("audit_verify")


def test_a_file_that_is_gone_is_named_and_the_rest_is_kept(world: World, tmp_path: Path) -> None:
    name = next(name for name in sorted(world.site.files()) if name.startswith("evidence/"))
    file = world.site.media / name
    content = file.read_bytes()
    file.unlink()
    try:
        done = world.site.run("backup", str(tmp_path / "a.zip"))
    finally:
        file.write_bytes(content)
    assert done.code == 0 and name in done.err
    assert manifest_of(tmp_path / "a.zip")["lost"] == [name]
    checked = world.site.run("verify_backup", str(tmp_path / "a.zip"))
    assert checked.code == 0 and name in checked.err


def test_what_a_killed_restore_had_moved_away_is_in_it_too(world: World, tmp_path: Path) -> None:
    name = next(name for name in sorted(world.site.files()) if name.startswith("evidence/"))
    aside = world.site.media / ".restore-killed" / "old" / name
    aside.parent.mkdir(parents=True)
    (world.site.media / name).rename(aside)
    world.site.manage("backup", str(tmp_path / "a.zip"))
    said = manifest_of(tmp_path / "a.zip")
    assert said["lost"] == [] and said["media"] == manifest_of(world.backup)["media"]


def test_it_is_one_moment_while_people_write(world: World, tmp_path: Path) -> None:
    """Every entry of the picture has its row, and the chain ends where its head says."""
    writer = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", WRITER], cwd=ROOT,
        env=world.site.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdout is not None and writer.stdout.readline() == "begun\n"
    world.site.manage("backup", str(tmp_path / "a.zip"))
    written = int(writer.communicate("")[0])
    assert writer.returncode == 0 and written > 10
    world.site.manage("verify_backup", str(tmp_path / "a.zip"))
    said = manifest_of(tmp_path / "a.zip")
    rows = {table["name"]: table["rows"] for table in said["tables"]}
    assert rows["audit_logentry"] == said["audit_count"]
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        entries = [json.loads(line) for line in archive.read("data/audit_logentry.jsonl").splitlines()]
        users = archive.read("data/accounts_user.jsonl").decode()
    last = next(row for row in reversed(entries) if row[5] == "account.changed")
    assert last[10]["full_name"][1] in users


@pytest.mark.django_db
def test_every_table_is_in_it_or_left_out_by_name() -> None:
    schema = Schema(frozenset(Schema(frozenset()).loader.graph.nodes))
    there = set(connection.introspection.table_names())
    assert there == {model._meta.db_table for model in schema.tables} | tables_without_model()
    assert {model._meta.label_lower for model in schema.tables} >= LEFT_OUT
    for model in schema.kept:
        for field in columns_of(model):
            assert kind_of(field)
