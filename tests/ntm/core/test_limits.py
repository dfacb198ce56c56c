"""So many files and searches per person and while: 429 with the time to wait, over all processes."""

import inspect
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.urls import get_resolver, resolve

from ntm.core.cache import count
from ntm.core.limits import EXPORTS, SEARCHES, kind_of


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> None:
    cache.clear()


def test_the_third_file_waits(client_as: Any, cast: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {EXPORTS: 2, SEARCHES: 2}
    person = client_as(cast.specialist)
    files = ["/dia-ban/danh-sach.xlsx", "/dia-ban/danh-sach.csv", "/dia-ban/danh-sach.xlsx"]
    answers = [person.get(where) for where in files]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 600
    assert "Bạn đã yêu cầu quá nhiều lần" in answers[2].content.decode()
    for answer in answers:
        answer.close()


def test_pages_searches_and_other_people_are_counted_apart(client_as: Any, cast: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {EXPORTS: 1, SEARCHES: 1}
    person = client_as(cast.specialist)
    statuses = [person.get("/quyet-dinh/?ten=a").status_code for _ in range(2)]
    assert statuses == [200, 429]
    assert person.get("/quyet-dinh/").status_code == 200
    file = person.get("/dia-ban/danh-sach.csv")
    file.close()
    assert file.status_code == 200
    assert client_as(cast.leader).get("/quyet-dinh/?ten=a").status_code == 200


def test_a_script_is_told_in_json(client_as: Any, cast: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {EXPORTS: 0, SEARCHES: 0}
    answer = client_as(cast.specialist).get("/tong-quan/2023.json")
    assert answer.status_code == 429 and "đợi" in answer.json()["sentence"]


def test_counting_is_one_query(django_assert_num_queries: Any) -> None:
    for expected in (1, 2, 3):
        with django_assert_num_queries(1):
            assert count("limit:thu", 60) == expected


def cost(address: str, method: str = "get") -> str | None:
    request = getattr(RequestFactory(), method)(address)
    request.resolver_match = resolve(request.path)
    return kind_of(request, request.resolver_match.func)


def test_what_is_counted() -> None:
    for free in (
        "/dia-ban/",
        "/dia-ban/?page=2&sort=ten&ten=",
        "/tong-quan/2023/?so=nam-truoc",
        "/healthz?ten=x",
    ):
        assert cost(free) is None
    for file in (
        "/dia-ban/danh-sach.xlsx?ten=x",
        "/van-ban/1/tep/",
        "/minh-chung/1/tep/",
        "/dieu-kien/tep/1/",
    ):
        assert cost(file) == EXPORTS
    assert cost("/dia-ban/danh-sach.xlsx", "post") is None
    assert (
        cost("/quan-tri/accounts/user/?q=a")
        == cost("/quan-tri/accounts/user/?is_active__exact=1")
        == SEARCHES
    )
    assert cost("/quan-tri/accounts/user/?p=1&o=2") is None


def test_every_filter_of_every_list_counts() -> None:
    """By construction: no name has to be known."""
    for address in (
        "/nhat-ky/?tu=2026-01-01",
        "/nhat-ky/?nguoi=1",
        "/dia-ban/?nam=2023",
        "/quyet-dinh/?moi=x",
    ):
        assert cost(address) == SEARCHES


def test_every_view_that_hands_out_an_uploaded_file_counts_as_an_export() -> None:
    handing = {
        route
        for route, view in routes()
        if "handed_out(" in inspect.getsource(getattr(view, "view_class", view))
    }
    assert len(handing) >= 3 and all("/tep/" in f"/{route}" for route in handing), handing


def routes(patterns: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = f"{before}{one.pattern}"
        if hasattr(one, "url_patterns"):
            yield from routes(one.url_patterns, route)
        elif getattr(one.callback, "view_class", None):
            yield route, one.callback


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_none_is_lost_when_many_count_at_once() -> None:
    def once(_: int) -> int:
        try:
            return count("limit:cung-luc", 60)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(once, range(40))) == list(range(1, 41))
