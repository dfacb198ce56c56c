"""Results of many communes by one sheet: template, file, preview, one write, taken back."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q

from communes.models import Result
from communes.services.results import Cell, enter
from ntm.audit.models import LogEntry
from ntm.sheets.models import Upload
from tests import factories
from tests.communes import sheets


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    """All five communes return 2023; A has 81 for 2.1 already."""
    made = factories.small_set()
    now = factories.a_round(land.province, made)
    returns = {unit.name: factories.submission(now, unit) for unit in land.communes}
    enter(where=Q(pk=returns["Phú Đình"].pk), typed=[Cell("2.1", "81")], by=cast.officer_a)
    there = factories.a_round(land.foreign, made)
    factories.submission(there, land.foreign_commune)
    tail = f"?ky={now.pk}"
    return SimpleNamespace(
        made=made, round=now, returns=returns, office=client_as(cast.specialist), land=land, cast=cast,
        page=f"/nhap-tep/ket-qua-ky/{tail}", template=f"/nhap-tep/ket-qua-ky/mau.xlsx{tail}",
    )  # fmt: skip


def value(place: Any, name: str, code: str) -> Any:
    row = Result.objects.filter(submission=place.returns[name], indicator__code=code).first()
    return row and row.value


def test_template_preview_confirm_and_undo(place):
    book = sheets.fetched(place.office, place.template)
    sheet = sheets.rows_of(book)
    sheets.put(sheet, "05602", "2.1", 95)
    sheets.put(sheet, "05596", "1.1", "Đạt")
    where = sheets.brought(place.office, place.page, book)
    page = place.office.get(where)
    assert sheets.counts(page) == {"them": 1, "doi": 1, "giu": 3, "loi": 0}
    assert "Xã Phú Đình 2.1. Chỉ tiêu 2.1 (%) 81 → 95" in sheets.text_of(page)
    assert value(place, "Phú Đình", "2.1") == Decimal(81)
    done = sheets.confirm(place.office, where)
    assert done.status_code == 302
    assert (value(place, "Phú Đình", "2.1"), value(place, "Điềm Mặc", "1.1")) == (95, 1)
    after = sheets.text_of(place.office.get(where))
    assert "Đã ghi 2 dòng" in after
    assert "Hoàn tác lần ghi này" in after
    batch = Upload.objects.get().batch
    assert set(LogEntry.objects.filter(batch=batch).values_list("action", flat=True)) == {
        "result.changed", "result.entered", "submission.summed", "upload.stored",
    }  # fmt: skip
    undo = f"/nhat-ky/lo/{batch}/hoan-tac/"
    form = place.office.get(undo).content.decode()
    mark = form.split('name="seen" value="')[1].split('"')[0]
    assert place.office.post(undo, {"seen": mark, "reason": "Nhầm tệp"}).status_code == 302
    assert value(place, "Phú Đình", "2.1") == Decimal(81)
