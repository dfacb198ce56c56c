"""One's own brought files: found again with what became of them, and cleaned away when nobody needs them any more."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communes.models import Result
from ntm.audit.models import LogEntry
from ntm.core import views
from ntm.sheets.models import Upload, UploadState
from tests.communes import sheets
from tests.communes.test_sheets_round import five_returns, media, place  # noqa: F401 - fixtures
from tests.ntm.jobs.kinds import run_waiting

LIST = "/nhap-tep/"


@pytest.fixture
def where(place: Any) -> str:  # noqa: F811
    book = sheets.fetched(place.office, place.template)
    sheets.put(sheets.rows_of(book), "05602", "2.1", 95)
    return sheets.brought(place.office, place.page, book)


def written(place: Any, count: int) -> None:  # noqa: F811
    """As many files that say they wrote something."""
    kept(place, count)
    for row in Upload.objects.filter(state=UploadState.WAITING):
        Upload.objects.filter(pk=row.pk).update(state=UploadState.STORED, batch=uuid4())


def kept(place: Any, count: int) -> None:  # noqa: F811
    for number in range(count):
        row = Upload(
            kind="ket-qua-ky", params={"ky": "1"}, by=place.cast.specialist, file_name=f"Tệp {number}.csv"
        )
        row.file.save("bang.csv", ContentFile(b"Ma\n1\n"))


def prune() -> str:
    said = StringIO()
    call_command("prune_uploads", stdout=said)
    return said.getvalue()


def age(days: int) -> None:
    Upload.objects.update(at=timezone.now() - timedelta(days=days))


def test_a_file_is_found_again_in_each_of_its_states(place, where, settings):  # noqa: F811
    waiting = sheets.text_of(place.office.get(LIST))
    assert "tep.xlsx Kết quả của mọi xã trong kỳ" in waiting
    assert "Chờ xác nhận" in waiting
    settings.LARGE_WRITE_CELLS = 0
    sheets.confirm(place.office, where)
    assert "Đang ghi ở nền" in sheets.text_of(place.office.get(LIST))
    run_waiting()
    page = place.office.get(LIST)
    assert "Đã ghi 1 1 Hoàn tác" in sheets.text_of(page)
    assert f'href="/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"' in page.content.decode()
    file = b"".join(place.office.get(f"{LIST}danh-sach.csv").streaming_content).decode("utf-8-sig")
    assert "Đã ghi;1;1" in file
    assert "Hoàn tác" not in file


def test_others_do_not_see_it(place, where, client_as):  # noqa: F811
    for person in (place.cast.officer_a, place.cast.administrator):
        assert "Bạn chưa nạp tệp nào." in sheets.text_of(client_as(person).get(LIST))


def test_the_page_of_a_kind_leads_there(place):  # noqa: F811
    assert f'href="{LIST}"' in place.office.get(place.page).content.decode()


def test_what_an_old_file_has_just_written_can_be_taken_back_from_the_list(place, where, settings):  # noqa: F811
    """The days of taking back count from the write."""
    age(settings.UNDO_DAYS + 1)
    sheets.confirm(place.office, where)
    assert "Đã ghi 1 1 Hoàn tác" in sheets.text_of(place.office.get(LIST))
    undo = place.office.get(f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/")
    assert 'name="seen"' in undo.content.decode()


def test_what_was_taken_back_says_so_and_is_not_offered_again(place, where):  # noqa: F811
    """Of two cells, one was changed since: that stays, and the file says how many stay."""
    book = sheets.fetched(place.office, place.template)
    for code in ("05602", "05596"):
        sheets.put(sheets.rows_of(book), code, "2.1", 91)
    both = sheets.brought(place.office, place.page, book)
    sheets.confirm(place.office, both)
    first = Upload.objects.order_by("pk").last()
    again = sheets.fetched(place.office, place.template)
    sheets.put(sheets.rows_of(again), "05596", "2.1", 92)
    after = sheets.brought(place.office, place.page, again)
    sheets.confirm(place.office, after)
    for row, words in (
        (first, ("Đã hoàn tác một phần", "1 dòng giữ nguyên")),
        (Upload.objects.order_by("pk").last(), ("Đã hoàn tác", "Lần ghi này đã được hoàn tác.")),
    ):
        undo = f"/nhat-ky/lo/{row.batch}/hoan-tac/"
        mark = place.office.get(undo).text.split('name="seen" value="')[1].split('"')[0]
        assert place.office.post(undo, {"seen": mark, "reason": "Nhầm tệp"}).status_code == 302
        in_list, page = place.office.get(LIST), place.office.get(f"{LIST}tep/{row.pk}/")
        assert words[0] in sheets.text_of(in_list)
        assert words[1] in sheets.text_of(page)
        assert undo not in in_list.text + page.text
    assert LogEntry.objects.filter(action="upload.undone").count() == 2


def test_what_can_no_longer_be_taken_back_is_not_offered(place, where, settings):  # noqa: F811
    sheets.confirm(place.office, where)
    settings.UNDO_DAYS = 0
    undo = f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"
    assert "Chỉ hoàn tác được trong 0 ngày" in place.office.get(undo).text
    for page in (LIST, where):
        shown = place.office.get(page)
        assert "Đã ghi" in shown.text
        assert undo not in shown.text


def test_the_list_reads_the_files_of_its_page_alone(place, monkeypatch):  # noqa: F811
    monkeypatch.setattr(views, "_PER_PAGE", 25)
    kept(place, 30)
    with CaptureQueriesContext(connection) as seen:
        page = place.office.get(LIST)
    assert page.content.decode().count("Chờ xác nhận") == 25
    read = [query["sql"] for query in seen if '"file_name"' in query["sql"]]
    assert [sql.partition("LIMIT")[2].split() for sql in read] == [["25"]]
    last = sheets.text_of(place.office.get(f"{LIST}?page=2"))
    assert "Tệp 4.csv" in last
    assert "Tệp 5.csv" not in last


def test_the_list_asks_as_often_for_thirty_files_as_for_three(place):  # noqa: F811
    asked = []
    place.office.get(LIST)
    for more in (3, 27):
        written(place, more)
        with CaptureQueriesContext(connection) as seen:
            assert f"{Upload.objects.count()} tệp" in sheets.text_of(place.office.get(LIST))
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 12


def test_an_old_file_is_removed_and_can_no_longer_be_confirmed(
    place,  # noqa: F811
    where,
    settings,
    django_capture_on_commit_callbacks,
):
    path = Path(Upload.objects.get().file.path)
    mark = {"seen": sheets.seen(place.office.get(where))}
    age(settings.UPLOAD_DAYS - 1)
    assert prune() == "Đã dọn 0 tệp.\n"
    age(settings.UPLOAD_DAYS + 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert prune() == "Đã dọn 1 tệp.\n"
        assert path.exists()
    assert prune() == "Đã dọn 0 tệp.\n"
    assert not path.exists()
    row = Upload.objects.get()
    assert (row.state, row.file.name, row.shown) == (UploadState.CLEANED, "", {})
    assert "để lâu ngày nên đã được dọn, chưa ghi gì" in sheets.text_of(place.office.get(where))
    answer = place.office.post(f"{where}xac-nhan/", mark)
    assert answer.status_code == 422
    assert "Tệp này không còn trên máy chủ" in sheets.text_of(answer)
    assert place.office.get(f"{where}loi.xlsx").status_code == 422
    dropped = place.office.post(f"{where}chon/", {"drop": "1"}, follow=True)
    assert "đã được ghi, đã bỏ hoặc đã được dọn" in sheets.text_of(dropped)
    assert place.office.get(f"{where}cot/").status_code == 302
    assert LogEntry.objects.filter(action="upload.cleaned").count() == 1


def test_what_a_cleaned_file_wrote_stays_and_can_be_taken_back(place, where, settings):  # noqa: F811
    sheets.confirm(place.office, where)
    age(settings.UPLOAD_DAYS + 1)
    prune()
    row = Upload.objects.get()
    assert (row.state, row.file.name) == (UploadState.STORED, "")
    assert "Đã ghi 1 dòng" in sheets.text_of(place.office.get(where))
    undo = f"/nhat-ky/lo/{row.batch}/hoan-tac/"
    mark = place.office.get(undo).content.decode().split('name="seen" value="')[1].split('"')[0]
    assert place.office.post(undo, {"seen": mark, "reason": "Nhầm tệp"}).status_code == 302
    assert Result.objects.get(submission__unit__code="05602", indicator__code="2.1").value != 95


def test_a_file_in_a_transaction_that_fails_is_not_lost(place, where, settings, monkeypatch):  # noqa: F811
    path = Path(Upload.objects.get().file.path)
    age(settings.UPLOAD_DAYS + 1)
    monkeypatch.setattr("ntm.sheets.services.audit.record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        prune()
    assert path.exists()
