"""The grid as a plain form: all of it or nothing, what does not pass at its cell, nothing typed lost."""

import re
from typing import Any

import pytest
from django.db.models import Q

from communes.choices import SubmissionState, ValueState
from communes.models import Result, Submission
from communes.services.results import Cell, enter
from ntm.audit.models import LogEntry
from tests import factories

GRID = "/nhap-lieu/05602/2023/"


@pytest.fixture
def returned(land: Any) -> Submission:
    return factories.submission(factories.a_round(land.province, factories.small_set()), land.commune_a)


@pytest.fixture
def client(returned: Submission, cast: Any, client_as: Any) -> Any:
    return client_as(cast.officer_a)


@pytest.fixture
def put(returned: Submission, cast: Any) -> Any:
    """Somebody else of the commune types."""

    def put(*typed: Cell) -> None:
        enter(where=Q(pk=returned.pk), typed=typed, by=cast.leader_a)

    return put


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the form, with the values as they stand on the page."""
    found = re.search(r'<form id="grid".*?</form>', page, re.DOTALL)
    assert found
    sent = {}
    for tag in re.findall(r"<input[^>]*>", found[0]):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and "checkbox" not in tag:
            sent[name[1]] = value[1] if value else ""
    return sent


def send(client: Any, where: str = GRID, **typed: str) -> Any:
    """Open the page, type, and press the button."""
    page = client.get(where).content.decode()
    return client.post(where, fields(page) | {name.replace("_", "."): value for name, value in typed.items()})


def stored(code: str) -> Result:
    return Result.objects.get(indicator__code=code)


def at_cell(answer: Any, code: str) -> str:
    found = re.search(rf'<tr id="r-{re.escape(code)}".*?</tr>', answer.content.decode(), re.DOTALL)
    assert found
    return found[0]


def test_everything_typed_is_saved_and_the_page_comes_again(client):
    page = fields(client.get(GRID).content.decode())
    answer = client.post(GRID, page | {"1.1": "x", "2.1": "81", "2.2": "43,5"})
    assert (answer.status_code, answer["Location"]) == (303, GRID)
    assert (stored("1.1").value, stored("2.1").value, str(stored("2.2").value)) == (1, 81, "43.5000")
    assert "Đã lưu 3 ô." in client.get(GRID).content.decode()


def test_what_was_not_touched_is_not_written(client, put):
    put(Cell("2.1", "81"))
    count = LogEntry.objects.count()
    assert send(client).status_code == 303
    assert (stored("2.1").version, LogEntry.objects.count()) == (1, count)


def test_a_cell_is_emptied(client, put):
    put(Cell("2.1", "81"))
    page = fields(client.get(GRID).content.decode())
    client.post(GRID, page | {"2.1": ""})
    assert stored("2.1").state == ValueState.EMPTY


def test_each_sentence_stands_at_its_cell_and_nothing_is_half_saved(client):
    page = fields(client.get(GRID).content.decode())
    typed = {"1.1": "x", "2.1": "1.234", "2.2": "bốn hai", "3": "101", "1.2": "7"}
    answer = client.post(GRID, page | typed)
    assert answer.status_code == 422
    assert "hai cách hiểu" in at_cell(answer, "2.1")
    assert "không phải là số" in at_cell(answer, "2.2")
    assert "từ 0 đến 100" in at_cell(answer, "3")
    assert "Gõ Đ (đạt) hoặc C (chưa)" in at_cell(answer, "1.2")
    assert {name: fields(answer.content.decode())[name] for name in typed} == typed
    assert 'aria-invalid="true"' in at_cell(answer, "2.1")
    assert 'href="#c-2.1"' in answer.content.decode()
    assert not Result.objects.exists()
    mended = fields(answer.content.decode()) | {"2.1": "95", "2.2": "42", "3": "100", "1.2": "c"}
    assert client.post(GRID, mended).status_code == 303
    assert Result.objects.count() == 5


def test_a_dash_asks_for_its_reason(client):
    page = fields(client.get(GRID).content.decode())
    answer = client.post(GRID, page | {"1.1": "-"})
    assert (answer.status_code, "phải có lý do" in at_cell(answer, "1.1")) == (422, True)
    again = fields(answer.content.decode())
    assert again["note-1.1"] == ""
    assert client.post(GRID, again | {"note-1.1": "Xã không có làng nghề"}).status_code == 303
    assert (stored("1.1").state, stored("1.1").note) == (ValueState.NOT_APPLICABLE, "Xã không có làng nghề")


def test_two_people_and_one_cell(client, put, cast):
    page = fields(client.get(GRID).content.decode())
    put(Cell("2.1", "85"))
    answer = client.post(GRID, page | {"2.1": "90", "1.1": "x"})
    assert answer.status_code == 409
    line = at_cell(answer, "2.1")
    assert 'value="90"' in line
    assert f"Đang lưu: 85 ({cast.leader_a.full_name}" in line
    assert 'value="x"' in at_cell(answer, "1.1")
    assert (stored("2.1").value, Result.objects.count()) == (85, 1)
    assert client.post(GRID, fields(answer.content.decode())).status_code == 303
    assert (stored("2.1").value, stored("1.1").value) == (90, 1)


def test_somebody_elses_other_cell_is_no_conflict(client, put):
    page = fields(client.get(GRID).content.decode())
    put(Cell("1.2", "x"))
    page.pop("1.2")
    assert client.post(GRID, page | {"2.1": "90"}).status_code == 303
    assert (stored("2.1").value, stored("1.2").value) == (90, 1)


def test_an_old_version_alone_makes_every_changed_cell_a_conflict(client, put):
    put(Cell("2.1", "85"))
    old = fields(client.get(GRID).content.decode())["version"]
    put(Cell("1.1", "x"))
    assert client.post(GRID, {"version": old, "2.1": "90"}).status_code == 409
    assert client.post(GRID, {"version": old, "2.1": "85"}).status_code == 303
    assert stored("2.1").value == 85


@pytest.mark.parametrize(
    "sent",
    [{}, {"2.1": "90"}, {"version": "x", "2.1": "90"}, {"version": "9" * 5000, "2.1": "90"}],
    ids=range(4),
)
def test_a_form_without_its_version_is_damaged(client, sent):
    assert client.post(GRID, sent).status_code == 400
    assert not Result.objects.exists()


@pytest.mark.parametrize("versions", ["", "2.1", "2.1:x", "2.1:99999999999999999999", ":", "9.9:1"])
def test_nonsense_in_the_versions_is_a_conflict_at_worst(client, put, versions):
    put(Cell("2.1", "85"))
    answer = client.post(GRID, {"version": "0", "versions": versions, "2.1": "90"})
    assert answer.status_code == 409
    assert stored("2.1").value == 85


# --- copying, confirming, keeping -------------------------------------------------------------------------------
@pytest.fixture
def last_year(land: Any, returned: Submission, cast: Any) -> None:
    earlier = factories.submission(
        factories.a_round(land.province, returned.round.criteria_set, 2022), land.commune_a
    )
    enter(where=Q(pk=earlier.pk), typed=[Cell("2.1", "95"), Cell("1.1", "x")], by=cast.officer_a)


def of_year(code: str) -> Result:
    return Result.objects.get(indicator__code=code, submission__round__year=2023)


def test_last_year_is_copied_into_what_is_empty_and_confirmed(client, last_year):
    page = fields(client.get(GRID).content.decode())
    assert client.post(GRID, page | {"1.1": "c", "lam": "chep"}).status_code == 303
    assert (of_year("2.1").state, of_year("2.1").copied_from) == (ValueState.COPIED, 2022)
    assert (of_year("1.1").state, of_year("1.1").value) == (ValueState.ENTERED, 0)
    client.post(GRID, fields(client.get(GRID).content.decode()))
    assert of_year("2.1").state == ValueState.COPIED
    client.post(GRID, fields(client.get(GRID).content.decode()) | {"ok-2.1": "1"})
    assert (of_year("2.1").state, of_year("2.1").copied_from) == (ValueState.ENTERED, None)


def test_all_that_was_copied_is_confirmed_at_once(client, last_year):
    client.post(GRID, fields(client.get(GRID).content.decode()) | {"lam": "chep"})
    client.post(GRID, fields(client.get(GRID).content.decode()) | {"lam": "xac-nhan"})
    assert Result.objects.filter(state=ValueState.COPIED).count() == 0
    assert Submission.objects.get(round__year=2023).entered == 2


def test_a_doubtful_value_is_kept(client, last_year):
    client.post(GRID, fields(client.get(GRID).content.decode()) | {"2.1": "70"})
    assert of_year("2.1").is_doubtful
    assert "Giữ số này" in client.get(GRID).content.decode()
    client.post(GRID, fields(client.get(GRID).content.decode()) | {"ok-2.1": "1"})
    assert not of_year("2.1").is_doubtful


# --- who may, and when -----------------------------------------------------------------------------------------
def test_a_return_that_was_sent_takes_nothing(client):
    page = fields(client.get(GRID).content.decode())
    Submission.objects.update(state=SubmissionState.SUBMITTED)
    answer = client.post(GRID, page | {"2.1": "90"})
    assert (answer.status_code, "Phiếu đã gửi" in at_cell(answer, "2.1")) == (422, True)
    assert 'value="90"' in at_cell(answer, "2.1")
    assert not Result.objects.exists()


def test_who_may_not(returned, cast, client_as):
    sent = {"version": returned.version, "2.1": "90"}
    assert client_as(cast.officer_b).post(GRID, sent).status_code == 404
    assert client_as(cast.leader).post(GRID, sent).status_code == 403
    assert client_as(cast.officer_a).post("/nhap-lieu/05602/2022/", sent).status_code == 404
    assert not Result.objects.exists()


def test_what_a_commune_was_made_of_can_only_be_read(land, returned, cast, client_as):
    new = factories.unit(land.district, "Phú Mới", code="05999", valid_from="2024-01-01")
    land.commune_a.valid_to = new.valid_from
    land.commune_a.save()
    factories.succession(land.commune_a, new)
    heir = client_as(factories.user("heir", "commune_officer", new))
    assert "không còn" in heir.get(GRID).content.decode()
    assert heir.post(GRID, {"version": returned.version, "2.1": "90"}).status_code == 403
