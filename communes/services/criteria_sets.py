"""Criteria sets as a whole: a draft begins, is discarded or is published; what is published stays as it is."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Max

from communes.choices import SetState
from communes.models import CriteriaSet, Criterion, Document, Duty, Indicator, Level, Place, Threshold
from communes.reach import reach_with
from communes.selectors.set_content import content_of
from communes.services.documents import Actor
from communes.services.set_content import drop, fill
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.dates import format_date
from ntm.core.errors import NotAllowed, Refused
from ntm.core.text import clean
from ntm.core.versions import lock, save_next

RIGHT = "communes.change_criteria"


@audit.verb
def draft_set(
    *, level: Level, province: Place, name: str, base: CriteriaSet | None = None, by: Actor
) -> CriteriaSet:
    """A province's own draft, empty or with everything of a published set of the same level.

    What the province had set beside the base (thresholds, duties) comes along. Refused while the level has a draft.
    """
    check_may(by, province.pk)
    Place.objects.select_for_update(no_key=True).get(pk=province.pk)
    ours = CriteriaSet.objects.filter(level=level, province=province)
    if ours.filter(state=SetState.DRAFT).exists():
        sentence = f"Mức “{level.name}” đang có một dự thảo. Hãy sửa, ban hành hoặc bỏ dự thảo đó trước."
        raise Refused(sentence, "level")
    if base is not None:
        _check_base(base, level, province)
    made = CriteriaSet(
        level=level,
        province=province,
        name=name,
        base=base,
        revision=(ours.aggregate(last=Max("revision"))["last"] or 0) + 1,
    )
    rows.check(made)
    made.save()
    audit.record("criteria.drafted", made, by=by, province_id=province.pk)
    if base is not None:
        fill(made, content_of(base), by=by)
        _bring_along(base, made, by)
    return made


@audit.verb
def rename_set(criteria_set: CriteriaSet, *, version: int, name: str, by: Actor) -> CriteriaSet:
    """Another name for a draft. Raises `Stale`."""
    check_may(by, criteria_set.province_id)
    current = locked_draft(criteria_set, version)
    before = audit.snapshot(current)
    current.name = clean(name)
    rows.check(current)
    save_next(current)
    audit.record("criteria.changed", current, by=by, before=before, province_id=current.province_id)
    return current


@audit.verb
def discard_set(criteria_set: CriteriaSet, *, version: int, by: Actor) -> None:
    """Throw a draft away with everything in it; the record keeps what it said. Raises `Stale`."""
    check_may(by, criteria_set.province_id)
    current = locked_draft(criteria_set, version)
    inside = {"indicator__criteria_set": current}
    drop(Duty.objects.filter(**inside).select_related("indicator", "department"), "duty.dropped", current, by)
    drop(Threshold.objects.filter(**inside).select_related("indicator"), "threshold.dropped", current, by)
    drop(Indicator.objects.filter(criteria_set=current), "indicator.dropped", current, by)
    drop(Criterion.objects.filter(criteria_set=current), "criterion.dropped", current, by)
    drop([current], "criteria.discarded", current, by)


@audit.verb
def publish_set(
    criteria_set: CriteriaSet,
    *,
    version: int,
    valid_from: date,
    document: Document,
    is_retroactive: bool = False,
    by: Actor,
) -> CriteriaSet:
    """Put a draft in force from a day; the province's revision before it ends on that day.

    Rounds that were opened by an earlier set keep it. Refused for an empty set, a criterion without indicators, one
    code twice, a day outside the period or not after the earlier revision's; and for a day before the document was
    issued, unless `is_retroactive`: the person says that the document says so. Raises `Stale`.
    """
    check_may(by, criteria_set.province_id)
    current = locked_draft(criteria_set, version)
    check_document(document, current.province_id)
    _check_whole(current)
    _check_day(current, valid_from)
    why = check_not_before(
        document, valid_from, is_retroactive=is_retroactive, field="valid_from", what="ngày áp dụng"
    )
    _close_earlier(current, valid_from, by)
    before = audit.snapshot(current)
    current.state, current.valid_from, current.document = SetState.PUBLISHED, valid_from, document
    save_next(current)
    audit.record(
        "criteria.published", current, by=by, before=before, reason=why, province_id=current.province_id
    )
    return current


# --- rights and locks ----------------------------------------------------------------------------------------
def check_may(by: Actor, province_id: int | None) -> None:
    """Refuse whoever may not edit the province's sets; the nation's are copied, never edited."""
    if not isinstance(by, User):
        return
    if not by.has_perm(RIGHT):
        raise NotAllowed("Bạn không có quyền sửa bộ tiêu chí.")
    if province_id not in reach_with(by, RIGHT).provinces:
        raise NotAllowed("Bộ tiêu chí của trung ương không sửa trực tiếp. Hãy chép thành dự thảo của tỉnh.")


def locked_draft(criteria_set: CriteriaSet, version: int | None = None) -> CriteriaSet:
    """The draft, locked until the transaction ends. Raises `Stale`; refused where it is published."""
    current = lock(criteria_set, expected=version)
    if current.state != SetState.DRAFT:
        raise Refused("Bộ tiêu chí này đã ban hành nên không sửa được. Hãy chép thành dự thảo mới.")
    return current


def check_document(document: Document | None, province_id: int | None) -> None:
    """A province's rules rest on its own documents or on the nation's."""
    if document is None:
        raise Refused("Chưa chọn văn bản.", "document")
    if document.province_id not in (None, province_id):
        raise Refused("Văn bản này thuộc tỉnh khác.", "document")


def check_not_before(
    document: Document | None, day: date, *, is_retroactive: bool, field: str, what: str
) -> str:
    """Refuse a rule that holds for days before its paper was issued, unless the paper says so. `day`: the last of
    the first stretch that it holds for. Returns the words for the record; empty: it does not look back."""
    issued = document.issued_on if document else None
    if issued is None or day >= issued:
        return ""
    if not is_retroactive:
        raise Refused(
            f"Văn bản ban hành ngày {format_date(issued)}, sau {what}. Nếu văn bản ghi hiệu lực hồi tố, hãy đánh dấu "
            "“Văn bản ghi hiệu lực hồi tố”; nếu không, hãy chọn lại ngày, năm hoặc văn bản.",
            field,
        )
    return f"Văn bản ghi hiệu lực hồi tố (ban hành {format_date(issued)})."


def touch(criteria_set: CriteriaSet, action: str, by: Actor, province_id: int | None) -> None:
    """The next version of a locked set: whatever was kept of it is read anew."""
    before = audit.snapshot(criteria_set)
    save_next(criteria_set)
    audit.record(action, criteria_set, by=by, before=before, province_id=province_id)


# --- checks --------------------------------------------------------------------------------------------------
def _check_base(base: CriteriaSet, level: Level, province: Place) -> None:
    if base.state != SetState.PUBLISHED or base.province_id not in (None, province.pk):
        raise Refused("Chỉ chép được bộ tiêu chí đã ban hành của trung ương hoặc của tỉnh.", "base")
    if base.level_id != level.pk:
        raise Refused("Chỉ chép được bộ tiêu chí của cùng một mức và giai đoạn.", "level")


def _check_whole(criteria_set: CriteriaSet) -> None:
    content = content_of(criteria_set)
    if not content:
        raise Refused("Bộ tiêu chí chưa có tiêu chí nào nên chưa ban hành được.")
    bare = [line.number for line in content if not line.indicators]
    if bare:
        which = ", ".join(bare)
        raise Refused(f"Tiêu chí {which} chưa có chỉ tiêu nào. Hãy thêm chỉ tiêu hoặc bỏ tiêu chí đó.")
    twice = repeated([one.code for line in content for one in line.indicators])
    if twice:
        raise Refused(f"Mã chỉ tiêu {', '.join(twice)} có hai lần. Hãy đổi mã.")


def repeated(codes: Sequence[str]) -> list[str]:
    """Codes that stand more than once, small and capital letters alike."""
    folded = [code.casefold() for code in codes]
    return sorted({code for code in codes if folded.count(code.casefold()) > 1})


def _check_day(criteria_set: CriteriaSet, valid_from: date) -> None:
    period = criteria_set.level.period
    if not period.covers(valid_from.year):
        day = format_date(valid_from)
        raise Refused(f"Ngày {day} nằm ngoài giai đoạn {period} của bộ tiêu chí.", "valid_from")


def _close_earlier(criteria_set: CriteriaSet, valid_from: date, by: Actor) -> None:
    """End the province's revision in force; revisions follow each other without a gap."""
    earlier = CriteriaSet.objects.filter(
        level_id=criteria_set.level_id, province_id=criteria_set.province_id, state=SetState.PUBLISHED
    )
    for row in earlier.filter(valid_to=None).select_for_update(of=("self",), no_key=True):
        if row.valid_from is not None and valid_from <= row.valid_from:
            since = format_date(row.valid_from)
            raise Refused(
                f"Lần ban hành {row.revision} áp dụng từ ngày {since}. Hãy chọn một ngày sau ngày đó.",
                "valid_from",
            )
        before = audit.snapshot(row)
        row.valid_to = valid_from
        save_next(row)
        audit.record("criteria.closed", row, by=by, before=before, province_id=row.province_id)


def _bring_along(base: CriteriaSet, made: CriteriaSet, by: Actor) -> None:
    """The province's own thresholds and duties beside the base, for the indicators of the copy."""
    theirs = {row.code: row for row in Indicator.objects.filter(criteria_set=made)}
    ours = {"indicator__criteria_set": base, "province_id": made.province_id}
    copies: list[Threshold | Duty] = []
    for row in (
        Threshold.objects.filter(**ours, is_withdrawn=False).select_related("indicator").order_by("pk")
    ):
        copies.append(_copy(row, theirs[row.indicator.code]))
    for duty in Duty.objects.filter(**ours).select_related("indicator", "department").order_by("pk"):
        copies.append(_copy(duty, theirs[duty.indicator.code]))
    for copy in copies:
        copy.save()
        action = "threshold.added" if isinstance(copy, Threshold) else "duty.given"
        audit.record(action, copy, by=by, province_id=made.province_id)


def _copy(row: Threshold | Duty, indicator: Indicator) -> Threshold | Duty:
    names = [
        column.attname
        for column in row._meta.concrete_fields
        if column.name not in ("id", "version", "indicator")
    ]
    return type(row)(indicator=indicator, **{name: getattr(row, name) for name in names})
