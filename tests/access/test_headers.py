"""Headers of the answers that no cell of the matrix gives: errors, static files, and those made before any view."""

from typing import Any

import pytest
from django.test import Client

from tests.access.headers import check_headers

FAILURES = "tests.ntm.core.test_problems"


@pytest.mark.parametrize(
    ("where", "status"),
    [("/thu/hong/", 500), ("/thu/mat-ket-noi/", 503), ("/thu/cu/", 409), ("/khong-co-trang/", 404),
     ("/tai-khoan/dang-nhap/", 200), ("/healthz", 200), ("/", 302)],
)  # fmt: skip
def test_errors_carry_them_too(where: str, status: int, settings: Any, db: None) -> None:
    settings.ROOT_URLCONF = FAILURES
    answer = Client(raise_request_exception=False).get(where)
    assert answer.status_code == status
    check_headers(answer, where)


@pytest.mark.parametrize("redirecting", [True, False])
def test_a_foreign_host_is_refused_with_them(
    redirecting: bool, settings: Any, client: Client, db: None
) -> None:
    """Refused by the outermost middleware when it sends to https, else further inside."""
    settings.SECURE_SSL_REDIRECT = redirecting
    answer = client.get("/", headers={"host": "khac.example"})
    assert answer.status_code == 400
    check_headers(answer, "/")


def test_refusals_carry_them(client_as: Any, cast: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {"exports": 0, "searches": 0}
    officer, specialist = client_as(cast.officer_a), client_as(cast.specialist)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answers = {
        403: officer.get("/nguon-von/"),
        404: officer.get("/van-ban/987654/"),
        405: officer.put("/"),
        429: specialist.get("/dia-ban/danh-sach.xlsx"),
        413: specialist.post(
            "/nguon-von/nhap/", "a=" + "b" * 200, content_type="application/x-www-form-urlencoded"
        ),
    }
    strict = Client(enforce_csrf_checks=True)
    for status, answer in [*answers.items(), (403, strict.post("/tai-khoan/dang-nhap/"))]:
        assert answer.status_code == status
        check_headers(answer, str(status))


def test_static_files_carry_them(client: Client, settings: Any, db: None) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    answer = client.get("/static/css/base.css")
    assert answer.status_code == 200
    check_headers(answer, "/static/css/base.css", kept=True)
    answer.close()


def test_production_pins_https(client: Client, settings: Any, db: None) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31536000, True
    settings.SECURE_HSTS_PRELOAD = True
    expected = "max-age=31536000; includeSubDomains; preload"
    for where, host in (
        ("/tai-khoan/dang-nhap/", "testserver"),
        ("/khong-co/", "testserver"),
        ("/", "khac.example"),
    ):
        answer = client.get(where, secure=True, headers={"host": host})
        assert answer["Strict-Transport-Security"] == expected, where
