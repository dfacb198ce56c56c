"""Every kind of sheets × every person answers as the signed document says, and holds nothing of another province."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from ntm.sheets.imports import kinds
from tests.access.matrix import kinds_of_sheets as signed
from tests.access.matrix import lines
from tests.access.traces import traces, whole
from tests.access.world import ACTORS, CANARIES, World
from tests.communes.sheets import bring, text_of

pytestmark = pytest.mark.crawl

#: A full address of each kind about the register: what its template is filled in with.
ABOUT = {
    "thuoc-tinh": "ngay=31/12/2023",
    "don-vi": "ngay=31/12/2023&tu=ngay",
    "cong-nhan": "ngay=31/12/2023&muc={}",
}


def where(kind: str, world: World, part: str = "import") -> str:
    level = world.row("a", "recognition").level_id
    return f"{reverse(f'sheets:{part}', args=[kind])}?{ABOUT.get(kind, '').format(level)}"


def test_the_document_names_every_kind_and_no_other():
    assert set(signed()) == set(kinds._kinds)


def test_the_routes_are_open_to_exactly_the_roles_of_the_kinds():
    every = {role for roles in signed().values() for role in roles}
    for line in lines():
        if line.key.startswith("sheets:") and "uploads" not in line.key:
            assert all(set(roles) == every for roles in line.roles.values()), line.key


@pytest.mark.parametrize("kind", sorted(signed()))
def test_each_kind_is_open_to_its_roles_alone(kind, world, browser):
    wrong = []
    for name, (role, _) in ACTORS.items():
        for part in ("import", "template"):
            response = browser(name).get(where(kind, world, part))
            if role in signed()[kind]:
                good = response.status_code in (200, 302)
            else:
                good = response.status_code == 403 or "dang-nhap" in response.get("Location", "")
            if not good:
                wrong.append((name, part, response.status_code))
            assert not traces(name, whole(response)), name
    assert not wrong


@pytest.mark.parametrize("kind", sorted(ABOUT))
def test_a_template_holds_the_own_province_alone(kind, world, browser):
    for name, (role, _) in ACTORS.items():
        if role not in signed()[kind]:
            continue
        content = b"".join(browser(name).get(where(kind, world, "template")).streaming_content)
        said = str([row for sheet in load_workbook(io.BytesIO(content)) for row in sheet.values])
        assert CANARIES["a"] in said
        assert CANARIES["foreign"] not in said


@pytest.mark.parametrize("kind", sorted(ABOUT))
def test_a_file_that_names_another_province_shows_nothing_of_it(kind, world, browser):
    code = world.row("foreign", "unit").code
    sheet = f"Mã;Tên;Dân số;Loại;Mã đơn vị cấp trên;Số quyết định\r\n{code};x;5;Xã;19;1/QĐ\r\n"
    for name, (role, _) in ACTORS.items():
        client = browser(name)
        if role not in signed()[kind]:
            continue
        answer = bring(client, where(kind, world), sheet.encode(), "bang.csv")
        page = client.get(answer["Location"])
        assert 'data-loi="1"' in page.content.decode(), text_of(page)
        assert CANARIES["foreign"] not in page.content.decode()
