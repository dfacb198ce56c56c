"""Sheets about the register hold nothing of another province; the routes of all kinds are open to their roles."""

import io
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.access.matrix import kind_lines, lines
from tests.access.sheets import SHEETS
from tests.access.world import ACTORS, CANARIES, World
from tests.communes.sheets import bring, text_of

pytestmark = pytest.mark.crawl

#: The kinds about the register.
ABOUT = ("thuoc-tinh", "don-vi", "cong-nhan")


def where(kind: str, world: World, part: str = "import") -> str:
    return f"{reverse(f'sheets:{part}', args=[kind])}?{urlencode(SHEETS[kind](world, 'a') or {})}"


def signed(kind: str) -> set[str]:
    """The roles that bring it."""
    return set(kind_lines()[kind].roles["GET"])


def test_the_routes_are_open_to_exactly_the_roles_of_the_kinds():
    every = {role for kind in kind_lines() for role in signed(kind)}
    for line in lines():
        if line.key.startswith("sheets:") and "uploads" not in line.key:
            assert all(set(roles) == every for roles in line.roles.values()), line.key


@pytest.mark.parametrize("kind", ABOUT)
def test_a_template_holds_the_own_province_alone(kind, world, browser):
    for name, (role, _) in ACTORS.items():
        if role not in signed(kind):
            continue
        content = b"".join(browser(name).get(where(kind, world, "template")).streaming_content)
        said = str([row for sheet in load_workbook(io.BytesIO(content)) for row in sheet.values])
        assert CANARIES["a"] in said
        assert CANARIES["foreign"] not in said


@pytest.mark.parametrize("kind", ABOUT)
def test_a_file_that_names_another_province_shows_nothing_of_it(kind, world, browser):
    code = world.row("foreign", "unit").code
    sheet = f"Mã;Tên;Dân số;Loại;Mã đơn vị cấp trên;Số quyết định\r\n{code};x;5;Xã;19;1/QĐ\r\n"
    for name, (role, _) in ACTORS.items():
        client = browser(name)
        if role not in signed(kind):
            continue
        answer = bring(client, where(kind, world), sheet.encode(), "bang.csv")
        page = client.get(answer["Location"])
        assert 'data-loi="1"' in page.content.decode(), text_of(page)
        assert CANARIES["foreign"] not in page.content.decode()
