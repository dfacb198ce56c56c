"""What a scan must be, whatever it is called."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from ntm.core.uploads import (
    MAX_BYTES,
    BoundedUploadHandler,
    ScanField,
    UploadError,
    clean_name,
    content_type_of,
    read_scan,
)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)
THUMBNAIL = b"\xff\xd8\xff\xd9"
JPEG = (
    b"\xff\xd8\xff\xe1" + struct.pack(">H", 2 + len(THUMBNAIL)) + THUMBNAIL
    + b"\xff\xda\x00\x02" + b"\x12\x34" + b"\xff\xd9"
)  # fmt: skip


def scan(content: bytes, name: str = "qd.pdf") -> Any:
    return read_scan(ContentFile(content, name=name))


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "qd.pdf", "application/pdf"),
        (PDF + b"\0" * 500, "QD.PDF", "application/pdf"),
        (PNG, "anh.png", "image/png"),
        (JPEG, "anh.jpeg", "image/jpeg"),
        (JPEG + b"trailer of a telephone", "anh.jpg", "image/jpeg"),
    ],
)
def test_a_scan_is_known_by_its_bytes(content: bytes, name: str, kind: str) -> None:
    found = scan(content, name)
    assert (found.content_type, found.name, found.content) == (kind, name, content)
    assert content_type_of(f"x{found.suffix}") == kind
    assert len(found.sha256) == 64


def test_a_scan_under_a_foreign_name_gets_the_name_of_its_kind() -> None:
    assert scan(PDF, "quyết định.exe").name == "quyết định.pdf"
    assert scan(PNG, "anh").name == "anh.png"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00", "là chương trình máy tính (.exe)"),
        (b"\x7fELF\x02", "là chương trình máy tính"),
        (b"#!/bin/sh\n", "là tập lệnh chạy được"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "là tệp Office đời cũ (.doc, .xls) hoặc tệp có mật khẩu"),
        (b"PK\x03\x04......word/document.xml", "là tệp Word (.docx)"),
        (b"PK\x03\x04......xl/workbook.xml", "là bảng tính Excel (.xlsx)"),
        (b"PK\x03\x04......a.txt", "là tệp nén (.zip)"),
        (b"GIF89a", "là ảnh GIF"),
        (b"II*\x00", "là ảnh TIFF"),
        (b"\0\0\0\x18ftypheic", "là ảnh HEIC của điện thoại"),
        (b"\xef\xbb\xbf <!DOCTYPE HTML><script>", "là trang web (HTML)"),
        (b"<svg onload=alert(1)>", "là tệp XML hoặc SVG"),
        ("Quyết định".encode(), "là văn bản thường"),
        (b"\x00\xff\x00\xfe", "không thuộc loại nào nhận được"),
    ],
)
def test_anything_else_is_refused_by_what_it_looks_like(content: bytes, words: str) -> None:
    with pytest.raises(UploadError) as caught:
        scan(content)
    assert str(caught.value) == f"Tệp “qd.pdf” {words}; chỉ nhận tệp PDF, JPEG hoặc PNG."


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF[:-10], "PDF"),
        (b"%PDF-x", "PDF"),
        (PNG[:-6], "ảnh PNG"),
        (PNG.replace(struct.pack(">II", 1, 1), struct.pack(">II", 0, 1), 1), "ảnh PNG"),
        (JPEG[:-2], "ảnh JPEG"),
        (b"\xff\xd8\xff", "ảnh JPEG"),
    ],
)
def test_a_cut_off_scan_is_refused(content: bytes, kind: str) -> None:
    with pytest.raises(UploadError) as caught:
        scan(content)
    assert (
        str(caught.value) == f"Tệp “qd.pdf” là {kind} nhưng bị hỏng hoặc thiếu phần cuối. Hãy chọn lại tệp."
    )


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(UploadError, match="Tệp “qd.pdf” trống, không có nội dung"):
        scan(b"")


@pytest.mark.parametrize(("extra", "shown"), [(1, "10,1 MB"), (5 * 1024 * 1024, "15 MB")])
def test_a_file_over_the_limit_is_refused_with_its_size(extra: int, shown: str) -> None:
    with pytest.raises(UploadError, match=f"nặng {shown}, vượt mức 10 MB cho phép"):
        scan(PDF.ljust(MAX_BYTES + extra, b"\0"))


def test_a_file_of_exactly_the_limit_is_taken() -> None:
    assert scan(b"%PDF-1.7".ljust(MAX_BYTES - 5, b" ") + b"%%EOF").suffix == ".pdf"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/qđ số 1.pdf", "qđ số 1.pdf"),
        ("C:\\Users\\a\\qd.pdf", "qd.pdf"),
        ("qd\u202efdp.exe", "qdfdp.exe"),
        ('q"d\r\n<b>.pdf', "qd b.pdf"),
        ("...", "tệp"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_one_harmless_line(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


def test_the_field_gives_the_scan_or_the_sentence() -> None:
    field = ScanField(required=False)
    assert field.clean(None) is None
    assert field.clean(SimpleUploadedFile("qd.pdf", PDF)).name == "qd.pdf"
    with pytest.raises(ValidationError, match="trống"):
        field.clean(SimpleUploadedFile("qd.pdf", b""))
    with pytest.raises(ValidationError, match="HTML"):
        field.clean(SimpleUploadedFile("qd.pdf", b"<html>", content_type="application/pdf"))


def test_a_huge_upload_is_counted_but_not_kept(rf: RequestFactory) -> None:
    content = BytesIO(b"%PDF-1.7".ljust(MAX_BYTES + 3 * 1024 * 1024, b"\0"))
    content.name = "lon.pdf"
    request: HttpRequest = rf.post("/", {"file": content, "title": "x"})
    request.upload_handlers = [BoundedUploadHandler(request)]
    sent = request.FILES["file"]
    assert request.POST["title"] == "x"
    assert sent.size == MAX_BYTES + 3 * 1024 * 1024
    assert len(sent.read()) <= MAX_BYTES + 64 * 1024
    with pytest.raises(UploadError, match="nặng 13 MB"):
        read_scan(sent)
    sent.close()
