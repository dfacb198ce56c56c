"""The office's day, and dates as a Vietnamese office writes them: 31/12/2023."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

from ntm.core.text import clean, quote

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_YEAR = 1900
LAST_YEAR = 2100

_DAY_FIRST = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]+)")
_MOMENT = re.compile(
    r"(\S+?)[ T]+([01]?[0-9]|2[0-3])[:h]([0-5][0-9])(?::[0-5][0-9](?:\.[0-9]+)?)?"
    r"(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
)
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


def is_year_first(text: str) -> bool:
    """Whether this names a day the way machines do: 2023-12-31."""
    return _YEAR_FIRST.fullmatch(clean(text)) is not None


def parse_moment(text: str) -> datetime:
    """The last moment of what is named: of a day ("20/11/2026", "2026-11-20"), or of a minute of it
    ("20/11/2026 14:30", "2026-11-20T14:30"). In office time, unless an offset says otherwise. Raises DateError."""
    tidy = clean(text)
    match = _MOMENT.fullmatch(tidy)
    if match is None:
        return end_of(parse_date(tidy))
    day, hour, minute, zone = parse_date(match[1]), int(match[2]), int(match[3]), match[4]
    last = time(hour, minute, 59, 999999)
    offset = datetime.fromisoformat(f"2000-01-01T00:00{zone}").tzinfo if zone else OFFICE_ZONE
    return datetime.combine(day, last, offset).astimezone(OFFICE_ZONE)


def format_moment(moment: datetime) -> str:
    """What `parse_moment` reads: the day, and the minute unless it is the day's last."""
    there = moment.astimezone(OFFICE_ZONE)
    return format_date(there) if there == end_of(there.date()) else f"{format_date(there)} {there:%H:%M}"


def end_of(day: date) -> datetime:
    """The last moment of the office's day."""
    return datetime.combine(day, time.max, OFFICE_ZONE)


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
