"""So many files and searches per person and while: 429 with the time to wait, over all processes."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django_filters
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from ntm.core.cache import count
from ntm.core.limits import EXPORTS, SEARCHED, SEARCHES, kind_of


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


def test_what_is_counted() -> None:
    ask = RequestFactory()
    assert kind_of(ask.get("/dia-ban/")) is None and kind_of(ask.get("/dia-ban/?nam=2023&ten=")) is None
    assert kind_of(ask.get("/quyet-dinh/?ten=x")) == SEARCHES
    assert kind_of(ask.get("/dia-ban/danh-sach.xlsx?ten=x")) == EXPORTS
    assert kind_of(ask.post("/dia-ban/danh-sach.xlsx")) is None


@pytest.mark.parametrize("module", ["communes", "targets", "funding", "ntm.audit"])
def test_every_field_to_type_a_search_in_is_known(module: str) -> None:
    found = vars(importlib.import_module(f"{module}.filters")).values()
    filters = [one for one in found if isinstance(one, type) and issubclass(one, django_filters.FilterSet)]
    typed = {
        name
        for one in filters
        for name, field in one.base_filters.items()
        if type(field) is django_filters.CharFilter and not field.extra.get("widget")
    }
    assert typed <= SEARCHED


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
