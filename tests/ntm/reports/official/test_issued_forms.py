"""A form that was issued stays what it was: file, figures, who and when; the page says what has moved since."""

import hashlib
import io
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from openpyxl import load_workbook

from communes.models import Round, Unit
from communes.selectors.provinces import office_of
from funding.models import Amount
from ntm.audit import guards
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused
from ntm.core.scope import Scope
from ntm.reports import form_views
from ntm.reports.models import IssuedForm
from ntm.reports.official import looking
from ntm.reports.official.answers import answers_of, seal_of
from ntm.reports.official.mapping import Form, all_forms
from ntm.reports.official.sources import Sources
from ntm.reports.services import issue_form
from tests import factories
from tests.conftest import Land
from tests.forms import forms_on
from tests.ntm.reports.reading import Page, body, table

MONEY, COMMUNE = "/bieu-mau/2023/nguon-luc/", "/bieu-mau/2023/chi-tieu-xa/?xa=05602"


def sent(client: Client, address: str) -> dict[str, str]:
    """What the form on the page would send."""
    found = forms_on(client.get(address).content.decode())
    form = next(form for form in found if "seen" in form.fields)
    return {name: one.value for name, one in form.fields.items()}


def issue(client: Client, address: str = MONEY) -> IssuedForm:
    answer = client.post(address, sent(client, address))
    assert answer.status_code == 302, answer.context["form"].errors
    row = IssuedForm.objects.latest("pk")
    assert answer["Location"] == row.get_absolute_url()
    return row


def sources(office: Land, person: Any, commune: str = "", year: int = 2023) -> Sources:
    return Sources(Scope.of(office.province.place_id, year, today()), office_of(person), commune)


def by_hand(office: Land, person: Any, *, commune: str = "", year: int = 2023, **changed: Any) -> IssuedForm:
    form: Form = changed.pop("form", all_forms()["nguon-luc"])
    asked = sources(office, person, commune, year)
    seen = changed.pop("seen", None) or answers_of(form, asked).seen
    return issue_form(
        form,
        **(
            {"scope": asked.scope, "office": asked.office, "commune": commune, "seen": seen, "by": person}
            | changed
        ),
    )


# --- issuing -------------------------------------------------------------------------------------------------
def test_what_is_issued_is_what_was_shown(specialist: Client, office: Land, cast: Any) -> None:
    row = issue(specialist)
    assert (row.form, row.number, row.year, str(row.day)) == ("nguon-luc", "Biểu số 04", 2023, "2023-12-31")
    assert (row.province_id, row.unit_id, row.issued_by) == (office.province.place_id, None, cast.specialist)
    form = all_forms()["nguon-luc"]
    assert (row.mapping, row.mapping_sha256) == (form.version, form.seal)
    assert (row.source, row.trust, row.is_verified) == (form.source, "recalled", False)
    figures = {each["key"]: each["value"] for each in row.figures}
    assert figures["von:tat-ca"] == "2500" and figures["von:local"] is None
    assert row.figures_sha256 == seal_of(row.figures)
    entry = LogEntry.objects.get(action="form.issued")
    assert (entry.actor_name, entry.object_id) == (cast.specialist.full_name, str(row.pk))
    assert entry.changes["sha256"] == [None, row.sha256] and "figures" not in entry.changes
    assert entry.changes["figures_sha256"] == [None, row.figures_sha256]


def test_a_form_of_a_commune_names_it(specialist: Client, office: Land) -> None:
    row = issue(specialist, COMMUNE)
    assert row.unit == office.commune_a and row.file_name == "bieu-01-chi-tieu-xa-05602-2023.xlsx"
    assert str(row) == "Biểu số 01, Xã Phú Đình, năm 2023 (đến 31/12/2023)"
    labels = {each["label"]: each["value"] for each in row.figures}
    assert labels["Chỉ tiêu 2.1: kết quả năm báo cáo"] == "95"
    assert labels["Chỉ tiêu 2.1: kết quả năm trước"] == "91.5"


def test_figures_that_have_moved_since_are_refused(specialist: Client, office: Land) -> None:
    typed = sent(specialist, MONEY)
    factories.amount(office.province, 10**9, code="local")
    answer = specialist.post(MONEY, typed)
    assert answer.status_code == 422 and "Số liệu đã thay đổi" in answer.content.decode()
    assert not IssuedForm.objects.exists() and not LogEntry.objects.filter(action="form.issued").exists()
    again = forms_on(answer.content.decode())[-1]
    assert specialist.post(MONEY, {name: one.value for name, one in again.fields.items()}).status_code == 302


def test_two_clicks_issue_once(specialist: Client) -> None:
    typed = sent(specialist, MONEY)
    first, second = specialist.post(MONEY, typed), specialist.post(MONEY, typed)
    assert first["Location"] == second["Location"]
    assert IssuedForm.objects.count() == 1


@pytest.mark.parametrize("name", ["leader", "department", "approver", "administrator", "auditor"])
def test_who_may_only_read_issues_nothing(office: Land, cast: Any, client_as: Any, name: str) -> None:
    person = getattr(cast, name)
    assert client_as(person).post(MONEY, {"seen": "x"}).status_code == 403
    with pytest.raises(NotAllowed, match="xuất biểu mẫu báo cáo"):
        by_hand(office, person)


def test_nothing_is_issued_of_another_province(office: Land, cast: Any) -> None:
    foreign = Scope.of(office.foreign.place_id, 2023, today())
    with pytest.raises(NotAllowed):
        by_hand(office, cast.specialist, scope=foreign)


def test_a_form_that_does_not_fit_is_refused(office: Land, cast: Any) -> None:
    with pytest.raises(Refused, match="không dùng cho năm 2020"):
        by_hand(office, cast.specialist, year=2020)
    with pytest.raises(Refused, match="chọn một xã"):
        by_hand(office, cast.specialist, form=all_forms()["chi-tieu-xa"])
    with pytest.raises(Refused, match="chọn một xã"):
        by_hand(office, cast.specialist, form=all_forms()["chi-tieu-xa"], commune="01366")
    assert not IssuedForm.objects.exists()


# --- kept ----------------------------------------------------------------------------------------------------
def test_the_file_is_the_one_that_was_issued(specialist: Client, leader: Client) -> None:
    row = issue(specialist)
    factories.amount(row_home(row), 10**9, code="local")
    answer = leader.get(f"{row.get_absolute_url()}tep/")
    content = body(answer)
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert row.file_name in answer["Content-Disposition"]
    assert hashlib.sha256(content).hexdigest() == row.sha256
    sheet = load_workbook(io.BytesIO(content))["Biểu 04"]
    assert (sheet["D11"].value, sheet["D15"].value) == (2500, None)
    told = LogEntry.objects.filter(object_type="event.download").latest("number")
    assert row.sha256 in str(told.changes)


def row_home(row: IssuedForm) -> Any:
    return Unit.objects.get(place=row.province, valid_to=None)


@pytest.mark.parametrize("gone", [False, True])
def test_a_file_that_is_not_what_was_issued_does_not_leave(specialist: Client, *, gone: bool) -> None:
    row = issue(specialist)
    if gone:
        row.file.storage.delete(row.file.name)
    else:
        with open(row.file.path, "ab") as stored:
            stored.write(b"x")
    answer = specialist.get(f"{row.get_absolute_url()}tep/")
    assert answer.status_code == 409
    assert ("không tìm thấy tệp" if gone else "khác mã băm") in answer.content.decode()
    assert not LogEntry.objects.filter(object_type="event.download").exists()


def test_code_neither_changes_nor_deletes_it(office: Land, cast: Any) -> None:
    row = by_hand(office, cast.specialist)
    ways: list[Any] = [
        row.save, row.delete, IssuedForm.objects.all().delete,
        lambda: IssuedForm.objects.update(year=2022), lambda: IssuedForm.objects.bulk_update([row], ["year"]),
    ]  # fmt: skip
    for way in ways:
        with pytest.raises(PermissionError):
            way()


@pytest.mark.parametrize(
    "statement", ["UPDATE reports_issuedform SET year = 2022", "DELETE FROM reports_issuedform"]
)
def test_nor_does_sql(office: Land, cast: Any, statement: str) -> None:
    by_hand(office, cast.specialist)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    guards.release(connection)
    with connection.cursor() as cursor:  # the same statement, unguarded, would have passed
        cursor.execute(statement)
        assert cursor.rowcount == 1
    guards.protect(connection)


def test_a_refused_issue_leaves_no_file(office: Land, cast: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(Refused):
        by_hand(office, cast.specialist, seen="0" * 64)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


# --- then and now --------------------------------------------------------------------------------------------
def test_the_page_says_what_has_moved(specialist: Client, office: Land) -> None:
    row = issue(specialist)
    before = Page(specialist, row.get_absolute_url())
    assert 'data-differing="0"' in before.html and "Mẫu tham khảo, chưa đối chiếu văn bản" in before.text
    Amount.objects.update(amount=3_000_000_000)
    factories.amount(office.province, 10**9, code="local")
    page = Page(specialist, row.get_absolute_url())
    lines = {line.label: (line.then, line.now) for line in page_comparison(specialist, row).differing}
    assert lines["Tổng số"] == ("2.500", "4.000")
    assert lines["Ngân sách địa phương"] == ("chưa có số liệu", "1.000")
    assert f'data-differing="{len(lines)}"' in page.html


def page_comparison(client: Client, row: IssuedForm) -> Any:
    return client.get(row.get_absolute_url()).context["comparison"]


def test_what_can_no_longer_be_counted_says_so(
    office: Land, cast: Any, specialist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = all_forms()["chi-tieu-xa"]
    row = by_hand(office, cast.specialist, form=form, commune=office.commune_a.code)
    with monkeypatch.context() as without:
        without.setattr(looking, "all_forms", dict)
        assert "không còn trong phần mềm" in page_comparison(specialist, row).cannot
    Round.objects.filter(year=2023).update(year=2019)
    assert "không còn trong kỳ nhập liệu" in page_comparison(specialist, row).cannot


def test_a_form_whose_template_has_changed_says_so(
    office: Land, cast: Any, specialist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = by_hand(office, cast.specialist)
    assert "mẫu đã thay đổi" not in Page(specialist, row.get_absolute_url()).text
    changed = replace(all_forms()["nguon-luc"], seal="1" * 64)
    monkeypatch.setattr(form_views, "all_forms", lambda: {"nguon-luc": changed})
    assert "mẫu đã thay đổi" in Page(specialist, row.get_absolute_url()).text


def test_what_the_template_did_not_keep_at_the_issue_is_no_difference(
    office: Land, cast: Any, specialist: Client
) -> None:
    """A form of an earlier release printed the threshold, and kept it nowhere."""
    form = all_forms()["chi-tieu-xa"]
    block = form.blocks[0]
    columns = {
        place: replace(asked, label="" if asked.label == "yêu cầu" else asked.label)
        for place, asked in block.columns.items()
    }
    earlier = replace(form, seal="1" * 64, blocks=(replace(block, columns=columns), *form.blocks[1:]))
    row = by_hand(office, cast.specialist, form=earlier, commune=office.commune_a.code)
    page = Page(specialist, row.get_absolute_url())
    count = len({key.split("/")[1] for key in (each["key"] for each in row.figures) if "/" in key})
    assert count > 1 and 'data-differing="0"' in page.html and "không có trong biểu" not in page.text
    assert f"{count} con số không so được" in page.text
    # A line that came since is one, whatever the template kept then.
    row.figures = [each for each in row.figures if "2.1" not in str(each["label"])]
    now = Scope.of(row.province_id, row.year, today())
    differing = looking.compare(row, office_of(cast.specialist), now).differing
    assert {line.then for line in differing} == {"không có trong biểu"}
    assert {line.label.partition(":")[0] for line in differing} == {"Chỉ tiêu 2.1"}


# --- whose ---------------------------------------------------------------------------------------------------
def test_another_provinces_form_is_missing(office: Land, cast: Any, client_as: Any) -> None:
    row = by_hand(office, cast.specialist)
    stranger = client_as(factories.user("la", "specialist", office.foreign))
    for where in (row.get_absolute_url(), f"{row.get_absolute_url()}tep/"):
        assert stranger.get(where).status_code == 404
        assert stranger.get(where.replace(f"/{row.pk}/", "/99999/")).status_code == 404
    assert Page(stranger, "/bieu-mau/da-xuat/").count == 0
    assert client_as(cast.officer_a).get(row.get_absolute_url()).status_code == 403


def test_the_list_is_its_files_and_its_history_is_told(specialist: Client, office: Land, cast: Any) -> None:
    first = issue(specialist)
    issue(specialist, COMMUNE)
    assert Page(specialist, "/bieu-mau/da-xuat/").count == 2
    lines = table(specialist, "/bieu-mau/da-xuat/danh-sach.csv")
    assert [line["Biểu"] for line in lines] == ["Biểu số 01", "Biểu số 04"]
    history = Page(specialist, f"/nhat-ky/doi-tuong/reports.issuedform/{first.pk}/")
    assert "Xuất biểu mẫu báo cáo" in history.text
    assert str(first) in Page(specialist, "/bieu-mau/").text
