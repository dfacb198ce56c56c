"""Whatever stands in an admin list's address, the answer is a list or a refusal, never a fault."""

import pytest

LISTS = [
    "communes/commune", "communes/district", "communes/attribute", "communes/reorganisation", "communes/decision",
    "communes/document", "communes/period", "communes/level", "communes/assignment", "communes/yeardeclaration",
    "targets/plan", "targets/target", "funding/amount", "funding/source", "accounts/user",
]  # fmt: skip
QUERIES = [
    "?q=dinh+hoa", "?q=%00", "?q='", "?kind__regex=(", "?name__regex=(", "?code__regex=[", "?id__in=x", "?pk=x",
    "?trust__exact=nope", "?valid_from__year=99999", "?all=", "?p=999999", "?p=x", "?o=99.-99.x", "?e=1",
    "?parent__units__name=x", "?_popup=1", "?_to_field=password",
]  # fmt: skip


@pytest.mark.parametrize("table", LISTS)
def test_no_address_of_a_list_is_a_fault(cast, client_as, table):
    """Asked by somebody who sees the list: whoever does not is refused before the address is read."""
    people = [client_as(person) for person in (cast.specialist, cast.administrator, cast.approver)]
    client = next(each for each in people if each.get(f"/quan-tri/{table}/").status_code == 200)
    for query in QUERIES:
        status = client.get(f"/quan-tri/{table}/{query}").status_code
        assert status in (200, 302, 400, 403, 404), f"{table}{query}: {status}"
