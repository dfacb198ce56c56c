"""With the world of `seed_acceptance`: nobody finds a trace of what is not theirs, and missing is as foreign."""

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from communes.models import Unit
from ntm.audit.models import LogEntry
from ntm.core.access import SIGNED_IN, declared
from tests.acceptance.crawl import everywhere, text_of, units_in, visit

pytestmark = pytest.mark.crawl

#: Person → the letters that they may read: their unit, what everybody reads, and what decides about their unit.
MAY_READ = {
    "officer_a": {"A", "P", "D", "N"},
    "leader_a": {"A", "P", "D", "N"},
    "no_unit": {"U", "N"},
    "department_1": {"A", "B", "C", "M", "M1", "M2", "P", "D", "N", "U"},
}
#: What the same search must find, or it proves nothing.
MUST_MEET = {
    "officer_a": {"A"}, "leader_a": {"A"}, "no_unit": {"U"},
    "department_1": {"A", "B", "C", "M", "M1", "P"},
}  # fmt: skip


#: One who reads a commune and one who reads the province also try every route. Their colleague and whoever has no role
#: open them, and are searched the same way, in tests/access/test_matrix.py.
EVERY_ROUTE = {"officer_a", "department_1"}


def keys(seeded: Any, letters: str) -> dict[str, list[Any]]:
    """Values for every argument of every route: for each unit the key of a return (small numbers, which are keys of
    other tables too), and its code. The addresses that the command prints say the rest exactly."""
    last = LogEntry.objects.order_by("-number")[:1].get()
    return {
        "pk": sorted({seeded["ids"][letter]["submission"][0] for letter in letters}),
        "code": [seeded["units"][letter]["code"] for letter in letters],
        "word": ["xa"],
        "year": [2025],
        "indicator": ["1.1"],
        "bo": ["ntm"],
        "kind": ["con-trong"],
        "number": [last.number],
        "batch": [last.batch],
    }


def start(seeded: Any, name: str) -> set[str]:
    """Where a visitor begins: the first page, and everything that was printed about these units: one commune of whoever
    reads the whole province, or none, and a foreign one; own, neighbouring and foreign for who works in one commune."""
    letters = "ABX" if "A" in MAY_READ[name] and "B" not in MAY_READ[name] else "AX"
    printed = {where for letter in (*letters, "P", "M") for where in seeded["urls"][letter]}
    return {"/", *printed, *(everywhere(keys(seeded, letters)) if name in EVERY_ROUTE else ())}


@pytest.mark.parametrize("name", MAY_READ)
def test_nobody_reads_a_trace_of_what_is_not_theirs(name: str, seeded: Any, browser: Any) -> None:
    met: set[str] = set()
    for where, status, text in visit(browser(name), start(seeded, name)):
        found = units_in(text)
        assert status < 500 and status != 429, where
        assert found <= MAY_READ[name], f"{name} reads {found - MAY_READ[name]} at {where}"
        met |= found
    assert met >= MUST_MEET[name]


def careless(request: HttpRequest) -> HttpResponse:
    """A page that forgets `visible_to`."""
    return HttpResponse("; ".join(Unit.objects.values_list("name", flat=True)))


urlpatterns = [
    path("so-suat/", declared(careless, SIGNED_IN), name="careless"),
    path("", include("ntm.urls")),
]


def test_a_page_that_forgets_whose_rows_it_shows_is_found(seeded: Any, browser: Any) -> None:
    """The control of the crawl itself."""
    with override_settings(ROOT_URLCONF=__name__):
        assert "/so-suat/" in everywhere(keys(seeded, "B"))
        seen = {
            letter for _, _, text in visit(browser("officer_a"), ["/so-suat/"]) for letter in units_in(text)
        }
    assert not seen <= MAY_READ["officer_a"]


def test_a_file_is_read_whatever_it_is_packed_in(seeded: Any, browser: Any) -> None:
    """The other half of the control: the search sees into a workbook and a PDF."""
    specialist = browser("specialist")
    found = {
        where.rpartition(".")[2].strip("/")[:4]: units_in(text_of(specialist.get(where)))
        for where in ("/dia-ban/danh-sach.xlsx", f"/minh-chung/{seeded['ids']['B']['evidence'][0]}/tep/")
    }
    assert all("B" in letters for letters in found.values()), found


def bare(text: str, where: str, letters: str) -> str:
    """Without what differs in any two answers: the address that was asked for, the form's token."""
    text = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text.replace(where, ""))
    return re.sub(r"\d+", "", text)


@pytest.mark.parametrize("name", ["officer_a", "leader_a"])
def test_what_is_foreign_answers_as_what_is_missing(name: str, seeded: Any, browser: Any) -> None:
    client, compared = browser(name), 0
    for letter in ("B", "X"):
        for where in seeded["urls"][letter]:
            nowhere = re.sub(r"\d{5}|\d+", lambda found: "9" * max(len(found[0]), 7), where, count=1)
            foreign, nothing = client.get(where), client.get(nowhere)
            assert foreign.status_code == nothing.status_code != 200, (where, nowhere)
            assert bare(text_of(foreign), where, letter) == bare(text_of(nothing), nowhere, letter), where
            assert set(foreign.headers) == set(nothing.headers), where
            compared += 1
    assert compared > 30
