"""Cells saved as they are typed: what the script is answered, whatever it sends."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from communes.choices import SubmissionState
from communes.models import Result, Submission
from communes.services.results import Cell, enter
from ntm.audit.models import LogEntry
from tests import factories
from tests.ntm_set import ntm_set

CELLS = "/nhap-lieu/05602/2023/o/"


@pytest.fixture
def returned(land: Any) -> Submission:
    return factories.submission(factories.a_round(land.province, factories.small_set()), land.commune_a)


@pytest.fixture
def send(returned: Submission, cast: Any, client_as: Any) -> Any:
    def send(
        *cells: dict[str, Any], who: Any = cast.officer_a, status: int = 200, where: str = CELLS, **more: Any
    ) -> Any:
        body = {"set": returned.round.criteria_set_id, "user": who.pk, "cells": list(cells)} | more
        answer = client_as(who).post(where, json.dumps(body), content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
        return answer.json()

    return send


def test_each_cell_has_its_own_outcome(send):
    said = send({"code": "2.1", "raw": "81"}, {"code": "2.2", "raw": "1.234"}, {"code": "1.1", "raw": "x"})
    first, second, third = said["cells"]
    assert first | {"at": ""} == {
        "code": "2.1", "status": "saved", "version": 1, "raw": "81", "state": "entered", "verdict": "not_met",
        "brief": "chưa đạt, thiếu 9\u00a0điểm\u00a0%",
        "reason": "chưa đạt: 81\u00a0%, cần từ 90\u00a0%, thiếu 9\u00a0điểm\u00a0%",
        "note": "", "case": None, "doubtful": False, "mine": True, "at": "",
    }  # fmt: skip
    assert (second["status"], second["version"], second["raw"]) == ("wrong", 0, "")
    assert "hai cách hiểu" in second["sentence"]
    assert third["verdict"] == "met"
    assert said["sums"] == {
        "entered": 2, "missing": 3, "met": 1, "not_met": 1, "criteria_met": 0, "criteria_total": 3,
    }  # fmt: skip


def test_sent_twice_it_is_written_once(send):
    send({"code": "2.1", "raw": "81"})
    count = LogEntry.objects.count()
    again = send({"code": "2.1", "raw": "81"})["cells"][0]
    assert (again["status"], again["version"], LogEntry.objects.count()) == ("same", 1, count)


def test_a_stale_cell_is_told_both_values_who_and_when(send, cast):
    send({"code": "2.1", "raw": "81"})
    send({"code": "2.1", "raw": "85", "version": 1}, who=cast.leader_a)
    cell = send({"code": "2.1", "raw": "90", "version": 1})["cells"][0]
    assert (cell["status"], cell["raw"], cell["version"], cell["by"]) == ("stale", "85", 2, "leader_a")
    assert cell["mine"] is False
    assert Result.objects.get().value == 85


def test_the_script_can_tell_its_own_lost_write_from_somebody_elses(send):
    """The first answer was lost and the person typed on: what is stored is then this person's own."""
    send({"code": "2.1", "raw": "81"})
    cell = send({"code": "2.1", "raw": "85"})["cells"][0]
    assert (cell["status"], cell["raw"], cell["mine"], cell["version"]) == ("stale", "81", True, 1)
    assert send({"code": "2.1", "raw": "85", "version": cell["version"]})["cells"][0]["status"] == "saved"


def test_without_a_value_a_cell_only_asks_what_is_stored(send, cast):
    assert send({"code": "2.1"})["cells"][0]["status"] == "same"
    send({"code": "2.1", "raw": "81"}, who=cast.leader_a)
    cell = send({"code": "2.1"})["cells"][0]
    assert (cell["status"], cell["raw"], cell["version"]) == ("same", "81", 1)


def test_copying_confirming_keeping_and_notes(send):
    copied = send({"code": "2.1", "raw": "95", "copied_from": 2022})["cells"][0]
    assert (copied["state"], copied["verdict"]) == ("copied", "")
    confirmed = send({"code": "2.1", "raw": "95", "version": 1})["cells"][0]
    assert (confirmed["state"], confirmed["verdict"]) == ("entered", "met")
    assert send({"code": "1.1", "raw": "-"})["cells"][0]["status"] == "wrong"
    said = send({"code": "1.1", "raw": "-", "note": "Không có làng nghề"})["cells"][0]
    assert (said["raw"], said["verdict"], said["note"]) == ("-", "not_applicable", "Không có làng nghề")


def test_a_case_is_chosen(land, cast, send):
    made = ntm_set(factories.level("advanced"))
    factories.submission(factories.a_round(land.province, made), land.commune_a)
    unsaid = send({"code": "5", "raw": "60"}, set=made.pk)["cells"][0]
    assert (unsaid["verdict"], unsaid["brief"]) == ("not_evaluable", "cần chọn trường hợp")
    key = made.indicators.get(code="5").thresholds.get(value=50).pk
    chosen = send({"code": "5", "case": key, "version": 1}, set=made.pk)["cells"][0]
    assert (chosen["verdict"], chosen["case"]) == ("met", key)
    assert send({"code": "5", "case": 999999, "version": 2}, set=made.pk)["cells"][0]["status"] == "wrong"


def test_a_return_is_found_by_its_key_or_by_its_set(send, returned, land):
    assert send({"code": "2.1", "raw": "81"}, **{"return": returned.pk})["cells"][0]["status"] == "saved"
    # The key of another unit's return is no way into it; the address and the set still are.
    other = factories.submission(returned.round, land.commune_b)
    send({"code": "1.1", "raw": "x"}, **{"return": other.pk})
    assert set(Result.objects.values_list("submission_id", flat=True)) == {returned.pk}


def test_a_renamed_unit_keeps_its_return(land, returned, send):
    old, day = land.commune_a, date(2023, 7, 1)
    old.valid_to = day
    old.save()
    factories.unit(land.district, "Phú Đình Mới", code="05603", place=old.place, valid_from=day)
    cell = {"code": "2.1", "raw": "81"}
    where = "/nhap-lieu/05603/2023/o/"
    assert send(cell, where=where, **{"return": returned.pk})["cells"][0]["status"] == "saved"
    assert send(cell, where=where)["cells"][0]["status"] == "same"


# --- who may ---------------------------------------------------------------------------------------------------
def test_whoever_may_not_is_told_so_in_json(send, cast, client_as, client, returned):
    cell = {"code": "2.1", "raw": "81"}
    assert send(cell, who=cast.leader, status=403)["error"] == "no-right"
    assert send(cell, who=cast.officer_b, status=404)["error"] == "not-found"
    assert send(cell, set=999999, status=404)["error"] == "not-found"
    assert send(cell, term="half", status=404)["error"] == "not-found"
    assert client.post(CELLS, "{}", content_type="application/json").json()["error"] == "signed-out"
    assert not Result.objects.exists()


def test_a_queue_of_another_account_is_not_taken(send, cast):
    said = send({"code": "2.1", "raw": "81"}, user=cast.leader_a.pk, status=403)
    assert said["error"] == "other-user"
    assert not Result.objects.exists()


def test_a_commune_that_went_into_another_can_only_be_read(land, cast, send):
    new = factories.unit(land.district, "Phú Mới", code="05999", valid_from="2024-01-01")
    land.commune_a.valid_to = new.valid_from
    land.commune_a.save()
    factories.succession(land.commune_a, new)
    heir = factories.user("heir", "commune_officer", new)
    assert send({"code": "2.1", "raw": "81"}, who=heir, status=403)["error"] == "no-right"


def test_a_closed_cell_says_why(send):
    Submission.objects.update(state=SubmissionState.SUBMITTED)
    cell = send({"code": "2.1", "raw": "81"})["cells"][0]
    assert (cell["status"], cell["sentence"][:12]) == ("wrong", "Phiếu đã gửi")


def test_the_token_is_asked_for(returned, cast, client_as):
    client = client_as(cast.officer_a)
    client.handler.enforce_csrf_checks = True
    assert client.post(CELLS, "{}", content_type="application/json").status_code == 403


# --- nonsense --------------------------------------------------------------------------------------------------
_CELL = {"code": "2.1", "raw": "81"}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b'"a"', b"\xff\xfe", b"[" * 100_000, b"NaN",
        b'{"set": 1, "user": 1, "cells": [{"code": "\\ud800"}]}',
        b'{"set": ' + b"9" * 5000 + b', "user": 1, "cells": [{"code": "2.1"}]}',
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused_with_a_sentence(returned, cast, client_as, body):
    answer = client_as(cast.officer_a).post(CELLS, body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "bad-request")
    assert answer.json()["sentence"].endswith(".")


@pytest.mark.parametrize(
    "wrong",
    [
        {"cells": []}, {"cells": {}}, {"cells": [1]}, {"cells": [{}]}, {"cells": [_CELL, _CELL]},
        {"cells": [_CELL | {"trust": "verified"}]}, {"cells": [_CELL | {"code": 1}]},
        {"cells": [_CELL | {"code": "9" * 13}]},
        {"set": "1"}, {"set": True}, {"return": -1}, {"return": "1"}, {"user": "1"}, {"term": "month"},
        {"term": []}, {"extra": 1},
    ],
)  # fmt: skip
def test_an_unknown_shape_is_refused_with_a_sentence(send, wrong):
    said = send(status=400, **({"cells": [_CELL]} | wrong))
    assert (said["error"], said["sentence"][-1]) == ("bad-request", ".")
    assert not Result.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"raw": 81}, "Giá trị của ô 2.1 không phải là chữ."),
        ({"raw": "9" * 3000}, "Giá trị của ô 2.1 dài quá 2000 ký tự."),
        ({"raw": "9\ud800"}, "Giá trị của ô 2.1 có ký tự hỏng."),
        ({"note": "n" * 2001}, "Ghi chú của ô 2.1 dài quá 500 ký tự."),
        ({"note": "n" * 501}, "Ghi chú của ô 2.1 dài quá 500 ký tự."),
        ({"note": "\udfff"}, "Ghi chú của ô 2.1 có ký tự hỏng."),
        ({"note": []}, "Ghi chú của ô 2.1 không phải là chữ."),
        ({"version": "1"}, "số nguyên"), ({"version": True}, "số nguyên"), ({"version": -1}, "số nguyên"),
        ({"version": 1.5}, "số nguyên"), ({"case": "1"}, "số nguyên"), ({"case": 2**31}, "số nguyên"),
        ({"case": 999999}, "Trường hợp"), ({"kept": 1}, "đúng hoặc sai"), ({"copied_from": 2021}, "năm 2022"),
        ({"code": "99.9"}, "không có chỉ tiêu “99.9”"), ({"code": ""}, "không có chỉ tiêu"),
        ({"code": None}, "không có chỉ tiêu"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_is_refused_alone(send, wrong, words):
    first, second = send(_CELL | wrong, {"code": "1.1", "raw": "x"})["cells"]
    outcomes = {cell["code"]: cell for cell in (first, second)}
    assert outcomes.pop("1.1")["status"] == "saved"
    (bad,) = outcomes.values()
    assert bad["status"] == "wrong"
    assert words in bad["sentence"]
    assert [row.indicator.code for row in Result.objects.select_related("indicator")] == ["1.1"]


def test_what_a_hand_cannot_type_is_dropped_and_saved(send):
    said = send({"code": "2.1", "raw": "8\x00\x071\u200b", "note": "Đã\x00 đo"})["cells"][0]
    assert (said["status"], said["raw"], said["note"]) == ("saved", "81", "Đã đo")


def test_too_much_is_not_read(returned, cast, client_as, send):
    many = [{"code": f"9.{number}"} for number in range(401)]
    assert send(*many, status=413)["error"] == "bad-request"
    answer = client_as(cast.officer_a).post(CELLS, "x" * 300_000, content_type="application/json")
    assert answer.status_code == 413


def test_an_address_of_a_year_to_come(send):
    send({"code": "2.1", "raw": "81"}, where="/nhap-lieu/05602/2099/o/", status=404)


# --- cost ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("others", [3, 30])
def test_one_cell_in_twelve_queries_however_many_there_are(
    land, cast, client_as, django_assert_max_num_queries, others
):
    made = ntm_set()
    returned = factories.submission(factories.a_round(land.province, made), land.commune_a)
    numbers = made.indicators.exclude(kind="yes_no").exclude(code="2.1").order_by("position")
    typed = [Cell(code, "80") for code in numbers.values_list("code", flat=True)[:others]]
    enter(where=Q(pk=returned.pk), typed=typed, by=cast.officer_a)
    client = client_as(cast.officer_a)
    for version, raw in enumerate(("81", "82")):
        cell = {"code": "2.1", "raw": raw, "version": version}
        body = {"set": made.pk, "user": cast.officer_a.pk, "cells": [cell]}
        with django_assert_max_num_queries(12):
            answer = client.post(CELLS, json.dumps(body), content_type="application/json")
        assert answer.json()["cells"][0]["status"] == "saved"


def test_what_is_read_under_the_lock_leaves_out_the_set_that_its_book_holds(returned, cast, client_as, send):
    send({"code": "2.1", "raw": "80"})
    client, cell = client_as(cast.officer_a), {"code": "2.1", "raw": "81", "version": 1}
    about = {"return": returned.pk, "set": returned.round.criteria_set_id, "user": cast.officer_a.pk}
    with CaptureQueriesContext(connection) as found:
        client.post(CELLS, json.dumps(about | {"cells": [cell]}), content_type="application/json")
    asked = [query["sql"] for query in found if '"communes_' in query["sql"]]
    locking, reading = (sql for sql in asked if 'FROM "communes_submission"' in sql)
    assert "criteriaset" not in locking
    assert "criteriaset" in reading
    entry = LogEntry.objects.filter(action="submission.summed").latest("number")
    assert returned.round.criteria_set.name in entry.object_label


def test_a_key_of_another_unit_or_year_leads_nowhere(land, returned, send, cast):
    other = factories.submission(returned.round, land.commune_b)
    older = factories.submission(
        factories.a_round(land.province, returned.round.criteria_set, year=2022), land.commune_a
    )
    for key in (other.pk, older.pk):
        # Taken by its set, the address's own return is meant.
        said = send({"code": "2.1", "raw": "81", "version": 0}, **{"return": key})["cells"][0]
        assert said["status"] in ("saved", "same")
        assert not Result.objects.filter(submission=key).exists()
    assert Result.objects.get(submission=returned).value == 81


# --- part and whole ------------------------------------------------------------------------------------------
def test_a_percent_that_no_longer_follows_from_its_parts_says_that_they_went(returned, cast, send):
    enter(where=Q(pk=returned.pk), typed=[Cell("2.1", numerator="13", denominator="16")], by=cast.officer_a)
    same = send({"code": "2.1", "raw": "81,25", "version": 1, "note": "Đã đếm"})["cells"][0]
    assert (same["status"], same.get("told")) == ("saved", None)
    row = Result.objects.get(submission=returned)
    assert (row.numerator, row.denominator) == (13, 16)
    other = send({"code": "2.1", "raw": "82", "version": 2})["cells"][0]
    assert other["told"].startswith("Tử số 13 và mẫu số 16 đã nhập trước đó không cho kết quả này nên đã bỏ.")
    row.refresh_from_db()
    assert (row.numerator, row.denominator) == (None, None)
    assert "told" not in send({"code": "2.1", "raw": "83", "version": 3})["cells"][0]


def test_the_plain_form_says_so_too(returned, cast, client_as):
    enter(where=Q(pk=returned.pk), typed=[Cell("2.1", numerator="13", denominator="16")], by=cast.officer_a)
    returned.refresh_from_db()
    client, where = client_as(cast.officer_a), CELLS.removesuffix("o/")
    page = client.post(where, {"version": returned.version, "2.1": "82"}, follow=True).content.decode()
    assert "Chỉ tiêu 2.1: Tử số 13 và mẫu số 16 đã nhập trước đó" in page


def test_a_form_with_a_file_is_refused_with_a_sentence(returned, cast, client_as):
    """Its token was read before, and with it all of what came."""
    answer = client_as(cast.officer_a).post(CELLS, {"csrfmiddlewaretoken": "x", "cells": "[]"})
    assert (answer.status_code, answer.json()["error"]) == (400, "bad-request")
