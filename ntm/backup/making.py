"""Making a backup: one picture of the database, then the files that it speaks of, then what was counted."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from ntm.audit import log as audit
from ntm.audit.commands import account
from ntm.audit.events import BACKUP
from ntm.audit.verification import is_of_another_key
from ntm.backup import database, media
from ntm.backup.manifest import DATA, MANIFEST, MEDIA, Manifest, MediaFile, Table
from ntm.backup.progress import Progress
from ntm.backup.rows import Checksum, Row, columns_of, line_of, names_of, rows_of
from ntm.backup.schema import LEFT_OUT, schema_of
from ntm.core.dates import OFFICE_ZONE
from ntm.core.errors import Refused
from ntm.core.numbers import integer

#: Lines are given to the compressor so many at a time.
_LINES = 500


def make(path: Path, progress: Progress) -> Manifest:
    """Write the backup. Raises `Refused` where it cannot stand there; then, and after any failure, nothing is left.

    It gets its name in the transaction that tells the record of it: neither is there without the other.
    """
    _check_place(path)
    media.tidy(progress.say)
    with _beside(path) as folder:
        file = folder / "backup"
        manifest = _write(file, folder, progress)
        try:
            with audit.writing():
                audit.note("backup.made", BACKUP, path.name, facts(manifest, path.name), by=audit.SYSTEM)
                _publish(file, path)
        except BaseException:
            if _same(file, path):
                path.unlink()
            raise
    return manifest


def facts(manifest: Manifest, name: str) -> dict[str, Any]:
    """What the record says about a backup."""
    return {
        "account": account(),
        "file": name,
        "made_at": manifest.made_at,
        "rows": manifest.row_count,
        "files": len(manifest.media),
        "head": f"{manifest.audit_count}:{manifest.audit_head}",
        "sha256": manifest.digest(),
    }


def _check_place(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise Refused(f"Đã có “{path}”. Bản sao lưu không ghi đè lên tệp nào; hãy chọn tên khác.")
    if not path.parent.is_dir():
        raise Refused(f"Không có thư mục “{path.parent}” để ghi bản sao lưu.")
    if path.resolve().is_relative_to(media.root().resolve()):
        raise Refused(
            "Bản sao lưu không được nằm trong MEDIA_ROOT, nơi chính nó sao lưu. Hãy chọn thư mục khác."
        )


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder of our own on the same disk; gone afterwards."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise Refused(f"Không ghi được vào thư mục “{path.parent}”: {error.strerror}.") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(file: Path, folder: Path, progress: Progress) -> Manifest:
    target = os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
    with target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=2) as archive:
        progress.say("Đang chụp lại cơ sở dữ liệu…")
        with database.picture(folder) as using:
            found = _Picture(archive, using, progress)
            found.read()
        kept = _copy_media(archive, progress)
        manifest = found.manifest(kept)
        archive.writestr(MANIFEST, manifest.written())
        archive.close()
        target.flush()
        os.fsync(target.fileno())
    return manifest


class _Picture:
    """The tables at the moment of the picture, as they go into the archive."""

    def __init__(self, archive: zipfile.ZipFile, using: str, progress: Progress) -> None:
        self.archive, self.using, self.progress = archive, using, progress
        self.made_at = timezone.now().astimezone(OFFICE_ZONE).isoformat(timespec="seconds")
        self.schema = schema_of(database.applied_migrations(using))
        if self.schema.unknown:
            raise Refused(
                f"Cơ sở dữ liệu là của bản phần mềm mới hơn ({self.schema.unknown[0]}); hãy dùng bản đó."
            )
        self.tables: list[Table] = []
        #: What rows say is on disk.
        self.named: set[str] = set()
        self.chain: tuple[int, str] = (0, "")

    def read(self) -> None:
        if not self.schema.applied:
            raise Refused("Cơ sở dữ liệu chưa có bảng nào, không có gì để sao lưu.")
        if is_of_another_key(self.using):
            raise Refused(
                "AUDIT_KEY của máy này không phải khóa đã niêm phong nhật ký: bản sao lưu tạo lúc này thì đúng khóa sẽ "
                "không khôi phục được. Hãy đặt lại đúng AUDIT_KEY trong .env rồi sao lưu."
            )
        for model in self.schema.kept:
            self.tables.append(self._table(model))
        self.progress.say(
            f"Dữ liệu: {len(self.tables)} bảng, {integer(sum(t.rows for t in self.tables))} dòng."
        )

    def manifest(self, kept: list[MediaFile]) -> Manifest:
        count, head = self.chain
        return Manifest(
            made_at=self.made_at, office=settings.OFFICE_NAME, province=settings.DEFAULT_PROVINCE,
            database=database.connection.vendor, migrations=[list(name) for name in sorted(self.schema.applied)],
            tables=self.tables, left_out=sorted(LEFT_OUT), media=kept,
            lost=sorted(self.named - {file.name for file in kept}), audit_count=count, audit_head=head,
        )  # fmt: skip

    def _table(self, model: type[models.Model]) -> Table:
        table, names = model._meta.db_table, names_of(model)
        checksum = Checksum(model)
        rows = self.progress.counted(self._noticed(model), table)
        with self.archive.open(f"{DATA}{table}.jsonl", "w", force_zip64=True) as target:
            waiting: list[bytes] = []
            for row in rows:
                line = line_of(row)
                checksum.add(row, line)
                waiting.append(line + b"\n")
                if len(waiting) == _LINES:
                    target.write(b"".join(waiting))
                    waiting.clear()
            target.write(b"".join(waiting))
        last = database.last_id(model, self.using)
        return Table(table, names, checksum.rows, str(checksum), last)

    def _noticed(self, model: type[models.Model]) -> Iterator[Row]:
        """The rows; on the way, which files they name and where the chain of the record ends."""
        fields = columns_of(model)
        files = [at for at, field in enumerate(fields) if isinstance(field, models.FileField)]
        chain = model._meta.label_lower == "audit.chain"
        for row in rows_of(model, self.using):
            self.named.update(row[at] for at in files if row[at])
            if chain:
                said = dict(zip((field.name for field in fields), row, strict=True))
                self.chain = (said["count"], said["head"])
            yield row


def _copy_media(archive: zipfile.ZipFile, progress: Progress) -> list[MediaFile]:
    """Files are written once and never changed, so that what came after the picture does no harm."""
    found, names = [], media.names()
    for name in progress.counted(names, "Tệp", len(names)):
        info = zipfile.ZipInfo(f"{MEDIA}{name}")
        # Housekeeping may take a file away meanwhile; `lost` says so where a row still names it.
        with suppress(FileNotFoundError), (media.root() / name).open("rb") as source:
            found.append(_copied(archive, info, source, name))
    progress.say(f"Tệp đính kèm: {integer(len(found))} tệp.")
    return found


def _copied(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: Any, name: str) -> MediaFile:
    with archive.open(info, "w", force_zip64=True) as target:
        return media.copied(source, target, name)


def _publish(file: Path, path: Path) -> None:
    """Give the file its name, never that of another: a link refuses what is there; some disks have no links."""
    try:
        os.link(file, path)
    except FileExistsError as error:
        raise Refused(f"Đã có “{path}”. Bản sao lưu không ghi đè lên tệp nào; hãy chọn tên khác.") from error
    except OSError:
        _check_place(path)
        file.rename(path)


def _same(file: Path, path: Path) -> bool:
    """Whether the name is ours already."""
    try:
        return not file.exists() or path.samefile(file)
    except FileNotFoundError:
        return False
