"""The office's day, and dates as a Vietnamese office writes them: 31/12/2023."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from ntm.core.text import clean, quote

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_YEAR = 1900
LAST_YEAR = 2100

_DAY_FIRST = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]+)")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class DateError(ValueError):
    """A date that is refused; `str()` is a Vietnamese sentence that quotes it and says how to mend it."""


def today() -> date:
    """The day in the office now, whatever the zone of the server."""
    return office_day(timezone.now())


def office_day(moment: datetime) -> date:
    """The office's day of an aware moment; a naive one is taken as office time already."""
    return moment.astimezone(OFFICE_ZONE).date() if timezone.is_aware(moment) else moment.date()


def year_end(year: int) -> date:
    """31 December of the year."""
    return date(year, 12, 31)


def as_of(year: int, today: date) -> date:
    """The day that the figures of a year speak of: its end, or today while it has not ended."""
    return min(year_end(year), today)


def parse_date(text: str) -> date:
    """The date in "31/12/2023", "1/2/2023", "31-12-2023" or "2023-12-31"; anything else raises DateError.

    The day comes before the month. Two-digit years, days that no calendar has and years outside
    FIRST_YEAR–LAST_YEAR are refused.
    """
    tidy = clean(text)
    if not tidy:
        raise DateError("Chưa nhập ngày.")
    if match := _DAY_FIRST.fullmatch(tidy):
        day, month, year = match[1], match[3], match[4]
    elif match := _YEAR_FIRST.fullmatch(tidy):
        year, month, day = match.groups()
    else:
        raise DateError(f"{quote(tidy)} không phải là ngày. Hãy nhập ngày/tháng/năm, ví dụ 31/12/2023.")
    if len(year) != 4:
        raise DateError(f"{quote(tidy)} phải ghi năm đủ bốn chữ số, ví dụ 31/12/2023.")
    return _existing(tidy, int(year), int(month), int(day))


def _existing(typed: str, year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(
            f"{quote(typed)} có năm nằm ngoài khoảng {FIRST_YEAR}–{LAST_YEAR}. Hãy kiểm tra lại năm."
        )
    if not 1 <= month <= 12:
        raise DateError(f"{quote(typed)} có tháng {month}, không có trong lịch. Hãy nhập ngày/tháng/năm.")
    try:
        return date(year, month, day)
    except ValueError:
        message = f"{quote(typed)} không có trong lịch: tháng {month}/{year} không có ngày {day}."
        raise DateError(message) from None


def format_date(value: date) -> str:
    """The date as 31/12/2023; of an aware moment, the office's day."""
    day = office_day(value) if isinstance(value, datetime) else value
    return f"{day.day:02}/{day.month:02}/{day.year:04}"
