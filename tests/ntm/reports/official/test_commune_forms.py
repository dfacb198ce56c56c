"""A commune's people and the report form of their own commune: to read, print and download, never to issue."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from communes.models import Round
from ntm.audit.models import LogEntry
from tests import factories
from tests.conftest import Land
from tests.ntm.reports.reading import Page, body

OWN = "/bieu-mau/2023/xa/05602/"


@pytest.mark.alike
@pytest.mark.parametrize("name", ["officer_a", "leader_a", "leader", "specialist"])
def test_who_reads_the_commune_reads_its_form(office: Land, cast: Any, client_as: Any, name: str) -> None:
    client = client_as(getattr(cast, name))
    page = Page(client, OWN)
    assert "Biểu số 01" in page.text and "Xã Phú Đình" in page.text and "≥ 90" in page.text
    assert "Điềm Mặc" not in page.html and "Xuất biểu" not in page.text and "data-print" in page.html
    assert client.post(OWN, {"seen": "x"}).status_code == 405
    for address in {anchor.href for anchor in page.anchors if "/nhap-lieu/" in anchor.href}:
        assert client.get(address).status_code == 200, address


def test_the_file_is_the_form_and_says_that_it_is_not_kept(office: Land, cast: Any, client_as: Any) -> None:
    client = client_as(cast.officer_a)
    (link,) = {a.href for a in Page(client, f"{OWN}?ngay=30/06/2023").anchors if a.path.endswith(".xlsx")}
    assert link == f"{OWN}bieu.xlsx?ngay=30%2F06%2F2023"
    for address, day, answer in ((f"{OWN}bieu.xlsx", "31/12/2023", 95), (link, "30/06/2023", None)):
        sent = client.get(address)
        sheet = load_workbook(io.BytesIO(body(sent))).worksheets[0]
        rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
        assert rows["2.1"][6] == answer
        said = " ".join(str(cell) for row in rows.values() for cell in row if cell)
        assert f"số liệu đến ngày {day}" in said and "chưa phải biểu đã xuất" in said
        tail = "" if answer else "-den-2023-06-30"
        assert f"bieu-01-chi-tieu-xa-05602-2023{tail}.xlsx" in sent["Content-Disposition"]
    entry = LogEntry.objects.latest("number")
    assert entry.actor_name == cast.officer_a.full_name and "Biểu số 01, Xã Phú Đình" in entry.object_label


def test_another_commune_is_as_if_it_were_not_there(office: Land, cast: Any, client_as: Any) -> None:
    foreign = factories.a_round(office.foreign, Round.objects.get(year=2023).criteria_set)
    factories.submission(foreign, office.foreign_commune, state="submitted")
    client, bodies = client_as(cast.officer_a), set()
    for code in ("05596", office.foreign_commune.code, "99999"):
        for tail in ("", "bieu.xlsx"):
            answer = client.get(f"/bieu-mau/2023/xa/{code}/{tail}")
            assert answer.status_code == 404, code
            bodies.add(answer.content.replace(code.encode(), b"").replace(tail.encode() or b"-", b"-"))
    assert len(bodies) == 1
    assert client.get("/bieu-mau/2023/chi-tieu-xa/?xa=05602").status_code == 403
    assert client.get(f"{OWN}?bieu=nguon-luc").status_code == 404
    assert (
        '<input type="hidden" name="bieu" value="chi-tieu-xa">' in client.get(f"{OWN}?bieu=chi-tieu-xa").text
    )
    assert client_as(cast.district_officer).get(OWN).status_code == 403


def test_its_page_and_the_work_lead_there(office: Land, cast: Any, client_as: Any) -> None:
    def leads(name: str, address: str) -> set[str]:
        page = Page(client_as(getattr(cast, name)), address)
        return {anchor.href for anchor in page.anchors if anchor.path.startswith("/bieu-mau/")}

    unit = "/dia-ban/xa/05602/2023/"
    assert leads("officer_a", unit) == leads("leader", unit) - {"/bieu-mau/"} == {OWN}
    assert leads("officer_a", f"{unit}?ngay=30/06/2023") == {f"{OWN}?ngay=30%2F06%2F2023"}
    assert leads("district_officer", unit) == set()
    assert leads("officer_a", "/dia-ban/xa/05602/2021/") == set()
    assert OWN in leads("officer_a", "/viec-cua-toi/")
