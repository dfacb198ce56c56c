"""Each kind of data that comes in by a sheet, for everybody: pages, template and brought files as the document says."""

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from ntm.accounts.roles import ROLES
from ntm.sheets.imports import kinds
from ntm.sheets.models import Upload
from tests.access.matrix import kind_lines
from tests.access.sheets import SHEETS
from tests.access.test_matrix import to_sign_in
from tests.access.traces import traces, whole
from tests.access.world import ACTORS, SCOPES, World
from tests.communes.sheets import form_token

pytestmark = pytest.mark.crawl

REFUSED = {403, 404}
#: Kinds about a whole province, each with the person of the cast who brings it.
OF_PROVINCE = {
    "chi-tieu-ke-hoach": "specialist",
    "dang-ky-ke-hoach": "specialist",
    "nguon-von": "specialist",
    "phan-bo-von": "specialist",
    "thuoc-tinh": "specialist",
    "don-vi": "specialist",
    "cong-nhan": "approver",
}
CONTENT = "Mã;Ghi chú\nkhong-co;x".encode()


def test_every_kind_stands_in_the_document_and_in_the_world():
    assert set(kinds._kinds) == set(kind_lines()) == set(SHEETS)


def asked(kind: str, world: World) -> Iterator[tuple[str, str, str]]:
    """Person, scope and what stands after the question mark. Whoever brings nothing of this kind is asked about one
    scope: by `test_who_has_not_the_right_is_not_asked_what_it_is_about` they are refused before it is looked at."""
    for scope in SCOPES:
        params = SHEETS[kind](world, scope)
        if params is not None:
            names = [name for name in ACTORS if scope == "a" or brings(kind, name)]
            yield from ((name, scope, urlencode(params)) for name in names)


def brings(kind: str, name: str) -> bool:
    return kind_lines()[kind].allows(ACTORS[name][0], "GET")


def may(kind: str, name: str, scope: str) -> bool:
    role, mine = ACTORS[name]
    return scope != "foreign" and kind_lines()[kind].allows(role, "GET", own=scope == mine)


def bring(client: Any, url: str, page: Any) -> Any:
    """Send a file, with the token of the page or, where there is none, a made-up one."""
    token = form_token(page.content.decode()) if page.status_code == 200 else str(uuid.uuid4())
    return client.post(url, {"file": SimpleUploadedFile("bang.csv", CONTENT), "token": token})


def refused(response: Any) -> bool:
    return response.status_code in REFUSED or to_sign_in(response)


@pytest.mark.parametrize("kind", SHEETS)
def test_page_template_and_file_as_signed(kind, world, browser):
    wrong = []
    for name, scope, tail in asked(kind, world):
        client, where, before = browser(name), f"/nhap-tep/{kind}/", Upload.objects.count()
        page = client.get(f"{where}?{tail}")
        answers = {
            "page": (page, {200}),
            "template": (client.get(f"{where}mau.xlsx?{tail}"), {200}),
            "file": (bring(client, f"{where}?{tail}", page), {302}),
        }
        allowed = may(kind, name, scope)
        if Upload.objects.count() != before + allowed:
            wrong.append(f"file of {scope} by {name}: {Upload.objects.count() - before} kept")
        for what, (answer, good) in answers.items():
            fine = answer.status_code in good if allowed else refused(answer)
            if not fine:
                wrong.append(f"{what} of {scope} for {name}: {answer.status_code}")
            assert not traces(name, whole(answer)), f"{name} reads what is not theirs: {what} of {scope}"
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", SHEETS)
def test_who_has_not_the_right_is_not_asked_what_it_is_about(kind, world, browser):
    right = kinds._kinds[kind].permission
    for name, (role, _) in ACTORS.items():
        answer = browser(name).get(f"/nhap-tep/{kind}/")
        has_it = role in ROLES and right in ROLES[role].permissions
        assert answer.status_code == 200 if has_it else refused(answer), name


@pytest.mark.parametrize(("kind", "bringer"), OF_PROVINCE.items())
def test_a_brought_file_is_its_bringers_alone_while_the_right_lasts(kind, bringer, world, browser):
    """Of whoever brings this kind, of the neighbouring province, and of somebody who has the right no more; opened by
    them, and by those who bring other kinds. That nobody else opens another's file of any kind is in the matrix."""
    params = SHEETS[kind](world, "a")
    people = {
        bringer: getattr(world.people, bringer),
        "": world.row("foreign", "user"),
        "leader": world.people.leader,
    }
    rows = {}
    for name, by in people.items():
        rows[name] = Upload(kind=kind, params=params, by=by, file_name="bang.csv")
        rows[name].file.save("bang.csv", ContentFile(CONTENT))
    for name in ("specialist", "approver", "leader", "officer_a"):
        for of, row in rows.items():
            page = f"/nhap-tep/tep/{row.pk}/"
            client = browser(name)
            gets = [client.get(page), client.get(f"{page}cot/"), client.get(f"{page}loi.csv")]
            posts = [client.post(f"{page}chon/"), client.post(f"{page}xac-nhan/")]
            for answer in (*gets, *posts):
                answer.close()
            if name == of == bringer:
                assert {answer.status_code for answer in gets} <= {200, 302}
                assert {answer.status_code for answer in posts} <= {302, 409, 422}
            else:
                assert all(map(refused, [*gets, *posts])), f"{name}: the file of {of or 'the neighbour'}"
