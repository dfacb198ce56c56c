"""Whether the record is what was written: every seal recomputed, every link followed, the end compared."""

from dataclasses import dataclass

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS

from ntm.audit.log import digest_of, seal_of
from ntm.audit.models import Chain, LogEntry
from ntm.core.versions import Versioned

_START = "0" * 64
_SEARCH_KEY = LogEntry._meta.get_field("search_key")


@dataclass(frozen=True)
class Head:
    """The state of the chain after an entry: its number and its seal."""

    count: int
    digest: str

    def __str__(self) -> str:
        return f"{self.count}:{self.digest}"


@dataclass(frozen=True)
class Fault:
    """The first entry that is not as it was written, and what is wrong with it."""

    number: int
    what: str


@dataclass(frozen=True)
class Verdict:
    """`head` is the last entry that was read; `fault` is None when all is well."""

    head: Head
    fault: Fault | None


def verify(known: Head | None = None) -> Verdict:
    """Read the whole record once. `known` is a head from the log or from a backup: the record must still pass
    through it. Without it a database that was put back to an older state, with the seal of that time, passes.

    May run while others write: what they add meanwhile is checked like the rest.
    """
    marks = [head for head in (_stored_head(), known) if head is not None and head.count > 0]
    passed = {head.count: "" for head in marks}
    last = Head(0, _START)
    for entry in LogEntry.objects.chain():
        fault = _fault_in(entry, last)
        if fault is not None:
            return Verdict(last, fault)
        last = Head(entry.number, entry.digest)
        if entry.number in passed:
            passed[entry.number] = entry.digest
    return Verdict(last, _fault_at_end(last, marks, passed))


def is_of_another_key(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether neither the seal of the chain's end nor its first or last entry is by this machine's `AUDIT_KEY`: the
    next write would spoil a record that is whole under its own. Not so where somebody has only broken the end."""
    chain = Chain.objects.using(using).filter(pk=1).first()
    if chain is None or chain.seal in ("", seal_of(chain.count, chain.head)):
        return False
    ends = list(LogEntry.objects.using(using).filter(number__in=(1, chain.count)))
    return bool(ends) and all(entry.digest != digest_of(entry) for entry in ends)


def _stored_head() -> Head | None:
    chain = Chain.objects.filter(pk=1).first()
    return Head(chain.count, chain.head) if chain else None


def _fault_in(entry: LogEntry, last: Head) -> Fault | None:
    expected = last.count + 1
    if entry.number != expected:
        return Fault(expected, f"thiếu mục này (mục kế tiếp còn lại là số {entry.number})")
    if entry.digest != digest_of(entry):
        return Fault(expected, "nội dung không khớp với dấu niêm phong: mục bị sửa, bị chèn hoặc bị đổi chỗ")
    if entry.previous != last.digest:
        return Fault(expected, "không nối với mục đứng trước: có mục bị thay hoặc bị đổi chỗ")
    if entry.search_key != _SEARCH_KEY.pre_save(entry, add=False):
        return Fault(expected, "khóa tìm kiếm không khớp với tên đối tượng: mục bị giấu khỏi ô tìm")
    return None


def _fault_at_end(last: Head, marks: list[Head], passed: dict[int, str]) -> Fault | None:
    for mark in marks:
        if mark.count > last.count:
            return Fault(last.count + 1, f"bị cắt mất phần cuối (phải có ít nhất {mark.count} mục)")
        if passed[mark.count] != mark.digest:
            return Fault(mark.count, "khác với dấu niêm phong đã ghi nhận ngoài nhật ký")
    # In this order: what is written meanwhile has brought its entries before its rows can be seen.
    written = last.count == 0 and _anything_is_written()
    chain = Chain.objects.filter(pk=1).first()
    ending = chain.count if chain else 0
    if ending < last.count:
        return Fault(
            ending + 1, "không có trong đầu chuỗi: mục được thêm ngoài ứng dụng hoặc đầu chuỗi bị sửa"
        )
    if chain is not None and chain.seal != seal_of(chain.count, chain.head):
        return Fault(
            last.count + 1, "đầu chuỗi không mang đúng dấu niêm phong: phần cuối bị cắt hoặc bị thay"
        )
    if written and ending == 0:
        return Fault(1, "nhật ký trống trong khi cơ sở dữ liệu đã có dữ liệu: toàn bộ nhật ký bị xóa")
    return None


def _anything_is_written() -> bool:
    """Whether there is an account, a place, a document or any other row that only verbs write."""
    return any(model._default_manager.exists() for model in apps.get_models() if issubclass(model, Versioned))
