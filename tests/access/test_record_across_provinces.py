"""The record of a province is read by the roles that grant it there; another role only lets its rows be read."""

import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from communes.models import Assignment, CriteriaSet, Evidence, Result
from communes.reach import reach_of
from communes.selectors.evidence import evidence_open_to
from ntm.accounts import services
from ntm.accounts.models import User
from ntm.audit import log
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import NotAllowed
from ntm.core.headed import head_by
from ntm.jobs.models import Job
from tests import factories
from tests.ntm.accounts import entering


def write(row: Any, action: str, *, by: Any = log.SYSTEM, province: Any = None) -> LogEntry:
    with log.writing():
        log.record(action, row, by=by, province_id=province and province.place_id)
    return LogEntry.objects.order_by("-number")[0]


@pytest.fixture
def of_two(land: Any) -> SimpleNamespace:
    """Reads the record of one province, and works otherwise in the other: an auditor, an administrator; and there
    are people and entries of that other province."""
    found = SimpleNamespace()
    for role in ("auditor", "administrator"):
        person = factories.user(f"hai_noi_{role}", role, land.province)
        Assignment.objects.create(user=person, unit=land.foreign, role="specialist")
        setattr(found, role, person)
    found.theirs = factories.user("nguoi_la", "approver", land.foreign, full_name="CNRY-X người")
    found.entry = write(land.foreign_commune, "unit.changed", by=found.theirs, province=land.foreign)
    return found


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_reading_the_rows_of_a_province_opens_nothing_of_its_record(role, of_two, client_as, land):
    client, entry = client_as(getattr(of_two, role)), of_two.entry
    ours = write(land.commune_a, "unit.changed", province=land.province)
    assert f'href="/nhat-ky/{ours.number}/"' in client.get("/nhat-ky/").text
    for where in (f"{entry.number}/", f"lo/{entry.batch}/", f"nguoi/{of_two.theirs.pk}/"):
        assert client.get(f"/nhat-ky/{where}").status_code == 404, where
    book, table = (b"".join(client.get(f"/nhat-ky/danh-sach.{kind}")) for kind in ("xlsx", "csv"))
    sheets = openpyxl.load_workbook(io.BytesIO(book))
    file = str([row for sheet in sheets for row in sheet.values]) + table.decode()
    for text in (client.get("/nhat-ky/").text, file):
        assert "CNRY-X" not in text
        assert f'href="/nhat-ky/{entry.number}/"' not in text


def test_what_such_a_person_sees_has_its_history_all_the_same(of_two, client_as, land):
    """The history of a row belongs to whoever sees the row, in either province."""
    key = land.foreign_commune.pk
    page = client_as(of_two.auditor).get(f"/nhat-ky/doi-tuong/communes.unit/{key}/")
    assert page.status_code == 200
    entry = LogEntry.objects.get(pk=of_two.entry.pk)
    assert client_as(of_two.administrator).get(f"/nhat-ky/{entry.number}/khoi-phuc/").status_code == 200


@pytest.mark.parametrize("role", ["auditor", "leader"])
def test_accounts_are_kept_where_the_role_is_that_keeps_accounts(role, land, client_as, cast):
    """Reading another province's record names its people; it does not hand over their accounts."""
    Assignment.objects.create(user=cast.administrator, unit=land.foreign, role=role)
    theirs = factories.user("nguoi_la", "approver", land.foreign)
    keeper = User.objects.get(pk=cast.administrator.pk)
    client = client_as(keeper)
    for page in ("change", "mat-khau", "ma-mot-lan", "khoa", "history"):
        assert client.get(f"/quan-tri/accounts/user/{theirs.pk}/{page}/").status_code == 404, page
    assert "nguoi_la" not in client.get("/quan-tri/accounts/user/").text
    assert theirs not in User.objects.visible_to(keeper)
    assert (theirs in User.objects.known_to(keeper)) == (role == "auditor")
    named = client.get("/nhat-ky/").text
    assert ("nguoi_la" in named) == (role == "auditor")


def test_that_an_account_is_locked_is_told_where_its_roles_are_not_where_it_was_made(land):
    """By who keeps accounts in both provinces; as long as it is locked, too."""
    keeper = factories.user("hai_tinh", "administrator", land.province)
    Assignment.objects.create(user=keeper, unit=land.foreign, role="administrator")
    person = factories.user("chuyen_di", "specialist", land.foreign, home_id=land.province.place_id)
    services.deactivate(person, reason="nghỉ việc", version=None, by=keeper)
    services.change_user(person, full_name="Đã Nghỉ", email="", version=None, by=keeper)
    services.reactivate(person, reason="trở lại", version=None, by=keeper)
    told = LogEntry.objects.filter(object_type="accounts.user").order_by("number")
    assert list(told.values_list("action", "province_id")) == [
        (f"account.{act}", land.foreign.place_id) for act in ("deactivated", "changed", "reactivated")
    ]


def test_what_is_done_to_an_account_without_a_role_is_told_to_who_did_it(land, client_as):
    """Made in one province, last at work in the other: the administrators of both may close it."""
    keeper = factories.user("quantri_b", "administrator", land.foreign)
    person = factories.user("da_nghi", "specialist", land.foreign, home_id=land.province.place_id)
    Assignment.objects.filter(user=person).update(last_day=today() - timedelta(days=1))
    services.deactivate(person, reason="nghỉ việc", version=None, by=keeper)
    entry = LogEntry.objects.get(action="account.deactivated")
    assert entry.province_id == land.foreign.place_id
    assert client_as(keeper).get(f"/nhat-ky/{entry.number}/").status_code == 200


def test_what_an_administrator_makes_belongs_where_they_are_administrator(land):
    person = factories.user("hai_noi", "specialist", land.foreign)
    Assignment.objects.create(user=person, unit=land.province, role="administrator")
    facts = {"username": "moi", "full_name": "Mới", "password": "", "by": person}
    with pytest.raises(NotAllowed, match="tỉnh đang mở"):
        services.create_user(**facts)
    head_by(person, land.province.place_id)
    made = services.create_user(**facts)
    assert made.home_id == land.province.place_id


def test_an_account_without_a_province_is_nobodys_to_read_of(land, cast):
    """Until its first role: what is recorded of it, and what its person met with."""
    lone = services.create_user(username="le", full_name="Lẻ", password="", by=log.SYSTEM)
    client = Client()
    client.force_login(lone)
    assert client.get(f"/quan-tri/accounts/user/{cast.leader.pk}/change/").status_code == 403
    about = LogEntry.objects.filter(Q(object_id=str(lone.pk)) | Q(actor=lone))
    assert {entry.action for entry in about} >= {"account.created", "attempt.refused"}
    foreign = factories.user("kiem_toan_la", "auditor", land.foreign)
    for person in (cast.auditor, cast.administrator, foreign):
        assert not about.visible_to(person).exists()
    User.objects.filter(pk=lone.pk).update(home_id=land.province.place_id)
    assert about.visible_to(cast.auditor).count() == about.count()
    assert not about.visible_to(foreign).exists()


def test_what_is_the_nations_or_nobodys_every_reader_of_a_record_reads(land, cast, client):
    nation = write(factories.level(), "catalogue.added")
    client.post(entering.LOGIN, {"login": "khong_co", "password": "sai"})
    wrong = LogEntry.objects.get(action="account.wrong_password")
    with log.writing():
        log.note("command.ran", "event.command", "load_reference", {}, by=log.SYSTEM)
        log.note("attempt.refused", "event.refusal", "/x/", {}, by=log.ANONYMOUS)
    visitor, command = LogEntry.objects.order_by("-number")[:2]
    for person in (cast.auditor, factories.user("kiem_toan_la", "auditor", land.foreign)):
        for entry in (nation, wrong, command, visitor):
            assert LogEntry.objects.visible_to(person).filter(pk=entry.pk).exists(), entry
    assert not LogEntry.objects.visible_to(cast.specialist).exists()


def test_anothers_word_about_a_row_of_the_nation_is_not_read_by_its_number(land, cast, client_as):
    """A set of the nation is seen by all; what each province did beside it is that province's."""
    made = factories.small_set()
    foreign = factories.user("cv_la", "specialist", land.foreign)
    theirs = write(made, "criteria.amended", by=foreign, province=land.foreign)
    ours = write(made, "criteria.amended", by=cast.specialist, province=land.province)
    client = client_as(cast.specialist)
    assert client.get(f"/nhat-ky/{ours.number}/khoi-phuc/").status_code == 200
    assert client.get(f"/nhat-ky/{theirs.number}/khoi-phuc/").status_code == 404
    told = client.get(f"/nhat-ky/doi-tuong/communes.criteriaset/{made.pk}/").text
    assert told.count("cv_la") == 0


def test_jobs_are_looked_at_where_the_role_is_that_looks_at_jobs(of_two, client_as):
    theirs = factories.job_with_file(of_two.theirs, "list.file", "CNRY-X-viec")
    client = client_as(of_two.administrator)
    assert "CNRY-X-viec" not in client.get("/quan-tri/jobs/job/").text
    assert client.get(f"/quan-tri/jobs/job/{theirs.pk}/change/").status_code in (302, 404)
    lone = factories.user("le")
    factories.job_with_file(lone, "list.file", "CNRY-X-le")
    assert not Job.objects.of_provinces(of_two.administrator).filter(asked_by=lone).exists()


def test_drafts_are_seen_where_the_role_is_that_edits_them(land):
    person = factories.user("hai_noi", "specialist", land.province)
    Assignment.objects.create(user=person, unit=land.foreign, role="leader")
    ours, theirs = (
        factories.small_set(province=home.place, state="draft") for home in (land.province, land.foreign)
    )
    public = factories.small_set(factories.level("advanced"), province=land.foreign.place)
    assert set(CriteriaSet.objects.visible_to(person)) == {ours, public}
    assert theirs.state == "draft"


def test_evidence_that_was_taken_away_is_opened_where_the_record_is_read(land):
    asked, files = factories.small_set(), []
    for home, unit in ((land.province, land.commune_a), (land.foreign, land.foreign_commune)):
        row = factories.submission(factories.a_round(home, asked), unit)
        Result.objects.filter(submission=row).delete()
        held = factories.result(row, "1.1", 1)
        files.append(Evidence.objects.create(result=held, file_name="x.pdf", removed_at=timezone.now()))
    person = factories.user("hai_noi", "auditor", land.province)
    Assignment.objects.create(user=person, unit=land.foreign, role="leader")
    assert list(evidence_open_to(person)) == files[:1]


@pytest.mark.parametrize("first", ["commune_officer", "leader"])
def test_the_pages_of_the_province_are_of_one_that_is_read_as_a_whole(first, land, client_as):
    """Whichever role was given first: a commune's officer here who leads elsewhere sees no year of this province."""
    given = [("commune_officer", land.commune_a), ("leader", land.foreign)]
    person = factories.user("hai_noi")
    for role, unit in sorted(given, key=lambda one: one[0] != first):
        Assignment.objects.create(user=person, unit=unit, role=role)
    assert reach_of(person).home == land.foreign.place_id
    page = client_as(person).get("/tong-quan/2023/").text
    assert "Cao Bằng" in page
    assert "Thái Nguyên" not in page
