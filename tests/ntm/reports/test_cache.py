"""A kept page: fast when nothing changed, never old after a write, never another province's."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from communes.choices import AttributeKind
from communes.models import Recognition
from communes.services.attributes import record_attribute
from communes.services.decisions import correct, recognise, revoke
from communes.services.declarations import declare_year
from funding.services import enter_amount
from ntm.audit.log import SYSTEM
from ntm.reports import views
from targets.services import TargetLine, approve, change_draft, draft_plan
from tests import factories
from tests.conftest import Land
from tests.ntm.reports.reading import Page

YEAR = "/tong-quan/2023/"
LIST = f"{YEAR}so-lieu/"


@pytest.fixture(autouse=True)
def levels(db):
    factories.period(2021, 2025, counts=(factories.period(2016, 2020),))
    return {code: factories.level(code) for code in ("ntm", "advanced", "model", "district_ntm")}


@pytest.fixture
def reader(cast, client_as) -> Client:
    client: Client = client_as(cast.leader)
    return client


@pytest.fixture
def drawings(monkeypatch) -> list[int]:
    """The years whose page was drawn anew."""
    found: list[int] = []
    draw = views.overview

    def counted(scope: Any, **options: Any) -> Any:
        found.append(scope.year)
        return draw(scope, **options)

    monkeypatch.setattr(views, "overview", counted)
    return found


def decide(land: Land, level: Any, *units: Any, number: str = "1/QĐ-UBND") -> None:
    recognise(
        province=land.province.place, number=number, issued_on=date(2023, 12, 30), authority="UBND tỉnh",
        title="Công nhận", level=level, achieved_year=2023, units=units, by=SYSTEM,
    )  # fmt: skip


def achieved(reader: Client) -> set[int | None]:
    return Page(reader, YEAR).values(LIST, so="dat-moi", muc="ntm")


def test_the_second_visit_draws_nothing(land, levels, reader, drawings):
    decide(land, levels["ntm"], land.commune_a)
    first, second = (Page(reader, YEAR) for _ in range(2))
    assert drawings == [2023]
    assert (first.text, first.anchors) == (second.text, second.anchors)


def test_the_comparison_and_the_year_are_kept_apart(land, levels, reader, drawings):
    decide(land, levels["ntm"], land.commune_a)
    pages = [Page(reader, address).text for address in (YEAR, f"{YEAR}?so=nam-truoc", "/tong-quan/2022/")]
    assert len(set(pages)) == 3
    assert drawings == [2023, 2023, 2022]


def test_an_unknown_parameter_draws_nothing_new(land, reader, drawings):
    for tail in ("", "?x=1", "?so=gi-do", "?che-do=trinh-chieu"):
        assert reader.get(f"{YEAR}{tail}").status_code == 200
    assert drawings == [2023]


def test_a_recognition_shows_at_once(land, levels, reader):
    decide(land, levels["ntm"], land.commune_a)
    assert achieved(reader) == {1}
    decide(land, levels["ntm"], land.commune_b, number="2/QĐ-UBND")
    assert achieved(reader) == {2}


def test_a_revocation_shows_at_once(land, levels, reader):
    decide(land, levels["ntm"], land.commune_a, land.commune_b)
    assert Page(reader, YEAR).values(LIST, so="luy-ke", muc="ntm") == {2}
    revoke(
        province=land.province.place, number="9/QĐ-UBND", issued_on=date(2023, 12, 31), authority="UBND tỉnh",
        title="Thu hồi", recognitions=[Recognition.objects.first()], effective_on=date(2023, 12, 31),
        reason="Không giữ được chuẩn", by=SYSTEM,
    )  # fmt: skip
    assert Page(reader, YEAR).values(LIST, so="luy-ke", muc="ntm") == {1}


def test_a_correction_shows_at_once(land, levels, reader):
    decide(land, levels["ntm"], land.commune_a)
    assert achieved(reader) == {1}
    row = Recognition.objects.get()
    correct(recognition=row, achieved_year=2022, reason="Nhầm năm", by=SYSTEM)
    assert achieved(reader) == set()


def test_a_declared_year_shows_at_once(land, reader):
    assert achieved(reader) == set()
    declare_year(province=land.province.place, year=2023, by=SYSTEM)
    assert achieved(reader) == {0}


def test_a_plan_shows_at_once(land, levels, cast, reader):
    assert Page(reader, YEAR).values("/ke-hoach/2023/chi-tieu/", muc="ntm", loai="new") == set()
    plan = draft_plan(province=land.province.place, year=2023, by=cast.specialist)
    plan = change_draft(
        plan, expected_version=plan.version, targets=[TargetLine(levels["ntm"], 4)], registrations=[],
        by=cast.specialist,
    )  # fmt: skip
    approve(
        plan, expected_version=plan.version, approved_on=date(2023, 1, 5), by=cast.approver,
        document=factories.document(province=land.province.place, issued_on=date(2023, 1, 5)),
    )  # fmt: skip
    assert Page(reader, YEAR).values("/ke-hoach/2023/chi-tieu/", muc="ntm", loai="new") == {4}


def test_money_and_attributes_show_at_once(land, levels, reader):
    source = factories.source()
    assert Page(reader, YEAR).sums == []
    enter_amount(province=land.province.place, year=2023, source=source, amount=5 * 10**9, by=SYSTEM)
    assert {a.sum for a in Page(reader, YEAR).sums} == {5 * 10**9}
    assert Page(reader, YEAR).values(LIST, so="tat-ca") == {5}
    record_attribute(
        land.commune_a, kind=AttributeKind.IN_PROGRAMME, value="0", valid_from=date(2023, 1, 1), by=SYSTEM
    )
    assert Page(reader, YEAR).values(LIST, so="tat-ca") == {4}


def test_another_province_never_gets_the_kept_page(land, levels, reader, client_as):
    decide(land, levels["ntm"], land.commune_a, land.commune_b)
    assert achieved(reader) == {2}
    neighbour = client_as(factories.user("lang_gieng", "leader", land.foreign))
    page = Page(neighbour, YEAR)
    assert page.values(LIST, so="dat-moi", muc="ntm") == set()
    assert page.values(LIST, so="tat-ca") == {1}
    assert "Cao Bằng" in page.text
    assert "Định Hóa" not in page.html
    assert "Thái Nguyên" not in page.html
    assert "Hà Quảng" not in Page(reader, YEAR).html


def test_the_tool_bar_is_each_visitors_own(land, cast, reader, client_as, drawings):
    first = Page(reader, YEAR)
    other = Page(client_as(cast.auditor), YEAR)
    assert drawings == [2023]
    assert cast.leader.full_name in first.text
    assert cast.leader.full_name not in other.text.replace("leader_a", "")
    assert "Nhật ký" in other.text
    assert "Nhật ký" not in first.text


def test_a_running_year_is_drawn_again_on_the_next_day(land, reader, drawings, monkeypatch):
    for day in (date(2026, 11, 25), date(2026, 11, 25), date(2026, 11, 26)):
        monkeypatch.setattr(views, "today", lambda day=day: day)
        assert f"{day:%d/%m/%Y}" in Page(reader, "/tong-quan/2026/").text
    assert drawings == [2026, 2026]


def test_a_new_name_of_the_office_shows_at_once(land, reader, drawings, settings):
    for name in ("Văn phòng cũ", "Văn phòng Điều phối mới: số 1"):
        settings.OFFICE_NAME = name
        assert Page(reader, YEAR).text.count(name.upper()) == 1
    assert drawings == [2023, 2023]


def test_a_full_answer_is_sent_each_time(land, reader):
    """No 304 and no shared cache: the page is personal."""
    for _ in range(2):
        response = reader.get(YEAR)
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store, private"
