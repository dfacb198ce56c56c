"""Files wait beside their places; whatever ends a restore, those that were there are there again."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from ntm.backup import media
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


def test_what_a_killed_restore_had_moved_away_comes_back(root: Path) -> None:
    with media.stage() as running:
        bring(running)
        media.tidy()
        assert (next(root.glob(".restore-*")) / "old" / "later").exists()
    killed = root / ".restore-killed" / "old"
    killed.mkdir(parents=True)
    (killed / "later").write_bytes(b"later")
    (killed / "b").mkdir()
    (killed / "b" / "new").write_bytes(b"older")
    media.tidy()
    assert there(root) == COMING | {"later": b"later"}


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../../x", "a\\b", "a\0b"])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    assert not media.is_inside(name)
    assert media.is_inside("evidence/ab/cd.pdf")
