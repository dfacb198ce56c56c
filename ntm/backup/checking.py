"""Whether a backup is whole. Reads the file and nothing else: no database is asked."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models

from ntm.backup import media
from ntm.backup.manifest import (
    DATA,
    LARGEST_MANIFEST,
    MANIFEST,
    MEDIA,
    Broken,
    Manifest,
    MediaFile,
    Table,
    read,
)
from ntm.backup.progress import Progress
from ntm.backup.rows import Checksum, names_of, read_line
from ntm.backup.schema import Schema, schema_of
from ntm.core.numbers import integer

_ENTRIES = "audit_logentry"
_ANOTHER_KEY = (
    "Không kiểm được dấu niêm phong: bản sao lưu ghi là của một AUDIT_KEY khác khóa của máy này, nên không biết nó có "
    "bị sửa hay không. Hãy đặt đúng AUDIT_KEY của bản sao lưu trong .env rồi chạy lại; chỉ khi biết chắc vì sao khóa "
    "khác mới thêm --another-key."
)
_ZIP = b"PK\x03\x04"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Backup:
    """An open file whose manifest fits this software."""

    archive: zipfile.ZipFile
    manifest: Manifest
    schema: Schema

    def tables(self) -> Iterator[tuple[type[models.Model], Table]]:
        """Each kept table as a model of the backup's time, and what the manifest says of it."""
        said = {table.name: table for table in self.manifest.tables}
        for model in self.schema.kept:
            yield model, said[model._meta.db_table]

    def rows(self, table: Table) -> Iterator[list[Any]]:
        """Raises `Broken` at the first line that is no row."""
        for _, row in self._lines(table):
            yield row

    def copy(self, file: MediaFile, target: Any = None) -> None:
        """Read a file, into one that is open where that is given. Raises `Broken` where it is not as was said."""
        with self._member(f"{MEDIA}{file.name}", f"Tệp đính kèm {file.name}") as source:
            found = media.copied(source, target, file.name)
        if found != file:
            raise Broken(f"Tệp đính kèm {file.name} trong bản sao lưu đã bị sửa hoặc hỏng (khác mã băm).")

    @contextmanager
    def _member(self, name: str, words: str) -> Iterator[Any]:
        """A part of the file; damage in it is a sentence that names it."""
        sentence = f"{words} trong bản sao lưu bị hỏng, không đọc được."
        try:
            source = self.archive.open(name)
        except (*_DAMAGE, OSError) as error:
            raise Broken(sentence) from error
        with source:
            try:
                yield source
            except _DAMAGE as error:
                raise Broken(sentence) from error

    def check(self, progress: Progress) -> None:
        """Raises `Broken` at the first thing that is not as the manifest says."""
        for model, table in self.tables():
            self._check_table(table, Checksum(model), progress)
        progress.say(
            f"Dữ liệu: {len(self.manifest.tables)} bảng, {integer(self.manifest.row_count)} dòng, khớp."
        )
        files = self.manifest.media
        for file in progress.counted(files, "Tệp", len(files)):
            self.copy(file)
        progress.say(f"Tệp đính kèm: {integer(len(files))} tệp, khớp.")

    def _lines(self, table: Table) -> Iterator[tuple[bytes, list[Any]]]:
        with self._member(f"{DATA}{table.name}.jsonl", f"Bảng {table.name}") as source:
            for line in source:
                yield line, read_line(line, len(table.columns))

    def _check_table(self, table: Table, checksum: Checksum, progress: Progress) -> None:
        last = None
        at = table.columns.index("number") if table.name == _ENTRIES else None
        for line, row in progress.counted(self._lines(table), table.name, table.rows):
            checksum.add(row, line.rstrip(b"\n"))
            if at is not None and row[at] == self.manifest.audit_count:
                last = row[table.columns.index("digest")]
        if checksum.rows != table.rows:
            raise Broken(
                f"Bảng {table.name} trong bản sao lưu có {integer(checksum.rows)} dòng, "
                f"bản kê ghi {integer(table.rows)}."
            )
        if str(checksum) != table.checksum:
            raise Broken(
                f"Bảng {table.name} trong bản sao lưu không khớp mã kiểm: có dòng đã bị sửa hoặc hỏng."
            )
        if at is not None and (table.rows or self.manifest.audit_count) and last != self.manifest.audit_head:
            raise Broken("Nhật ký trong bản sao lưu không kết thúc ở đầu chuỗi mà bản kê ghi.")


@contextmanager
def opened(path: Path, *, another_key: bool = False) -> Iterator[Backup]:
    """Raises `Broken` for what is no backup, is cut off, lacks a part, or is of another version; and for what bears
    the mark of another `AUDIT_KEY`, under which the seal says nothing here, unless the operator knows of it."""
    with _archive(path) as archive:
        manifest = _manifest(archive)
        if not (manifest.is_of_this_key or another_key):
            raise Broken(_ANOTHER_KEY)
        schema = schema_of(manifest.migrations)
        if schema.unknown:
            raise Broken(
                "Bản sao lưu là của bản phần mềm mới hơn: phần mềm này chưa có "
                f"{', '.join(schema.unknown[:3])}. Hãy cài bản mới rồi khôi phục."
            )
        _check_parts(archive, manifest)
        _check_tables(manifest, schema)
        yield Backup(archive, manifest, schema)


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with path.open("rb") as file:
            head = file.read(len(_ZIP))
    except FileNotFoundError as error:
        raise Broken(f"Không có tệp “{path}”.") from error
    except OSError as error:
        raise Broken(f"Không đọc được “{path}”: {error.strerror}.") from error
    if not head:
        raise Broken(f"Tệp “{path.name}” trống, không có gì trong đó.")
    if head != _ZIP:
        raise Broken(f"Tệp “{path.name}” không phải bản sao lưu của phần mềm này.")
    try:
        archive = zipfile.ZipFile(path)
    except (*_DAMAGE, OSError) as error:
        raise Broken(
            f"Tệp “{path.name}” bị cắt mất phần cuối hoặc hỏng: không thấy mục lục của tệp."
        ) from error
    with archive:
        yield archive


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError as error:
        raise Broken("Tệp này không phải bản sao lưu của phần mềm này: không có bản kê.") from error
    if info.file_size > LARGEST_MANIFEST:
        raise Broken("Bản kê của bản sao lưu lớn bất thường; tệp không phải do phần mềm này tạo.")
    try:
        content = archive.read(MANIFEST)
    except _DAMAGE as error:
        raise Broken("Bản kê của bản sao lưu bị hỏng, không đọc được.") from error
    return read(content)


def _check_parts(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    names = archive.namelist()
    there = set(names)
    data = {f"{DATA}{table.name}.jsonl" for table in manifest.tables}
    files = {f"{MEDIA}{file.name}" for file in manifest.media}
    if missing := sorted(data - there):
        raise Broken(f"Bản sao lưu thiếu dữ liệu của {len(missing)} bảng ({missing[0]}).")
    if missing := sorted(files - there):
        raise Broken(f"Bản sao lưu thiếu {len(missing)} tệp đính kèm ({missing[0].removeprefix(MEDIA)}).")
    if len(names) != len(there) or there - data - files - {MANIFEST}:
        raise Broken("Bản sao lưu có phần mà bản kê không ghi: tệp đã bị sửa.")
    if strange := [file.name for file in manifest.media if not media.is_inside(file.name)]:
        raise Broken(f"Bản sao lưu có tệp đính kèm mang tên không hợp lệ ({strange[0][:100]!r}).")


def _check_tables(manifest: Manifest, schema: Schema) -> None:
    """The tables of the manifest are those which its own migrations make."""
    said = {table.name: table.columns for table in manifest.tables}
    made = {model._meta.db_table: names_of(model) for model in schema.kept}
    if said != made:
        wrong = sorted(name for name in said.keys() | made.keys() if said.get(name) != made.get(name))
        raise Broken(f"Bảng {wrong[0]} trong bản sao lưu không đúng cấu trúc của phiên bản mà bản kê ghi.")
