"""A unit and a year as the system knew them at a past day, rebuilt from the record, beside what it knows now."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Q

from communes.models import Recognition, Result
from communes.services.decisions import recognise, revoke
from communes.services.results import Cell, enter
from funding.models import Amount
from funding.services import change_amount, enter_amount, withdraw_amount
from ntm.audit import log
from tests import factories
from tests.replayed import replayed

UNIT, YEAR = "/dia-ban/xa/05602/2023/luc-do/", "/tong-quan/2023/luc-do/"


@pytest.fixture
@replayed
def story(land: Any, cast: Any) -> Any:
    """Written on three days of November 2026: a value on the 10th, another on the 20th; a level given on the 12th and
    taken on the 21st; money of the 11th, more of it on the 22nd."""
    times: dict[str, datetime] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: times["now"])

        def on(day: int, hour: int = 5) -> None:
            times["now"] = datetime(2026, 11, day, hour, tzinfo=UTC)

        _write(on, land, cast)
    return land


def _write(on: Any, land: Any, cast: Any) -> None:
    made = factories.small_set()
    returned = factories.submission(factories.a_round(land.province, made), land.commune_a)
    level = factories.level()
    for year in (2021, 2022):
        factories.declaration(land.province, year)
    paper = {"authority": "UBND tỉnh", "title": "Công nhận", "province": land.province.place}
    on(10)
    enter(where=Q(pk=returned.pk), typed=[Cell("2.1", "95")], by=cast.specialist)
    on(11)
    money = enter_amount(
        province=land.province.place, year=2023, source=factories.source(), amount=10**9, by=cast.specialist
    )
    on(12)
    recognise(
        number="1/QĐ", issued_on=date(2023, 12, 1), level=level, achieved_year=2023, units=[land.commune_a],
        by=cast.approver, **paper,
    )  # fmt: skip
    # 23:30 of the 20th at the office is 16:30 by the world's clock.
    on(20, 16)
    enter(where=Q(pk=returned.pk), typed=[Cell("2.1", "81", version=1)], by=cast.officer_a)
    on(21)
    revoke(
        number="2/QĐ", issued_on=date(2023, 12, 20), recognitions=list(Recognition.objects.all()),
        effective_on=date(2023, 12, 20), reason="Không còn đạt", by=cast.approver, **paper,
    )  # fmt: skip
    on(22)
    change_amount(
        money, expected_version=1, year=2023, source=money.source_of_funds, amount=2 * 10**9, qualifier="exact",
        by=cast.specialist,
    )  # fmt: skip


def lines(answer: Any) -> dict[str, tuple[str, str]]:
    return {line.label: (line.then, line.now) for line in answer.context["then"].lines}


def test_money_that_was_withdrawn_since_stood_in_the_year_then(story, cast, client_as):
    before = lines(client_as(cast.leader).get(YEAR, {"luc": "2026-11-23"}))["Tổng nguồn vốn (đồng)"]
    assert before == ("2.000.000.000", "2.000.000.000")
    withdraw_amount(Amount.objects.get(), expected_version=2, by=cast.specialist)
    for day, then in (("2026-11-23", "2.000.000.000"), ("2026-11-11", "1.000.000.000")):
        answer = client_as(cast.leader).get(YEAR, {"luc": day})
        assert lines(answer)["Tổng nguồn vốn (đồng)"] == (then, "chưa có số liệu")
    assert "Bỏ số vốn đã nhập" in answer.text


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2026-11-10", "95\u00a0%, đạt"),
        ("2026-11-19", "95\u00a0%, đạt"),
        ("2026-11-20", "81\u00a0%, chưa đạt"),
    ],
)
def test_a_cell_of_a_unit_is_what_was_known_at_the_end_of_the_day(story, cast, client_as, day, value):
    for who in (cast.officer_a, cast.specialist):
        answer = client_as(who).get(UNIT, {"luc": day})
        (one,) = answer.context["then"].returns
        cells = {line.label.partition(".")[0:1] + (line.then, line.now) for line in one.cells}
        assert cells == {("2", value, "81\u00a0%, chưa đạt")}
        assert one.changed == (value != "81\u00a0%, chưa đạt")


def test_the_levels_of_a_unit_and_the_entries_that_made_the_difference(story, cast, client_as):
    client = client_as(cast.officer_a)
    (line,) = client.get(UNIT, {"luc": "2026-11-15"}).context["then"].levels
    assert (line.then, line.now) == ("đang có hiệu lực", "đã thu hồi")
    (line,) = client.get(UNIT, {"luc": "2026-11-11"}).context["then"].levels
    assert line.then == "chưa có"
    page = client.get(UNIT, {"luc": "2026-11-15"}).text
    assert "Thu hồi công nhận" in page
    assert "Sửa kết quả" in page


def test_the_figures_of_a_year(story, cast, client_as):
    client = client_as(cast.leader)
    before = lines(client.get(YEAR, {"luc": "2026-11-10"}))
    between = lines(client.get(YEAR, {"luc": "2026-11-15"}))
    name = "Xã đạt chuẩn NTM"
    assert before[f"{name}: đạt trong năm"][0] == "chưa có số liệu"
    assert between[f"{name}: đạt trong năm"] == ("1", "1")
    assert between[f"{name}: lũy kế"] == ("1", "0")
    assert before["Tổng nguồn vốn (đồng)"] == ("chưa có số liệu", "2.000.000.000")
    assert between["Tổng nguồn vốn (đồng)"] == ("1.000.000.000", "2.000.000.000")
    page = client.get(YEAR, {"luc": "2026-11-15"}).text
    assert "Sửa số vốn" in page
    assert "Thu hồi công nhận" in page


def test_what_stands_now_is_what_the_years_page_says(story, cast, client_as):
    """The control: counted from rows taken back by nothing, the figures are those of the page."""
    shown = client_as(cast.leader).get("/tong-quan/2023.json").json()
    now = lines(client_as(cast.leader).get(YEAR, {"luc": "2026-11-15"}))
    (level,) = [row for row in shown["levels"] if row["code"] == "ntm"]
    assert now["Xã đạt chuẩn NTM: lũy kế"][1] == str(level["cumulative"])
    assert now["Xã đạt chuẩn NTM: đạt trong năm"][1] == str(level["achieved"])
    assert now["Tổng nguồn vốn (đồng)"][1].replace(".", "") == str(shown["funding"]["total"])


@pytest.mark.parametrize("where", [UNIT, YEAR])
def test_it_says_plainly_where_the_record_does_not_reach(story, cast, client_as, where):
    client = client_as(cast.specialist)
    assert "Nhật ký bắt đầu từ 10/11/2026" in client.get(where, {"luc": "2026-11-09"}).text
    assert client.get(where, {"luc": "2999-01-01"}).status_code == 400
    assert client.get(where, {"luc": "hôm qua"}).status_code == 400
    Result.objects.update(value=3)
    Amount.objects.update(amount=3)
    assert "Nhật ký không đủ để dựng lại ngày này" in client.get(where, {"luc": "2026-11-15"}).text


def test_scope_is_that_of_the_pages(story, cast, client_as):
    assert client_as(cast.officer_b).get(UNIT, {"luc": "2026-11-15"}).status_code == 404
    assert client_as(cast.officer_a).get(YEAR, {"luc": "2026-11-15"}).status_code == 403
    assert client_as(cast.leader).get("/dia-ban/xa/01366/2023/luc-do/").status_code == 404
    assert client_as(cast.unassigned).get(UNIT).status_code == 403


@pytest.mark.parametrize("number", [3, 30])
def test_as_many_queries_for_3_rows_as_for_30(
    number, land, cast, client_as, django_assert_num_queries, monkeypatch
):
    for at in range(number + 1):
        unit = factories.unit(land.district, f"Xã thứ {at}")
        row = factories.recognition(unit)
        factories.declaration(land.province, 2000 + at)
        moment = datetime(2026, 11, 12 if at else 10, 5, tzinfo=UTC)
        with monkeypatch.context() as patch, log.writing():
            patch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
            log.record("recognition.recorded", row, by=log.SYSTEM, province_id=land.province.place_id)
    client, asked = client_as(cast.leader), {"luc": "2026-11-11"}
    client.get(YEAR, asked)
    with django_assert_num_queries(23):
        answer = client.get(YEAR, asked)
    assert answer.context["moved"] == number


@pytest.mark.parametrize("where", [UNIT, YEAR])
@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("2026-11-15", "15/11/2026"),
        ("15/11/2026", "15/11/2026"),
        ("2026-11-15T14:30", "15/11/2026 14:30"),
        ("2026-11-15T07:30:10Z", "15/11/2026 14:30"),
        ("15/11/2026 14:30", "15/11/2026 14:30"),
        ("", "25/11/2026"),
    ],
)
def test_however_the_address_names_the_day_the_form_shows_it_as_people_write(
    story, cast, client_as, monkeypatch, where, asked, shown
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 26, 3, tzinfo=UTC))
    answer = client_as(cast.leader).get(where, {"luc": asked})
    assert answer.status_code == 200
    assert f'name="luc" value="{shown}"' in answer.text


@pytest.mark.parametrize(
    ("asked", "value"), [("20/11/2026 22:59", "95\u00a0%, đạt"), ("20/11/2026 23:00", "81\u00a0%, chưa đạt")]
)
def test_a_minute_is_known_up_to_its_end(story, cast, client_as, asked, value):
    (one,) = client_as(cast.leader).get(UNIT, {"luc": asked}).context["then"].returns
    assert one.cells[0].then == value


def test_a_minute_that_has_not_come_is_refused(story, cast, client_as, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 26, 3, tzinfo=UTC))
    client = client_as(cast.leader)
    assert "Chưa đến giờ này." in client.get(YEAR, {"luc": "26/11/2026 23:00"}).text
    assert "Chưa đến ngày này." in client.get(YEAR, {"luc": "27/11/2026"}).text
    page = client.get(YEAR, {"luc": "32/11/2026 10:00"})
    assert page.status_code == 400
    assert 'value="32/11/2026 10:00"' in page.text
