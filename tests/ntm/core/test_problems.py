"""What is answered when a request cannot be served: in Vietnamese, standing alone, saying what to do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import include, path

from communes.models import Unit
from ntm.core.access import PUBLIC, declared
from ntm.core.errors import Forbidden, Missing, Stale
from ntm.core.problems import is_away

PAGES = ("400", "403", "403_csrf", "404", "409", "413", "414", "429", "431", "500", "503")


def failing(error: Exception) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    view.login_required = False  # type: ignore[attr-defined]
    return declared(view, PUBLIC)


urlpatterns = [
    path("thu/hong/", failing(ZeroDivisionError())),
    path("thu/hong.json", failing(ZeroDivisionError())),
    path("thu/mat-ket-noi/", failing(OperationalError("connection refused"))),
    path("thu/mat-ket-noi.json", failing(OperationalError("connection refused"))),
    path("thu/thieu-bang/", failing(OperationalError("no such table: x"))),
    path("thu/cu/", failing(Stale(None))),
    path("thu/403/ta/", failing(Forbidden("<b>Chỉ</b> quản trị."))),
    path("thu/403/goi/", failing(PermissionDenied("Mật: token 123"))),
    path("thu/404/ta/", failing(Missing("<b>Chỉ</b> quản trị."))),
    path("thu/404/goi/", failing(Http404("Mật: không có bảng x"))),
    path("", include("ntm.urls")),
]
handler400 = "ntm.core.problems.bad_request"
handler403 = "ntm.core.problems.forbidden"
handler404 = "ntm.core.problems.not_found"
handler500 = "ntm.core.problems.server_error"


@pytest.fixture
def asker(settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_stands_alone_and_says_what_to_do(name: str) -> None:
    text = render_to_string(f"{name}.html")
    assert "<h1>" in text and text.count("<p>") >= 3 and 'lang="vi"' in text
    assert "<script" not in text and "style=" not in text
    sources = [project.BASE_DIR / "templates" / f for f in (f"{name}.html", "layouts/problem.html")]
    tags = re.findall(r"{% (\w+)", "".join(one.read_text(encoding="utf-8") for one in sources))
    assert set(tags) <= {"extends", "block", "endblock", "include", "firstof"}
    for sheet in re.findall(r'href="/static/([^"]+)"', text):
        assert (Path(project.BASE_DIR) / "static" / sheet).is_file()


def test_no_menu_is_made_for_a_page_that_refuses(cast: Any, client_as: Any) -> None:
    for where, status in (("/nguon-von/nhap/", 403), ("/van-ban/987654321/", 404)):
        answer = client_as(cast.leader).get(where)
        assert answer.status_code == status and answer.context["sentence"] == ""
        assert "navigation" not in answer.context and "office" not in answer.context


def test_a_broken_list_of_static_names_still_answers_in_vietnamese(
    client: Client, settings: Any, tmp_path: Path, db: None
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "ntm.core.static.HashedStaticFiles"}}
    client.raise_request_exception = False
    answer = client.get("/tai-khoan/dang-nhap/")
    assert answer.status_code == 500 and "Hệ thống gặp lỗi" in answer.content.decode()
    assert client.get("/khong-co/").status_code == 404


@pytest.mark.parametrize("status", [403, 404])
def test_only_a_sentence_of_ours_is_shown_with_a_refusal(asker: Client, db: None, status: int) -> None:
    told, foreign = (asker.get(f"/thu/{status}/{whose}/") for whose in ("ta", "goi"))
    assert (told.status_code, foreign.status_code) == (status, status)
    assert "<p>&lt;b&gt;Chỉ&lt;/b&gt; quản trị.</p>" in told.text
    general = {403: "đề nghị quản trị giao vai trò", 404: "hoặc thuộc địa bàn ngoài phạm vi của bạn"}[status]
    assert (general in told.text, general in foreign.text, "Mật" in foreign.text) == (False, True, False)


@pytest.mark.parametrize(
    ("where", "status", "words"),
    [("hong/", 500, "Hệ thống gặp lỗi"), ("thieu-bang/", 500, "Hệ thống gặp lỗi"),
     ("mat-ket-noi/", 503, "Cơ sở dữ liệu đang bận"), ("cu/", 409, "người khác đã lưu thay đổi")],
)  # fmt: skip
def test_a_failure_gets_its_own_page(asker: Client, where: str, status: int, words: str) -> None:
    answer = asker.get(f"/thu/{where}")
    assert answer.status_code == status and words in answer.content.decode()
    assert answer.has_header("Retry-After") == (status == 503)


@pytest.mark.parametrize(("where", "status"), [("hong.json", 500), ("mat-ket-noi.json", 503)])
def test_a_script_gets_json(asker: Client, where: str, status: int) -> None:
    answer = asker.get(f"/thu/{where}")
    assert answer.status_code == status and answer.json()["sentence"].startswith("Hệ thống")


def test_a_database_that_is_away_is_no_error_of_the_server(client_as: Any, cast: Any) -> None:
    """Not in a view only: the session is read long before one."""
    person = client_as(cast.specialist)
    person.raise_request_exception = False

    def gone(*args: Any) -> None:
        raise OperationalError("could not connect to server")

    with connection.execute_wrapper(gone):
        answer = person.get("/dia-ban/")
        assert Client().get("/healthz").status_code == 200
    assert answer.status_code == 503 and int(answer["Retry-After"]) > 0
    assert "no-store" in answer["Cache-Control"] and answer.has_header("Content-Security-Policy")
    assert person.get("/dia-ban/").status_code == 200


def test_what_counts_as_away() -> None:
    assert is_away(OperationalError("database is locked")) and is_away(
        InterfaceError("connection already closed")
    )
    assert (
        not is_away(OperationalError("no such column: a")) and not is_away(ValueError()) and not is_away(None)
    )


def test_a_body_over_the_limit_is_413(client_as: Any, cast: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    person = client_as(cast.specialist)
    strict = Client(enforce_csrf_checks=True)
    strict.get("/tai-khoan/dang-nhap/")
    for browser in (person, strict):
        where = "/nguon-von/nhap/" if browser is person else "/tai-khoan/dang-nhap/"
        answer = browser.post(where, "note=" + "a" * 2000, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 413 and "không quá 10 MB" in answer.content.decode()


def test_a_script_is_told_so_in_json(client_as: Any, cast: Any, land: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    where = f"/nhap-lieu/{land.commune_a.code}/2023/o/"
    body = json.dumps({"cells": ["a" * 2000]})
    answer = client_as(cast.officer_a).post(where, body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (413, "413")
    assert Unit.objects.filter(pk=land.commune_a.pk).exists()


def test_a_foreign_host_is_400(client: Client, db: None) -> None:
    answer = client.get("/", headers={"host": "khac.example"})
    assert answer.status_code == 400 and "Yêu cầu không đọc được" in answer.content.decode()
