"""The pages of criteria sets: what they show to whom, and that what is typed is stored, refused or kept."""

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from communes.choices import IndicatorKind, Operator, SetState
from communes.models import CriteriaSet, Criterion, Duty, Indicator, Threshold
from communes.services.criteria_sets import draft_set
from ntm.audit.models import LogEntry
from ntm.core.provenance import Trust
from tests import factories

LIST = "/tieu-chi/bo/"


@pytest.fixture
def national(land: Any) -> CriteriaSet:
    made = factories.small_set(name="Bộ tiêu chí quốc gia", valid_from=date(2022, 1, 1))
    Indicator.objects.filter(criteria_set=made, code="1.1").update(
        trust=Trust.RECALLED, source="theo trí nhớ"
    )
    Indicator.objects.filter(criteria_set=made, code="1.2").update(
        source="https://example.vn/bai-viet; mục 2"
    )
    return made


@pytest.fixture
def browser(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.specialist)


@pytest.fixture
def draft(national: CriteriaSet, land: Any, cast: SimpleNamespace) -> CriteriaSet:
    home = land.province.place
    return draft_set(
        level=national.level, province=home, name="Bộ của tỉnh", base=national, by=cast.specialist
    )


def of(row: CriteriaSet) -> str:
    return f"{LIST}{row.pk}/"


def put(of_set: CriteriaSet, code: str) -> Indicator:
    return Indicator.objects.get(criteria_set=of_set, code=code)


def send(browser: Client, url: str, **typed: Any) -> Any:
    """What a person sends who opened the page and filled it in."""
    form = browser.get(url).context["form"]
    hidden = {bound.name: bound.value() for bound in form.hidden_fields()}
    shown = {bound.name: bound.value() for bound in form.visible_fields() if bound.value() is not None}
    return browser.post(url, {**shown, **hidden, **typed})


def test_the_list_counts_what_is_known_of_each_set(browser, national, client_as, cast):
    page = browser.get(LIST)
    row = page.context["table"].rows[0].record
    counts = (row.criteria_count, row.indicator_count, row.verified_count, row.recalled_count, row.bare_count)
    assert counts == (3, 5, 4, 1, 1)
    assert f'href="{of(national)}"' in page.text
    assert "Lập dự thảo mới" in page.text
    assert "Lập dự thảo mới" not in client_as(cast.officer_a).get(LIST).text
    assert browser.get(LIST, {"giai_doan": "2021-2025", "tinh_trang": "draft"}).context["count"] == 0
    assert browser.get(LIST, {"tinh_trang": "khong-co"}).status_code == 400
    file = browser.get(f"{LIST}danh-sach.csv").getvalue().decode()
    assert "Bộ tiêu chí quốc gia;2021–2025;Xã đạt chuẩn NTM;Trung ương;1;Đã ban hành;01/01/2022;" in file


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_and_a_set_cost_the_same_for_any_size(browser, land, count, django_assert_max_num_queries):
    made = factories.small_set()
    for number in range(count):
        factories.criteria_set(province=land.province.place, revision=number + 2)
        factories.threshold(factories.indicator(made, f"9.{number}"))
    browser.get(LIST)
    with django_assert_max_num_queries(9):
        browser.get(LIST)
    with django_assert_max_num_queries(11):
        browser.get(of(made))


def test_a_set_tells_verified_from_recalled_and_says_where_nothing_can_be_judged(browser, national):
    page = browser.get(of(national)).text
    assert "chưa có ngưỡng – chưa đánh giá được" in page
    assert "chưa giao 1.1, 1.2, 2.1, 2.2, 3, nên phiếu chưa chấp nhận được" in page
    assert "≥\u00a090\u00a0%" in page
    assert 'href="https://example.vn/bai-viet"' in page
    first, second = (page.index(put(national, code).name) for code in ("1.1", "1.2"))
    assert "Chờ xác nhận" in page[first:second]
    assert "Đã kiểm chứng" in page[second:]


def test_the_threshold_shown_is_that_of_the_year_and_of_the_kind_of_commune(browser, national, land):
    row, home = put(national, "3"), land.province.place
    group = {"attribute": "commune_group", "attribute_value": "3", "province": home}
    factories.threshold(row, Operator.AT_LEAST, 70, **group)
    assert "≥\u00a039\u00a0triệu" in browser.get(of(national), {"nam": 2022}).text
    page = browser.get(of(national), {"nam": 2023}).text
    assert "≥\u00a042\u00a0triệu" in page
    assert re.search(r"≥\u00a070\u00a0%</b> <small>\(xã nhóm 3\)</small>.{0,40}Tỉnh đặt", page)
    assert "(xã nhóm 3)" not in browser.get(of(national), {"commune_group": "3"}).text
    assert "≥\u00a070" not in browser.get(of(national), {"commune_group": "1"}).text
    assert browser.get(of(national), {"nam": "x", "commune_group": "9"}).status_code == 200


def test_a_criterion_without_indicators_is_said_to_be_missing_them(browser, national):
    Criterion.objects.create(criteria_set=national, number="9", name="Trống", position=9)
    assert "tiêu chí 9 chưa có chỉ tiêu nào" in browser.get(of(national)).text


def test_drafts_and_other_provinces_sets_are_found_only_by_those_they_belong_to(
    browser, draft, land, cast, client_as
):
    foreign = factories.small_set(factories.level("model"), province=land.foreign.place)
    for client, row in (
        (client_as(cast.leader), draft),
        (client_as(cast.officer_a), draft),
        (browser, foreign),
    ):
        for url in (of(row), f"{of(row)}bo-tieu-chi.xlsx", f"/tieu-chi/chi-tieu/{put(row, '3').pk}/"):
            assert client.get(url).status_code == 404
    for word in ("ten/", "ban-hanh/", "nhap/", "them-tieu-chi/"):
        assert browser.get(f"{of(foreign)}{word}").status_code == 404


def test_from_a_copy_to_a_new_revision_by_page(browser, national, land):
    paper = factories.document(province=land.province.place)
    answer = send(browser, f"{of(national)}chep/", name="Bộ của tỉnh")
    made = CriteriaSet.objects.get(name="Bộ của tỉnh")
    assert answer["Location"] == of(made)
    assert "Ban hành" in browser.get(of(made)).text
    assert send(browser, f"{of(made)}ten/", name="Bộ mới").status_code == 302
    answer = send(browser, f"{of(made)}them-tieu-chi/", number="4", name="Mới", group="", is_key="on")
    assert answer.status_code == 302
    late = send(browser, f"{of(made)}ban-hanh/", valid_from="01/01/2024", document=paper.pk)
    assert late.status_code == 422
    assert "Tiêu chí 4 chưa có chỉ tiêu nào" in late.text
    criterion = Criterion.objects.get(criteria_set=made, number="4")
    assert send(browser, f"/tieu-chi/tieu-chi/{criterion.pk}/bo/").status_code == 302
    assert (
        "01/13/2024" in send(browser, f"{of(made)}ban-hanh/", valid_from="01/13/2024", document=paper.pk).text
    )
    assert (
        send(browser, f"{of(made)}ban-hanh/", valid_from="01/01/2024", document=paper.pk).status_code == 302
    )
    made.refresh_from_db()
    assert (made.state, made.name, made.valid_from) == (SetState.PUBLISHED, "Bộ mới", date(2024, 1, 1))
    assert browser.get(f"{of(made)}ten/").status_code == 404


def test_a_double_click_makes_one_draft(browser, national):
    url = f"{of(national)}chep/"
    token = browser.get(url).context["form"]["token"].value()
    answers = [browser.post(url, {"token": token, "name": "Bộ của tỉnh"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert CriteriaSet.objects.filter(state=SetState.DRAFT).count() == 1
    assert (
        "đang có một dự thảo" in send(browser, f"{LIST}lap-du-thao/", level=national.level_id, name="x").text
    )


def test_an_indicator_is_added_changed_moved_and_dropped_by_page(browser, draft):
    criterion = Criterion.objects.get(criteria_set=draft, number="1")
    url = f"/tieu-chi/tieu-chi/{criterion.pk}/them-chi-tieu/"
    answer = send(browser, url, code="1.3", name="Xếp loại", kind="graded", grades="Đạt\nKhá\nTốt")
    row = put(draft, "1.3")
    assert answer["Location"] == f"/tieu-chi/chi-tieu/{row.pk}/"
    assert row.grades == ["Đạt", "Khá", "Tốt"]
    change = f"/tieu-chi/chi-tieu/{row.pk}/sua/"
    assert send(browser, change, name="Xếp loại khác").status_code == 302
    ambiguous = send(browser, change, kind="number", maximum="1.234")
    assert ambiguous.status_code == 422
    assert "hai cách hiểu" in ambiguous.text
    assert 'value="1.234"' in ambiguous.text
    assert browser.post(f"/tieu-chi/chi-tieu/{row.pk}/chuyen/", {"len": "1"})["Location"].endswith(
        f"#ct-{row.pk}"
    )
    codes = Indicator.objects.filter(criterion=criterion).order_by("position").values_list("code", flat=True)
    assert list(codes) == ["1.1", "1.3", "1.2"]
    assert send(browser, f"/tieu-chi/chi-tieu/{row.pk}/bo/").status_code == 302
    assert list(codes.all()) == ["1.1", "1.2"]


def test_two_people_at_one_indicator_see_both_values(browser, draft):
    Indicator.objects.filter(criteria_set=draft, code="2.1").update(maximum=100)
    url = f"/tieu-chi/chi-tieu/{put(draft, '2.1').pk}/sua/"
    form = browser.get(url).context["form"]
    typed = {bound.name: bound.value() for bound in form if bound.value() is not None}
    assert browser.post(url, typed | {"name": "Của người khác"}).status_code == 302
    answer = browser.post(url, typed | {"name": "Của tôi", "soft_limit": "5"})
    assert answer.status_code == 409
    differing = [row.label for row in answer.context["conflict"].rows if row.differs]
    assert differing == ["Tên chỉ tiêu", "Hỏi lại khi lệch năm trước từ"]
    again = {bound.name: bound.value() for bound in answer.context["form"] if bound.value() is not None}
    assert browser.post(url, again).status_code == 302
    assert put(draft, "2.1").name == "Của tôi"


def test_two_people_at_one_criterion_see_both_values(browser, draft):
    url = f"/tieu-chi/tieu-chi/{Criterion.objects.get(criteria_set=draft, number='1').pk}/sua/"
    form = browser.get(url).context["form"]
    typed = {bound.name: bound.value() for bound in form if bound.value() not in (None, False)}
    assert browser.post(url, typed | {"name": "Một"}).status_code == 302
    answer = browser.post(url, typed | {"name": "Hai"})
    assert answer.status_code == 409
    assert [(row.mine, row.theirs) for row in answer.context["conflict"].rows if row.differs] == [
        ("Hai", "Một")
    ]


def test_a_draft_is_thrown_away_by_page(browser, draft, national):
    assert send(browser, f"{of(draft)}bo-du-thao/")["Location"] == LIST
    assert list(CriteriaSet.objects.all()) == [national]


# --- thresholds and duties -----------------------------------------------------------------------------------
def test_the_provinces_threshold_is_set_corrected_and_withdrawn_by_page(browser, national, land):
    row, paper = put(national, "3"), factories.document(province=land.province.place)
    page = f"/tieu-chi/chi-tieu/{row.pk}/"
    typed = {"operator": "gte", "value": "70", "attribute": "especially_difficult:1", "first_year": "2023"}
    refused = send(browser, f"{page}nguong/", **typed)
    assert refused.status_code == 422
    assert 'value="70"' in refused.text
    answer = send(browser, f"{page}nguong/", **typed, document=paper.pk)
    assert answer["Location"] == page
    bar = Threshold.objects.get(indicator=row)
    assert (bar.province, bar.attribute, bar.attribute_value) == (
        land.province.place, "especially_difficult", "1",
    )  # fmt: skip
    shown = browser.get(page).text
    assert "xã đặc biệt khó khăn" in shown
    # A threshold for a kind of unit that nobody has recorded holds for none, and the page says so.
    assert "chưa ghi cho xã nào" in shown
    factories.attribute(land.commune_b, "especially_difficult")
    assert "chưa ghi cho xã nào" not in browser.get(page).text
    assert "từ 2023" in shown
    change = f"/tieu-chi/nguong/{bar.pk}/sua/"
    assert send(browser, change, value="80").status_code == 422
    assert send(browser, change, value="1.234", reason="Ghi nhầm").status_code == 422
    assert send(browser, change, value="80,5", reason="Ghi nhầm").status_code == 302
    assert send(browser, f"/tieu-chi/nguong/{bar.pk}/bo/", reason="").status_code == 422
    assert send(browser, f"/tieu-chi/nguong/{bar.pk}/bo/", reason="Hết hiệu lực").status_code == 302
    bar.refresh_from_db()
    assert (bar.is_withdrawn, float(bar.value)) == (True, 80.5)
    assert "Đã bỏ" in browser.get(page).text


def test_two_people_at_one_threshold_see_both_values(browser, national, land):
    paper = factories.document(province=land.province.place)
    bar = factories.threshold(put(national, "3"), "gte", 70, province=land.province.place, document=paper)
    url = f"/tieu-chi/nguong/{bar.pk}/sua/"
    form = browser.get(url).context["form"]
    typed = {bound.name: bound.value() for bound in form if bound.value() is not None}
    assert browser.post(url, typed | {"value": "75", "reason": "Một"}).status_code == 302
    answer = browser.post(url, typed | {"value": "72", "reason": "Hai"})
    assert answer.status_code == 409
    rows = [(row.mine, row.theirs) for row in answer.context["conflict"].rows if row.differs]
    assert rows == [("72", "75")]


def test_a_grade_is_chosen_by_its_name(browser, draft):
    row = factories.indicator(draft, "1.9", IndicatorKind.GRADED, grades=["Đạt", "Khá", "Tốt"])
    url = f"/tieu-chi/chi-tieu/{row.pk}/nguong/"
    assert "Khá" in browser.get(url).text
    assert send(browser, url, operator="grade", value="1").status_code == 302
    assert "từ mức Khá" in browser.get(f"/tieu-chi/chi-tieu/{row.pk}/").text


def test_thresholds_of_the_nation_and_of_others_cannot_be_reached(browser, national, land):
    own = Threshold.objects.filter(indicator=put(national, "2.1")).get()
    theirs = factories.threshold(put(national, "3"), "gte", 1, province=land.foreign.place)
    for row in (own, theirs):
        for word in ("sua/", "bo/"):
            assert browser.get(f"/tieu-chi/nguong/{row.pk}/{word}").status_code == 404


def test_indicators_are_assigned_one_by_one_and_by_whole_criteria(browser, national, land):
    ours = factories.department("so-a", name="Sở A", short_name="Sở A")
    url = f"{of(national)}phan-cong/"
    first, second = (Criterion.objects.get(criteria_set=national, number=number) for number in "12")
    typed = {"first_year": "2022", "criteria": [first.pk], "indicators": [put(national, "2.1").pk]}
    empty = send(browser, url, first_year="2022", department=ours.pk)
    assert "Chưa chọn chỉ tiêu" in empty.text
    kept = send(browser, url, **typed)
    assert kept.status_code == 422
    assert re.search(rf'name="criteria" value="{first.pk}" checked', kept.text)
    assert send(browser, url, **typed, department=ours.pk).status_code == 302
    codes = set(Duty.objects.values_list("indicator__code", flat=True))
    assert codes == {"1.1", "1.2", "2.1"}
    assert second.indicators.get(code="2.2").duties.count() == 0
    assert browser.get(url).text.count("Sở A</td>") == 3
    duty = Duty.objects.get(indicator__code="2.1")
    assert "Sở A" in browser.get(f"/tieu-chi/chi-tieu/{duty.indicator_id}/").text
    assert send(browser, f"/tieu-chi/phan-cong/{duty.pk}/bo/").status_code == 302
    assert Duty.objects.count() == 2
    assert LogEntry.objects.filter(action="duty.given").count() == 3


def test_readers_see_no_way_to_write(national, cast, client_as):
    reader = client_as(cast.leader)
    page = reader.get(of(national)).text + reader.get(f"/tieu-chi/chi-tieu/{put(national, '3').pk}/").text
    for word in ("Chép thành dự thảo", "Phân công sở", "Đặt ngưỡng"):
        assert word not in page
