"""A batch is taken back by the verbs of its rows: previewed, with its conflicts, all or nothing, as a new batch."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.utils import timezone

from communes.choices import ValueState
from communes.models import Department, Result, Submission
from communes.services.across import enter_across
from communes.services.catalogues import change_row
from communes.services.results import Cell, enter
from communes.services.rounds import lock_round
from ntm.accounts.models import User
from ntm.audit import log
from ntm.audit.models import LogEntry
from ntm.audit.undoing import size_for
from tests import factories

PASTED = [Cell("1.1", "Đ"), Cell("1.2", "C"), Cell("2.1", "81")]


@pytest.fixture
def returns(land: Any) -> list[Submission]:
    opened = factories.a_round(land.province, factories.small_set())
    return [factories.submission(opened, unit) for unit in (land.commune_a, land.commune_b)]


def put(of: Submission, by: Any, *typed: Cell) -> str:
    """Store cells; the address of undoing it."""
    enter(where=Q(pk=of.pk), typed=typed, by=by, whole=True)
    return newest()


def newest() -> str:
    return f"/nhat-ky/lo/{LogEntry.objects.first().batch}/hoan-tac/"


def confirm(client: Any, where: str, **typed: str) -> Any:
    seen = client.get(where).context["plan"].seen
    return client.post(where, {"reason": "Dán nhầm xã", "seen": seen} | typed)


def values(of: Submission) -> dict[str, Any]:
    rows = Result.objects.filter(submission=of).exclude(state=ValueState.EMPTY)
    return {code: int(value) for code, value in rows.values_list("indicator__code", "value")}


def test_a_paste_is_taken_back_in_one_new_batch(returns, cast, client_as):
    put(returns[0], cast.officer_a, Cell("2.1", "95"))
    enter(
        where=Q(pk=returns[0].pk),
        typed=[PASTED[0], PASTED[1], Cell("2.1", "81", version=1)],
        by=cast.officer_a,
    )
    where = newest()
    client = client_as(cast.officer_a)
    assert "Sẽ trả lại như trước (3 dòng)" in client.get(where).text
    last = LogEntry.objects.count()
    assert confirm(client, where).status_code == 302
    assert values(returns[0]) == {"2.1": 95}
    written = LogEntry.objects.filter(number__gt=last)
    assert written.values("batch").distinct().count() == 1
    assert all("Hoàn tác lần ghi lúc" in entry.reason and "Dán nhầm xã" in entry.reason for entry in written)
    returns[0].refresh_from_db()
    assert (returns[0].entered, returns[0].missing) == (1, 4)


def test_what_somebody_changed_later_is_named_and_stays(returns, cast, client_as):
    where = put(returns[0], cast.officer_a, *PASTED)
    put(returns[0], cast.specialist, Cell("2.1", "93", version=1))
    client = client_as(cast.officer_a)
    page = client.get(where).text
    assert "Sẽ trả lại như trước (2 dòng)" in page
    assert "Giữ nguyên vì đã được sửa sau đó (1 dòng)" in page
    assert cast.specialist.full_name in page
    assert confirm(client, where).status_code == 302
    assert values(returns[0]) == {"2.1": 93}


def test_what_moves_between_preview_and_confirmation_is_shown_anew(returns, cast, client_as):
    where = put(returns[0], cast.officer_a, *PASTED)
    client = client_as(cast.officer_a)
    seen = client.get(where).context["plan"].seen
    put(returns[0], cast.specialist, Cell("2.1", "93", version=1))
    answer = client.post(where, {"reason": "Dán nhầm", "seen": seen})
    assert answer.status_code == 409
    assert "Giữ nguyên vì đã được sửa sau đó (1 dòng)" in answer.text
    assert values(returns[0]) == {"1.1": 1, "1.2": 0, "2.1": 93}
    again = answer.context["form"]["seen"].value()
    assert client.post(where, {"reason": "Dán nhầm", "seen": again}).status_code == 302
    assert values(returns[0]) == {"2.1": 93}


def test_one_row_that_is_refused_undoes_nothing(returns, cast, client_as):
    typed = {row.pk: Cell("2.1", "81") for row in returns}
    enter_across(where=Q(), typed=typed, by=cast.specialist)
    where = newest()
    Submission.objects.filter(pk=returns[1].pk).update(state="accepted", accepted_at=timezone.now())
    answer = confirm(client_as(cast.specialist), where)
    assert answer.status_code == 422
    assert "2.1" in answer.text
    assert values(returns[0]) == values(returns[1]) == {"2.1": 81}


def test_a_sideways_save_of_many_units_is_taken_back(returns, cast, client_as):
    enter_across(where=Q(), typed={row.pk: Cell("2.1", "81") for row in returns}, by=cast.specialist)
    where = newest()
    client = client_as(cast.specialist)
    assert confirm(client, where).status_code == 302
    assert values(returns[0]) == values(returns[1]) == {}


def test_an_officer_sees_and_undoes_only_their_own_rows_of_a_batch(returns, cast, client_as):
    enter_across(where=Q(), typed={row.pk: Cell("2.1", "81") for row in returns}, by=cast.specialist)
    where = newest()
    page = client_as(cast.officer_a).get(where).text
    assert "Phú Đình" in page
    assert "Điềm Mặc" not in page
    assert confirm(client_as(cast.officer_a), where).status_code == 302
    assert (values(returns[0]), values(returns[1])) == ({}, {"2.1": 81})


def test_the_year_that_was_locked_since_refuses(returns, cast, client_as):
    where = put(returns[0], cast.officer_a, *PASTED)
    lock_round(returns[0].round, version=1, reason="Chốt", by=cast.specialist)
    assert confirm(client_as(cast.officer_a), where).status_code == 422
    assert len(values(returns[0])) == 3


def test_after_the_days_of_the_setting_it_is_too_late(returns, cast, client_as, settings):
    where = put(returns[0], cast.officer_a, *PASTED)
    client = client_as(cast.officer_a)
    seen = client.get(where).context["plan"].seen
    settings.UNDO_DAYS = 0
    page = client.get(where).text
    assert "Chỉ hoàn tác được trong 0 ngày" in page
    assert 'name="reason"' not in page
    assert client.post(where, {"reason": "x", "seen": seen}).status_code == 422
    assert len(values(returns[0])) == 3


def test_a_foreign_and_a_missing_batch_are_the_same_404(returns, cast, client_as):
    where = put(returns[0], cast.officer_a, *PASTED)
    assert client_as(cast.officer_b).get(where).status_code == 404
    assert client_as(cast.officer_b).post(where, {"reason": "x"}).status_code == 404
    gone = "/nhat-ky/lo/00000000-0000-0000-0000-000000000000/hoan-tac/"
    assert client_as(cast.officer_b).get(gone).status_code == 404
    assert client_as(cast.leader).get(where).status_code == 403


def test_an_import_of_a_code_table_is_taken_back_but_for_its_new_rows(db, land, cast, client_as):
    row = factories.department("so-nn", name="Sở Nông nghiệp", short_name="NN")
    client = client_as(cast.administrator)
    text = "\ufeff" + "\r\n".join(
        ["Mã;Tên;Tên ngắn;Thứ tự", "so-nn;Sở Nông nghiệp và Môi trường;NNMT;1", "so-yt;Sở Y tế;YT;2"]
    )
    upload = "/quan-tri/communes/department/import/"
    seen = client.post(upload, {"file": SimpleUploadedFile("a.csv", text.encode())})
    sealed = seen.context["sealed"]
    assert client.post(upload, {"sealed": sealed}).status_code == 302
    row.refresh_from_db()
    assert row.short_name == "NNMT"
    where = newest()
    page = client.get(where).text
    assert "Sẽ trả lại như trước (1 dòng)" in page
    assert "Không hoàn tác được (1 dòng)" in page
    assert "Dòng đã ghi không xóa được" in page
    assert confirm(client, where).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.short_name) == ("Sở Nông nghiệp", "NN")
    assert Department.objects.filter(code="so-yt").exists()


def test_what_has_no_restorer_says_why(land, cast, client_as):
    with log.writing():
        log.record("decision.recorded", factories.decision(land.province), by=cast.approver,
                   province_id=land.province.place_id)  # fmt: skip
    page = client_as(cast.specialist).get(newest()).text
    assert "Quyết định không sửa, không xóa" in page
    assert 'name="reason"' not in page


@pytest.mark.parametrize("number", [3, 30])
def test_the_preview_asks_as_many_queries_for_3_rows_as_for_30(
    number, db, cast, client_as, django_assert_num_queries
):
    rows = [factories.department(f"so-{at}") for at in range(number)]
    with log.writing():
        for row in rows:
            change_row(row, {"name": f"{row.name} mới"}, version=1, by=cast.administrator)
    client, where = client_as(cast.administrator), newest()
    with django_assert_num_queries(11):
        client.get(where)


@pytest.mark.parametrize("number", [3, 30])
def test_the_size_of_a_batch_about_a_set_asks_as_many_queries_for_3_rows_as_for_30(
    number, land, cast, django_assert_num_queries
):
    """Rows of the nation, of whose entries each province reads its own."""
    of = factories.criteria_set()
    rows = [factories.indicator(of, f"{at}.1") for at in range(1, number + 1)]
    with log.writing():
        for row in rows:
            log.record("indicator.changed", row, by=cast.specialist, province_id=land.province.place_id)
    reader, batch = User.objects.get(pk=cast.specialist.pk), LogEntry.objects.first().batch
    with django_assert_num_queries(5):
        assert size_for(reader, batch) == number
