"""Files wait beside their places; whatever ends a restore, those that were there are there again."""

import errno
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from ntm.backup import media
from ntm.backup.management.commands import restore
from ntm.backup.manifest import MediaFile


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    for name, content in (("a/same", b"same"), ("a/other", b"before"), ("later", b"later")):
        path = tmp_path / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "media"


COMING = {"a/same": b"same", "a/other": b"after", "b/new": b"new"}
FILES = [MediaFile(name, len(text), hashlib.sha256(text).hexdigest()) for name, text in COMING.items()]


def there(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def bring(stage: media.Stage) -> None:
    for name, content in COMING.items():
        with stage.open(name) as target:
            target.write(content)
    stage.place(FILES, media.would_be_lost(FILES))


def test_what_comes_takes_the_place_of_what_was_given_up(root: Path) -> None:
    assert media.would_be_lost(FILES) == ["a/other", "later"]
    with media.stage() as stage:
        bring(stage)
    assert there(root) == COMING


def test_a_failure_puts_everything_back(root: Path) -> None:
    before = there(root)

    def fail() -> None:
        with media.stage() as stage:
            bring(stage)
            assert there(root) != before
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert there(root) == before


def test_what_cannot_be_put_back_at_once_is_said_and_comes_back_later(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command names the first cause and the folder, and does not say that nothing has changed."""
    before, move = there(root), media._move

    def full(source: Path, target: Path) -> None:
        if target == root / "a" / "other" and "old" in source.parts:
            raise OSError(errno.EIO, "Input/output error")
        move(source, target)

    def fail(*args: object, **more: object) -> None:
        with media.stage() as stage:
            bring(stage)
            raise OperationalError("the server went away")

    monkeypatch.setattr(restore, "restore", fail)
    with monkeypatch.context() as patch:
        patch.setattr(media, "_move", full)
        with pytest.raises(CommandError) as refusal:
            call_command("restore", "a.zip", skip_checks=True)
    kept = next(root.glob(".restore-*")) / "old"
    for words in ("the server went away", "Input/output error", str(kept), "backup", "restore"):
        assert words in str(refusal.value)
    assert "chưa thay đổi gì" not in str(refusal.value)
    assert (root / "later").exists() and (kept / "a" / "other").exists()  # What could come back has.
    media.tidy(print)
    assert there(root) == before


def test_what_a_restore_gave_up_does_not_come_back_once_it_is_committed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever kills it while it clears away finds that it had succeeded."""
    with monkeypatch.context() as patch, media.stage() as stage:
        bring(stage)
        patch.setattr(media.shutil, "rmtree", lambda *args, **more: None)
    assert media.names() == sorted(COMING) and media.would_be_lost(FILES) == []
    said: list[str] = []
    media.tidy(said.append)
    assert there(root) == COMING and said == [] and not list(root.glob(".rest*"))


def killed(root: Path) -> None:
    """What a restore leaves that was killed once the files had changed places."""
    for name, content in {"old/later": b"later", "old/a/other": b"before", "new/b/other": b"x"}.items():
        path = root / ".restore-killed" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_what_a_killed_restore_had_moved_away_comes_back(root: Path) -> None:
    with media.stage() as running:
        bring(running)
        media.tidy(print)
        assert (next(root.glob(".restore-*")) / "old" / "later").exists()
    killed(root)
    (root / "a" / "other").unlink()
    media.tidy(print)
    assert there(root) == COMING | {"later": b"later", "a/other": b"before"}


def test_a_file_whose_place_is_taken_is_kept_and_said_each_time(root: Path) -> None:
    """The rows that named it may be there again, for the database takes back what was not committed."""
    with media.stage() as stage:
        bring(stage)
    killed(root)
    for _ in range(2):
        said: list[str] = []
        media.tidy(said.append)
        assert there(root) == COMING | {"later": b"later", ".restore-killed/old/a/other": b"before"} | {
            ".restore-killed/lock": b""
        }
        assert len(said) == 1 and ".restore-killed/old/a/other" in said[0]
    assert media.names() == sorted([*COMING, "later"])


def test_the_locks_of_readers_and_the_signs_of_jobs_are_in_no_backup_and_stop_no_restore(root: Path) -> None:
    for name in ("reading/0.lock", "jobs/live/7"):
        (root / name).parent.mkdir(parents=True)
        (root / name).touch()
    assert media.names() == ["a/other", "a/same", "later"]
    assert media.would_be_lost(FILES) == ["a/other", "later"]


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../../x", "a\\b", "a\0b"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    assert not media.is_inside(name)
    assert media.is_inside("evidence/ab/cd.pdf")
