"""Departments as a code table: by form, out to a file and back."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.test import Client

from communes.models import Department
from communes.resources import DepartmentResource
from communes.services.catalogues import save_rows
from ntm.audit.models import LogEntry
from ntm.sheets.preview import preview_of
from tests import factories
from tests.ntm.sheets import files

ADMIN = "/quan-tri/communes/department/"


def test_a_department_is_added_by_form_and_recorded(
    cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    browser = client_as(cast.administrator)
    token = browser.get(f"{ADMIN}add/").context["adminform"].form["token"].value()
    typed: dict[str, Any] = {
        "code": "so-moi",
        "name": "Sở Mới",
        "short_name": "SM",
        "position": 3,
        "token": token,
    }
    assert browser.post(f"{ADMIN}add/", typed).status_code == 302
    assert Department.objects.get().short_name == "SM"
    assert LogEntry.objects.get(object_type="communes.department").action == "catalogue.added"
    assert client_as(cast.specialist).get(ADMIN).status_code == 403


def test_departments_go_out_and_come_back_without_a_change(cast: SimpleNamespace) -> None:
    factories.department("so-a", name="Sở A", position=1)
    factories.department("so-b", name="Sở B", position=2)
    data = DepartmentResource(by=cast.administrator).export()
    table = files.table(data.headers, *data)
    assert preview_of(DepartmentResource(by=cast.administrator, table=table)).unchanged == 2
    changed = files.table(data.headers, ["so-a", "Sở A mới", "A", 1], ["so-c", "Sở C", "C", 3])
    resource = DepartmentResource(by=cast.administrator, table=changed)
    shown = preview_of(resource)
    assert (shown.added, shown.changed, shown.faults) == (1, 1, [])
    save_rows(
        [line.write() for line in resource.lines if line.is_new],
        [line.write() for line in resource.lines if not line.is_new],
        by=cast.administrator,
    )
    assert Department.objects.get(code="so-a").name == "Sở A mới"
