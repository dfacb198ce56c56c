"""Many rows and many keys at once, on either database."""

import gc
import json
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Max

from communes.models import Department, Result
from ntm.audit.log import snapshot
from ntm.audit.models import LogEntry
from ntm.core import bulk
from ntm.core.bulk import insert_many, without_collecting
from ntm.core.versions import save_next_many
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("worth_it", [1, 100])
def test_rows_are_added_and_know_their_keys(monkeypatch: pytest.MonkeyPatch, worth_it: int):
    monkeypatch.setattr(bulk, "_WORTH_IT", worth_it)
    rows = [
        Department(code=f"so-{number}", name=f"  Sở\tsố {number} ", short_name="S") for number in range(3)
    ]
    insert_many(rows)
    assert {row.pk for row in rows} == set(Department.objects.values_list("pk", flat=True))
    assert set(Department.objects.values_list("name", flat=True)) == {"Sở số 0", "Sở số 1", "Sở số 2"}
    rows[0].save()
    assert Department.objects.count() == 3
    assert factories.department("so-khac").pk not in {row.pk for row in rows}


def test_a_text_that_is_written_already_is_stored_as_its_value_would_be():
    """On SQLite, the values themselves are."""
    values: list[dict[str, Any]] = [
        {
            "số": number,
            "chữ": f"Xã “Phú\\Đình”\n\t{number} \\N",
            "không": None,
            "trong": [{}, [number], 0.5, True],
        }
        for number in range(60)
    ]
    values += [{} for _ in range(60)]
    first = LogEntry.objects.aggregate(last=Max("number"))["last"] or 0
    insert_many(_entries(values, first + 1))
    insert_many(_entries(values, first + 121), lambda one: {"changes": json.dumps(one.changes)})
    whole = LogEntry.objects.filter(number__gt=first).order_by("number")
    stored = list(whole.values("at", "actor_id", "action", "object_id", "changes", "batch", "search_key"))
    assert len(stored) == 240
    assert stored[:120] == stored[120:]
    assert [row["changes"] for row in stored[120:]] == values


def _entries(values: list[dict[str, Any]], first: int) -> list[LogEntry]:
    return [
        LogEntry(
            number=first + at, at=datetime(2023, 1, 1, tzinfo=UTC), actor_name="Người ghi", action="result.entered",
            object_type="communes.result", object_id=str(at), object_label=f"Chỉ tiêu {at}", changes=changes,
            batch=UUID(int=at), previous="0" * 64, digest=f"{first + at:064d}",
        )
        for at, changes in enumerate(values)
    ]  # fmt: skip


@pytest.mark.parametrize("worth_it", [1, 100])
def test_a_row_is_finished_in_its_turn_before_it_is_sent(monkeypatch: pytest.MonkeyPatch, worth_it: int):
    monkeypatch.setattr(bulk, "_WORTH_IT", worth_it)
    rows = [Department(code=f"so-{number}", name="", short_name="S") for number in range(3)]
    turns = iter(("một", "hai", "ba"))

    def finish(row: Department) -> dict[str, str]:
        row.name = f"Sở {next(turns)}"
        return {}

    insert_many(rows, finish)
    assert dict(Department.objects.values_list("code", "name")) == {
        "so-0": "Sở một", "so-1": "Sở hai", "so-2": "Sở ba"
    }  # fmt: skip


def test_a_blank_row_is_a_new_one_of_its_own():
    blank, other, made = bulk.blank(Result), bulk.blank(Result), Result()
    assert {name: value for name, value in vars(blank).items() if name != "_state"} == {
        name: value for name, value in vars(made).items() if name != "_state"
    }
    blank.text, blank.entered_by = "chỉ ở đây", factories.user("nguoi_nhap")
    assert (other.text, other.entered_by, made.text) == ("", None, "")
    assert blank._state.adding
    assert other._state.db is None


def test_nothing_is_nothing():
    insert_many([])
    save_next_many([], batch_size=10)


@pytest.mark.parametrize("worth_it", [1, 100])
def test_saved_rows_are_the_next_versions_and_no_new_rows(monkeypatch: pytest.MonkeyPatch, worth_it: int):
    monkeypatch.setattr(bulk, "_WORTH_IT", worth_it)
    rows = [factories.department(f"so-{number}") for number in range(3)]
    for row in rows:
        row.name = f"  Tên\t“mới” \\N 'của' {{100%s}} {row.code}"
    save_next_many(rows, batch_size=2)
    stored = {row.pk: (row.version, row.name) for row in Department.objects.all()}
    assert stored == {row.pk: (2, f"Tên “mới” \\N 'của' {{100%s}} {row.code}") for row in rows}


@pytest.mark.parametrize("worth_it", [1, 100])
def test_every_kind_of_column_is_saved_as_one_save_would(monkeypatch: pytest.MonkeyPatch, worth_it: int):
    monkeypatch.setattr(bulk, "_WORTH_IT", worth_it)
    province = factories.province()
    unit = factories.unit(province, "Phú Đình")
    row = factories.submission(factories.a_round(province, factories.small_set()), unit)
    row.facts, row.due_on = {"dân số": "1.234", "vùng": None, "trong": [True, 0.5]}, date(2023, 12, 31)
    row.submitted_at = datetime(2023, 6, 1, 17, 30, 5, 123456, tzinfo=UTC)
    cell = factories.result(row, "3", Decimal("81.5"))
    cell.value, cell.note, cell.is_doubtful, cell.entered_at = Decimal("0.1250"), "", True, row.submitted_at
    for one in (row, cell):
        save_next_many([one], batch_size=5)
        assert snapshot(type(one)._base_manager.get(pk=one.pk)) == snapshot(one)


def test_among_asks_what_in_asks():
    rows = [factories.department(f"so-{number}") for number in range(3)]
    keys = [rows[0].pk, rows[2].pk, 987_654]
    assert set(Department.objects.filter(pk__among=keys)) == {rows[0], rows[2]}
    assert set(Department.objects.filter(code__among=iter(["so-1", "x' or 1=1 --"]))) == {rows[1]}
    assert not Department.objects.filter(pk__among=[]).exists()
    assert not LogEntry.objects.filter(number__among=[1, 2], object_id__among=["1"]).exists()


def test_the_collector_rests_until_the_last_has_left():
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with without_collecting():
            inside.set()
            leave.wait(5)

    thread = threading.Thread(target=other)
    with without_collecting():
        thread.start()
        inside.wait(5)
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()
