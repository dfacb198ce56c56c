"""Legal documents and their scans."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from communes.models import Document, Place
from communes.reach import reach_with
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.files import keeps_files_in_step, put_file
from ntm.core.dates import format_date, today
from ntm.core.errors import NotAllowed, Refused
from ntm.core.provenance import Trust
from ntm.core.text import clean, folded
from ntm.core.uploads import Scan
from ntm.core.versions import lock, save_next

Actor = User | audit.System

RIGHT = "communes.add_document"

_SPACED_SIGN = re.compile(r"\s*([/-])\s*")
#: SQLite would keep a longer text, PostgreSQL would fail.
_LIMITS = {"number": 80, "authority": 200, "title": 500, "url": 500, "source": 500}


@dataclass(frozen=True)
class Paper:
    """What a document says about itself. `number` and `issued_on` may be unknown only to a loader."""

    number: str
    issued_on: date | None
    authority: str
    title: str
    file: Scan | None = None
    url: str = ""
    trust: str = Trust.VERIFIED
    source: str = ""


def check_paper(paper: Paper, by: Actor) -> None:
    """Refuse a document with a part missing or signed in the future. People must know number and day."""
    asked = [("authority", "cơ quan ban hành"), ("title", "trích yếu")]
    if isinstance(by, User):
        asked = [("number", "số, ký hiệu"), ("issued_on", "ngày ban hành"), *asked]
    for field, words in asked:
        value = getattr(paper, field)
        if not (clean(value) if isinstance(value, str) else value):
            raise Refused(f"Chưa nhập {words} của văn bản.", field)
    for field, limit in _LIMITS.items():
        if len(clean(getattr(paper, field))) > limit:
            raise Refused(f"Phần này dài quá {limit} ký tự. Hãy rút gọn.", field)
    if paper.url and not paper.url.startswith(("https://", "http://")):
        raise Refused("Địa chỉ công bố phải bắt đầu bằng https:// hoặc http://.", "url")
    if paper.issued_on is not None and paper.issued_on > today():
        raise Refused(
            f"Ngày ban hành {format_date(paper.issued_on)} chưa đến; hôm nay là {format_date(today())}.",
            "issued_on",
        )


def store(paper: Paper, province: Place | None, by: Actor) -> Document:
    """Write the document and its scan. Rights and contents are the calling verb's to check first; a document
    of the same number, authority and day is refused here."""
    document = Document(
        province=province,
        number=tidy_number(paper.number),
        issued_on=paper.issued_on,
        authority=paper.authority,
        title=paper.title,
        url=paper.url,
        trust=paper.trust,
        source=paper.source,
    )
    _refuse_twin(document)
    if paper.file is not None:
        put_file(document, paper.file)
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        raise _known_already(document) from error
    audit.record("document.added", document, by=by, province_id=province.pk if province else None)
    return document


@keeps_files_in_step
@audit.verb
def add_document(*, paper: Paper, province: Place | None, by: Actor) -> Document:
    """Enter a document that decides about no level: a plan's, a resolution's. No province: the nation's."""
    if isinstance(by, User):
        if not by.has_perm(RIGHT):
            raise NotAllowed("Bạn không có quyền thêm văn bản.")
        if province is None or province.pk not in reach_with(by, RIGHT).provinces:
            raise Refused("Văn bản phải thuộc tỉnh của bạn.")
    check_paper(paper, by)
    return store(paper, province, by)


@keeps_files_in_step
@audit.verb
def attach_scan(*, document: Document, file: Scan, version: int, by: Actor) -> Document:
    """Add the scan that a document lacked. A scan once there is never replaced. Raises `Stale`."""
    if isinstance(by, User) and document.province_id not in reach_with(by, RIGHT).provinces:
        raise NotAllowed("Bạn không có quyền bổ sung tệp cho văn bản này.")
    row = lock(document, expected=version)
    if row.file:
        raise Refused("Văn bản này đã có tệp bản chụp; tệp đã lưu không được thay.", "file")
    before = audit.snapshot(row)
    put_file(row, file)
    save_next(row)
    audit.record("document.changed", row, by=by, before=before, province_id=row.province_id)
    return row


def tidy_number(number: str) -> str:
    """The number of a paper without spaces beside its signs: "13 / QĐ-UBND" is 13/QĐ-UBND."""
    return _SPACED_SIGN.sub(r"\1", clean(number))


def _refuse_twin(document: Document) -> None:
    """ "01/qđ-ubnd" and "01/QĐ-UBND" are one paper. What comes in at the same moment, the constraint refuses."""
    same_day = Document.objects.filter(issued_on=document.issued_on).exclude(number="")
    known = {(folded(number), folded(whose)) for number, whose in same_day.values_list("number", "authority")}
    if (folded(document.number), folded(document.authority)) in known:
        raise _known_already(document)


def _known_already(document: Document) -> Refused:
    day = f" ngày {format_date(document.issued_on)}" if document.issued_on else ""
    whose = f"{document.number}{day} của {clean(document.authority)}"
    return Refused(f"Văn bản số {whose} đã có trong sổ.", "number")
