"""The pages of returns, judging and rounds: what they show to whom, and what becomes of what is sent to them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from model_bakery import baker

from communes.models import Criterion, Indicator, Judgement, Remark, Result, Round, Step, Submission
from communes.selectors import criteria
from communes.selectors.appraisal_page import page_of
from communes.services.results import Cell
from ntm.core.dates import today
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import again, fill, give_back, judge, judge_all, result, step, submit
from tests.replayed import replayed

ClientAs = Callable[[Any], Client]


@pytest.fixture
def department(cast: Any) -> Any:
    return appraising.judge_for(cast.department)


@pytest.fixture
@replayed
def draft(land: Any) -> Submission:
    appraising.no_districts(land)
    return factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)


@pytest.fixture
@replayed
def sent(draft: Submission, cast: Any) -> Submission:
    fill(draft, cast.officer_a)
    submit(draft, cast.leader_a)
    return again(draft)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's form, as a browser sends them back."""
    inputs = re.findall(r"<input type=\"hidden\"[^>]*>", page)
    pairs = [(re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)) for one in inputs]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def form_of(client: Client, url: str) -> dict[str, str]:
    return hidden(client.get(url).content.decode())


def body(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# --- the return ---------------------------------------------------------------------------------------------
def test_a_draft_names_its_cells_and_leads_to_them(draft, cast, client_as):
    fill(draft, cast.officer_a, Cell("1.1", "Đ"))
    page = body(client_as(cast.leader_a).get(f"/phieu/{draft.pk}/"))
    assert "Còn 4 chỉ tiêu chưa xong" in page
    assert 'href="/nhap-lieu/05602/2023/#2.1">2.1 (còn trống)</a>' in page
    assert "Gửi phiếu: chưa làm được." in page
    held = body(client_as(cast.leader_a).get(f"/phieu/{draft.pk}/gui/"))
    assert "Chưa làm được bước này" in held
    assert "data-once" not in held.split("Chưa làm được bước này")[1]


def test_sending_through_the_page_once(draft, cast, client_as):
    fill(draft, cast.officer_a)
    client = client_as(cast.leader_a)
    form = form_of(client, f"/phieu/{draft.pk}/gui/")
    first = client.post(f"/phieu/{draft.pk}/gui/", form)
    second = client.post(f"/phieu/{draft.pk}/gui/", form)
    assert (first.status_code, first["Location"]) == (302, f"/phieu/{draft.pk}/")
    assert (second.status_code, second["Location"], Step.objects.count()) == (302, first["Location"], 1)


def test_each_sees_its_own_steps(sent, cast, client_as, department):
    wanted = {
        "leader_a": "Rút lại",
        "specialist": "Chấp nhận: chưa làm được",
        "leader": "Chờ sở, ngành thẩm định 5 chỉ tiêu: 1.1 (so-nn)",
    }
    for role, words in wanted.items():
        assert words in body(client_as(getattr(cast, role)).get(f"/phieu/{sent.pk}/"))
    page = body(client_as(department).get(f"/phieu/{sent.pk}/"))
    assert f"/tham-dinh/{result(sent, '3').pk}/" in page
    assert client_as(cast.officer_b).get(f"/phieu/{sent.pk}/").status_code == 404


def test_accepting_what_changed_meanwhile_shows_both_values(sent, cast, client_as, department):
    judge_all(sent, department)
    client = client_as(cast.specialist)
    form = form_of(client, f"/phieu/{sent.pk}/chap-nhan/")
    give_back(sent, "2.1", department)
    fill(sent, cast.officer_a, Cell("2.1", "99", version=3))
    step("send_again", sent, cast.leader_a)
    judge(sent, "2.1", department, "not_met")
    response = client.post(f"/phieu/{sent.pk}/chap-nhan/", form)
    page = body(response)
    assert response.status_code == 409
    assert "<td>95 %, đạt</td><td>99 %, chưa đạt</td>" in re.sub(r">\s+<", "><", page)
    assert again(sent).state == "submitted"
    assert client.post(f"/phieu/{sent.pk}/chap-nhan/", hidden(response.content.decode())).status_code == 302
    assert again(sent).state == "accepted"


def test_reopening_single_results_with_its_day(sent, cast, client_as, department):
    judge_all(sent, department)
    step("accept", sent, cast.specialist)
    client = client_as(cast.specialist)
    form = form_of(client, f"/phieu/{sent.pk}/mo-lai/")
    bad = client.post(f"/phieu/{sent.pk}/mo-lai/", form | {"until": "32/13/2026", "reason": "Sai"})
    assert bad.status_code == 422
    day = f"{today() + timedelta(days=3):%d/%m/%Y}"
    form |= {"until": day, "reason": "Sai số", "codes": ["2.1"]}
    assert client.post(f"/phieu/{sent.pk}/mo-lai/", form).status_code == 302
    page = body(client_as(cast.leader_a).get(f"/phieu/{sent.pk}/"))
    assert f"Mở lại đến hết ngày {day}" in page


def test_reopening_by_criteria_opens_each_of_their_indicators(sent, cast, client_as, department):
    judge_all(sent, department)
    step("accept", sent, cast.specialist)
    client, address = client_as(cast.specialist), f"/phieu/{sent.pk}/mo-lai/"
    page = body(client.get(address))
    # One box for each criterion; those with several indicators fold them away.
    assert page.count('name="criteria"') == len(page_of(sent, cast.specialist, today()).blocks)
    assert "Chọn trong 2 chỉ tiêu" in page and "<details open" not in page
    form = form_of(client, address) | {
        "until": "32/13/2026",
        "reason": "Sai",
        "criteria": ["1"],
        "codes": ["2.1"],
    }
    again_shown = body(client.post(address, form))
    assert 'name="criteria" value="1" checked' in again_shown and 'value="2.1" checked' in again_shown
    assert again_shown.count("<details open") == 1
    assert client.post(address, form | {"criteria": ["99"]}).status_code == 422
    form["until"] = f"{today():%d/%m/%Y}"
    assert client.post(address, form).status_code == 302
    returned = sent.results.filter(review="returned").values_list("indicator__code", flat=True)
    assert sorted(returned) == ["1.1", "1.2", "2.1"]


def test_a_return_costs_the_same_with_few_and_many_results(
    land, cast, client_as, django_assert_max_num_queries
):
    small = factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)
    made = appraising.assigned_set(factories.level("advanced"), revision=2)
    for number in range(30):
        factories.indicator(made, f"9.{number}", department=factories.department())
    large = factories.submission(factories.a_round(land.province, made), land.commune_a)
    fill(large, cast.officer_a, *[Cell(f"9.{n}", "Đ") for n in range(30)])
    fill(small, cast.officer_a)
    client = client_as(cast.specialist)
    for one in (small, large):
        client.get(f"/phieu/{one.pk}/")
        with django_assert_max_num_queries(15):
            client.get(f"/phieu/{one.pk}/")


# --- judging ------------------------------------------------------------------------------------------------
def test_a_district_is_offered_where_returns_lie_in_it(land, sent, cast, client_as, department):
    client = client_as(department)
    for url in ("/tham-dinh/", "/canh-bao-thu-hoi/2023/", f"/ky-nhap-lieu/{sent.round.pk}/phieu/"):
        page = body(client.get(url))
        assert '<option value="167">Huyện Định Hóa</option>' in page
        assert 'value="172"' not in page


def test_sets_of_one_name_are_told_apart_where_a_round_is_opened(land, cast, client_as):
    made = factories.small_set(valid_from=date(2022, 3, 8), valid_to=date(2024, 1, 1))
    factories.small_set(made.level, province=land.province.place, revision=2, valid_from=date(2024, 1, 1))
    page = body(client_as(cast.specialist).get("/ky-nhap-lieu/mo/"))
    old = "(cả nước, lần 1, áp dụng từ 08/03/2022 đến trước 01/01/2024)"
    for words in (old, "(của tỉnh, lần 2, áp dụng từ 01/01/2024)"):
        assert f"Bộ tiêu chí kiểm thử {words}</option>" in page


def test_the_desk_lists_what_waits_and_its_files_hold_the_same(land, sent, cast, client_as, department):
    Indicator.objects.filter(code="3").update(department=factories.department("so-yt"))
    criteria.forget()
    client = client_as(department)
    page = body(client.get("/tham-dinh/"))
    assert 'data-count="4"' in page
    lines = b"".join(client.get("/tham-dinh/danh-sach.csv").streaming_content).decode().splitlines()
    assert len(lines) == 1 + 4 + 1
    one = Indicator.objects.get(code="2.1").pk
    assert 'data-count="1"' in body(client.get(f"/tham-dinh/?chi_tieu={one}"))
    assert 'data-count="0"' in body(client.get("/tham-dinh/?tinh_trang=xong"))
    assert client.get("/tham-dinh/?chi_tieu=9.9").status_code == 400


def test_an_indicator_is_found_by_its_set_not_by_its_code_alone(land, sent, cast, client_as, department):
    other = appraising.assigned_set(factories.level("advanced"), name="Bộ nâng cao kiểm thử")
    above = factories.submission(factories.a_round(land.province, other), land.commune_a)
    fill(above, cast.officer_a)
    submit(above, cast.leader_a)
    client = client_as(department)
    page = body(client.get("/tham-dinh/"))
    for made in (sent.round.criteria_set, other):
        one = Indicator.objects.get(criteria_set=made, code="2.1")
        assert f'<option value="{one.pk}">{made.level.short_name}: 2.1.' in page
        found = body(client.get(f"/tham-dinh/?chi_tieu={one.pk}"))
        assert 'data-count="1"' in found
        assert str(made.name) in found


def test_judging_one_through_its_page(sent, cast, client_as, department):
    client, url = client_as(department), f"/tham-dinh/{result(sent, '3').pk}/"
    form = form_of(client, url)
    assert client.post(url, form | {"verdict": "met", "basis": ""}).status_code == 422
    unknown = client.post(url, form | {"verdict": "met", "basis": "BC 1", "number": "99/KH"})
    assert "Không có văn bản mang số 99/KH" in body(unknown)
    assert client.post(url, form | {"verdict": "met", "basis": "BC 1"}).status_code == 302
    assert Judgement.objects.get().basis == "BC 1"


def test_judging_what_changed_meanwhile_is_409_with_both_values(sent, cast, client_as, department):
    client, url = client_as(department), f"/tham-dinh/{result(sent, '2.1').pk}/"
    form = form_of(client, url) | {"verdict": "met", "basis": "BC 1"}
    give_back(sent, "2.1", cast.specialist)
    fill(sent, cast.officer_a, Cell("2.1", "50", version=2))
    step("send_again", sent, cast.leader_a)
    response = client.post(url, form)
    assert response.status_code == 409
    assert "<td>95 %, đạt</td><td>50 %, chưa đạt</td>" in re.sub(r">\s+<", "><", body(response))
    assert "BC 1</textarea>" in body(response).replace("\r\n", "").replace("> BC", ">BC")
    assert not Judgement.objects.exists()


def test_judging_many_through_the_page(sent, cast, client_as, department):
    client = client_as(department)
    page = client.get("/tham-dinh/nhieu/").content.decode()
    picks = re.findall(r'name="picks" value="([^"]+)"', page)
    assert len(picks) == 5
    # What was not computed to be met is ticked by a person, or not at all.
    met = Result.objects.filter(
        submission=sent, verdict="met", pk__in=[pick.partition(":")[0] for pick in picks]
    )
    assert 0 < page.count(" checked>") == met.count() < 5
    give_back(sent, "2.1", cast.specialist)
    form = hidden(page) | {"picks": picks, "verdict": "met", "basis": "Biên bản 3"}
    response = client.post("/tham-dinh/nhieu/", form, follow=True)
    assert "Đã thẩm định 4 kết quả." in body(response)
    assert "2.1: Kết quả đang trả lại" in body(response)
    assert Judgement.objects.count() == 4
    assert client.post("/tham-dinh/nhieu/", hidden(page) | {"picks": ["x:y"]}).status_code in (409, 422)


def test_returning_asking_and_answering_through_the_pages(sent, cast, client_as, department):
    row = result(sent, "3")
    client, url = client_as(department), f"/tham-dinh/{row.pk}/tra-lai/"
    form = form_of(client, url)
    assert client.post(url, form | {"act": "hoi", "reason": "Nguồn?"}).status_code == 302
    form = form_of(client, url)
    assert client.post(url, form | {"act": "tra-lai", "reason": "Thiếu biên bản"}).status_code == 302
    asked = Remark.objects.get(is_return=False)
    officer = client_as(cast.officer_a)
    answer = f"/y-kien/{asked.pk}/tra-loi/"
    assert officer.post(answer, form_of(officer, answer) | {"answer": "Thống kê"}).status_code == 302
    asked.refresh_from_db()
    assert asked.answer == "Thống kê"
    assert client_as(cast.leader).get(url).status_code == 403
    assert client_as(cast.officer_b).get(answer).status_code == 404


def test_without_a_district_its_officer_reads_and_is_refused_the_form_as_the_act(sent, cast, client_as):
    client, url = client_as(cast.district_officer), f"/tham-dinh/{result(sent, '3').pk}/tra-lai/"
    page = client.get(f"/phieu/{sent.pk}/")
    assert page.status_code == 200 and url not in body(page)
    assert client.get(url).status_code == client.post(url, {"act": "hoi", "reason": "x"}).status_code == 403


# --- rounds -------------------------------------------------------------------------------------------------
def test_a_round_is_opened_given_deadlines_and_locked(land, cast, client_as):
    made = factories.small_set()
    client = client_as(cast.specialist)
    form = form_of(client, "/ky-nhap-lieu/mo/") | {"year": "2023", "term": "year", "criteria_set": made.pk}
    early = client.post("/ky-nhap-lieu/mo/", form | {"enter_by": "10/01/2024", "judge_by": "01/01/2024"})
    assert (early.status_code, "sớm hơn hạn của bước trước" in body(early)) == (422, True)
    url = client.post("/ky-nhap-lieu/mo/", form | {"enter_by": "10/01/2024"})["Location"]
    assert Submission.objects.count() == 5
    form = form_of(client, f"{url}han/") | {"enter_by": "20/01/2024"}
    assert client.post(f"{url}han/", form).status_code == 302
    assert client.post(f"{url}han/", form | {"enter_by": "30/01/2024"}).status_code == 409
    assert "trừ đơn vị được gia hạn" in client.get(f"{url}han/").text
    assert "không ai nhập, gửi, thẩm định hay chấp nhận được" in client.get(f"{url}khoa/").text
    assert client.post(f"{url}khoa/", form_of(client, f"{url}khoa/") | {"reason": "Chốt"}).status_code == 302
    assert Round.objects.get().is_locked
    assert "đang mở" not in body(client.get(url))


def test_no_round_is_opened_that_nobody_could_finish(land, cast, client_as):
    bare = factories.small_set()
    baker.make(Criterion, criteria_set=bare, number="7", name="Chợ", position=7)
    districts = factories.criteria_set(factories.level("district_ntm"), name="Bộ huyện")
    client, refused = client_as(cast.specialist), []
    for made in (bare, districts):
        form = form_of(client, "/ky-nhap-lieu/mo/") | {
            "year": "2023",
            "term": "year",
            "criteria_set": made.pk,
        }
        page = client.post("/ky-nhap-lieu/mo/", form)
        refused.append((page.status_code, body(page)))
    assert [status for status, _ in refused] == [422, 422]
    assert "tiêu chí 7 chưa có chỉ tiêu nào" in refused[0][1]
    assert "Cấp huyện kết thúc hoạt động từ 01/07/2025" in refused[1][1]
    assert not Round.objects.exists()


def test_each_figure_of_a_round_opens_its_list(land, sent, cast, client_as):
    late = factories.submission(sent.round, land.commune_b, due_on=date(2024, 1, 1))
    assert late.state == "draft"
    client = client_as(cast.specialist)
    page = client.get(f"/ky-nhap-lieu/{sent.round_id}/").content.decode()
    figures = re.findall(r'<a href="([^"]+)" data-figure="(\d+)"', page)
    assert len(figures) == 8
    for url, count in figures:
        shown = body(client.get(url.replace("&amp;", "&")))
        assert f'data-count="{count}"' in shown, url
    assert ("qua-han", "1") in [(url.partition("=")[2], count) for url, count in figures]


def test_accepting_many_shows_first_which_can_and_why_not(land, sent, cast, client_as, department):
    Indicator.objects.filter(code="3").update(department=factories.department("so-yt"))
    criteria.forget()
    other = factories.submission(sent.round, land.commune_b)
    fill(other, cast.officer_b)
    submit(other, factories.user("leader_b", "commune_leader", land.commune_b))
    judge_all(sent, department)
    judge(sent, "3", appraising.judge_for(factories.user("yt", "department", land.province), "so-yt"))
    client, url = client_as(cast.specialist), f"/ky-nhap-lieu/{sent.round_id}/chap-nhan/"
    page = client.get(url).content.decode()
    picks = re.findall(r'name="picks" value="([^"]+)"', page)
    assert picks == [f"{sent.pk}:{again(sent).version}:"]
    assert "thẩm định: 1.1 (so-nn), 1.2 (so-nn), 2.1 (so-nn), 2.2 (so-nn), 3 (so-yt)." in page
    form = hidden(page) | {"picks": [*picks, f"{other.pk}:{again(other).version}:"]}
    response = client.post(url, form, follow=True)
    assert "Đã chấp nhận 1 phiếu." in body(response)
    assert "Xã Điềm Mặc: Còn 5 chỉ tiêu" in body(response)
    assert (again(sent).state, again(other).state) == ("accepted", "submitted")


def test_lists_send_the_same_number_of_queries_for_3_and_30_rows(
    land, cast, client_as, department, django_assert_max_num_queries
):
    made, client = appraising.assigned_set(), client_as(cast.specialist)
    a_round = factories.a_round(land.province, made)
    units = [factories.unit(land.district, f"Xã {n}") for n in range(30)]
    counts = []
    for group in (units[:3], units[3:]):
        for unit in group:
            factories.submission(a_round, unit, state="submitted", submitted_at=timezone.now(), missing=0)
        used = []
        for url in ("/ky-nhap-lieu/", f"/ky-nhap-lieu/{a_round.pk}/", f"/ky-nhap-lieu/{a_round.pk}/phieu/",
                    f"/ky-nhap-lieu/{a_round.pk}/chap-nhan/", "/viec-cua-toi/"):  # fmt: skip
            with django_assert_max_num_queries(15) as caught:
                assert client.get(url).status_code == 200
            used.append(len(caught))
        counts.append(used)
    assert counts[0] == counts[1]


def test_a_damaged_form_is_no_accident(sent, cast, client_as):
    client = client_as(cast.leader_a)
    for data in (
        {},
        {"version": "x", "token": "y"},
        {"version": 10**30, "token": str(uuid4()), "reason": "a"},
    ):
        assert client.post(f"/phieu/{sent.pk}/rut-lai/", data).status_code in (409, 422)
