"""A file is confirmed while somebody edits by hand, on PostgreSQL: one of the two is stored, the other is told. Each
has its control: with the version out of the way, a value would be lost."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from communes.models import CriteriaSet, Department
from communes.selectors.set_content import content_of
from communes.services import set_import
from communes.services.catalogues import change_row, save_rows
from communes.services.criteria_rows import change_indicator
from communes.services.criteria_sets import draft_set
from communes.services.set_import import replace_content
from ntm.audit import rows
from ntm.audit.log import snapshot
from ntm.audit.models import LogEntry
from ntm.core.errors import Stale
from tests import factories
from tests.communes.appraising import fresh
from tests.conftest import Land
from tests.ntm.sheets.test_import_page import confirm, preview, sealed_in
from tests.racing import at_once, waiting_behind

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DEPARTMENTS = "/quan-tri/communes/department/"


@pytest.fixture
def row(land: Land) -> Department:
    return factories.department("so-nn")


def by_file(client: Client) -> Callable[[], Any]:
    """The table with another name in it, seen and about to be confirmed."""
    page = preview(client, "Mã;Tên;Tên ngắn;Thứ tự\nso-nn;Tên theo tệp;S;1\n", at=DEPARTMENTS)
    sealed = sealed_in(page)
    return lambda: confirm(client, sealed, at=DEPARTMENTS)


def by_hand(row: Department, cast: SimpleNamespace) -> Callable[[], Any]:
    values = {"name": "Tên gõ tay"}
    return lambda: change_row(row, values, version=row.version, by=fresh(cast.administrator))


def names() -> list[str]:
    """Of the table, each change that was stored in order."""
    entries = LogEntry.objects.filter(action="catalogue.changed").order_by("number")
    return [entry.changes["name"][1] for entry in entries]


def test_of_a_file_and_a_hand_one_is_stored_and_the_other_told(
    row: Department, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    answer, edited = at_once(by_file(client_as(cast.administrator)), by_hand(row, cast))
    stored = Department.objects.get()
    assert names() == [stored.name]
    if stored.name == "Tên theo tệp":
        assert (answer.status_code, type(edited)) == (302, Stale)
    else:
        assert answer.status_code == 409
        assert "Tên gõ tay → Tên theo tệp" in answer.text


def as_a_line(row: Department, cast: SimpleNamespace) -> Callable[[], Any]:
    """What a confirmed file does with a line that was read before."""
    line = Department.objects.get(pk=row.pk)
    line.name = "Tên theo tệp"
    return lambda: save_rows([], [rows.Write(line)], by=fresh(cast.administrator))


def test_a_line_that_was_read_before_the_edit_is_not_stored(row: Department, cast: SimpleNamespace) -> None:
    assert isinstance(waiting_behind(by_hand(row, cast), as_a_line(row, cast)), Stale)
    assert names() == ["Tên gõ tay"]


def test_without_the_version_the_edit_would_be_lost(
    row: Department, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "_lock_many", lambda some: {one.pk: snapshot(one) for one in some})
    waiting_behind(by_hand(row, cast), as_a_line(row, cast))
    assert Department.objects.get().name == "Tên theo tệp"


# --- a criteria set -----------------------------------------------------------------------------------------
@pytest.fixture
def draft(land: Land, cast: SimpleNamespace) -> CriteriaSet:
    base = factories.small_set()
    made = draft_set(
        level=base.level, province=land.province.place, name="Bộ của tỉnh", base=base, by=cast.specialist
    )
    return CriteriaSet.objects.get(pk=made.pk)


def as_a_file(draft: CriteriaSet, cast: SimpleNamespace) -> Callable[[], Any]:
    """The draft as a file that was read now says it, with one criterion less."""
    content = list(content_of(draft))[:-1]
    return lambda: replace_content(draft, version=draft.version, content=content, by=fresh(cast.specialist))


def wording(draft: CriteriaSet, cast: SimpleNamespace) -> Callable[[], Any]:
    one = draft.indicators.get(code="3")
    values = {"name": "Tên gõ tay"}
    return lambda: change_indicator(one, version=one.version, values=values, by=fresh(cast.specialist))


def test_a_draft_that_was_edited_meanwhile_is_not_replaced(draft: CriteriaSet, cast: SimpleNamespace) -> None:
    assert isinstance(waiting_behind(wording(draft, cast), as_a_file(draft, cast)), Stale)
    assert draft.indicators.get(code="3").name == "Tên gõ tay"


def test_without_the_version_the_edited_row_would_be_gone(
    draft: CriteriaSet, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_import, "locked_draft", lambda row, version: type(row).objects.get(pk=row.pk))
    waiting_behind(wording(draft, cast), as_a_file(draft, cast))
    assert not draft.indicators.filter(code="3").exists()
