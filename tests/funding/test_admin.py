"""Money and sources in the admin: the pages' verbs, rights and versions; no delete."""

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from funding.models import Amount, Source
from ntm.accounts.models import User
from tests import factories
from tests.conftest import Land

As = Callable[[User], Client]
Enter = Callable[..., Amount]
AMOUNTS, SOURCES = "/quan-tri/funding/amount/", "/quan-tri/funding/source/"


@pytest.fixture
def office(cast: SimpleNamespace, client_as: As) -> Client:
    return client_as(cast.specialist)


@pytest.fixture
def keeper(cast: SimpleNamespace, client_as: As) -> Client:
    return client_as(cast.administrator)


def typed(source: Source, **fields: Any) -> dict[str, Any]:
    facts = {"year": "2023", "source_of_funds": source.pk, "amount": "277 tỷ", "qualifier": "at_least"}
    return facts | {"document": "", "note": "", "token": str(uuid.uuid4())} | fields


def test_an_amount_is_entered_once_by_two_clicks(office: Client, tree: Any, land: Land) -> None:
    once = typed(tree["central"])
    assert [office.post(f"{AMOUNTS}add/", once).status_code for _ in range(2)] == [302, 302]
    row = Amount.objects.get()
    assert (row.amount, row.province) == (277 * 10**9, land.province.place)


@pytest.mark.parametrize("amount", ["nhiều", "-1", "2.088 tỷ", ""])
def test_a_wrong_amount_is_refused(office: Client, tree: Any, amount: str) -> None:
    response = office.post(f"{AMOUNTS}add/", typed(tree["central"], amount=amount))
    assert response.status_code == 422
    assert not Amount.objects.exists()


def test_a_refusal_of_the_verb_comes_back_beside_its_field(office: Client, tree: Any, enter: Enter) -> None:
    enter("local")
    response = office.post(f"{AMOUNTS}add/", typed(tree["province"]))
    assert response.status_code == 422
    assert "cộng hai lần" in response.content.decode()


def test_an_amount_is_changed_from_its_version_only(office: Client, tree: Any, enter: Enter) -> None:
    row = enter("central", 5)
    address = f"{AMOUNTS}{row.pk}/change/"
    assert 'value="5"' in office.get(address).content.decode()
    assert office.post(address, typed(tree["central"], amount="6", version=1)).status_code == 302
    assert office.post(address, typed(tree["central"], amount="7", version=1)).status_code == 409
    assert Amount.objects.get().amount == 6


def test_a_foreign_amount_is_not_found(office: Client, land: Land) -> None:
    row = factories.amount(land.foreign, 5)
    assert office.get(f"{AMOUNTS}{row.pk}/change/").status_code == 404


def test_a_source_is_added_and_changed_but_its_code_stays(keeper: Client, tree: Any) -> None:
    facts = {"code": "district", "name": "Ngân sách cấp huyện", "parent": tree["local"].pk, "order": "5"}
    response = keeper.post(f"{SOURCES}add/", facts | {"last_year": "2025", "token": str(uuid.uuid4())})
    assert response.status_code == 302
    row = Source.objects.get(code="district")
    assert row.last_year == 2025
    change = facts | {"code": "x", "name": "Huyện", "version": 1}
    assert keeper.post(f"{SOURCES}{row.pk}/change/", change).status_code == 302
    assert keeper.post(f"{SOURCES}{row.pk}/change/", change).status_code == 409
    row.refresh_from_db()
    assert (row.code, row.name) == ("district", "Huyện")


def test_a_circle_of_sources_is_refused(keeper: Client, tree: Any) -> None:
    row = tree["local"]
    facts = {"name": row.name, "parent": tree["province"].pk, "order": "2", "version": 1}
    response = keeper.post(f"{SOURCES}{row.pk}/change/", facts)
    assert response.status_code == 422
    assert "chính nó" in response.content.decode()


def test_each_role_keeps_to_its_own(tree: Any, office: Client, keeper: Client, enter: Enter) -> None:
    row = enter("central", 5)
    source = {"code": "x", "name": "X", "order": "0", "token": str(uuid.uuid4())}
    assert office.post(f"{SOURCES}add/", source).status_code == 403
    assert keeper.post(f"{AMOUNTS}add/", typed(tree["province"])).status_code == 403
    assert keeper.post(f"{AMOUNTS}{row.pk}/change/", typed(tree["central"], version=1)).status_code == 403
    for client in (office, keeper):
        assert client.post(f"{AMOUNTS}{row.pk}/delete/", {"post": "yes"}).status_code in (403, 404)
        assert client.get(AMOUNTS).status_code == 200
        assert client.get(SOURCES).status_code == 200
