"""Conditions outside the criteria: what they say, how they are written down; and the recognition page."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from communes.conditions import ABSENCE, SURVEY, Asked, Found, verdict_of
from communes.models import ConditionCheck, Submission, Unit
from communes.services.appraisal_conditions import Check, check_condition
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import again, fill, judge_all, step, submit
from tests.communes.scans import PDF

ClientAs = Callable[[Any], Client]


@pytest.mark.parametrize(
    ("asked", "found", "verdict", "reason"),
    [
        (Asked(SURVEY, Decimal(90)), None, "", "chưa kiểm tra"),
        (
            Asked(SURVEY, Decimal(90)), Found(share=Decimal("92.5"), sample=300),
            "met", "đạt: 92,5\u00a0% hài lòng, 300 phiếu, cần từ 90\u00a0%",
        ),
        (
            Asked(SURVEY, Decimal(90)), Found("met", share=Decimal(81), sample=300),
            "not_met", "chưa đạt: 81\u00a0% hài lòng, 300 phiếu, cần từ 90\u00a0%, thiếu 9\u00a0điểm\u00a0%",
        ),
        (
            Asked(SURVEY), Found(share=Decimal(99), sample=300),
            "not_evaluable", "99\u00a0% hài lòng, 300 phiếu; chưa có tỷ lệ phải đạt nên chưa đánh giá được",
        ),
        (Asked(SURVEY), Found("met", share=Decimal(99)), "not_evaluable", None),
        (Asked(SURVEY), Found("met", share=Decimal(99), note="BC 5"), "met", "đạt: 99\u00a0% hài lòng; BC 5"),
        (Asked(ABSENCE), Found("not_met", note="Nợ 2 tỷ"), "not_met", "chưa đạt: Nợ 2 tỷ"),
        (Asked(ABSENCE), Found(), "", "chưa kiểm tra"),
    ],
)  # fmt: skip
def test_what_a_condition_says(asked, found, verdict, reason):
    said = verdict_of(asked, found)
    assert said.verdict == verdict
    assert reason is None or said.reason == reason


def write(unit: Unit, condition: Any, by: Any, found: Found, **how: Any) -> ConditionCheck:
    return check_condition(unit=unit, condition=condition, year=2023, check=Check(found), by=by, **how)


def refusal(act: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def test_a_check_is_written_changed_and_recorded(land, cast):
    survey = factories.condition(factories.level(), value=Decimal(90))
    row = write(land.commune_a, survey, cast.specialist, Found(share=Decimal(88), sample=200))
    assert (row.verdict, row.version, row.checked_by) == ("not_met", 1, cast.specialist)
    with pytest.raises(Stale):
        write(land.commune_a, survey, cast.specialist, Found(share=Decimal(95), sample=200))
    row = write(land.commune_a, survey, cast.specialist, Found(share=Decimal(95), sample=200), version=1)
    assert (row.verdict, ConditionCheck.objects.count()) == ("met", 1)
    recorded = LogEntry.objects.filter(action__startswith="condition.").order_by("number")
    assert [entry.action for entry in recorded] == ["condition.checked", "condition.changed"]


def test_what_is_missing_is_refused_beside_its_field(land, cast):
    survey, debt = (
        factories.condition(factories.level()),
        factories.condition(factories.level(), "debt", ABSENCE),
    )
    for condition, found, field in (
        (survey, Found(), "value"),
        (survey, Found(share=Decimal(101), sample=1), "value"),
        (survey, Found(share=Decimal(90)), "sample"),
        (survey, Found("met", share=Decimal(90), sample=9), "note"),
        (debt, Found(), "verdict"),
    ):
        said = refusal(lambda c=condition, f=found: write(land.commune_a, c, cast.specialist, f))
        assert said.field == field
    assert not ConditionCheck.objects.exists()


def test_who_may_check_and_where(land, cast):
    debt = factories.condition(factories.level(), "debt", ABSENCE)
    for person in (cast.officer_a, cast.department, cast.approver):
        with pytest.raises(NotAllowed):
            write(land.commune_a, debt, person, Found("met"))
    with pytest.raises(Unit.DoesNotExist):
        write(land.foreign_commune, debt, cast.specialist, Found("met"))
    assert "cấp" in refusal(lambda: write(land.district, debt, cast.specialist, Found("met"))).message
    a_round = factories.a_round(land.province, factories.small_set(), locked_at=timezone.now())
    assert a_round.is_locked
    assert refusal(lambda: write(land.commune_a, debt, cast.specialist, Found("met"))).message.endswith(
        "đã khóa."
    )


def hidden(client: Client, url: str) -> dict[str, str]:
    page = client.get(url).content.decode()
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_a_check_with_its_paper_through_the_page(land, cast, client_as, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    survey = factories.condition(factories.level(), value=Decimal(90))
    client, url = client_as(cast.specialist), f"/dieu-kien/05602/2023/{survey.pk}/"
    form = hidden(client, url)
    wrong = SimpleUploadedFile("a.pdf", b"MZ\x90")
    assert client.post(url, form | {"value": "1.234", "sample": "300", "file": wrong}).status_code == 422
    paper = SimpleUploadedFile("khao-sat.pdf", PDF)
    sent = client.post(url, form | {"value": "92,5", "sample": "300", "file": paper})
    assert (sent.status_code, sent["Location"]) == (302, "/dieu-kien/05602/2023/?muc=ntm")
    stale = client.post(url, form | {"value": "50", "sample": "300"})
    assert stale.status_code == 409
    page = client.get("/dieu-kien/05602/2023/?muc=ntm").content.decode()
    assert "đạt: 92,5\u00a0% hài lòng, 300 phiếu, cần từ 90\u00a0%" in page
    check = ConditionCheck.objects.get()
    answer = client_as(cast.officer_a).get(f"/dieu-kien/tep/{check.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client_as(cast.officer_b).get(f"/dieu-kien/tep/{check.pk}/").status_code == 404
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


# --- the recognition page -----------------------------------------------------------------------------------
@pytest.fixture
def accepted(land: Any, cast: Any) -> Any:
    appraising.no_districts(land)
    row = factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)
    fill(row, cast.officer_a)
    submit(row, cast.leader_a)
    judge_all(row, appraising.judge_for(cast.department))
    step("accept", row, cast.specialist)
    return again(row)


def page_as(client_as: ClientAs, person: Any, query: str = "?muc=ntm") -> str:
    page = client_as(appraising.fresh(person)).get(f"/xet-cong-nhan/05602/2023/{query}").content.decode()
    return re.sub(r"\s+", " ", page)


def test_only_the_approver_is_offered_the_decision_and_only_when_all_is_met(land, accepted, cast, client_as):
    debt = factories.condition(factories.level(), "debt", ABSENCE, name="Không nợ")
    page = page_as(client_as, cast.approver)
    assert "Điều kiện “Không nợ”: chưa kiểm tra." in page
    assert "Ghi quyết định công nhận" not in page
    # Only whoever checks conditions is promised to write them down.
    assert "<span>Điều kiện</span>" in page and "Ghi điều kiện" not in page
    assert "Ghi điều kiện" in page_as(client_as, cast.specialist)
    write(land.commune_a, debt, cast.specialist, Found("met"))
    page = page_as(client_as, cast.approver)
    assert "Đạt, chờ công nhận" in page
    url = re.search(r'href="(/quyet-dinh/cong-nhan/[^"]+)"', page)[1].replace("&amp;", "&")
    assert url == f"/quyet-dinh/cong-nhan/?muc=ntm&nam=2023&don_vi={land.commune_a.pk}"
    for person in (cast.specialist, cast.officer_a):
        assert "Ghi quyết định công nhận" not in page_as(client_as, person)
    client = client_as(cast.approver)
    assert client.get(url).status_code == 200
    boxes = client.get(f"{url}&ngay=05/01/2024").content.decode()
    box = re.search(rf'<input type="checkbox"[^>]*value="{land.commune_a.pk}"[^>]*>', boxes)
    assert box and "checked" in box[0]


def test_a_unit_that_has_the_level_is_not_said_to_lack_something(land, accepted, cast, client_as):
    factories.recognition(land.commune_a, year=2023, by=factories.decision(land.province))
    page = page_as(client_as, cast.approver)
    assert "Đã được công nhận" in page
    assert "Chưa đề nghị công nhận được" not in page
    lacking = "Theo số liệu năm 2023 còn thiếu"
    assert lacking not in page
    # What it is recognised by stands first; what the year's data lacks, apart and under a heading of its own.
    Submission.objects.filter(pk=accepted.pk).update(state="draft")
    page = page_as(client_as, cast.approver)
    found = [page.index(words) for words in ("đang được công nhận mức", lacking, "2023 chưa gửi")]
    assert found == sorted(found)


def test_what_is_missing_is_said_with_its_distance(land, cast, client_as):
    row = factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)
    fill(row, cast.officer_a, *appraising.FULL[:2], appraising.Cell("2.1", "81"))
    page = page_as(client_as, cast.officer_a)
    assert "Phiếu kết quả năm 2023 chưa gửi nên chưa biết tiêu chí nào đạt." in page
    assert "tiêu chí chưa đạt:" not in page
    assert ">Chưa đạt<" not in page
    Submission.objects.filter(pk=row.pk).update(state="submitted")
    page = page_as(client_as, cast.officer_a)
    assert "Phiếu kết quả chưa được tỉnh chấp nhận." in page
    assert "Còn 2 tiêu chí chưa đạt: 2, 3." in page
    assert "81 %, cần từ 90 %, thiếu 9 điểm %" in page


def test_the_level_below_is_asked_for(land, accepted, cast, client_as):
    factories.level("ntm")
    factories.level("advanced")
    page = page_as(client_as, cast.approver, "?muc=advanced")
    assert "chưa được công nhận mức “Xã đạt chuẩn NTM” đang còn hiệu lực" in page
    assert "Chưa giữ mức “Xã đạt chuẩn NTM”." in page
    factories.recognition(land.commune_a, year=2022, by=factories.decision(land.province))
    assert "Đang giữ mức “Xã đạt chuẩn NTM”, đạt năm 2022" in page_as(
        client_as, cast.approver, "?muc=advanced"
    )


def test_pages_that_are_not_there(land, cast, client_as):
    factories.level()
    client = client_as(cast.officer_a)
    for url in (
        "/xet-cong-nhan/05602/2023/?muc=khong-co", "/xet-cong-nhan/05596/2023/", "/xet-cong-nhan/99999/2023/",
        "/xet-cong-nhan/05602/2099/", "/dieu-kien/01366/2023/",
    ):  # fmt: skip
        assert client.get(url).status_code == 404, url
