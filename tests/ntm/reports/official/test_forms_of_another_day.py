"""A form of another day than the year's own: what was there on the day, with lists of that day, or nothing at all."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from communes.choices import DecisionKind
from communes.models import Result, Round, Submission, Unit
from ntm.core.dates import OFFICE_ZONE, today
from ntm.reports.models import IssuedForm
from ntm.reports.official.mapping import all_forms
from tests import factories
from tests.communes import appraising
from tests.conftest import Land
from tests.ntm.reports.official.test_form_pages import cells
from tests.ntm.reports.official.test_issued_forms import issue, page_comparison
from tests.ntm.reports.reading import Page, body, file_of, rows_of_csv, workbook
from tests.replayed import replayed
from tests.returns import ACCEPTED, SUBMITTED, answers, load, opened

DAY = "ngay=30/06/2023"
LEVELS = "/bieu-mau/2023/xa-theo-so-tieu-chi/"
CRITERIA = "/bieu-mau/2023/tieu-chi-theo-nhom/"
COMMUNE = "/bieu-mau/2023/chi-tieu-xa/?xa=05572"
PROVINCE = [f"/bieu-mau/2023/{form.code}/" for form in all_forms().values() if not form.of_commune]


@contextmanager
def clock(day: date) -> Iterator[None]:
    """What is written inside is written at noon of that day."""
    with pytest.MonkeyPatch.context() as at:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=OFFICE_ZONE)
        at.setattr(timezone, "now", lambda: noon)
        yield


def recognised(unit: Unit, signed: date | None, year: int = 2023, home: Any = None, **fields: Any) -> Any:
    by = factories.decision(home, issued_on=signed)
    return factories.recognition(unit, factories.level(), year=year, by=by, **fields)


def ended(home: Unit, signed: date, day: date) -> dict[str, Any]:
    by = factories.decision(home, kind=DecisionKind.REVOKE, issued_on=signed)
    return {"state": "revoked", "ended_on": day, "ended_by": by}


@pytest.fixture
@replayed
def office(land: Land, cast: Any) -> Land:
    """Half a year and the other half. Levels: A signed in December, B in May; C and D of the year before lost it, C
    from September, D from June by a paper of August. A commune comes in August. Plans: 3, from September 5; of 2024:
    4 in June, 7 in December. Returns: A and C sent in June, B in August, when C was judged and reopened for good."""
    for code in ("ntm", "advanced", "model", "district_ntm"):
        factories.level(code)
    for year in (2021, 2022, 2023):
        factories.declaration(land.province, year)
    home = land.province
    recognised(land.commune_a, date(2023, 12, 29), home=home)
    recognised(land.commune_b, date(2023, 5, 15), home=home)
    before = date(2022, 12, 20)
    recognised(land.commune_c, before, 2022, home, **ended(home, date(2023, 8, 20), date(2023, 9, 1)))
    recognised(land.commune_d, before, 2022, home, **ended(home, date(2023, 8, 10), date(2023, 6, 1)))
    factories.unit(land.district, "Tân Lập", code="05999", valid_from=date(2023, 8, 1))
    for year, plans in {
        2023: ((date(2023, 1, 10), 3), (date(2023, 9, 15), 5)),
        2024: ((date(2023, 6, 20), 4), (date(2023, 12, 10), 7)),
    }.items():
        for number, (approved, value) in enumerate(plans, start=1):
            state = "approved" if number == len(plans) else "superseded"
            plan = factories.plan(home, year, revision=number, approved_on=approved, state=state)
            factories.target(plan, value)
    factories.amount(home, 2_500_000_000)
    with clock(date(2023, 6, 1)):
        a_round = opened(home, appraising.assigned_set())
    with clock(date(2023, 6, 20)):
        load(a_round, land.commune_a, answers(), ACCEPTED)
        load(a_round, land.commune_c, answers(judged=False, _1_2="C"), SUBMITTED)
    with clock(date(2023, 8, 1)):
        load(a_round, land.commune_b, answers(), ACCEPTED)
        sent = Submission.objects.get(unit=land.commune_c)
        appraising.judge(sent, "3", appraising.judge_for(cast.department))
    return land


@pytest.mark.alike
@pytest.mark.parametrize("address", [*PROVINCE, f"{COMMUNE}&"])
def test_each_count_of_the_day_opens_a_list_of_the_day(leader: Client, address: str) -> None:
    """On the page, and in both files of the list."""
    page = Page(leader, f"{address}{'' if '?' in address else '?'}{DAY}")
    links = {anchor.href: anchor for anchor in page.figures if anchor.href}
    assert not page.sums
    for anchor in links.values():
        if anchor.path.split("/")[2] == "2022":
            assert "ngay" not in anchor.query
            continue
        assert anchor.query["ngay"] == "30/06/2023", anchor.href
        opened_list = Page(leader, anchor.href)
        assert opened_list.count == anchor.figure, anchor.href
        assert "đến ngày 30/06/2023" in opened_list.text
        if opened_list.parts is None and "/ke-hoach/" not in anchor.path:
            assert len(rows_of_csv(leader.get(file_of(anchor.href, "csv")))) == anchor.figure


def told(client: Client, address: str) -> dict[str, str | None]:
    """Each figure of a form by its label."""
    return {each.label: each.value for each in client.get(address).context["look"].answers.told}


def test_what_follows_the_day(leader: Client) -> None:
    """Decisions by their signing, also those that end; units; plans; the year before stays what it was."""
    year, day = told(leader, LEVELS), told(leader, f"{LEVELS}?{DAY}")
    for label, at_end, in_june in (
        ("Xã thuộc Chương trình, năm báo cáo", "6", "5"),
        # 31/12: A, B. 30/06: B, and C and D, whose ends were decided in August.
        ("Xã đạt chuẩn (lũy kế), năm báo cáo", "2", "3"),
        ("Xã đạt chuẩn (lũy kế), tỷ lệ", "33.3", "60"),
        ("Xã đạt chuẩn trong năm, năm báo cáo", "2", "1"),
        ("Xã đạt chuẩn (lũy kế), năm trước", "2", "2"),
        ("Xã đạt chuẩn trong năm, kế hoạch năm sau", "7", "4"),
        ("Xã chưa gửi kết quả, năm báo cáo", "2", "3"),
        # A and B meet three; C two, and three once its department had judged.
        ("Bình quân tiêu chí/xã, năm báo cáo", "2.67", "2"),
        ("Huyện Định Hóa: số xã", "4", "3"),
    ):
        assert (year[label], day[label]) == (at_end, in_june), label


def test_the_first_six_months_are_told_by_their_own_round(leader: Client, office: Land) -> None:
    """Where the province asked for them, and whenever the returns came: after the half year, as a rule. On any other
    day, and at the year's end, the year's own round counts."""
    whole, day = told(leader, CRITERIA), told(leader, f"{CRITERIA}?ngay=29/06/2023")
    in_june, asked = told(leader, f"{CRITERIA}?{DAY}"), Round.objects.get(year=2023).criteria_set
    opened(office.province, factories.small_set(factories.level("advanced")), term="half")
    assert told(leader, f"{CRITERIA}?{DAY}") == in_june, "another set's half year says nothing of this one"
    half = opened(office.province, asked, term="half")
    with clock(date(2023, 7, 6)):
        load(half, office.commune_b, answers(), ACCEPTED)
    sent = "Số xã đã gửi kết quả, năm báo cáo"
    assert told(leader, f"{CRITERIA}?{DAY}")[sent] == "1"
    assert (told(leader, CRITERIA), told(leader, f"{CRITERIA}?ngay=29/06/2023")) == (whole, day)
    assert whole[sent] == "3"
    page = Page(leader, f"{CRITERIA}?{DAY}")
    assert "Kết quả theo kỳ nhập liệu 6 tháng đầu năm, kể cả phiếu gửi sau ngày này" in page.text
    anchors = [anchor for anchor in page.figures if anchor.href and "/2023/" in anchor.path]
    assert anchors
    for anchor in anchors:
        assert Page(leader, anchor.href).count == anchor.figure, anchor.href
    own = f"/bieu-mau/2023/chi-tieu-xa/?xa={office.commune_b.code}&{DAY}"
    assert "Kết quả theo kỳ nhập liệu 6 tháng" in Page(leader, own).text


def test_the_year_before_is_said_to_be_whole(leader: Client, office: Land) -> None:
    """Its columns count what was signed since, unlike those of the day."""
    recognised(office.commune_e, date(2023, 8, 1), 2022, office.province)
    figures = told(leader, f"{LEVELS}?{DAY}")
    level = "Xã đạt chuẩn (lũy kế)"
    assert (figures[f"{level}, năm trước"], figures[f"{level}, năm báo cáo"]) == ("3", "3")
    said = "Cột năm trước là số của cả năm đó theo dữ liệu hiện có"
    for address, tail in (
        (f"{LEVELS}?{DAY}", ", kể cả quyết định ký sau ngày này."),
        (f"{COMMUNE}&{DAY}", "."),
    ):
        assert said + tail in Page(leader, address).text
    for address in (LEVELS, f"/bieu-mau/2023/theo-loai-cong-trinh/?{DAY}"):
        assert said not in Page(leader, address).text


def test_a_return_says_what_it_said_on_the_day(leader: Client, office: Land) -> None:
    year = {row[0]: row for row in cells(leader, COMMUNE).values()}
    day = {row[0]: row for row in cells(leader, f"{COMMUNE}&{DAY}").values()}
    assert year["3"][7] == "Đạt" and day["3"][7] == "Chưa đánh giá được"
    assert day["2.1"][6:8] == ["95", "Đạt"]
    (link,) = {a.href for a in Page(leader, f"{COMMUNE}&{DAY}").anchors if "luc" in a.query}
    assert "95 %, đạt" in Page(leader, link).text
    later = {row[0]: row for row in cells(leader, f"{COMMUNE.replace('05572', '05596')}&{DAY}").values()}
    assert later["2.1"][6:8] == ["", ""]
    assert (
        "xã chưa gửi kết quả năm 2023, đến ngày 30/06/2023"
        in Page(leader, f"{COMMUNE.replace('05572', '05596')}&{DAY}").text
    )


def test_a_commune_that_ended_within_the_year_opens_what_it_said(leader: Client, office: Land) -> None:
    """As all did that were merged on 01/07/2025."""
    Unit.objects.filter(pk=office.commune_c.pk).update(valid_to=date(2023, 7, 1))
    (link,) = {a.href for a in Page(leader, f"{COMMUNE}&{DAY}").anchors if "luc" in a.query}
    page = Page(leader, link)
    assert "95 %, đạt" in page.text
    own = {a.href for a in page.anchors if a.path.startswith("/dia-ban/xa/05572/") and "luc" not in a.query}
    assert own and {leader.get(address).status_code for address in own} == {200}


def test_what_is_not_known_of_the_day_is_not_told(leader: Client, office: Land) -> None:
    page = Page(leader, f"/bieu-mau/2023/nguon-luc/?{DAY}")
    assert "con số này chỉ có của cả năm: hãy xem biểu của cả năm" in page.text and "2.500" not in page.text
    # A paper without a day: perhaps it was there. Of the level only; the year's own day knows it.
    recognised(office.commune_e, None, home=office.province)
    level = "Xã đạt chuẩn nông thôn mới (lũy kế)"
    assert cells(leader, LEVELS)[level][4] == "3" and cells(leader, f"{LEVELS}?{DAY}")[level][4] == ""
    assert "có công nhận không rõ ngày ký" in Page(leader, f"{LEVELS}?{DAY}").text
    listed = leader.get(f"/tong-quan/2023/so-lieu/?so=luy-ke&muc=ntm&{DAY}")
    assert listed.context["count"] is None and not listed.context["table"].rows
    # Something was written past the record: what a return said in June cannot be told.
    Result.objects.filter(submission__unit=office.commune_c, indicator__code="3").update(
        verdict="met", judged="met"
    )
    Submission.objects.filter(unit=office.commune_c).update(criteria_met=1)
    page = Page(leader, f"{CRITERIA}?{DAY}")
    assert "nhật ký không dẫn lại được các phiếu như ngày 30/06/2023" in page.text
    assert {anchor.figure for anchor in page.figures if anchor.path.startswith("/tieu-chi/2023/")} == set()
    listed = leader.get(f"/tieu-chi/2023/so-lieu/?bo=ntm&nhom=da-gui&{DAY}")
    assert listed.context["count"] is None and "nhật ký không dẫn lại" in listed.content.decode()


def test_a_day_without_returns_says_so(leader: Client) -> None:
    page = Page(leader, f"{CRITERIA}?ngay=15/06/2023")
    assert "chưa có kết quả nào được gửi theo bộ tiêu chí đạt chuẩn, đến ngày 15/06/2023" in page.text


# --- the address ---------------------------------------------------------------------------------------------
@pytest.mark.alike
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            "30/06/2022",
            "Ngày 30/06/2022 không thuộc năm 2023. Hãy chọn một ngày từ 01/01/2023 đến 31/12/2023.",
        ),
        ("31/02/2023", "không có trong lịch"),
        ("hôm qua", "không phải là ngày"),
    ],
)
def test_a_day_that_is_none_of_the_year_is_refused_beside_the_field(
    leader: Client, specialist: Client, typed: str, words: str
) -> None:
    for address in (
        LEVELS,
        "/tong-quan/2023/so-lieu/",
        "/tong-quan/2023/phep-tinh/",
        "/tieu-chi/2023/so-lieu/",
    ):
        answer = leader.get(address, {"ngay": typed})
        assert answer.status_code == 400 and words in answer.content.decode(), address
        found = Page.of(answer)
        assert not found.figures and not [each for each in found.totals if each["data-count"] != "0"]
    assert leader.get("/tong-quan/2023/so-lieu/danh-sach.csv", {"ngay": typed}).status_code == 400
    assert leader.get("/bieu-mau/2023/xa/05572/bieu.xlsx", {"ngay": typed}).status_code == 400
    sent = specialist.post(f"{LEVELS}?ngay={typed}", {"seen": "0" * 64, "token": "0" * 32})
    assert sent.status_code == 422 and not IssuedForm.objects.exists()


def test_a_day_to_come_is_refused_and_the_years_own_day_is_the_year(leader: Client) -> None:
    now = today()
    address = f"/bieu-mau/{now.year}/xa-theo-so-tieu-chi/"
    tomorrow = now + timedelta(days=1)
    if tomorrow.year == now.year:
        assert (
            f"Ngày {tomorrow:%d/%m/%Y} chưa đến"
            in leader.get(address, {"ngay": f"{tomorrow:%d/%m/%Y}"}).content.decode()
        )
    plain, named = leader.get(LEVELS), leader.get(LEVELS, {"ngay": "31/12/2023"})
    assert plain.context["look"].answers.seen == named.context["look"].answers.seen
    assert not any("ngay" in anchor.query for anchor in Page(leader, f"{LEVELS}?ngay=31/12/2023").figures)


def test_the_day_stays_with_the_pages_that_know_it(leader: Client) -> None:
    """Links to pages of whole years do not bear it, and such a page shows its year whatever the address says."""
    page = Page(leader, f"/tong-quan/2023/so-lieu/?so=luy-ke&muc=ntm&{DAY}")
    units = [a for a in page.anchors if a.path.startswith("/dia-ban/") and a.path.endswith("/2023/")]
    assert len(units) == 3 and all(anchor.query == {"ngay": "30/06/2023"} for anchor in units)
    assert leader.get(units[0].href).status_code == 200
    assert not [a for a in page.anchors if a.path == "/tong-quan/2023/" and a.query]
    for address in ("/tong-quan/2023/", "/tieu-chi/2023/"):
        cache.clear()
        asked, plain = Page(leader, f"{address}?{DAY}"), Page(leader, address)
        assert [a.figure for a in asked.figures] == [a.figure for a in plain.figures]


def test_the_plans_of_the_day(leader: Client) -> None:
    for address, day, year in (
        ("/ke-hoach/2023/chi-tieu/", 3, 5), ("/ke-hoach/2024/chi-tieu/", 4, 7),
    ):  # fmt: skip
        assert (Page(leader, f"{address}?{DAY}").count, Page(leader, address).count) == (day, year)
    book, facts = workbook(leader, f"/ke-hoach/2024/chi-tieu/danh-sach.xlsx?{DAY}")
    assert len(book) == 1 and "Chỉ tiêu kế hoạch năm 2024, đến ngày 30/06/2023" in facts.values()
    assert leader.get("/ke-hoach/2024/chi-tieu/?ngay=31/12/2022").status_code == 400


# --- issuing -------------------------------------------------------------------------------------------------
def test_an_issue_keeps_its_day_and_is_held_against_it(specialist: Client, office: Land) -> None:
    row = issue(specialist, f"{LEVELS}?{DAY}")
    assert (row.day, row.year) == (date(2023, 6, 30), 2023)
    assert row.file_name == "bieu-03-xa-theo-so-tieu-chi-2023-den-2023-06-30.xlsx"
    assert str(row) == "Biểu số 03, năm 2023 (đến 30/06/2023)"
    sheet = load_workbook(io.BytesIO(body(specialist.get(f"{row.get_absolute_url()}tep/")))).worksheets[0]
    said = " ".join(str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value)
    assert "Năm 2023 (số liệu đến ngày 30/06/2023)" in said and "Đến 30/06/2023" in said
    assert "đến hết ngày này; 1 lượt công nhận ký sau đó không tính." in said
    assert not page_comparison(specialist, row).differing
    assert "Cả hai bên là số đến ngày 30/06/2023" in Page(specialist, row.get_absolute_url()).text
    # A decision of July changes the year and not the day; one of March that comes in late changes both.
    recognised(office.commune_e, date(2023, 7, 3), home=office.province)
    assert not page_comparison(specialist, row).differing
    recognised(factories.unit(office.district, "Kim Phượng"), date(2023, 3, 3), home=office.province)
    moved = {line.label: (line.then, line.now) for line in page_comparison(specialist, row).differing}
    assert moved["Xã đạt chuẩn (lũy kế), năm báo cáo"] == ("3", "4")


@pytest.mark.alike
def test_a_day_asks_no_more_for_30_communes(leader: Client, office: Land) -> None:
    def asked(address: str) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert leader.get(address).status_code == 200
        return len(queries)

    addresses = [f"{LEVELS}?{DAY}", f"{CRITERIA}?{DAY}", f"/tieu-chi/2023/so-lieu/?bo=ntm&nhom=da-gui&{DAY}"]
    small = [asked(address) for address in addresses * 2][3:]
    a_round = Round.objects.get(year=2023)
    signed = datetime(2023, 6, 15, tzinfo=OFFICE_ZONE)
    for place in range(27):
        unit = factories.unit(office.district, f"Xã thêm {place}")
        factories.submission(a_round, unit, state="submitted", submitted_at=signed, criteria_met=2)
    assert [asked(address) for address in addresses] == small and max(small) <= 28
