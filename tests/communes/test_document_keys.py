"""One paper is entered once, whatever its spelling: the check says so, the database sees to it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib import import_module
from threading import Barrier
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from communes.models import Document
from communes.services import documents
from communes.services.documents import Paper
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import Refused
from tests import factories
from tests.conftest import Land

DAY = date(2024, 1, 8)
SPELLINGS = [
    ("01/qđ-ubnd", "UBND tỉnh Hòa Bình"),
    ("01/QĐ-UBND", "ubnd tỉnh hoà bình"),
    ("01/QÐ-UBND", "UBND  TỈNH HÒA BÌNH"),
]
TWIN = "Văn bản số 01/qđ-ubnd ngày 08/01/2024 của UBND tỉnh Hòa Bình đã có trong sổ."


@pytest.fixture
def first(db: None) -> Document:
    return factories.document("01/QĐ-UBND", authority="UBND tỉnh Hòa Bình", issued_on=DAY)


def entering(land: Land, number: str, authority: str, day: date | None = DAY) -> Document:
    paper = Paper(number, day, authority, "Báo cáo")
    return documents.add_document(paper=paper, province=land.province.place, by=audit.SYSTEM)


@pytest.mark.parametrize(("number", "authority"), SPELLINGS)
def test_the_database_knows_a_paper_in_any_spelling(first: Document, number: str, authority: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.document(number, authority=authority, issued_on=DAY)
    factories.document(number, authority=authority, issued_on=date(2024, 1, 9))
    factories.document("01/QD-UBND", authority=authority, issued_on=DAY)


def test_spaces_beside_the_signs_of_a_number_make_no_other_paper(first: Document, land: Land) -> None:
    with pytest.raises(Refused) as refusal:
        entering(land, " 01 / qđ - ubnd ", "UBND tỉnh Hòa Bình")
    assert refusal.value.message == TWIN
    assert entering(land, "02 /BC-VPĐP", "Văn phòng Điều phối").number == "02/BC-VPĐP"


def test_a_paper_without_a_day_is_entered_once_too(first: Document) -> None:
    Document.objects.update(issued_on=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.document("01/qđ-ubnd", authority="UBND tỉnh Hòa Bình", issued_on=None)
    factories.document("01/QĐ-UBND", authority="UBND tỉnh Hòa Bình", issued_on=DAY)


def test_papers_without_a_number_are_not_compared(db: None) -> None:
    for _ in range(2):
        Document.objects.create(number="", issued_on=DAY, authority="Thủ tướng Chính phủ", title="Công nhận")
    assert Document.objects.filter(number_key="").count() == 2


def test_a_twin_that_only_the_database_sees_is_refused_in_the_same_words(
    land: Land, first: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "_refuse_twin", lambda document: None)
    with pytest.raises(Refused) as refused:
        entering(land, *SPELLINGS[0])
    assert (refused.value.message, refused.value.field) == (TWIN, "number")
    assert list(Document.objects.all()) == [first]
    assert not LogEntry.objects.exists()


def test_the_migration_keys_what_is_there_and_keeps_twins_of_before(first: Document) -> None:
    twin = factories.document("9/QĐ", authority="UBND tỉnh Hòa Bình", issued_on=DAY)
    other = factories.document("10/QĐ", authority="UBND tỉnh Hoà Bình", issued_on=DAY)
    Document.objects.update(number_key="", authority_key="")
    Document.objects.filter(pk=twin.pk).update(number="01/qđ-ubnd")
    import_module("communes.migrations.0002_document_keys").fill(apps, None)
    keys = list(Document.objects.order_by("pk").values_list("pk", "number_key", "authority_key"))
    assert keys == [
        (first.pk, "01/qđ-ubnd", "ubnd tỉnh hòa bình"),
        (twin.pk, "", ""),
        (other.pk, "10/qđ", "ubnd tỉnh hòa bình"),
    ]
    twin.refresh_from_db()
    twin.save()  # As when its scan is added.
    assert Document.objects.get(pk=twin.pk).number_key == ""


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_spell_it_differently_in_one_moment_one_wins(
    land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_looked = Barrier(2)
    look = documents._refuse_twin

    def looked(document: Document) -> None:
        look(document)
        both_have_looked.wait(timeout=10)

    monkeypatch.setattr(documents, "_refuse_twin", looked)

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    acts = [lambda spelling=spelling: entering(land, *spelling) for spelling in SPELLINGS[:2]]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run, acts))
    (refusal,) = [result for result in results if isinstance(result, Refused)]
    assert refusal.message.endswith("đã có trong sổ.")
    assert Document.objects.filter(number_key="01/qđ-ubnd").count() == 1
    assert LogEntry.objects.filter(action="document.added").count() == 1
