"""The office's word that a year is complete, given and taken back."""

from datetime import date

from django.db import IntegrityError, transaction

from communes.models import Document, Period, Place, YearDeclaration
from communes.selectors.declared import in_the_way
from communes.services.documents import Actor
from communes.services.ground import authorise, check_reason
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.dates import format_date, today
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from ntm.core.versions import lock, save_next


@audit.verb
def declare_year(
    *,
    province: Place,
    year: int,
    document: Document | None = None,
    declared_on: date | None = None,
    trust: str = Trust.VERIFIED,
    source: str = "",
    by: Actor,
) -> YearDeclaration:
    """The office's word that every recognition achieved in the year is entered. A year can be declared once
    it is over, and not while a recognition that is known only "by" it or a later year may belong to it;
    `declared_on` is today unless a loader knows better."""
    authorise(by, province)
    check_may_declare(province, year)
    if isinstance(by, User) and document is not None:
        document = Document.objects.visible_to(by).filter(pk=document.pk).first()
        if document is None:
            raise Refused("Không tìm thấy văn bản đã chọn.", "document")
    day = declared_on or today()
    row = YearDeclaration(province=province, year=year, document=document, declared_on=day)
    row.trust, row.source = trust, source
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(f"Năm {year} đã được xác nhận đủ số liệu.", "year") from error
    audit.record("year.declared", row, by=by, province_id=province.pk)
    return row


@audit.verb
def withdraw_declaration(
    row: YearDeclaration, *, reason: str, expected_version: int, by: Actor
) -> YearDeclaration:
    """Take back the word that a year is complete: what is not known of it is unknown again. It can be given anew."""
    authorise(by, row.province)
    why = check_reason(reason)
    current = lock(row, expected=expected_version)
    if current.withdrawn_on is not None:
        day = format_date(current.withdrawn_on)
        raise Refused(f"Xác nhận đủ số liệu năm {current.year} đã được rút ngày {day}.")
    before = audit.snapshot(current)
    current.withdrawn_on, current.withdrawn_reason = today(), why
    save_next(current)
    audit.record("year.withdrawn", current, by=by, before=before, reason=why, province_id=current.province_id)
    return current


def check_may_declare(province: Place, year: int) -> None:
    """Refuse a year that is not over, in no period, declared already, or that something stands in the way of."""
    if year >= today().year:
        raise Refused(f"Năm {year} chưa kết thúc nên chưa xác nhận đủ số liệu được.", "year")
    if not Period.objects.filter(first_year__lte=year, last_year__gte=year).exists():
        raise Refused(f"Năm {year} không thuộc giai đoạn nào của Chương trình.", "year")
    if YearDeclaration.objects.standing().filter(province=province, year=year).exists():
        raise Refused(f"Năm {year} đã được xác nhận đủ số liệu.", "year")
    if obstacle := in_the_way(province, year):
        raise Refused(obstacle, "year")
