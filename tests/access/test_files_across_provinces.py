"""That a file left is told in the record of the province whose rows it holds, to whoever reads that record alone."""

from typing import Any

import pytest
from django.test import Client

from communes.models import Assignment
from funding.services import enter_amount
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from ntm.jobs.models import Job
from tests import factories
from tests.communes import appraising
from tests.communes.sheets import form_token
from tests.ntm.jobs.kinds import run_waiting


@pytest.fixture
def other(land: Any, cast: Any) -> Any:
    """The auditor of the other province; the specialist here reads there, too."""
    Assignment.objects.create(user=cast.specialist, unit=land.foreign, role="leader")
    return factories.user("kiem_toan_ban", "auditor", land.foreign)


def told() -> list[int | None]:
    return list(
        LogEntry.objects.filter(object_type__startswith="event.")
        .order_by("number")
        .values_list("province_id", flat=True)
    )


def take(client: Client, address: str) -> None:
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()


def test_a_file_is_told_where_its_rows_are(land: Any, cast: Any, other: Any, client_as: Any) -> None:
    here, there = land.province.place_id, land.foreign.place_id
    a_round = factories.a_round(land.foreign, appraising.assigned_set())
    factories.submission(a_round, land.foreign_commune)
    client = client_as(cast.specialist)
    for address, provinces in (
        (f"/ky-nhap-lieu/{a_round.pk}/phieu/danh-sach.csv", [there]),
        (f"/dia-ban/xa/{land.foreign_commune.code}/2023/ket-qua/danh-sach.csv?bo=ntm&loai=tieu-chi", [there]),
        ("/nguon-von/2023/danh-sach.csv", [here]),
        ("/dia-ban/danh-sach.csv", [here]),
        ("/dia-ban/danh-sach.csv?tinh=", sorted([here, there])),
        ("/quyet-dinh/danh-sach.csv", sorted([here, there])),
        ("/viec-cua-toi/qua-han/danh-sach.csv", sorted([here, there])),
        ("/tong-quan/2023.json", [here]),
    ):
        before = len(told())
        take(client, address)
        assert told()[before:] == provinces, address
    client.post("/tai-khoan/tinh/", {"tinh": there})
    take(client, "/nguon-von/2023/danh-sach.csv")
    assert told()[-1] == there


def test_who_reads_one_record_alone_finds_it_there_and_nowhere_else(
    land: Any, cast: Any, other: Any, client_as: Any
) -> None:
    client = client_as(cast.specialist)
    client.post("/tai-khoan/tinh/", {"tinh": land.foreign.place_id})
    take(client, "/nguon-von/2023/danh-sach.csv")
    entry = LogEntry.objects.get(action="export.made")
    ours, theirs = client_as(cast.auditor), client_as(other)
    for address in (f"/nhat-ky/{entry.number}/", f"/nhat-ky/lo/{entry.batch}/"):
        assert (theirs.get(address).status_code, ours.get(address).status_code) == (200, 404), address
    search = "/nhat-ky/?loai=event.export"
    assert ('data-count="1"' in theirs.get(search).text, 'data-count="0"' in ours.get(search).text) == (
        True,
        True,
    )
    # A reader of both who takes one row's history with them tells the province of that row alone.
    Assignment.objects.create(user=cast.auditor, unit=land.foreign, role="auditor")
    row = enter_amount(
        province=land.foreign.place, year=2023, source=factories.source(), amount=7,
        trust="illustrative", by=SYSTEM,
    )  # fmt: skip
    both, at = client_as(cast.auditor), len(told())
    take(both, f"/nhat-ky/doi-tuong/funding.amount/{row.pk}/danh-sach.csv")
    assert told()[at:] == [land.foreign.place_id]
    # A filter names people: it is told where the entries are that it found.
    for narrowed, provinces in (("?nguoi=system", [land.foreign]), ("", [land.province, land.foreign])):
        at = len(told())
        take(both, f"/nhat-ky/danh-sach.csv{narrowed}")
        assert told()[at:] == sorted(unit.place_id for unit in provinces), narrowed
    at = len(told())
    take(both, f"/nhat-ky/lo/{LogEntry.objects.get(action='amount.entered').batch}/danh-sach.csv")
    assert told()[at:] == [land.foreign.place_id]


def test_a_file_that_a_job_made_stays_where_one_of_its_provinces_was_lost(
    land: Any, cast: Any, client_as: Any, settings: Any
) -> None:
    for unit in (land.province, land.foreign):
        enter_amount(
            province=unit.place,
            year=2023,
            source=factories.source(),
            amount=7,
            trust="illustrative",
            by=SYSTEM,
        )
    role = Assignment.objects.create(user=cast.auditor, unit=land.foreign, role="auditor")
    client, settings.LARGE_FILE_ROWS = client_as(cast.auditor), 1
    page = client.get("/nhat-ky/danh-sach.csv")["Location"]
    assert client.post(page, {"token": form_token(client.get(page).text)}).status_code == 302
    run_waiting()
    where = f"/viec-nen/{Job.objects.get().pk}/tep.csv"
    at = len(told())
    take(client, where)
    assert told()[at:] == sorted([land.province.place_id, land.foreign.place_id])
    role.delete()
    assert client.get(where).status_code == 404
