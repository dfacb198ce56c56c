"""Whatever is wrong with a backup, it is refused by a sentence before any database is asked."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ntm.backup import manifest
from ntm.backup.manifest import MANIFEST
from tests.ntm.backup.conftest import World
from tests.ntm.backup.sites import rewritten

USERS = "data/accounts_user.jsonl"
#: No database is asked, of either kind.
pytestmark = pytest.mark.alike


def said(**new: object) -> Callable[[str, bytes], list[tuple[str, bytes]]]:
    """The manifest says something else and bears no right seal."""

    def change(name: str, content: bytes) -> list[tuple[str, bytes]]:
        return [(name, json.dumps(json.loads(content) | new).encode() if name == MANIFEST else content)]

    return change


def sealed_again(**new: object) -> Callable[[str, bytes], list[tuple[str, bytes]]]:
    """As a newer release of this software would have written it."""

    def change(name: str, content: bytes) -> list[tuple[str, bytes]]:
        if name != MANIFEST:
            return [(name, content)]
        return [(name, replace(manifest.read(content), **new).written())]

    return change


def only(chosen: str, to: Callable[[bytes], bytes | None]) -> Callable[[str, bytes], list[tuple[str, bytes]]]:
    """The first part whose name begins so becomes another; None: it is gone."""
    done: list[str] = []

    def change(name: str, content: bytes) -> list[tuple[str, bytes]]:
        if not name.startswith(chosen) or done:
            return [(name, content)]
        done.append(name)
        new = to(content)
        return [] if new is None else [(name, new)]

    return change


def other_manifest(content: bytes) -> bytes:
    found = json.loads(content)
    found["tables"][0]["rows"] += 1
    return json.dumps(found).encode()


#: Kind of damage → the change, and words of the sentence.
DAMAGES = {
    "wrong version": (said(version=2), "phiên bản “2”"),
    "newer software": (sealed_again(migrations=[["communes", "9999_later"]]), "communes.9999_later"),
    "another structure": (sealed_again(tables=[]), "không ghi"),
    "a file is missing": (only("media/evidence/", lambda _: None), "thiếu 1 tệp đính kèm"),
    "a file was changed": (only("media/evidence/", lambda old: old[:-1] + b"x"), "đã bị sửa hoặc hỏng"),
    "a table is missing": (only(USERS, lambda _: None), "thiếu dữ liệu của 1 bảng"),
    "a row was changed": (
        only(USERS, lambda old: old.replace(b"leader", b"loader", 1)),
        "không khớp mã kiểm",
    ),
    "a row is gone": (only(USERS, lambda old: old.split(b"\n", 1)[1]), "bản kê ghi"),
    "no row at all": (only(USERS, lambda old: b'{"a": 1}\n' + old), "bị hỏng"),
    "another checksum": (only(MANIFEST, other_manifest), "mã kiểm của chính nó"),
    "a wrong seal": (said(seal="0" * 64), "dấu niêm phong"),
    "a seal of other letters": (said(seal="é"), "dấu niêm phong"),
    "half a letter for a seal": (said(seal="\ud800"), "dấu niêm phong"),
    "a digest of other letters": (said(digest="é"), "mã kiểm của chính nó"),
    "a record without an end": (
        sealed_again(audit_count=0, audit_head="0" * 64),
        "không kết thúc ở đầu chuỗi",
    ),
    "a strange part": (
        lambda name, content: [(name, content)] + ([("data/x", b"")] if name == MANIFEST else []),
        "bản kê không ghi",
    ),
    "no manifest": (only(MANIFEST, lambda _: None), "không có bản kê"),
}


def refused(path: Path) -> str:
    with pytest.raises(CommandError) as refusal:
        call_command("verify_backup", str(path), stdout=io.StringIO(), stderr=io.StringIO())
    assert refusal.value.returncode == 1
    return str(refusal.value)


def test_a_whole_one_passes_without_a_database(world: World) -> None:
    out = io.StringIO()
    call_command("verify_backup", str(world.backup), stdout=out)
    assert "Bản sao lưu nguyên vẹn" in out.getvalue()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_one_is_refused(damage: str, world: World, tmp_path: Path) -> None:
    change, words = DAMAGES[damage]
    assert words in refused(rewritten(world.backup, tmp_path / "a.zip", change))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "trống"),
        (b"SQLite format 3\0", "không phải bản sao lưu"),
        (b"PK", "không phải bản sao lưu"),
        (None, "Không có tệp"),
    ],
)
def test_what_is_no_backup_is_refused(content: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    if content is not None:
        path.write_bytes(content)
    assert words in refused(path)


def test_another_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    assert "không phải bản sao lưu" in refused(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(MANIFEST, "[1]")
    assert "không phải bản sao lưu" in refused(tmp_path / "b.zip")


@pytest.mark.parametrize("share", [0.001, 0.3, 0.7, 0.999])
def test_one_that_was_cut_off_is_refused_wherever_it_ends(share: float, world: World, tmp_path: Path) -> None:
    whole = world.backup.read_bytes()
    (tmp_path / "a.zip").write_bytes(whole[: int(len(whole) * share)])
    assert "cắt mất phần cuối" in refused(tmp_path / "a.zip")


@pytest.mark.parametrize("at", [100, 1000, 0.2, 0.5, 0.8])
def test_a_few_bytes_that_went_wrong_on_the_disk_are_found(at: float, world: World, tmp_path: Path) -> None:
    content = bytearray(world.backup.read_bytes())
    start = int(at if at > 1 else len(content) * at)
    content[start : start + 40] = bytes(byte ^ 0xFF for byte in content[start : start + 40])
    (tmp_path / "a.zip").write_bytes(content)
    assert refused(tmp_path / "a.zip")
