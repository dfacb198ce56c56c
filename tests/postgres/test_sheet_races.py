"""A file of results is confirmed while somebody types, on PostgreSQL: each cell holds the later acknowledged write, and
nobody's is lost. With the version out of the way, one would be."""

from collections.abc import Callable
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from communes.models import Result, Submission
from communes.services import results
from communes.services.results import STALE, Cell, NothingSaved, enter
from communes.services.results_many import enter_many
from communes.services.sums import differences
from ntm.audit.log import writing
from ntm.audit.models import LogEntry
from ntm.audit.verification import verify
from ntm.core import bulk
from ntm.jobs.models import Job
from ntm.jobs.registry import Work
from ntm.sheets.models import Upload, UploadState
from tests import factories
from tests.communes import sheets
from tests.communes.appraising import fresh
from tests.ntm.jobs.kinds import run_waiting
from tests.racing import at_once, waiting_behind

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def by_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_WORTH_IT", 1)


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any, settings: Any, tmp_path: Any) -> SimpleNamespace:
    """All five communes return 2023; each has 81 for 2.1."""
    settings.MEDIA_ROOT = tmp_path
    made = factories.small_set()
    now = factories.a_round(land.province, made)
    returns = [factories.submission(now, unit) for unit in land.communes]
    for row in returns:
        enter(where=Q(pk=row.pk), typed=[Cell("2.1", "81")], by=cast.specialist)
    tail = f"?ky={now.pk}"
    return SimpleNamespace(
        returns=returns, office=client_as(cast.specialist), cast=cast, page=f"/nhap-tep/ket-qua-ky/{tail}",
        template=f"/nhap-tep/ket-qua-ky/mau.xlsx{tail}",
    )  # fmt: skip


def brought(place: SimpleNamespace) -> str:
    book = sheets.fetched(place.office, place.template)
    for code in ("05602", "05596"):
        sheets.put(sheets.rows_of(book), code, "2.1", 95)
        sheets.put(sheets.rows_of(book), code, "1.1", "Đạt")
    return sheets.brought(place.office, place.page, book)


def by_hand(place: SimpleNamespace, row: Submission, value: str) -> Callable[[], Any]:
    version = Result.objects.get(submission=row, indicator__code="2.1").version
    typed = [Cell("2.1", value, version)]
    return lambda: enter(where=Q(pk=row.pk), typed=typed, by=fresh(place.cast.specialist))


def numbers() -> list[int]:
    found = Result.objects.filter(indicator__code="2.1").order_by("submission")
    return [int(value or 0) for value in found.values_list("value", flat=True)]


def sound() -> bool:
    rows = Submission.objects.select_related("round__criteria_set", "unit")
    return verify().fault is None and list(differences(rows)) == []


@pytest.mark.parametrize("turn", range(5))
def test_of_a_file_and_a_hand_one_is_stored_and_the_other_told(place: SimpleNamespace, turn: int) -> None:
    where = brought(place)
    mark = {"seen": sheets.seen(place.office.get(where))}
    row = next(row for row in place.returns if row.unit.code == "05602")
    answer, typed = at_once(lambda: place.office.post(f"{where}xac-nhan/", mark), by_hand(place, row, "77"))
    cell = Result.objects.get(submission=row, indicator__code="2.1")
    if cell.value == 95:
        assert (answer.status_code, [one.status for one in typed.outcomes]) == (302, [STALE])
    else:
        assert (answer.status_code, cell.value) == (409, 77)
        assert "77 → 95" in sheets.text_of(answer)
        assert Result.objects.filter(indicator__code="1.1").count() == 0
    assert sound()


def typing_and_file(place: SimpleNamespace) -> Any:
    """The file's cells were read before somebody's typing is committed, and are written after it."""
    row = place.returns[0]
    version = Result.objects.get(submission=row, indicator__code="2.1").version
    typed = {one.pk: [Cell("2.1", "95", version)] for one in place.returns[:2]}

    def write() -> Any:
        try:
            return enter_many(typed=typed, by=fresh(place.cast.specialist))
        except NothingSaved as nothing:
            return nothing

    return waiting_behind(by_hand(place, row, "77"), write)


def test_what_was_typed_meanwhile_is_found_under_the_lock(place: SimpleNamespace) -> None:
    nothing = typing_and_file(place)
    assert [one.row.value for one in nothing.entry.of(STALE)] == [77]
    assert sorted(numbers()) == [77, 81, 81, 81, 81]
    assert sound()


def test_without_the_version_it_would_be_lost(
    place: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "_versions", lambda row: (0, 1, 2, 3))
    typing_and_file(place)
    assert sorted(numbers()) == [81, 81, 81, 95, 95]


def test_two_files_over_the_same_returns_wait_for_each_other_and_never_block(place: SimpleNamespace) -> None:
    rows = place.returns

    def file(value: str, some: list[Submission]) -> Callable[[], Any]:
        typed = {row.pk: [Cell("2.2", value)] for row in some}

        def write() -> Any:
            try:
                return enter_many(typed=typed, by=fresh(place.cast.specialist))
            except NothingSaved as nothing:
                return nothing

        return write

    ended = at_once(file("40", rows), file("41", rows[::-1]), file("42", rows[2:]))
    assert sum(isinstance(one, NothingSaved) for one in ended) == 2
    assert sound()


def test_many_clicks_at_once_are_one_job(place: SimpleNamespace, settings: Any) -> None:
    settings.LARGE_WRITE_CELLS = 1
    where = brought(place)
    mark = {"seen": sheets.seen(place.office.get(where))}
    answers = at_once(*[lambda: place.office.post(f"{where}xac-nhan/", mark)] * 4)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == Job.objects.count() == 1


def test_a_row_that_travels_by_copy_is_the_row_that_django_would_add(place: SimpleNamespace) -> None:
    """Both ways into one table, column by column."""
    row = Result.objects.order_by("pk").first()
    assert row is not None
    entry = LogEntry.objects.order_by("number").first()
    assert entry is not None
    for of, unique in ((row, {"indicator_id": None}), (entry, {"number": 900_001, "digest": "a" * 64})):
        twin = type(of).objects.get(pk=of.pk)
        twin.pk = None
        for name, value in unique.items():
            setattr(twin, name, value or _free_indicator(row))
        with writing():
            bulk.insert_many([twin])
            stored = type(of).objects.get(pk=twin.pk)
            for field in type(of)._meta.concrete_fields:
                assert getattr(stored, field.attname) == getattr(twin, field.attname), field.attname
            connection.set_rollback(True)


def _free_indicator(row: Result) -> int:
    return row.submission.round.criteria_set.indicators.get(code="3").pk


def test_who_chooses_in_a_file_that_a_job_writes_is_told_at_once(
    place: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job holds the file's row until it has ended, which for a long file is minutes."""
    settings.LARGE_WRITE_CELLS = 1
    where, went_on, said, in_time = brought(place), Work.progress, list[str](), list[bool]()

    def choosing() -> None:
        try:
            said.append(sheets.text_of(place.office.post(f"{where}chon/", {"drop": "1"}, follow=True)))
        finally:
            connection.close()

    chooser = Thread(target=choosing)

    def meanwhile(work: Work, done: int, total: int | None = None) -> None:
        went_on(work, done, total)
        if done == 0:
            chooser.start()
            chooser.join(timeout=5)
            in_time.append(not chooser.is_alive())

    monkeypatch.setattr(Work, "progress", meanwhile)
    sheets.confirm(place.office, where)
    run_waiting()
    chooser.join()
    assert in_time == [True]
    assert "Tệp này đang được ghi ở nền" in said[0]
    assert Upload.objects.get().state == UploadState.STORED
