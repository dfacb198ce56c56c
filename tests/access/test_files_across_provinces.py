"""That a file left is told in the record of the province whose rows it holds, to whoever reads that record alone."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communes.choices import SetState
from communes.models import Assignment
from funding.services import enter_amount
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from ntm.jobs.models import Job
from ntm.reports.models import IssuedForm
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


def in_every_list(province: Any, commune: Any, by_set: Any, person: Any) -> None:
    """Of each list a row that is of this province: a recognition that its return speaks against, a late return, an
    issued form."""
    factories.recognition(commune, by_set.level, year=2022)
    sent = factories.submission(
        factories.a_round(province, by_set),
        commune,
        state="submitted",
        submitted_at=timezone.now(),
        not_met=3,
    )
    for code in ("1.1", "2.1", "2.2", "3"):
        factories.result(sent, code, 0, state="entered", verdict="not_met")
    factories.submission(factories.a_round(province, by_set, 2022, enter_by=date(2022, 12, 31)), commune)
    IssuedForm(
        province=province.place, form="nguon-luc", number="Biểu số 04", title="Nguồn lực", mapping="1", source="Mẫu",
        trust="recalled", mapping_sha256="0" * 64, year=2023, day=date(2023, 12, 31), figures=[],
        figures_sha256="0" * 64, file_name="bieu.xlsx", sha256="0" * 64, issued_by=person,
    ).save()  # fmt: skip


def take(client: Client, address: str) -> None:
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()


def test_a_file_is_told_where_its_rows_are(land: Any, cast: Any, other: Any, client_as: Any) -> None:
    here, there = land.province.place_id, land.foreign.place_id
    a_round = factories.a_round(land.foreign, appraising.assigned_set())
    factories.submission(a_round, land.foreign_commune)
    own = factories.small_set(province=land.foreign.place, state=SetState.PUBLISHED)
    client = client_as(cast.specialist)
    for address, provinces in (
        (f"/ky-nhap-lieu/{a_round.pk}/phieu/danh-sach.csv", [there]),
        (f"/dia-ban/xa/{land.foreign_commune.code}/2023/ket-qua/danh-sach.csv?bo=ntm&loai=tieu-chi", [there]),
        ("/nguon-von/2023/danh-sach.csv", [here]),
        ("/dia-ban/danh-sach.csv", [here]),
        ("/dia-ban/danh-sach.csv?tinh=", sorted([here, there])),
        ("/tong-quan/2023.json", [here]),
        (f"/tieu-chi/bo/{own.pk}/bo-tieu-chi.xlsx", [there]),
        ("/tieu-chi/bo/danh-sach.csv", [there]),
    ):
        before = len(told())
        take(client, address)
        assert told()[before:] == provinces, address
    client.post("/tai-khoan/tinh/", {"tinh": there})
    take(client, "/nguon-von/2023/danh-sach.csv")
    assert told()[-1] == there


def test_a_list_over_several_provinces_is_told_where_its_rows_are_and_an_empty_one_where_it_was_taken(
    land: Any, cast: Any, client_as: Any
) -> None:
    """Whoever holds the right in both; then the same of one province alone, whichever of them is open."""
    here, there = land.province.place_id, land.foreign.place_id
    person = cast.specialist
    for unit in (land.province, land.foreign):
        for role in ("specialist", "approver", "department"):
            extra = {"department": factories.department()} if role == "department" else {}
            Assignment.objects.get_or_create(user=person, unit=unit, role=role, defaults=extra)
    client, of_set = client_as(person), appraising.assigned_set()
    lists = (
        "/quyet-dinh/danh-sach.csv", "/cong-nhan/danh-sach.csv", "/viec-cua-toi/qua-han/danh-sach.csv",
        "/tham-dinh/danh-sach.csv", "/nhap-lieu/danh-sach.csv?ca=tat-ca", "/bieu-mau/da-xuat/danh-sach.csv",
        "/canh-bao-thu-hoi/2023/danh-sach.csv",
        f"/nhap-lieu/chi-tieu/{of_set.pk}/2.1/2023/danh-sach.csv",
    )  # fmt: skip

    def told_of(address: str) -> list[int | None]:
        before = len(told())
        take(client, address)
        return told()[before:]

    for opened in (there, here):
        client.post("/tai-khoan/tinh/", {"tinh": opened})
        for address in lists[:-1]:
            assert told_of(address) == [opened], address
    for unit, commune in ((land.foreign, land.foreign_commune), (land.province, land.commune_a)):
        in_every_list(unit, commune, of_set, person)
        found = [there] if unit is land.foreign else sorted([here, there])
        for opened in (here, there):
            client.post("/tai-khoan/tinh/", {"tinh": opened})
            for address in lists:
                assert told_of(address) == found, address
            # The year's page is of the province that is open, whatever the lists behind it hold.
            with_page = sorted({opened, *(found if unit is land.province else [there])})
            assert told_of("/tong-quan/2023.xlsx") == with_page


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
