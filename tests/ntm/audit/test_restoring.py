"""A value is put back by a new write through its own verb, with that verb's rights and refusals."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client

from communes.choices import AttributeKind, ValueState
from communes.models import Attribute, Result, Submission
from communes.services.attributes import change_attribute
from communes.services.results import Cell, enter
from communes.services.rounds import lock_round
from communes.services.sums import differences
from funding.models import Amount
from funding.services import change_amount
from ntm.accounts.services import change_user, set_password
from ntm.audit import log
from ntm.audit.models import LogEntry
from ntm.audit.offers import restoring
from ntm.audit.past import Gap, state_at, states_before
from ntm.audit.restorers import restorer_of
from tests import factories


@pytest.fixture
def returned(land: Any) -> Submission:
    made = factories.small_set()
    return factories.submission(factories.a_round(land.province, made), land.commune_a)


def put(of: Submission, by: Any, *typed: Cell) -> list[LogEntry]:
    """Store cells; the entries about them."""
    last = LogEntry.objects.count()
    enter(where=Q(pk=of.pk), typed=typed, by=by)
    return list(LogEntry.objects.filter(number__gt=last, object_type="communes.result").order_by("number"))


def stored(of: Submission, code: str = "2.1") -> Result:
    return Result.objects.get(submission=of, indicator__code=code)


def page_of(entry: LogEntry, side: str = "truoc") -> str:
    return f"/nhat-ky/{entry.number}/khoi-phuc/?lay={side}"


def confirm(client: Client, entry: LogEntry, side: str = "truoc", **typed: Any) -> Any:
    page = client.get(page_of(entry, side))
    seen = page.context["form"].initial["seen"]
    return client.post(page_of(entry, side), {"reason": "Nhập nhầm", "seen": seen} | typed)


def test_the_value_before_comes_back_as_a_new_entry(returned, cast, client_as):
    put(returned, cast.officer_a, Cell("2.1", numerator="27", denominator="30", note="Theo rà soát"))
    changed = put(returned, cast.officer_a, Cell("2.1", "-", version=1, note="Không có hộ nào"))[0]
    client = client_as(cast.officer_a)
    page = client.get(page_of(changed)).text
    assert "Hiện nay" in page
    assert "Không áp dụng" in page
    assert "Theo rà soát" in page
    answer = confirm(client, changed)
    assert answer.status_code == 302
    row = stored(returned)
    assert (row.state, row.value, row.numerator, row.denominator) == (ValueState.ENTERED, 90, 27, 30)
    assert (row.note, row.version, row.entered_by) == ("Theo rà soát", 3, cast.officer_a)
    newest = LogEntry.objects.filter(object_type="communes.result").first()
    assert newest.action == "result.changed"
    assert newest.reason == f"Khôi phục theo mục nhật ký số {changed.number}: Nhập nhầm"
    rows = Submission.objects.select_related("round__criteria_set", "unit").filter(pk=returned.pk)
    assert list(differences(rows)) == []


def test_the_value_after_an_older_entry_comes_back_too(returned, cast, client_as):
    first = put(returned, cast.officer_a, Cell("2.1", "95"))[0]
    put(returned, cast.officer_a, Cell("2.1", "81", version=1))
    assert confirm(client_as(cast.officer_a), first, "sau").status_code == 302
    assert stored(returned).value == 95


def test_before_its_first_entry_a_cell_was_empty(returned, cast, client_as):
    first = put(returned, cast.officer_a, Cell("2.1", "95"))[0]
    assert confirm(client_as(cast.officer_a), first).status_code == 302
    assert (stored(returned).state, stored(returned).value) == (ValueState.EMPTY, None)


def test_a_locked_year_refuses_as_for_every_other_write(returned, cast, client_as):
    put(returned, cast.officer_a, Cell("2.1", "95"))
    changed = put(returned, cast.officer_a, Cell("2.1", "81", version=1))[0]
    lock_round(returned.round, version=1, reason="Chốt", by=cast.specialist)
    answer = confirm(client_as(cast.officer_a), changed)
    assert answer.status_code == 422
    assert "khóa" in answer.text
    assert stored(returned).value == 81


def test_a_reason_is_asked_for(returned, cast, client_as):
    put(returned, cast.officer_a, Cell("2.1", "95"))
    changed = put(returned, cast.officer_a, Cell("2.1", "81", version=1))[0]
    assert confirm(client_as(cast.officer_a), changed, reason=" ").status_code == 422
    assert stored(returned).value == 81


def test_what_moved_meanwhile_is_shown_anew_and_asked_again(returned, cast, client_as):
    put(returned, cast.officer_a, Cell("2.1", "95"))
    changed = put(returned, cast.officer_a, Cell("2.1", "81", version=1))[0]
    client = client_as(cast.officer_a)
    seen = client.get(page_of(changed)).context["form"].initial["seen"]
    put(returned, cast.specialist, Cell("2.1", "77", version=2))
    answer = client.post(page_of(changed), {"reason": "Nhập nhầm", "seen": seen})
    assert answer.status_code == 409
    assert "77" in answer.text
    assert "Nhập nhầm" in answer.text
    assert stored(returned).value == 77
    again = answer.context["form"]["seen"].value()
    assert client.post(page_of(changed), {"reason": "Nhập nhầm", "seen": again}).status_code == 302
    assert stored(returned).value == 95


def test_an_event_has_no_row_to_restore(land, cast, client_as):
    client_as(cast.officer_a).get("/nguon-von/2023/")
    event = LogEntry.objects.get()
    assert client_as(cast.administrator).get(page_of(event)).status_code == 404


def test_the_same_value_is_nothing_to_restore(returned, cast, client_as):
    first = put(returned, cast.officer_a, Cell("2.1", "95"))[0]
    page = client_as(cast.officer_a).get(page_of(first, "sau"))
    assert "Giá trị hiện nay đã đúng như lúc đó." in page.text
    assert 'name="reason"' not in page.text


def test_a_foreign_entry_is_missing_and_readers_do_not_restore(returned, cast, client_as):
    entry = put(returned, cast.officer_a, Cell("2.1", "95"))[0]
    assert client_as(cast.officer_b).get(page_of(entry)).status_code == 404
    assert client_as(cast.officer_b).post(page_of(entry), {"reason": "x"}).status_code == 404
    assert client_as(cast.leader).get(page_of(entry)).status_code == 403


def test_who_may_read_but_not_write_such_rows_is_told_so(returned, cast, client_as):
    entry = put(returned, cast.officer_a, Cell("2.1", "95"))[0]
    client = client_as(cast.administrator)
    assert "Bạn không có quyền sửa loại dữ liệu này." in client.get(page_of(entry)).text
    assert client.post(page_of(entry), {"reason": "x", "seen": "0"}).status_code == 403
    assert stored(returned).value == 95


def test_a_decision_is_not_put_back_and_says_why(land, cast, client_as):
    decision = factories.decision(land.province)
    with log.writing():
        log.record("decision.recorded", decision, by=cast.approver, province_id=land.province.place_id)
    page = client_as(cast.specialist).get(page_of(LogEntry.objects.get())).text
    assert "Quyết định không sửa, không xóa" in page
    assert 'name="reason"' not in page


def test_an_attribute_and_an_amount_come_back_through_their_verbs(land, cast, client_as):
    row = factories.attribute(land.commune_a, AttributeKind.POPULATION, "5000", source="Sổ cũ")
    change_attribute(row, expected=1, value="5100", by=cast.specialist)
    money = factories.amount(land.province, 10**9)
    values = {"year": 2023, "source": money.source_of_funds, "qualifier": "exact", "note": "sửa"}
    change_amount(money, expected_version=1, amount=2 * 10**9, by=cast.specialist, **values)
    client = client_as(cast.specialist)
    for entry in LogEntry.objects.all():
        assert confirm(client, entry).status_code == 302
    assert (Attribute.objects.get().value, Attribute.objects.get().source) == ("5000", "Sổ cũ")
    assert (Amount.objects.get().amount, Amount.objects.get().note) == (10**9, "")


def test_a_write_past_the_record_is_not_guessed_over(returned, cast, client_as):
    put(returned, cast.officer_a, Cell("2.1", "95"))
    changed = put(returned, cast.officer_a, Cell("2.1", "81", version=1))[0]
    Result.objects.update(value=70)
    with pytest.raises(Gap):
        states_before(Result, {stored(returned).pk: changed.number})
    assert "không đủ để dựng lại" in client_as(cast.officer_a).get(page_of(changed)).text


def test_the_state_at_a_moment_is_what_the_system_knew(returned, cast, monkeypatch):
    put(returned, cast.officer_a, Cell("2.1", "95"))
    between = LogEntry.objects.first().at + timedelta(microseconds=1)
    put(returned, cast.officer_a, Cell("2.1", "81", version=1))
    key = stored(returned).pk
    assert state_at(Result, [key], between)[key]["value"] == "95.0000"
    assert state_at(Result, [key], between - timedelta(days=1))[key] is None


def test_a_write_while_the_state_is_read_is_never_told_as_the_past(returned, cast):
    put(returned, cast.officer_a, Cell("2.1", "95"))
    between = LogEntry.objects.first().at + timedelta(microseconds=1)
    reads, key = [], stored(returned).pk

    def amid(execute: Any, sql: str, *rest: Any) -> Any:
        if "SELECT" in sql:
            reads.append(sql)
            if len(reads) == 2:
                put(returned, cast.officer_a, Cell("2.1", "81", version=1))
        return execute(sql, *rest)

    with connection.execute_wrapper(amid), pytest.raises(Gap):
        state_at(Result, [key], between)


def test_every_kind_that_is_restored_names_columns_of_its_rows():
    for kind in ("result", "attribute", "unit", "period", "level", "department"):
        restorer = restorer_of(f"communes.{kind}", "")
        known = {field.attname for field in restorer.model._meta.concrete_fields}
        known |= {field.name for field in restorer.model._meta.many_to_many}
        assert set(restorer.fields) <= known


def test_the_history_of_an_object_is_read_by_whoever_sees_it(
    returned, cast, land, client_as: Callable[..., Client]
):
    put(returned, cast.officer_a, Cell("2.1", "95", note="Theo rà soát"))
    where = f"/nhat-ky/doi-tuong/communes.submission/{returned.pk}/"
    for name in ("officer_a", "specialist", "department", "auditor", "district_officer"):
        assert "Theo rà soát" in client_as(getattr(cast, name)).get(where).text, name
    assert client_as(cast.officer_b).get(where).status_code == 404
    assert client_as(cast.unassigned).get(where).status_code == 403
    assert client_as(cast.officer_a).get("/nhat-ky/doi-tuong/communes.submission/99999/").status_code == 404
    assert client_as(cast.officer_a).get("/nhat-ky/doi-tuong/khong.co/1/").status_code == 404
    text = b"".join(client_as(cast.officer_a).get(f"{where}danh-sach.csv")).decode("utf-8-sig")
    assert "Giá trị: – → 95 %;" in text


def test_a_decision_tells_an_officer_only_of_units_that_they_see(land, cast, client_as):
    decision = factories.decision(land.province)
    rows = [factories.recognition(unit, by=decision) for unit in (land.commune_a, land.commune_b)]
    with log.writing():
        for row in rows:
            log.record("recognition.recorded", row, by=cast.approver, province_id=land.province.place_id)
    where = f"/nhat-ky/doi-tuong/communes.decision/{decision.pk}/"
    page = client_as(cast.officer_a).get(where).text
    assert "Phú Đình" in page
    assert "Điềm Mặc" not in page
    assert "Điềm Mặc" in client_as(cast.leader).get(where).text


@pytest.mark.parametrize("number", [3, 30])
def test_a_history_asks_as_many_queries_for_3_entries_as_for_30(
    number, returned, cast, client_as, django_assert_num_queries
):
    for turn in range(number):
        put(returned, cast.officer_a, Cell("2.1", str(60 + turn), version=turn))
    client, where = client_as(cast.officer_a), f"/nhat-ky/doi-tuong/communes.result/{stored(returned).pk}/"
    with django_assert_num_queries(14):
        client.get(where)


def test_the_history_of_a_person_tells_what_they_did_and_what_was_done_to_them(land, cast, client_as):
    with log.writing():
        log.record("unit.changed", land.commune_a, by=cast.specialist, province_id=land.province.place_id)
        log.record("account.changed", cast.specialist, by=cast.administrator, reason="đổi tên")
        log.record("assignment.given", cast.specialist.assignments.get(), by=cast.administrator)
    where = f"/nhat-ky/nguoi/{cast.specialist.pk}/"
    client = client_as(cast.administrator)
    done = client.get(where).text
    assert 'data-count="1"' in done
    assert "Sửa thông tin đơn vị" in done
    suffered = client.get(where, {"xem": "tai-khoan"}).text
    assert 'data-count="2"' in suffered
    assert "Giao vai trò" in suffered
    assert 'data-count="0"' in client.get(where, {"den": f"{date(2020, 1, 1):%d/%m/%Y}"}).text
    assert client_as(cast.specialist).get(where).status_code == 403
    away = factories.user("xa_la", "administrator", land.foreign)
    assert client.get(f"/nhat-ky/nguoi/{away.pk}/").status_code == 404


def test_the_way_to_its_history_stands_on_the_page_of_each_row_that_can_be_put_back(
    returned, land, cast, client_as
):
    where = "/nhap-lieu/05602/2023/2.1/"
    client, link = client_as(cast.officer_a), 'href="/nhat-ky/doi-tuong/{}/{}/"'
    assert "/nhat-ky/" not in client.get(where).text
    put(returned, cast.officer_a, Cell("2.1", "95"))
    assert link.format("communes.result", stored(returned).pk) in client.get(where).text
    money, part = (make(land.province, 10**9) for make in (factories.amount, factories.allocation))
    office = client_as(cast.specialist)
    assert link.format("funding.amount", money.pk) in office.get(f"/nguon-von/so-von/{money.pk}/").text
    assert link.format("funding.allocation", part.pk) in office.get(f"/nguon-von/phan-bo/{part.pk}/").text
    assert "/nhat-ky/doi-tuong/" not in office.get("/nguon-von/nhap/").text


def test_only_what_moved_something_is_offered_to_be_put_back(returned, cast):
    (entry,) = put(returned, cast.officer_a, Cell("2.1", "95"))
    labels = [label for label, _ in restoring(cast.officer_a, entry)]
    assert labels == ["Khôi phục giá trị", "Hoàn tác cả lần ghi"]
    change_user(cast.leader, full_name="Lãnh đạo khác", email="", version=None, by=cast.administrator)
    set_password(cast.leader, "Ruộng-bậc-thang-88", by=cast.administrator)
    named, given = LogEntry.objects.filter(object_type="accounts.user").order_by("number")
    assert restoring(cast.administrator, named)
    assert restoring(cast.administrator, given) == []
