"""What a backup says of itself. The format is written down here and nowhere else.

A zip archive: `manifest.json`; `data/<table>.jsonl`, a row per line as `rows.py` writes it; `media/<name>`, every file
under the name that its row knows. The manifest is written last and holds the digest of its own content, `AUDIT_KEY`'s
seal over that, and a mark of that key. Whoever changes the file without the key is found where the key is. Elsewhere
the seal says nothing, and the mark is as easily changed as the rest: there only an operator's word lets a backup pass.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings

FORMAT, VERSION = "ntm-backup", 1
MANIFEST, DATA, MEDIA = "manifest.json", "data/", "media/"
#: A manifest of a hundred thousand files is a tenth of it.
LARGEST_MANIFEST = 256 * 1024 * 1024


class Broken(Exception):
    """A file that is not restored; `str()` is the Vietnamese sentence that the operator reads."""


@dataclass(frozen=True)
class Table:
    """`checksum` as `rows.Checksum` adds it up; `last_id`: the highest key that was ever given out, 0 where the
    database gives none."""

    name: str
    columns: list[str]
    rows: int
    checksum: str
    last_id: int


@dataclass(frozen=True)
class MediaFile:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`migrations`: those that the database had seen, each as [app, name]. `left_out`: tables of which only the
    structure comes back. `lost`: files that a row names and that were gone when the backup was made."""

    made_at: str
    office: str
    province: str
    database: str
    migrations: list[list[str]]
    tables: list[Table]
    left_out: list[str]
    media: list[MediaFile]
    lost: list[str]
    audit_count: int
    audit_head: str
    format: str = FORMAT
    version: int = VERSION
    key: str = field(default_factory=lambda: key_mark())

    @property
    def row_count(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def is_of_this_key(self) -> bool:
        """Whether it says that it was sealed under this machine's `AUDIT_KEY`. If so, it was: `read` has compared."""
        return self.key == key_mark()

    def digest(self) -> str:
        return hashlib.sha256(_text(asdict(self)).encode()).hexdigest()

    def written(self) -> bytes:
        """The content of `manifest.json`."""
        digest = self.digest()
        whole = asdict(self) | {"digest": digest, "seal": _seal(digest)}
        return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def read(content: bytes) -> Manifest:
    """Raises `Broken` for what is no manifest, of another version, or not as it was written."""
    try:
        said = json.loads(content)
    except ValueError as error:
        raise Broken("Bản kê của bản sao lưu không đọc được: tệp đã hỏng hoặc bị sửa.") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise Broken("Tệp này không phải bản sao lưu của phần mềm này.")
    if said.get("version") != VERSION:
        raise Broken(
            f"Bản sao lưu có định dạng phiên bản “{said.get('version')}”; "
            f"phần mềm này chỉ đọc được phiên bản {VERSION}."
        )
    digest, seal = said.pop("digest", ""), said.pop("seal", "")
    try:
        found = _made(said)
        same = _same(digest, found.digest())
    except (TypeError, KeyError, ValueError) as error:
        raise Broken("Bản kê của bản sao lưu thiếu hoặc thừa mục: tệp đã hỏng hoặc bị sửa.") from error
    if not same:
        raise Broken("Bản kê của bản sao lưu không khớp với mã kiểm của chính nó: tệp đã hỏng hoặc bị sửa.")
    if found.is_of_this_key and not _same(seal, _seal(digest)):
        raise Broken("Bản kê của bản sao lưu không mang đúng dấu niêm phong: tệp đã bị sửa sau khi tạo.")
    return found


def key_mark() -> str:
    """By which two keys are told apart without either being shown."""
    return _seal("which key is this")[:16]


def _same(said: Any, right: str) -> bool:
    """Whatever stands in the place of a digest, half a letter too."""
    return hmac.compare_digest(str(said).encode(errors="replace"), right.encode())


def _made(said: dict[str, Any]) -> Manifest:
    tables = [Table(**each) for each in said.pop("tables")]
    media = [MediaFile(**each) for each in said.pop("media")]
    return Manifest(**said, tables=tables, media=media)


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _seal(text: str) -> str:
    return hmac.new(settings.AUDIT_KEY.encode(), f"{FORMAT}:{text}".encode(), hashlib.sha256).hexdigest()
