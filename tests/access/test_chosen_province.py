"""Whoever works in several provinces chooses which one heads their pages; what a page is headed is what is written."""

import json
import re
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.models import Assignment, Round
from communes.services import assignments
from funding.models import Amount
from ntm.accounts import services
from ntm.accounts.models import User
from ntm.audit import log
from ntm.audit.models import LogEntry
from ntm.core.headed import FIELD
from ntm.jobs.models import Job
from ntm.jobs.services import running
from targets.choices import PlanState
from targets.models import Plan
from tests import factories
from tests.communes import appraising, sheets
from tests.ntm.accounts import entering

As = Callable[[User], Client]
CHOOSE, ENTER, LIST = "/tai-khoan/tinh/", "/nguon-von/nhap/", "/nguon-von/2023/"
PAGE = "/nhap-tep/nguon-von/?nam=2023"


@pytest.fixture
def two(land: Any, client_as: As) -> SimpleNamespace:
    """A specialist of both provinces, whose pages are Thái Nguyên's until they choose; a source for each year."""
    person = factories.user("hai_tinh", "specialist", land.province)
    Assignment.objects.create(user=person, unit=land.foreign, role="specialist")
    return SimpleNamespace(
        person=person, client=client_as(person), here=land.province.place_id, there=land.foreign.place_id,
        source=factories.source("central"),
    )  # fmt: skip


def head(client: Client) -> str:
    found = re.search(r"UBND tỉnh ([^<]+)</small>", client.get("/dia-ban/").text)
    assert found
    return found[1]


def choose(client: Client, place: int, **more: Any) -> Any:
    return client.post(CHOOSE, {"tinh": place, **more})


def money(two: Any, amount: int, **more: Any) -> dict[str, Any]:
    about = {
        "year": "2023",
        "source_of_funds": two.source.pk,
        "qualifier": "exact",
        "document": "",
        "note": "",
    }
    return about | {"amount": str(amount), "token": str(uuid.uuid4())} | more


# --- choosing ----------------------------------------------------------------------------------------------
def test_every_page_is_headed_by_the_province_that_was_chosen(two: Any, land: Any) -> None:
    factories.amount(land.foreign, 7)
    assert (head(two.client), LIST in two.client.get(LIST).text) == ("Thái Nguyên", True)
    assert 'data-count="0"' in two.client.get(LIST).text
    answer = choose(two.client, two.there, next="/ke-hoach/2023/?a=1")
    assert (answer.status_code, answer["Location"]) == (302, "/ke-hoach/2023/?a=1")
    assert choose(two.client, two.there, next="https://example.org/")["Location"] == "/"
    assert head(two.client) == "Cao Bằng"
    for address in (
        LIST,
        "/ke-hoach/2023/",
        "/ky-nhap-lieu/",
        "/bieu-mau/",
        "/tong-quan/2023/",
    ):
        assert "UBND tỉnh Cao Bằng" in two.client.get(address).text, address
    assert 'data-count="1"' in two.client.get(LIST).text
    choose(two.client, two.here)
    assert head(two.client) == "Thái Nguyên"


def test_the_administration_says_which_province_it_writes_into(two: Any, cast: Any, client_as: As) -> None:
    for place, name in ((two.there, "Cao Bằng"), (two.here, "Thái Nguyên")):
        choose(two.client, place)
        assert f"Tỉnh đang mở: {name}" in two.client.get("/quan-tri/funding/amount/add/").text
    assert "Tỉnh đang mở" not in client_as(cast.specialist).get("/quan-tri/funding/amount/add/").text


def test_the_choice_is_seen_where_there_is_one_and_costs_nobody_else_a_query(
    two: Any, cast: Any, client_as: As
) -> None:
    page = two.client.get(LIST).text
    assert re.findall(r'name="tinh"\s+value="(\d+)"', page) == [str(two.there), str(two.here)]
    assert re.findall(r'value="(\d+)"\s+aria-current="true"', page) == [str(two.here)]
    one = client_as(cast.specialist)
    assert CHOOSE not in one.get(LIST).text
    counts = []
    for client in (one, two.client):
        client.get(LIST)
        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        counts.append(len(caught))
    assert counts[1] == counts[0] + 1


def test_only_provinces_of_ones_own_roles_of_today_are_chosen(
    two: Any, land: Any, cast: Any, client_as: As
) -> None:
    third = factories.province("08", "Tuyên Quang")
    one = client_as(cast.specialist)
    for client, place in (
        (two.client, third.place_id),
        (two.client, "x"),
        (one, two.there),
    ):
        assert choose(client, place).status_code == 404
    assert two.client.get(CHOOSE).status_code == 405
    choose(two.client, two.there)
    role = Assignment.objects.get(user=two.person, unit=land.foreign)
    assignments.end(role, reason="x", by=log.SYSTEM)
    assert head(two.client) == "Thái Nguyên"
    assert choose(two.client, two.there).status_code == 404
    assert not LogEntry.objects.about_rows().exclude(action="assignment.ended").exists()


def test_who_has_a_whole_province_is_not_headed_by_one_of_a_single_unit(
    land: Any, cast: Any, client_as: As
) -> None:
    """Pages of a whole province would else be open to whoever works in one of its communes."""
    Assignment.objects.create(user=cast.specialist, unit=land.foreign_commune, role="commune_officer")
    client = client_as(cast.specialist)
    assert choose(client, land.foreign.place_id).status_code == 404
    Assignment.objects.create(user=cast.officer_b, unit=land.foreign_commune, role="commune_officer")
    theirs = client_as(cast.officer_b)
    assert choose(theirs, land.foreign.place_id).status_code == 302
    assert head(theirs) == "Cao Bằng"
    assert theirs.get(LIST).status_code == 403


# --- writing -----------------------------------------------------------------------------------------------
def test_money_plans_and_rounds_are_written_where_the_page_stands_and_told_there(two: Any, land: Any) -> None:
    choose(two.client, two.there)
    assert ENTER in two.client.get(LIST).text
    assert two.client.post(ENTER, money(two, 5)).status_code == 302
    token = {"token": str(uuid.uuid4())}
    factories.level()
    assert two.client.post("/ke-hoach/2023/lap/", token | {"new_ntm": "3"}).status_code == 302
    made = factories.small_set(factories.level())
    opened = {"year": "2023", "criteria_set": made.pk, "term": "year"} | {"token": str(uuid.uuid4())}
    assert two.client.post("/ky-nhap-lieu/mo/", opened).status_code == 302
    for rows in (Amount, Plan, Round):
        assert set(rows.objects.values_list("province", flat=True)) == {two.there}, rows
    told = LogEntry.objects.about_rows().values_list("province_id", flat=True)
    assert set(told) == {two.there}


def test_a_form_from_an_older_window_writes_where_its_page_stood(two: Any) -> None:
    def field(page: str) -> str:
        found = set(re.findall(rf'name="{FIELD}" value="(\d+)"', page))
        assert len(found) == 1
        return str(found.pop())

    old = field(two.client.get(ENTER).text)
    choose(two.client, two.there)
    assert (old, field(two.client.get(ENTER).text)) == (str(two.here), str(two.there))
    answer = two.client.post(ENTER, money(two, 5, **{FIELD: old}), follow=True)
    assert Amount.objects.get().province_id == two.here
    # The page that follows is the one on which it stands.
    assert "UBND tỉnh Thái Nguyên" in answer.text
    assert 'data-count="1"' in answer.text


def test_an_older_window_of_a_province_that_was_lost_writes_nothing_but_lets_sign_out(
    two: Any, land: Any
) -> None:
    Assignment.objects.filter(user=two.person, unit=land.foreign).delete()
    for sent in (str(two.there), "x", ""):
        answer = two.client.post(ENTER, money(two, 5, **{FIELD: sent}))
        assert answer.status_code == 403
    assert "không còn vai trò" in answer.text
    assert not Amount.objects.exists()
    assert two.client.post("/tai-khoan/dang-xuat/", {FIELD: str(two.there)}).status_code == 302


def test_rights_are_asked_in_the_province_that_was_chosen(two: Any, land: Any) -> None:
    Assignment.objects.filter(user=two.person, unit=land.foreign).update(role="leader")
    factories.plan(land.foreign, state=PlanState.DRAFT)
    choose(two.client, two.there)
    assert ENTER not in two.client.get(LIST).text
    for address in (ENTER, "/ke-hoach/2023/du-thao/", "/nhap-tep/nguon-von/", "/ky-nhap-lieu/mo/"):
        assert two.client.get(address).status_code == 403, address
    assert two.client.post(ENTER, money(two, 5)).status_code == 403
    choose(two.client, two.here)
    assert two.client.post(ENTER, money(two, 5)).status_code == 302
    assert Amount.objects.get().province_id == two.here


def test_an_administrator_of_two_makes_an_account_in_the_one_that_is_open(land: Any, client_as: As) -> None:
    person = factories.user("quantri_hai", "administrator", land.province)
    Assignment.objects.create(user=person, unit=land.foreign, role="administrator")
    client = client_as(person)
    choose(client, land.foreign.place_id)
    fields = {"username": "moi", "full_name": "Mới", "email": "", "password": "", "again": ""}
    fields |= {"token": str(uuid.uuid4())}
    client.post("/quan-tri/accounts/user/add/", fields)
    assert User.objects.get(username="moi").home_id == land.foreign.place_id


def test_who_administers_elsewhere_makes_no_account_behind_the_page_that_is_open(
    land: Any, client_as: As
) -> None:
    """The page says the one province, and would write into the other."""
    person = factories.user("quantri_mot", "leader", land.foreign)
    Assignment.objects.create(user=person, unit=land.province, role="administrator")
    client, add = client_as(person), "/quan-tri/accounts/user/add/"
    fields = {"username": "moi", "full_name": "Nguyễn Văn Mới", "email": "", "password": "", "again": ""}
    fields |= {"token": str(uuid.uuid4())}
    assert "Tỉnh đang mở: Cao Bằng" in client.get("/quan-tri/").text
    answer = client.post(add, fields)
    assert (answer.status_code, User.objects.filter(username="moi").exists()) == (403, False)
    assert "Bạn không quản trị tài khoản ở tỉnh đang mở" in answer.text
    assert 'value="Nguyễn Văn Mới"' in answer.text
    page = client.get(add)
    assert (page.status_code, "Bạn không quản trị tài khoản ở tỉnh đang mở" in page.text) == (403, True)
    choose(client, land.province.place_id)
    assert client.post(add, fields | {"token": str(uuid.uuid4())}).status_code == 302
    assert User.objects.get(username="moi").home_id == land.province.place_id


def test_what_is_told_of_an_account_is_told_in_its_own_province_whichever_is_open(
    two: Any, settings: Any
) -> None:
    """One record tells all of its life: signing in and out, sessions, passwords, as what administrators do to it."""
    services.set_password(two.person, "mật khẩu cũ 1", by=log.SYSTEM)
    other = Client()
    other.post(entering.LOGIN, {"login": two.person.username, "password": "mật khẩu cũ 1"})
    client = Client()
    client.post(entering.LOGIN, {"login": two.person.username, "password": "mật khẩu cũ 1"})
    choose(client, two.there)
    new = {"oldpassword": "mật khẩu cũ 1", "password1": "ruộng bậc thang 7", "password2": "ruộng bậc thang 7"}
    assert client.post("/tai-khoan/doi-mat-khau/", new).status_code == 302
    choose(client, two.there)
    client.post("/tai-khoan/dang-xuat/")
    told = dict(LogEntry.objects.filter(object_type="accounts.user").values_list("action", "province_id"))
    assert told == dict.fromkeys(
        ("account.password_set", "account.signed_in", "account.password_changed", "account.signed_out"),
        two.here,
    )


# --- files -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("later", [False, True], ids=["at once", "as a job"])
def test_a_file_goes_into_the_province_it_was_brought_for(
    two: Any, settings: Any, tmp_path: Any, later: bool
) -> None:
    settings.MEDIA_ROOT, settings.LARGE_WRITE_CELLS = tmp_path, 0 if later else 10**6
    choose(two.client, two.there)
    book = sheets.fetched(two.client, "/nhap-tep/nguon-von/mau.xlsx?nam=2023")
    sheets.put(book["Nguồn vốn"], "central", "so_tien", 12)
    where = sheets.brought(two.client, PAGE, book)
    choose(two.client, two.here)
    assert "UBND tỉnh Cao Bằng" in two.client.get(where).text
    choose(two.client, two.here)
    assert sheets.confirm(two.client, where).status_code == 302
    choose(two.client, two.here)
    for job in Job.objects.all():
        running.execute(job.pk)
    assert Job.objects.filter(state="done", province_id=two.there).count() == int(later)
    assert (Amount.objects.get().province_id, Amount.objects.get().amount) == (two.there, 12)
    told = LogEntry.objects.filter(action__in=["upload.received", "upload.stored", "export.made"])
    assert set(told.values_list("province_id", flat=True)) == {two.there}


def test_a_brought_file_opens_while_a_province_that_is_only_read_heads_the_pages(
    two: Any, land: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    Assignment.objects.filter(user=two.person, unit=land.foreign).update(role="leader")
    where = sheets.brought(two.client, PAGE, "Mã;Số tiền\r\ncentral;277 tỷ\r\n".encode(), "von.csv")
    choose(two.client, two.there)
    assert "UBND tỉnh Thái Nguyên" in two.client.get(where).text
    assert sheets.confirm(two.client, where).status_code == 302
    assert Amount.objects.get().province_id == two.here


def test_work_that_waits_is_not_done_elsewhere_once_the_role_is_gone(
    two: Any, land: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT, settings.LARGE_WRITE_CELLS = tmp_path, 0
    choose(two.client, two.there)
    book = sheets.fetched(two.client, "/nhap-tep/nguon-von/mau.xlsx?nam=2023")
    sheets.put(book["Nguồn vốn"], "central", "so_tien", 12)
    where = sheets.brought(two.client, PAGE, book)
    sheets.confirm(two.client, where)
    Assignment.objects.filter(user=two.person, unit=land.foreign).delete()
    job = Job.objects.get()
    running.execute(job.pk)
    job.refresh_from_db()
    assert (job.state, Amount.objects.count()) == ("failed", 0)
    assert "không có quyền này ở tỉnh" in job.failure
    assert two.client.get(where).status_code in (403, 404)


@pytest.mark.parametrize("role", ["specialist", "commune_leader"])
def test_work_about_rows_of_one_province_is_told_there_whichever_is_open(
    two: Any, land: Any, settings: Any, tmp_path: Any, role: str
) -> None:
    """Writing a commune's file, and undoing what it wrote."""
    at = land.province if role == "specialist" else land.commune_a
    Assignment.objects.filter(user=two.person, unit=land.province).update(role=role, unit=at)
    settings.MEDIA_ROOT, settings.LARGE_WRITE_CELLS = tmp_path, 0
    returned = factories.submission(factories.a_round(land.province, factories.small_set()), land.commune_a)
    page = f"/nhap-tep/ket-qua-xa/?phieu={returned.pk}"
    book = sheets.fetched(two.client, page.replace("?", "mau.xlsx?"))
    sheets.put(sheets.rows_of(book), "2.1", "value", 81)
    where = sheets.brought(two.client, page, book)
    choose(two.client, two.there)
    before = LogEntry.objects.count()
    sheets.confirm(two.client, where)
    running.execute(Job.objects.get().pk)
    batch = LogEntry.objects.get(action="result.entered").batch
    undo = f"/nhat-ky/lo/{batch}/hoan-tac/"
    asked = {"seen": sheets.seen(two.client.get(undo)), "reason": "nhầm xã"}
    assert two.client.post(undo, asked | {"token": str(uuid.uuid4())}).status_code == 302
    running.execute(Job.objects.latest("pk").pk)
    assert list(Job.objects.values_list("state", "province_id")) == [("done", two.here)] * 2
    b"".join(two.client.get("/nhap-tep/danh-sach.csv").streaming_content)
    told = LogEntry.objects.filter(number__gt=before)
    assert set(told.values_list("province_id", flat=True)) == {two.here}


def test_undoing_one_province_s_part_of_a_write_over_two_is_told_there_and_not_in_the_other(
    two: Any, land: Any, settings: Any, client_as: As
) -> None:
    settings.LARGE_WRITE_CELLS = 0
    made = appraising.assigned_set()
    returns = [
        factories.submission(factories.a_round(unit, made), commune)
        for unit, commune in ((land.province, land.commune_a), (land.foreign, land.foreign_commune))
    ]
    typed = {f"o-{row.pk}": "70" for row in returns}
    seen = json.dumps([[row.pk, 0, ""] for row in returns])
    assert (
        two.client.post(f"/nhap-lieu/chi-tieu/{made.pk}/3/2023/", typed | {"seen": seen}).status_code == 302
    )
    person, third = factories.user("khac", "specialist", land.foreign), factories.province("22", "Quảng Ninh")
    Assignment.objects.create(user=person, unit=third, role="specialist")
    client = client_as(person)
    choose(client, third.place_id)
    undo = f"/nhat-ky/lo/{LogEntry.objects.filter(action='result.entered')[0].batch}/hoan-tac/"
    asked = {"seen": sheets.seen(client.get(undo)), "reason": "nhầm", "token": str(uuid.uuid4())}
    assert client.post(undo, asked).status_code == 302
    assert Job.objects.get().province_id == two.there
