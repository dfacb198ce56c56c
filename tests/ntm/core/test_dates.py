"""The office's day does not depend on the server; dates are read day first or refused with a sentence."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm.core import dates
from ntm.core.dates import DateError
from ntm.formats.vi import formats


@pytest.fixture(params=["UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles", "Pacific/Kiritimati"])
def server_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("server_zone")
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2023, 12, 31, 16, 59, 59, tzinfo=UTC), date(2023, 12, 31)),
        (datetime(2023, 12, 31, 17, 0, 0, tzinfo=UTC), date(2024, 1, 1)),
        (datetime(2024, 1, 1, 0, 0, 0, tzinfo=UTC), date(2024, 1, 1)),
    ],
)
def test_today_is_the_day_in_the_office(monkeypatch: pytest.MonkeyPatch, moment: datetime, day: date) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    assert dates.today() == day
    assert dates.format_date(moment) == dates.format_date(day)


def test_a_naive_moment_is_office_time() -> None:
    assert dates.office_day(datetime.fromisoformat("2023-12-31T23:59")) == date(2023, 12, 31)


@pytest.mark.parametrize(
    ("year", "today", "day"),
    [
        (2022, date(2023, 6, 15), date(2022, 12, 31)),
        (2023, date(2023, 6, 15), date(2023, 6, 15)),
        (2023, date(2023, 12, 31), date(2023, 12, 31)),
        (2023, date(2024, 1, 1), date(2023, 12, 31)),
        (2024, date(2023, 6, 15), date(2023, 6, 15)),
    ],
)
def test_figures_of_a_year_stand_at_its_end_or_today(year: int, today: date, day: date) -> None:
    assert dates.as_of(year, today) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31/12/2023", date(2023, 12, 31)),
        ("03/04/2026", date(2026, 4, 3)),
        ("1/2/2023", date(2023, 2, 1)),
        ("31-12-2023", date(2023, 12, 31)),
        ("1-2-2023", date(2023, 2, 1)),
        ("2023-12-31", date(2023, 12, 31)),
        ("29/02/2024", date(2024, 2, 29)),
        (" 31/12/2023\u00a0", date(2023, 12, 31)),
        ("31/\u200b12/2023", date(2023, 12, 31)),
    ],
)
def test_a_date_is_read_day_first(typed: str, day: date) -> None:
    assert dates.parse_date(typed) == day


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", "Chưa nhập ngày"),
        ("1/2/23", "bốn chữ số"),
        ("01-02-23", "bốn chữ số"),
        ("1/2/023", "bốn chữ số"),
        ("1/2/20233", "bốn chữ số"),
        ("30/02/2023", "không có trong lịch"),
        ("29/02/2023", "tháng 2/2023 không có ngày 29"),
        ("31/04/2023", "không có trong lịch"),
        ("00/01/2023", "không có trong lịch"),
        ("12/25/2023", "tháng 25"),
        ("2023-13-01", "tháng 13"),
        ("01/00/2023", "tháng 0"),
        ("31/12/0203", "1900–2100"),
        ("31/12/2101", "1900–2100"),
        ("31/12-2023", "không phải là ngày"),
        ("2023/12/31", "không phải là ngày"),
        ("2023-1-1", "không phải là ngày"),
        ("31.12.2023", "không phải là ngày"),
        ("45291", "không phải là ngày"),
        ("31/12/2023 10:00", "không phải là ngày"),
        ("năm 2023", "không phải là ngày"),
        ("٣١/١٢/٢٠٢٣", "không phải là ngày"),
        ("x" * 300, "không phải là ngày"),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(typed: str, hint: str) -> None:
    with pytest.raises(DateError, match=hint) as refusal:
        dates.parse_date(typed)
    assert typed[:40] in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_date_error_is_a_value_error() -> None:
    assert issubclass(DateError, ValueError)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_printed_date_is_read_back(day: date) -> None:
    assert dates.parse_date(dates.format_date(day)) == day
    assert dates.parse_date(day.isoformat()) == day
    assert len(dates.format_date(day)) == 10


@given(st.text(st.sampled_from("0123456789/-. "), max_size=12) | st.text(max_size=8))
def test_any_text_gives_a_date_or_a_sentence(typed: str) -> None:
    assert _is_a_date_or_a_sentence(typed)


def _is_a_date_or_a_sentence(typed: str) -> bool:
    try:
        return dates.parse_date(typed).year >= dates.FIRST_YEAR
    except DateError as refusal:
        return str(refusal).endswith(".")


@pytest.mark.parametrize("typed", ["03/04/2026", "03-04-2026", "2026-04-03"])
def test_form_fields_accept_what_parse_date_accepts(typed: str) -> None:
    readable = []
    for pattern in formats.DATE_INPUT_FORMATS:
        try:
            readable.append(datetime.strptime(typed, pattern).date())  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    assert readable == [dates.parse_date(typed)]


def test_numbers_and_weeks_follow_vietnamese_office_habits() -> None:
    assert (formats.DECIMAL_SEPARATOR, formats.THOUSAND_SEPARATOR, formats.NUMBER_GROUPING) == (",", ".", 3)
    assert (formats.DATE_FORMAT, formats.SHORT_DATE_FORMAT, formats.FIRST_DAY_OF_WEEK) == (
        "d/m/Y",
        "d/m/Y",
        1,
    )


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("20/11/2026", "2026-11-20T23:59:59.999999+07:00"),
        ("2026-11-20", "2026-11-20T23:59:59.999999+07:00"),
        ("20/11/2026 14:30", "2026-11-20T14:30:59.999999+07:00"),
        ("20/11/2026 7h05", "2026-11-20T07:05:59.999999+07:00"),
        ("2026-11-20T14:30:10.5", "2026-11-20T14:30:59.999999+07:00"),
        ("2026-11-20T17:30:10Z", "2026-11-21T00:30:59.999999+07:00"),
        ("2026-11-20T14:30+09:00", "2026-11-20T12:30:59.999999+07:00"),
    ],
)
def test_a_moment_is_the_last_of_its_day_or_minute(text: str, last: str) -> None:
    moment = dates.parse_moment(text)
    assert moment.isoformat() == last
    assert dates.parse_moment(dates.format_moment(moment)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "14:30",
        "20/11/2026 24:00",
        "32/11/2026 10:00",
        "20/11/2026 10",
        "2026-11-20T10:00+99:00",
        "x" * 99,
    ],
)
def test_what_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        dates.parse_moment(text)
