"""The database is asked the same number of questions, however large the province or the nation."""

import io

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from communes.choices import AttributeKind
from communes.models import Level, Place, Unit
from ntm.reports.selectors import criteria
from tests import factories
from tests.replayed import replayed
from tests.returns import opened

#: Questions are counted, and asked alike of both databases.
pytestmark = pytest.mark.alike

COMPUTED, KEPT, LIST = 25, 8, 15
#: The workbook holds the year's lists, too.
WORKBOOK = 60
#: What it costs to enter into the record that a file leaves.
RECORDED = 5
YEAR = "/tong-quan/2023/"
LISTS = (
    f"{YEAR}so-lieu/?so=luy-ke&muc=ntm",
    f"{YEAR}so-lieu/?so=tat-ca",
    f"{YEAR}so-lieu/danh-sach.xlsx?so=luy-ke&muc=ntm",
    f"{YEAR}phep-tinh/?so=luy-ke-sau&muc=ntm",
    f"{YEAR}phep-tinh/danh-sach.csv?so=chi-tieu",
    "/ke-hoach/2023/dang-ky/?muc=ntm",
    "/ke-hoach/2023/chi-tieu/",
    "/nguon-von/2023/",
)


@pytest.fixture(autouse=True)
@replayed
def plan(land):
    """A year with everything that the page shows, in three communes."""
    factories.period(2021, 2025, counts=(factories.period(2016, 2020),))
    for code in ("ntm", "advanced", "model", "district_ntm"):
        factories.level(code)
    for year in (2023, 2024):
        factories.target(factories.plan(land.province, year), 3)
    factories.amount(land.province, 10**9)
    factories.recognition(land.district, factories.level("district_ntm"))
    plan = land.province.place.plans.get(year=2023)
    fill(plan, land.communes[:3])
    return plan


def fill(plan, communes):
    """Recognised, registered, with an attribute."""
    decision = factories.decision(Unit.objects.get(place=plan.province))
    for unit in communes:
        factories.recognition(unit, factories.level(), by=decision)
        factories.registration(plan, unit)
        factories.attribute(unit, AttributeKind.ESPECIALLY_DIFFICULT)


@replayed
def grow(land, plan):
    """27 communes more, and a neighbour with a hundred and ten years of decisions."""
    fill(plan, [factories.unit(land.district, f"Xã số {number}") for number in range(27)])
    away = factories.unit(land.foreign, "Bảo Lạc", kind="huyện", code="043")
    for number in range(100):
        factories.recognition(factories.unit(away, f"Xã xa {number}"), factories.level(), year=2021)


@pytest.fixture
def reader(cast, client_as) -> Client:
    client: Client = client_as(cast.leader)
    return client


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(address)
        response.close()
    assert response.status_code == 200, address
    return len(queries)


def computed(client: Client, address: str) -> int:
    """As when nothing is kept; the second time, so that what a process reads once is read."""
    for _ in range(2):
        cache.clear()
        found = asked(client, address)
    return found


@pytest.mark.parametrize("tail", ["", "?so=nam-truoc"])
def test_the_year_is_computed_in_25_questions_whatever_its_size(land, plan, reader, tail):
    small = computed(reader, f"{YEAR}{tail}")
    grow(land=land, plan=plan)
    assert Place.objects.count() > 130
    assert computed(reader, f"{YEAR}{tail}") == small <= COMPUTED


@pytest.mark.parametrize("year", [2022, 2024, 2026])
def test_other_years_ask_no_more(land, plan, reader, year):
    small = computed(reader, f"/tong-quan/{year}/")
    grow(land=land, plan=plan)
    assert computed(reader, f"/tong-quan/{year}/") == small <= COMPUTED


def test_a_kept_page_asks_8_at_most(land, reader):
    computed(reader, YEAR)
    assert asked(reader, YEAR) <= KEPT


@pytest.mark.parametrize(("tail", "limit"), [(".json", COMPUTED), (".xlsx", WORKBOOK)])
def test_the_other_outputs_ask_the_same_for_a_year_of_few_and_of_many(land, plan, reader, tail, limit):
    small = computed(reader, f"/tong-quan/2023{tail}")
    grow(land=land, plan=plan)
    assert computed(reader, f"/tong-quan/2023{tail}") == small <= limit


@pytest.mark.parametrize("address", LISTS)
def test_a_list_asks_the_same_for_3_and_for_30(land, plan, reader, address):
    small = computed(reader, address)
    grow(land=land, plan=plan)
    assert computed(reader, address) == small <= LIST + RECORDED * ("danh-sach." in address)


def test_the_workbook_reads_the_year_once_for_all_its_criteria_sets(land, cast, client_as, monkeypatch):
    """Once more than the page of the year, however many sets there are."""
    level = "Xã nông thôn mới đạt chuẩn"
    Level.objects.filter(pk=factories.level().pk).update(name=level)
    for revision in (1, 2, 3):
        opened(land.province, factories.small_set(revision=revision))
    read = []
    whole = criteria.book_of_scope
    monkeypatch.setattr(
        criteria, "book_of_scope", lambda *given, **named: read.append(given) or whole(*given, **named)
    )
    answer = client_as(cast.specialist).get("/tong-quan/2023.xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer)))
    assert [name for name in book.sheetnames if name.startswith("Tiêu chí ")] == [
        f"Tiêu chí {level.lower()[:length]}{tail}" for tail, length in (("", 22), (" (2)", 18), (" (3)", 18))
    ]
    assert len(read) == 1
