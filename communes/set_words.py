"""The Vietnamese words for what a criteria set says: on pages, in files, in previews. No database."""

from collections.abc import Mapping

from communes.choices import AttributeKind, IndicatorKind
from communes.judging import AT_LEAST, AT_MOST, GRADE, JUDGED, NO, YES, Bar, Measure, quantity
from ntm.core.numbers import NBSP
from ntm.core.provenance import Trust

KINDS: Mapping[str, str] = {code: str(label) for code, label in IndicatorKind.choices}
TRUST: Mapping[str, str] = {code: str(label) for code, label in Trust.choices if code != Trust.ILLUSTRATIVE}
#: How a value is held against a threshold, as files say it.
SIGNS: Mapping[str, str] = {
    AT_LEAST: "≥", AT_MOST: "≤", YES: "Đạt", NO: "Không có", GRADE: "Từ mức", JUDGED: "Đánh giá",
}  # fmt: skip
#: Units of each kind, as they stand behind a threshold.
UNITS: Mapping[tuple[str, str], str] = {
    (AttributeKind.COMMUNE_GROUP, "1"): "xã nhóm 1",
    (AttributeKind.COMMUNE_GROUP, "2"): "xã nhóm 2",
    (AttributeKind.COMMUNE_GROUP, "3"): "xã nhóm 3",
    (AttributeKind.AREA_TYPE, "I"): "xã khu vực I",
    (AttributeKind.AREA_TYPE, "II"): "xã khu vực II",
    (AttributeKind.AREA_TYPE, "III"): "xã khu vực III",
    (AttributeKind.ESPECIALLY_DIFFICULT, "1"): "xã đặc biệt khó khăn",
    (AttributeKind.ESPECIALLY_DIFFICULT, "0"): "xã không đặc biệt khó khăn",
    (AttributeKind.ETHNIC_MOUNTAIN, "1"): "xã vùng DTTS&MN",
    (AttributeKind.ETHNIC_MOUNTAIN, "0"): "xã ngoài vùng DTTS&MN",
    (AttributeKind.ATK, "1"): "xã an toàn khu",
    (AttributeKind.ATK, "0"): "xã không phải an toàn khu",
}
#: The columns of a file that hold a set, by the field each fills.
COLUMN_OF: Mapping[str, str] = {
    "number": "Số tiêu chí",
    "name": "Tên",
    "group": "Nhóm",
    "is_key": "Then chốt",
    "code": "Mã chỉ tiêu",
    "unit_of_measure": "Đơn vị tính",
    "kind": "Kiểu",
    "decimals": "Số lẻ",
    "minimum": "Nhỏ nhất",
    "maximum": "Lớn nhất",
    "soft_limit": "Hỏi lại khi lệch từ",
    "grades": "Các mức",
    "department_id": "Sở, ngành",
    "guidance": "Cách tính",
    "threshold_note": "Ghi chú về ngưỡng",
    "trust": "Tin cậy",
    "source": "Nguồn",
}


def note_beside(note: str, *, has_own: bool) -> str:
    """What an indicator's note on its threshold still says. `has_own`: the province has set its own, so that what it
    says is not known or not entered yet is no longer so."""
    if not has_own:
        return note
    sentences = (one.strip().removesuffix(".") for one in note.split(". "))
    return " ".join(
        f"{one}." for one in sentences if one and not any(word in one.lower() for word in _PENDING)
    )


_PENDING = ("chưa nhập", "chưa biết", "chưa đối chiếu")


def words_of(measure: Measure, bar: Bar) -> str:
    """What must be reached, short: "≥ 90 %", "≤ 13 %", "Đạt", "Không có", "từ mức Khá"."""
    if bar.operator in (AT_LEAST, AT_MOST) and bar.value is not None:
        return f"{SIGNS[bar.operator]}{NBSP}{quantity(measure, bar.value)}"
    if bar.operator == GRADE and bar.value is not None:
        place = int(bar.value)
        return f"từ mức {measure.grades[place] if place < len(measure.grades) else place}"
    if bar.operator == NO:
        return "Không có"
    if bar.operator == JUDGED:
        return f"Đánh giá: {bar.text}" if bar.text else "Do sở, ngành đánh giá"
    return f"{bar.text[:1].upper()}{bar.text[1:]}" or "Đạt"


def years_words(first: int | None, last: int | None) -> str:
    """ "mọi năm", "năm 2022", "từ 2022", "2022–2024"."""
    if first is None and last is None:
        return "mọi năm"
    if first == last:
        return f"năm {first}"
    if last is None:
        return f"từ {first}"
    return f"đến {last}" if first is None else f"{first}–{last}"
