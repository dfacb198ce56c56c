"""Bringing a backup back: into an empty database, or into one whose loss was said aloud. All of it, or nothing."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.cache import caches
from django.core.management import call_command
from django.db import DataError, IntegrityError, connection, models
from django.db.migrations.executor import MigrationExecutor

from ntm.audit import log as audit
from ntm.audit.events import BACKUP
from ntm.audit.verification import Fault, is_of_another_key, verify
from ntm.backup import database, media
from ntm.backup.checking import Backup, opened
from ntm.backup.making import facts
from ntm.backup.manifest import Broken, Manifest
from ntm.backup.progress import Progress
from ntm.backup.rows import Checksum, line_of, rows_of
from ntm.backup.schema import MADE_BY_MIGRATE, Schema, schema_of, tables_without_model
from ntm.core.errors import Refused
from ntm.core.numbers import integer

logger = logging.getLogger("ntm.backup")


@dataclass(frozen=True)
class Restored:
    """`fault`: what is wrong with the record that came back; it was wrong in the backup. Under another key there is
    always one, and it says nothing. `of_another_key`: the backup was made while the machine had a wrong key."""

    manifest: Manifest
    fault: Fault | None
    of_another_key: bool


@dataclass(frozen=True)
class Loss:
    """What stands where the backup shall stand."""

    rows: dict[str, int]
    files: list[str]

    def __bool__(self) -> bool:
        return bool(self.rows or self.files)

    def __str__(self) -> str:
        counts = (("accounts_user", "tài khoản"), ("audit_logentry", "mục nhật ký"))
        words = [f"{integer(self.rows[table])} {name}" for table, name in counts if table in self.rows]
        total = f"{integer(sum(self.rows.values()))} dòng dữ liệu" if self.rows else "không dòng dữ liệu nào"
        within = f" (trong đó {', '.join(words)})" if words else ""
        return f"{total}{within}, {integer(len(self.files))} tệp đính kèm"


def restore(path: Path, progress: Progress, *, overwrite: str = "", another_key: bool = False) -> Restored:
    """Raises `Broken` for a backup that is not whole, or is sealed under a key that is not this machine's and not said
    to be `another_key`; `Refused` where something would be lost that `overwrite` (the database's name) does not give
    up. Nothing has changed then."""
    with opened(path, another_key=another_key) as backup:
        progress.say("Đang kiểm bản sao lưu…")
        backup.check(progress)
        there = schema_of(database.applied_migrations())
        if there.unknown:
            raise Refused(
                f"Cơ sở dữ liệu này là của bản phần mềm mới hơn ({there.unknown[0]}); hãy dùng bản đó."
            )
        media.tidy(progress.say)
        loss = _loss(there, backup)
        _check_loss(loss, overwrite)
        with media.stage() as stage:
            _unpack(backup, stage, progress)
            with database.all_or_nothing():
                done = _bring_back(backup, there, loss, path.name, progress)
                stage.place(backup.manifest.media, loss.files)
    _forget_pages()
    return done


def _forget_pages() -> None:
    """What was kept ready to show belongs to the rows of before."""
    for cache in caches.all():
        try:
            cache.clear()
        except Exception:  # Of whichever client; the rows are back all the same.
            logger.exception("The cache was not emptied. Empty it by hand before the server starts.")


def _loss(there: Schema, backup: Backup) -> Loss:
    """Rows and files that are there now, besides what every new database has."""
    rows = {}
    if there.applied:
        for model in there.kept:
            if model._meta.label_lower not in MADE_BY_MIGRATE and (count := models.QuerySet(model).count()):
                rows[model._meta.db_table] = count
    return Loss(rows, media.would_be_lost(backup.manifest.media))


def _check_loss(loss: Loss, overwrite: str) -> None:
    name = database.database_name()
    if overwrite and overwrite != name:
        raise Refused(
            f"--overwrite ghi “{overwrite}” nhưng cơ sở dữ liệu đang dùng là “{name}”. Chưa thay đổi gì."
        )
    if loss and not overwrite:
        raise Refused(
            f"Chỉ khôi phục vào cơ sở dữ liệu trống. Nơi này đang có {loss}. Chưa thay đổi gì. Nếu chấp nhận mất "
            f"tất cả những thứ đó, chạy lại với --overwrite {name}"
        )


def _unpack(backup: Backup, stage: media.Stage, progress: Progress) -> None:
    files = backup.manifest.media
    for file in progress.counted(files, "Giải nén tệp", len(files)):
        with stage.open(file.name) as target:
            backup.copy(file, target)


def _bring_back(backup: Backup, there: Schema, loss: Loss, name: str, progress: Progress) -> Restored:
    """The tables of the backup's time, its rows, the way to today's tables, and the word of it in the record."""
    progress.say("Đang tạo các bảng…")
    _make_tables(backup.schema, there)
    progress.say("Đang nạp dữ liệu…")
    _load(backup, progress)
    progress.say("Đang đọc lại để đối chiếu…")
    _compare(backup, progress)
    # Also puts the record's guards on, which those who make no table of their own do not need.
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    progress.say("Đang kiểm nhật ký…")
    return told(backup.manifest, loss, name)


def told(manifest: Manifest, loss: Loss, name: str) -> Restored:
    """Check the record that came back, and tell it of the restore. Raises `Broken` where manifest and record are not
    of one key in a way that only a change, or a key that was wrong for a while, explains."""
    found, of_another_key = verify(), is_of_another_key()
    if not manifest.is_of_this_key:
        if found.fault is None and found.head.count:
            raise Broken(
                "Bản kê ghi một AUDIT_KEY khác nhưng nhật ký trong bản sao lưu lại đúng khóa của máy này: bản kê đã bị "
                "sửa để tránh kiểm dấu niêm phong, hoặc bản sao lưu được tạo lúc máy đang đặt nhầm AUDIT_KEY. Nếu chắc "
                "là nhầm khóa: đặt lại khóa nhầm ấy trong .env, khôi phục, rồi đặt đúng khóa trước mọi việc khác. Đã "
                "bỏ tất cả, chưa thay đổi gì."
            )
    elif not of_another_key:
        # Under another key an entry would be sealed wrongly for ever, even once the right key is back.
        with audit.writing():
            said = facts(manifest, name) | ({"lost": str(loss)} if loss else {})
            audit.note("backup.restored", BACKUP, name, said, by=audit.SYSTEM)
    return Restored(manifest, found.fault, of_another_key)


def _make_tables(wanted: Schema, there: Schema) -> None:
    database.drop({model._meta.db_table for model in there.tables} | tables_without_model())
    executor = MigrationExecutor(connection)
    executor.migrate(wanted.targets)
    for model in wanted.tables:
        database.clear(model)
    database.check_references_later()


def _load(backup: Backup, progress: Progress) -> None:
    for model, table in backup.tables():
        with _refusals(f"Bảng {table.name}"):
            database.fill(model, progress.counted(backup.rows(table), table.name, table.rows))
        database.set_last_id(model, table.last_id)
    with _refusals("Liên kết giữa các bảng"):
        connection.check_constraints()


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    """What the database does not take in is the backup's fault."""
    try:
        yield
    except (IntegrityError, DataError, ValueError, ArithmeticError) as error:
        first = str(error).partition("\n")[0][:200]
        raise Broken(
            f"{what} trong bản sao lưu không nạp được ({first}). Đã bỏ tất cả, chưa thay đổi gì."
        ) from error


def _compare(backup: Backup, progress: Progress) -> None:
    """Every row read back must be the row of the backup; else nothing stays."""
    for model, table in backup.tables():
        found = Checksum(model)
        for row in progress.counted(rows_of(model, connection.alias), table.name, table.rows):
            found.add(row, line_of(row))
        if (found.rows, str(found)) != (table.rows, table.checksum):
            raise Broken(
                f"Bảng {table.name} sau khi nạp không giống bản sao lưu. Đã bỏ tất cả, chưa thay đổi gì."
            )
