"""Scans that people upload: judged by their bytes, never by the name or the type that the browser claims."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from ntm.core.numbers import decimal
from ntm.core.text import clean

MAX_BYTES = 10 * 1024 * 1024
ACCEPTED = "PDF, JPEG hoặc PNG"
_MEBI = 1024 * 1024
_NAME_LENGTH = 150


class UploadError(ValueError):
    """A file that is refused; `str()` is the Vietnamese sentence to show."""


def secret_name(folder: str, filename: str) -> str:
    """Where a file is kept: a name nobody can guess, never the one that was sent, but for how it ends."""
    return f"{folder}/{secrets.token_hex(2)}/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()[:6]}"


@dataclass(frozen=True)
class Scan:
    """A file that passed: what it is, how it may be called, and its seal."""

    content_type: str
    suffix: str
    name: str
    sha256: str
    content: bytes


def read_scan(file: "File[Any]", name: str | None = None) -> Scan:
    """Read and judge a file. Raises `UploadError` for an empty, too large, cut-off or foreign one."""
    shown = clean_name(name or file.name or "")
    size = file.size
    if size == 0:
        raise UploadError(f"Tệp “{shown}” trống, không có nội dung. Hãy chọn lại tệp.")
    if size > MAX_BYTES:
        weight, limit = _megabytes(size), _megabytes(MAX_BYTES)
        raise UploadError(f"Tệp “{shown}” nặng {weight}, vượt mức {limit} cho phép.")
    file.seek(0)
    content = file.read()
    for kind in _KINDS:
        if content.startswith(kind.magic):
            if not kind.whole(content):
                fault = f"là {kind.label} nhưng bị hỏng hoặc thiếu phần cuối"
                raise UploadError(f"Tệp “{shown}” {fault}. Hãy chọn lại tệp.")
            seal = hashlib.sha256(content).hexdigest()
            return Scan(kind.content_type, kind.suffix, _with_suffix(shown, kind), seal, content)
    raise UploadError(f"Tệp “{shown}” {_resemblance(content)}; chỉ nhận tệp {ACCEPTED}.")


def content_type_of(name: str) -> str:
    """The type of a stored scan, from the suffix that `read_scan` gave it."""
    suffix = PurePath(name).suffix
    return next((kind.content_type for kind in _KINDS if kind.suffix == suffix), "application/octet-stream")


def clean_name(name: str) -> str:
    """The last part of a path as one harmless line: no separators, control or direction characters."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(char for char in clean(last) if char.isprintable() and char not in '<>:"|?*')
    stem, suffix = PurePath(visible.strip(". ")).stem, PurePath(visible.strip(". ")).suffix
    return f"{stem[: _NAME_LENGTH - len(suffix)]}{suffix}"[:_NAME_LENGTH] or "tệp"


def _megabytes(size: int) -> str:
    """Rounded up, so that a file one byte too large does not read as exactly the limit."""
    tenths = -(-size * 10 // _MEBI)
    return f"{decimal(Decimal(tenths) / 10, 1)} MB" if tenths % 10 else f"{tenths // 10} MB"


# --- what is taken -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Kind:
    label: str
    content_type: str
    suffixes: tuple[str, ...]
    magic: bytes
    whole: Callable[[bytes], bool]

    @property
    def suffix(self) -> str:
        return self.suffixes[0]


def _whole_pdf(content: bytes) -> bool:
    # Scanners append a few bytes after the end mark; 2 KB is what readers search.
    return re.match(rb"%PDF-[12]\.\d", content) is not None and b"%%EOF" in content[-2048:]


def _whole_png(content: bytes) -> bool:
    header = content[8:16] == b"\x00\x00\x00\rIHDR"
    width, height = content[16:20], content[20:24]
    return header and any(width) and any(height) and b"\x00\x00\x00\x00IEND\xaeB`\x82" in content


def _whole_jpeg(content: bytes) -> bool:
    """Walks the segments up to the picture itself, so that the end mark of a thumbnail does not count."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xDA:
            return content.find(b"\xff\xd9", at) > 0
        at += 1 if marker == 0xFF else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return False


_KINDS = (
    _Kind("PDF", "application/pdf", (".pdf",), b"%PDF-", _whole_pdf),
    _Kind("ảnh PNG", "image/png", (".png",), b"\x89PNG\r\n\x1a\n", _whole_png),
    _Kind("ảnh JPEG", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), b"\xff\xd8\xff", _whole_jpeg),
)


def _with_suffix(name: str, kind: _Kind) -> str:
    """A scan called "quyet-dinh.exe" is handed out again under its real kind."""
    path = PurePath(name)
    return name if path.suffix.lower() in kind.suffixes else f"{path.stem}{kind.suffix}"


# --- what is refused, by name ------------------------------------------------------------------------------
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (rb"MZ", "là chương trình máy tính (.exe)"),
    (rb"\x7fELF", "là chương trình máy tính"),
    (rb"#!", "là tập lệnh chạy được"),
    (rb"\xd0\xcf\x11\xe0", "là tệp Office đời cũ (.doc, .xls) hoặc tệp có mật khẩu"),
    (rb"PK\x03\x04(?s:.*)word/", "là tệp Word (.docx)"),
    (rb"PK\x03\x04(?s:.*)xl/", "là bảng tính Excel (.xlsx)"),
    (rb"PK(\x03\x04|\x05\x06)", "là tệp nén (.zip)"),
    (rb"Rar!|7z\xbc\xaf|\x1f\x8b", "là tệp nén"),
    (rb"GIF8", "là ảnh GIF"),
    (rb"BM", "là ảnh BMP"),
    (rb"II\*\x00|MM\x00\*", "là ảnh TIFF"),
    (rb"RIFF....WEBP", "là ảnh WebP"),
    (rb"....ftyp(heic|heix|mif1|msf1)", "là ảnh HEIC của điện thoại"),
    (rb"....ftyp", "là tệp video"),
    (rb"\{\\rtf", "là văn bản RTF"),
    (rb"(\xef\xbb\xbf)?\s*(?i:<!doctype html|<html|<head|<script|<body)", "là trang web (HTML)"),
    (rb"(\xef\xbb\xbf)?\s*(?i:<\?xml|<svg)", "là tệp XML hoặc SVG"),
)


def _resemblance(content: bytes) -> str:
    head = content[:65536]
    for pattern, words in _FOREIGN:
        if re.match(pattern, head, re.DOTALL):
            return words
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return "không thuộc loại nào nhận được"
    return "là văn bản thường"


# --- forms and requests ------------------------------------------------------------------------------------
class ScanField(forms.FileField):
    """A file whose bytes were judged; the cleaned value is a `Scan`, or None where nothing was chosen."""

    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", f"Tệp {ACCEPTED}, không quá {_megabytes(MAX_BYTES)}.")
        super().__init__(allow_empty_file=True, **kwargs)
        self.widget.attrs["accept"] = "application/pdf,image/jpeg,image/png"

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return read_scan(file)
        except UploadError as error:
            raise ValidationError(str(error)) from error


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Spools no more than can be accepted, yet counts the rest, so that a refusal can state the size.

    Belongs in FILE_UPLOAD_HANDLERS: the body is read before any view runs.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= MAX_BYTES:
            self.file.write(raw_data)
