"""The admin writes through verbs, and loses nothing that anybody typed."""

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry as DjangoLogEntry
from django.test import Client

from communes.models import Level, Period
from ntm.audit.models import LogEntry, Receipt
from ntm.core.errors import NotAllowed, Refused
from tests import factories

ADD = "/quan-tri/communes/level/add/"


@pytest.fixture
def admin_client(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.administrator)


def typed(period: Period, **changes: Any) -> dict[str, Any]:
    return {
        "period": period.pk,
        "code": "ntm",
        "tier": "commune",
        "rank": "1",
        "name": "Xã đạt chuẩn",
        "short_name": "Đạt chuẩn",
        "city_name": "",
        "confirmed": "on",
        "token": str(uuid.uuid4()),
    } | changes


def change_url(level: Level) -> str:
    return f"/quan-tri/communes/level/{level.pk}/change/"


def test_the_add_form_carries_a_token_and_the_change_form_a_version(admin_client: Client) -> None:
    level = factories.level()
    assert 'name="token"' in admin_client.get(ADD).text
    page = admin_client.get(change_url(level)).text
    assert '<input type="hidden" name="version" value="1"' in page
    assert 'name="token"' not in page


def test_an_added_row_is_recorded_by_us_and_not_by_django(admin_client: Client) -> None:
    answer = admin_client.post(ADD, typed(factories.period()))
    assert answer.status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.action, entry.object_type, entry.actor_name) == (
        "catalogue.added", "communes.level", "administrator",
    )  # fmt: skip
    assert not DjangoLogEntry.objects.exists()


def test_a_double_click_makes_one_row_and_goes_to_the_same_place(admin_client: Client) -> None:
    data = typed(factories.period(), _continue="1")
    first, second = admin_client.post(ADD, data), admin_client.post(ADD, data)
    assert Level.objects.count() == LogEntry.objects.count() == Receipt.objects.count() == 1
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == change_url(Level.objects.get())


def test_other_content_under_a_used_up_token_is_told_and_kept(admin_client: Client) -> None:
    data = typed(factories.period())
    first = admin_client.post(ADD, data | {"_continue": "1"})
    assert admin_client.post(ADD, data | {"_save": "1"})["Location"] == first["Location"]
    answer = admin_client.post(ADD, data | {"code": "advanced", "name": "Tên gõ sau"})
    assert answer.status_code == 409
    assert "Biểu này đã được ghi; nếu cần ghi thêm, hãy mở biểu mới." in answer.text
    assert f'<a href="{first["Location"]}">' in answer.text
    assert 'value="Tên gõ sau"' in answer.text
    assert len(answer.context_data["adminform"].form.errors) == 1
    assert Level.objects.count() == Receipt.objects.count() == 1


def test_somebody_elses_token_leads_nowhere(
    admin_client: Client, land: Any, client_as: Callable[..., Client]
) -> None:
    data = typed(factories.period())
    admin_client.post(ADD, data)
    other = client_as(factories.user("another", "administrator", land.province))
    answer = other.post(ADD, data | {"code": "advanced", "rank": "2"})
    assert answer.status_code == 422
    assert Level.objects.count() == 1


def test_a_form_without_its_token_writes_nothing(admin_client: Client) -> None:
    answer = admin_client.post(ADD, typed(factories.period(), token=""))
    assert answer.status_code == 422
    assert "không còn nguyên vẹn" in answer.text
    assert not Level.objects.exists()


def test_a_change_counts_the_version_and_records_before_and_after(admin_client: Client) -> None:
    level = factories.level()
    answer = admin_client.post(change_url(level), typed(level.period, name="Xã NTM", version="1"))
    level.refresh_from_db()
    assert answer.status_code == 302
    assert (level.name, level.version) == ("Xã NTM", 2)
    assert LogEntry.objects.get().changes["name"] == ["Xã đạt chuẩn NTM", "Xã NTM"]


def test_the_same_values_again_are_no_change(admin_client: Client) -> None:
    level = factories.level()
    same = {"name": level.name, "short_name": level.short_name, "version": "1"}
    assert admin_client.post(change_url(level), typed(level.period, **same)).status_code == 302
    level.refresh_from_db()
    assert level.version == 1
    assert not LogEntry.objects.exists()


def test_a_save_from_an_old_version_shows_both_values_and_keeps_what_was_typed(admin_client: Client) -> None:
    level = factories.level()
    admin_client.post(change_url(level), typed(level.period, name="Của người thứ nhất", version="1"))
    answer = admin_client.post(change_url(level), typed(level.period, name="Của người thứ hai", version="1"))
    level.refresh_from_db()
    assert answer.status_code == 409
    assert level.name == "Của người thứ nhất"
    assert "<td>Của người thứ hai</td>" in answer.text
    assert "<td>Của người thứ nhất</td>" in answer.text
    assert 'value="Của người thứ hai"' in answer.text
    assert '<input type="hidden" name="version" value="2"' in answer.text
    again = admin_client.post(change_url(level), typed(level.period, name="Của người thứ hai", version="2"))
    assert again.status_code == 302


@pytest.mark.parametrize("version", ["", "x", "1.5", "-1", "99999999999999999999"])
def test_a_forged_version_writes_nothing(admin_client: Client, version: str) -> None:
    level = factories.level()
    answer = admin_client.post(change_url(level), typed(level.period, name="Khác", version=version))
    level.refresh_from_db()
    assert answer.status_code in (409, 422)
    assert level.name == "Xã đạt chuẩn NTM"


def test_a_refusal_stands_beside_its_field_and_undoes_everything(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(row: Level, values: Any, *, by: Any) -> Level:
        row.__class__.objects.create(**values)
        raise Refused("Tên này không được dùng.", "name")

    monkeypatch.setattr("communes.services.catalogues.add_row", refuse)
    answer = admin_client.post(ADD, typed(factories.period(), name="Tên sai"))
    assert answer.status_code == 422
    assert answer.context_data["adminform"].form.errors["name"] == ["Tên này không được dùng."]
    assert 'value="Tên sai"' in answer.text
    assert not Level.objects.exists()
    assert not Receipt.objects.exists()


def test_a_refusal_for_lack_of_rights_is_403_and_keeps_what_was_typed(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Level:
        raise NotAllowed("Ngoài phạm vi của bạn.")

    monkeypatch.setattr("communes.services.catalogues.add_row", refuse)
    answer = admin_client.post(ADD, typed(factories.period(), name="Tên đã nhập"))
    assert answer.status_code == 403
    assert "Ngoài phạm vi của bạn." in answer.text
    assert 'value="Tên đã nhập"' in answer.text


def test_values_that_the_model_refuses_are_named(admin_client: Client) -> None:
    level = factories.level()
    answer = admin_client.post(ADD, typed(level.period, code="advanced"))
    assert answer.status_code == 422
    assert "Thứ bậc này đã có mức khác trong cùng cấp và giai đoạn." in answer.text


def test_nobody_deletes_and_there_are_no_bulk_actions(admin_client: Client) -> None:
    level = factories.level()
    assert (
        admin_client.post(f"/quan-tri/communes/level/{level.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    answer = admin_client.post(
        "/quan-tri/communes/level/",
        {"action": "delete_selected", "_selected_action": level.pk, "post": "yes"},
    )
    assert answer.status_code == 405
    assert Level.objects.filter(pk=level.pk).exists()
    assert 'name="action"' not in admin_client.get("/quan-tri/communes/level/").text


def test_without_the_permission_the_table_is_closed(
    cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    level = factories.level()
    specialist = client_as(cast.specialist)
    for url in (ADD, change_url(level), f"/quan-tri/communes/level/{level.pk}/history/"):
        assert specialist.get(url).status_code == 403
    assert specialist.post(ADD, typed(level.period, code="new", rank="9")).status_code == 403
    assert Level.objects.count() == 1


def test_a_missing_row_is_404(admin_client: Client) -> None:
    for url in ("999999/change/", "999999/history/", "x/change/"):
        assert admin_client.get(f"/quan-tri/communes/level/{url}").status_code == 404


def test_the_history_shows_our_entries_in_words(admin_client: Client) -> None:
    level = factories.level()
    data = typed(level.period, name="Tên mới", short_name=level.short_name, version="1")
    admin_client.post(change_url(level), data)
    page = admin_client.get(f"/quan-tri/communes/level/{level.pk}/history/").text
    assert "Sửa dòng danh mục" in page
    assert "<td>Xã đạt chuẩn NTM</td>" in page
    assert "<td>Tên mới</td>" in page
    assert "phiên bản" not in page.lower()
