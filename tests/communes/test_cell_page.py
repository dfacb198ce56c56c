"""The page of one cell: what it shows to whom, what it stores, and what it answers when it cannot."""

import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from communes.choices import IndicatorKind, Operator, ReviewState, SubmissionState, ValueState, Verdict
from communes.models import Judgement, Remark, Result, Submission
from communes.services.results import Cell, enter
from ntm.audit.models import LogEntry
from ntm.core.provenance import Trust
from tests import factories
from tests.replayed import replayed

ADDRESS = "/nhap-lieu/05602/2023/2.1/"


@pytest.fixture
@replayed
def place(land: Any, cast: Any) -> SimpleNamespace:
    """Commune A's return of 2023, and that of 2022 with one value; one indicator with cases, one graded."""
    made = factories.small_set()
    share = made.indicators.get(code="2.1")
    paper = factories.document("19/QĐ-TTg")
    share.thresholds.update(document=paper, source="Phụ lục, mục 15.1", trust=Trust.RECALLED)
    share.guidance, share.department = "Số người có thẻ chia cho dân số.", factories.department("so-y-te")
    share.save()
    schools = factories.indicator(made, "4.1", IndicatorKind.PERCENT)
    factories.threshold(schools, Operator.AT_LEAST, 70, case="xã có từ 3 trường")
    factories.threshold(schools, Operator.AT_LEAST, 100, case="xã có dưới 3 trường")
    rank = factories.indicator(made, "4.2", IndicatorKind.GRADED, grades=["Yếu", "Khá", "Tốt"])
    factories.threshold(rank, Operator.GRADE, 1)
    factories.indicator(made, "4.3", IndicatorKind.TEXT)
    last = factories.submission(factories.a_round(land.province, made, 2022), land.commune_a)
    enter(where=Q(pk=last.pk), typed=[Cell("2.1", "95")], by=cast.officer_a)
    now = factories.submission(factories.a_round(land.province, made), land.commune_a)
    factories.submission(now.round, land.commune_b)
    return SimpleNamespace(now=now, last=last, made=made)


@pytest.fixture
def officer(cast: Any, client_as: Any) -> Any:
    return client_as(cast.officer_a)


def stored(place: Any, code: str = "2.1") -> Result:
    return Result.objects.get(submission=place.now, indicator__code=code)


def send(client: Any, code: str = "2.1", **values: Any) -> Any:
    data = {"state": "entered", "version": 0, "note": "", "value": ""} | values
    return client.post(f"/nhap-lieu/05602/2023/{code}/?bo=ntm", data, headers=data.pop("headers", {}))


def text_of(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(plain.split())


# --- what it shows -------------------------------------------------------------------------------------------
def test_everything_beside_an_empty_cell(place, officer):
    page = text_of(officer.get(ADDRESS))
    assert "2.1. Chỉ tiêu 2.1" in page
    assert "chưa nhập" in page
    assert "Từ 90 % Chờ xác nhận" in page
    assert "Văn bản 19/QĐ-TTg" in page
    assert "Nguồn: Phụ lục, mục 15.1" in page
    assert "Năm 2022 95 % (Đạt; phiếu đang nhập)" in page
    assert "Số người có thẻ chia cho dân số." in page
    assert "Sở so-y-te" in page
    assert "Chưa ai nhập ô này." in page


def test_the_unit_is_opened_in_the_returns_year(place, officer):
    assert '<a href="/dia-ban/xa/05602/2023/">' in officer.get(ADDRESS).content.decode()


def test_a_value_with_its_reason_and_its_history(place, officer, cast):
    enter(where=Q(pk=place.now.pk), typed=[Cell("2.1", "81")], by=cast.officer_a)
    enter(where=Q(pk=place.now.pk), typed=[Cell("2.1", "92", version=1, note="Rà lại")], by=cast.leader_a)
    page = text_of(officer.get(ADDRESS))
    assert "Đạt: 92 %, cần từ 90 %." in page
    assert "Sửa kết quả leader_a" in page
    assert "Kết quả: 81 %, lệch nhiều so với năm trước → 92 %" in page
    assert "Ghi chú: Rà lại" in page
    assert "Đánh giá: Chưa đạt → Đạt" in page
    assert "{" not in page.split("Lịch sử ô")[1]


def test_judgements_and_remarks_are_shown(place, officer, cast):
    enter(where=Q(pk=place.now.pk), typed=[Cell("2.1", "81")], by=cast.officer_a)
    row = stored(place)
    Judgement.objects.create(
        result=row, verdict=Verdict.NOT_MET, basis="Biên bản ngày 05/01", by=cast.department, result_version=1
    )
    Remark.objects.create(result=row, text="Thiếu danh sách thẻ", is_return=True, by=cast.department)
    page = text_of(officer.get(ADDRESS))
    assert "Căn cứ: Biên bản ngày 05/01" in page
    assert "Thiếu danh sách thẻ" in page
    assert "chưa trả lời" in page


def test_who_may_answer_a_return_is_led_there_before_anything_else(place, officer, cast, client_as):
    enter(where=Q(pk=place.now.pk), typed=[Cell("2.1", "81")], by=cast.officer_a)
    remark = Remark.objects.create(result=stored(place), text="Thiếu danh sách thẻ", is_return=True)
    answer = f'<a href="/y-kien/{remark.pk}/tra-loi/">Giải trình</a>'
    for headers in ({}, {"X-Fragment": "1"}):
        html = officer.get(ADDRESS, headers=headers).content.decode()
        assert html.index("Thiếu danh sách thẻ") < html.index("Kết quả năm 2023")
        assert answer in html
    assert answer not in client_as(cast.leader).get(ADDRESS).content.decode()
    Remark.objects.update(closed_at=timezone.now())
    assert answer not in officer.get(ADDRESS).content.decode()


def test_the_fragment_is_the_inside_alone(place, officer):
    response = officer.get(ADDRESS, headers={"X-Fragment": "1"})
    html = response.content.decode()
    assert "<html" not in html
    assert 'data-cell="2.1" data-version="0" data-state="empty"' in html
    assert 'action="/nhap-lieu/05602/2023/2.1/?bo=ntm"' in html
    assert "csrfmiddlewaretoken" in html
    assert "Từ 90\u00a0%" in html


def test_neither_the_page_nor_its_inside_is_kept_by_a_browser(place, officer):
    assert "no-store" in officer.get(ADDRESS)["Cache-Control"]


def test_a_form_of_the_fragment_answers_with_the_fragment(place, officer):
    refused = send(officer, value="abc", headers={"X-Fragment": "1"})
    assert refused.status_code == 422
    assert "<html" not in refused.content.decode()
    saved = send(officer, value="95", headers={"X-Fragment": "1"})
    assert saved.status_code == 302
    html = officer.get(saved["Location"], headers={"X-Fragment": "1"}).content.decode()
    assert 'data-version="1" data-state="entered"' in html
    assert "Đã lưu." in html


def test_the_set_of_another_level_by_its_code(place, officer, land):
    advanced = factories.small_set(factories.level("advanced"))
    factories.submission(factories.a_round(land.province, advanced), land.commune_a)
    assert "Kết quả năm 2023" in text_of(officer.get(f"{ADDRESS}?bo=advanced"))
    assert officer.get(f"{ADDRESS}?bo=model").status_code == 404


def test_the_first_half_of_a_year_is_a_return_of_its_own(place, officer, land):
    half = factories.a_round(land.province, place.made, term="half")
    factories.submission(half, land.commune_a)
    address = f"{ADDRESS}?bo=ntm&ky=6-thang"
    data = {"state": "entered", "version": 0, "value": "91"}
    assert officer.post(address, data)["Location"] == address
    assert Result.objects.get(submission__round=half).value == 91
    assert not Result.objects.filter(submission=place.now).exists()


@pytest.mark.parametrize(
    "address",
    [
        "/nhap-lieu/05602/2023/99.9/",
        "/nhap-lieu/05602/2021/2.1/",
        "/nhap-lieu/99999/2023/2.1/",
        "/nhap-lieu/05596/2023/2.1/",
        "/nhap-lieu/01366/2023/2.1/",
        "/nhap-lieu/05602/9999/2.1/",
        "/nhap-lieu/05602/2023/2.1/?bo=%00x",
        "/nhap-lieu/05602/2023/%00/",
    ],
)
def test_what_there_is_not_or_is_somebody_elses_is_not_found(place, officer, address):
    assert officer.get(address).status_code == 404
    assert officer.post(address).status_code == 404


@pytest.mark.parametrize("who", ["department", "district_officer"])
def test_who_may_only_read_sees_no_form(place, cast, client_as, who):
    response = client_as(getattr(cast, who)).get(ADDRESS)
    assert response.status_code == 200
    assert "<textarea" not in response.content.decode()
    assert send(client_as(getattr(cast, who)), value="95").status_code == 403
    assert not Result.objects.filter(submission=place.now).exists()


def test_the_office_enters_for_a_commune(place, cast, client_as):
    assert send(client_as(cast.specialist), value="95").status_code == 302
    assert stored(place).entered_by == cast.specialist


def test_people_of_the_province_go_on_to_all_communes(place, officer, cast, client_as):
    link = f'href="/nhap-lieu/chi-tieu/{place.made.pk}/2.1/2023/"'
    assert link in client_as(cast.department).get(ADDRESS).content.decode()
    assert link not in officer.get(ADDRESS).content.decode()


def test_the_number_of_queries_does_not_grow(place, officer, cast, django_assert_max_num_queries):
    officer.get(ADDRESS)
    with django_assert_max_num_queries(13):
        officer.get(ADDRESS)
    for number, value in enumerate(range(81, 91)):
        enter(where=Q(pk=place.now.pk), typed=[Cell("2.1", str(value), version=number)], by=cast.officer_a)
    row = stored(place)
    for number in range(5):
        Remark.objects.create(result=row, text=f"Ý kiến {number}", by=cast.department)
        Judgement.objects.create(result=row, verdict="met", basis="x", by=cast.leader, result_version=1)
    with django_assert_max_num_queries(16):
        officer.get(ADDRESS)


# --- what it stores ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "values", "state", "value", "verdict"),
    [
        ("2.1", {"value": "92,5"}, ValueState.ENTERED, "92.5", Verdict.MET),
        ("1.1", {"value": "Đạt"}, ValueState.ENTERED, 1, Verdict.MET),
        ("1.1", {"value": "Chưa"}, ValueState.ENTERED, 0, Verdict.NOT_MET),
        ("4.2", {"value": "Tốt"}, ValueState.ENTERED, 2, Verdict.MET),
        ("4.3", {"value": "Có 3 mô hình"}, ValueState.ENTERED, None, Verdict.NOT_EVALUABLE),
        ("2.1", {"state": "not_applicable", "note": "Xã không có"}, ValueState.NOT_APPLICABLE, None,
         Verdict.NOT_APPLICABLE),
        ("2.1", {"state": "no_data"}, ValueState.NO_DATA, None, ""),
    ],
)  # fmt: skip
def test_each_kind_and_state_is_stored(place, officer, code, values, state, value, verdict):
    assert send(officer, code, **values).status_code == 302
    row = stored(place, code)
    expected = None if value is None else Decimal(str(value))
    assert (row.state, row.value, row.verdict) == (state, expected, verdict)


def test_part_and_whole_give_the_share(place, officer):
    send(officer, numerator="2", denominator="3")
    row = stored(place)
    assert (row.value, row.numerator, row.denominator) == (Decimal("66.67"), 2, 3)
    assert "66,67 % = 2/3" in text_of(officer.get(ADDRESS))


def test_part_and_whole_beside_another_percent_are_asked_back(place, officer):
    for typed, version in (({"numerator": "45", "denominator": "50"}, 0), ({"value": "80"}, 1)):
        send(officer, version=version, **typed)
        before = stored(place)
        both = {"value": "80", "numerator": "45", "denominator": "50", "note": "Đã kiểm kê"}
        response = send(officer, version=version + 1, **both)
        html = text_of(response)
        assert response.status_code == 422
        assert "Kết quả 80 % không khớp: tử số 45 và mẫu số 50 cho 90 %" in html
        assert "Tử số và mẫu số không khớp với kết quả đã gõ." in html
        for text in ('value="80"', 'value="45"', 'value="50"', "Đã kiểm kê"):
            assert text in response.content.decode()
        assert (stored(place).version, stored(place).value) == (before.version, before.value)


def test_a_percent_or_its_parts_are_emptied_so_that_the_other_counts(place, officer):
    send(officer, numerator="2", denominator="4")
    send(officer, value="60", numerator="", denominator="", version=1)
    assert (stored(place).value, stored(place).numerator) == (60, None)
    send(officer, value="60", numerator="3", denominator="5", version=2)
    assert stored(place).numerator == 3
    # What follows from the parts is reckoned anew when they are typed anew, or when it is emptied.
    send(officer, value="60", numerator="4", denominator="5", version=3)
    assert stored(place).value == 80
    send(officer, value="", numerator="4", denominator="5", version=4)
    assert (stored(place).value, stored(place).version) == (80, 4)
    send(officer, value="80", numerator="", denominator="", version=4)
    assert (stored(place).value, stored(place).numerator, stored(place).version) == (80, None, 5)


def test_a_number_of_thousands_comes_back_as_it_stands_in_its_box(place, officer):
    """Grouped, "1.234" would be asked back the next time."""
    send(officer, "2.2", value="1234,5")
    assert 'value="1234,5"' in officer.get("/nhap-lieu/05602/2023/2.2/").content.decode()
    send(officer, numerator="1234", denominator="2000")
    html = officer.get(ADDRESS).content.decode()
    assert 'value="1234"' in html
    assert 'value="2000"' in html


def test_a_case_is_chosen(place, officer):
    send(officer, "4.1", value="80", case=0)
    assert stored(place, "4.1").verdict == Verdict.NOT_EVALUABLE
    assert "Cần chọn trường hợp" in text_of(officer.get("/nhap-lieu/05602/2023/4.1/")).replace("80 %; c", "C")
    first = place.made.indicators.get(code="4.1").thresholds.first()
    send(officer, "4.1", value="80", case=first.pk, version=1)
    assert (stored(place, "4.1").case, stored(place, "4.1").verdict) == (first, Verdict.MET)


def test_saving_confirms_what_was_copied(place, officer, cast):
    enter(where=Q(pk=place.now.pk), typed=[Cell("2.1", "95", copied_from=2022)], by=cast.officer_a)
    page = text_of(officer.get(ADDRESS))
    assert "95 % (chép năm 2022, chờ xác nhận)" in page
    assert "Lưu và xác nhận" in page
    send(officer, value="95", version=1)
    assert stored(place).state == ValueState.ENTERED


def test_a_doubtful_value_is_asked_about_and_kept(place, officer):
    page = officer.get(send(officer, value="80")["Location"])
    assert "Giảm 15 so với năm 2022: hãy kiểm tra hoặc ghi lý do." in text_of(page)
    assert stored(place).is_doubtful
    send(officer, value="80", kept="on", version=1)
    assert not stored(place).is_doubtful


def test_an_emptied_value_is_missing_again(place, officer):
    send(officer, value="95")
    send(officer, value="", version=1)
    assert stored(place).state == ValueState.EMPTY
    assert Submission.objects.get(pk=place.now.pk).missing == place.now.missing


def test_the_same_once_more_says_so_and_writes_nothing(place, officer):
    send(officer, value="95")
    count = LogEntry.objects.count()
    page = officer.get(send(officer, value="95,0", version=1)["Location"])
    assert "Không có gì thay đổi." in text_of(page)
    assert LogEntry.objects.count() == count


# --- what it refuses -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("2.1", {"value": "abc"}, "“abc” không phải là số"),
        ("2.1", {"value": "NaN"}, "không phải là số"),
        ("2.1", {"value": "100,5"}, "tỷ lệ phải từ 0 đến 100 %"),
        ("2.1", {"value": "1.234"}, "hai cách hiểu"),
        ("2.1", {"numerator": "2"}, "Chưa nhập mẫu số."),
        ("2.1", {"numerator": "2", "denominator": "0"}, "phải lớn hơn 0"),
        ("2.1", {"numerator": "2", "denominator": "9" * 13}, "lớn quá mức có thể"),
        ("2.1", {"value": "81", "numerator": "2", "denominator": "3"}, "mẫu số 3 cho 66,67\u00a0%"),
        ("2.1", {"state": "not_applicable"}, "Không áp dụng thì phải có lý do"),
        ("2.1", {"state": "no_data", "value": "81"}, "lại chọn “Chưa có số liệu”"),
        ("2.1", {"value": "81", "note": "x" * 501}, "500"),
        ("1.1", {"value": "5"}, "5"),
        ("4.1", {"value": "80", "case": "987654"}, "987654"),
        ("2.1", {"state": "gì đó", "value": "81"}, "gì đó"),
        ("2.1", {"value": "81", "version": "x"}, ""),
        ("2.1", {"value": "81", "version": "7"}, "Biểu này đã quá cũ"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_nothing_is_stored(place, officer, code, values, words):
    response = send(officer, code, **values)
    assert response.status_code == 422
    assert words in response.content.decode().replace("&quot;", '"')
    if "value" in values and code == "2.1":
        assert f'value="{values["value"]}"' in response.content.decode()
    assert not Result.objects.filter(submission=place.now).exists()
    assert not LogEntry.objects.filter(action="result.entered", object_label__contains="2023").exists()


def test_an_old_version_shows_both_values_and_keeps_what_was_typed(place, officer, cast):
    send(officer, value="95")
    enter(where=Q(pk=place.now.pk), typed=[Cell("2.1", "92", version=1)], by=cast.leader_a)
    response = send(officer, value="97", note="Mới", version=1)
    assert response.status_code == 409
    page = text_of(response)
    assert "Người sửa: leader_a" in page
    assert "Kết quả (%) khác nhau 97 92" in page
    assert 'value="97"' in response.content.decode()
    assert stored(place).value == 92
    assert send(officer, value="97", note="Mới", version=2).status_code == 302
    assert stored(place).value == 97


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": SubmissionState.SUBMITTED}, "Phiếu đã gửi, đang thẩm định"),
        ({"state": SubmissionState.ACCEPTED}, "Kết quả đã được tỉnh chấp nhận"),
    ],
)
def test_a_closed_return_shows_why_and_takes_nothing(place, officer, change, words):
    Submission.objects.filter(pk=place.now.pk).update(**change)
    assert words in text_of(officer.get(ADDRESS))
    assert "<textarea" not in officer.get(ADDRESS).content.decode()
    response = send(officer, value="95")
    assert response.status_code == 422
    assert words in text_of(response)


def test_a_locked_year_takes_nothing(place, officer):
    place.now.round.locked_at = timezone.now()
    place.now.round.save()
    response = send(officer, value="95")
    assert response.status_code == 422
    assert "Số liệu của năm này đã khóa." in text_of(response)
    assert not Result.objects.filter(submission=place.now).exists()


def test_what_was_returned_is_open_while_the_rest_is_closed(place, officer):
    send(officer, value="95")
    Submission.objects.filter(pk=place.now.pk).update(state=SubmissionState.SUBMITTED)
    Result.objects.filter(submission=place.now).update(review=ReviewState.RETURNED)
    assert send(officer, value="96", version=1).status_code == 302
    assert send(officer, "1.1", value="Đạt").status_code == 422
