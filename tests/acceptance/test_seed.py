"""`seed_acceptance`: whole, repeatable, refused where it could do harm, and every text says whose it is."""

import io
import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import CharField, TextField
from django.test import Client

from communes.models import Result, Submission
from communes.services.sums import differences
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.reports.acceptance.canaries import Canaries

#: On PostgreSQL tests/ntm/backup makes the same world, by the same command, and the record of it is verified.
pytestmark = pytest.mark.alike

OURS = ("communes", "targets", "funding", "accounts", "sheets")
#: Texts that hold a key, a code or a name of the machine's, or that nobody types.
NOT_WORDS = {
    "User.password", "OldPassword.password",
    "User.username", "Document.file", "Evidence.file", "ConditionCheck.file", "Evidence.sha256",
    "Upload.file", "Upload.sha256", "Upload.kind", "ColumnMapping.kind", "ColumnMapping.header",
    "Unit.code", "Department.code", "Source.code", "Purpose.code", "Indicator.code", "Criterion.number",
    "Attribute.value", "Threshold.attribute_value", "CriteriaSet.source",
    # The reference's own, the same in every installation.
    "Period.code", "Level.code", "Level.name", "Level.short_name", "Level.city_name",
    "Condition.code", "Condition.name", "Condition.source",
}  # fmt: skip


def test_every_text_that_people_type_holds_a_canary(seeded: Any, db: None) -> None:
    bare = set()
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model._meta.proxy:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField) and not field.choices and field.editable:
                found = model._base_manager.filter(**{f"{field.name}__contains": "CNRY-"})
                if not found.exists():
                    bare.add(f"{model.__name__}.{field.name}")
    assert bare <= NOT_WORDS, bare - NOT_WORDS


def test_sums_and_record_are_right(seeded: Any, db: None) -> None:
    rows = Submission.objects.select_related("round__criteria_set", "unit")
    assert list(differences(rows)) == []
    assert LogEntry.objects.filter(action="result.judged").count() >= 36
    told = set(LogEntry.objects.filter(action="result.entered").values_list("object_id", flat=True))
    assert {str(pk) for pk in Result.objects.values_list("pk", flat=True)} <= told
    call_command("audit_verify", stdout=io.StringIO())


def test_it_tells_who_signs_in_how_and_where_everything_is(seeded: Any, db: None) -> None:
    roles = {login["role"] for login in seeded["logins"]}
    assert {"commune_officer", "commune_leader", "district_officer", "department", ""} <= roles
    login = next(one for one in seeded["logins"] if one["username"] == "officer_a")
    assert User.objects.get(username="officer_a").check_password(login["password"])
    assert not User.objects.get(username="disabled").is_active
    assert seeded["units"]["D"]["valid_to"] == "2025-07-01" and seeded["units"]["M"]["valid_to"] is None
    for letter in ("A", "B", "C", "M"):
        assert seeded["ids"][letter]["result"] and len(seeded["urls"][letter]) > 20
    assert all(re.fullmatch(r"CNRY-B-[0-9a-f]{8}", word) for word in seeded["canaries"]["B"])


@pytest.mark.crawl
def test_each_address_opens_for_somebody(seeded: Any, browser: Any) -> None:
    people = [
        browser(name)
        for name in ("specialist", "approver", "department_1", "department_2", "officer_a", "officer_b")
    ]
    for letter in ("A", "B", "P"):
        for where in seeded["urls"][letter]:
            opener = next((client for client in people if _opens(client, where)), None)
            assert opener is not None, where
            # Whoever could open this one is the likeliest to open the next.
            people.sort(key=lambda client: client is not opener)


def _opens(client: Client, where: str) -> bool:
    response = client.get(where)
    response.close()
    return response.status_code == 200


def test_a_second_time_is_refused(seeded: Any, db: None, settings: Any) -> None:
    settings.HTTPS = False
    before = LogEntry.objects.count()
    with pytest.raises(CommandError, match="đã có dữ liệu nghiệm thu"):
        call_command("seed_acceptance", seed=7)
    assert LogEntry.objects.count() == before


def test_a_real_server_is_refused(settings: Any, db: None) -> None:
    settings.HTTPS = True
    with pytest.raises(CommandError, match="máy chủ thật"):
        call_command("seed_acceptance", seed=7)


def test_the_words_follow_from_the_seed(seeded: Any) -> None:
    again, other = Canaries(7), Canaries(8)
    count = len(seeded["canaries"]["B"])
    assert [again.word("B") for _ in range(count)] == seeded["canaries"]["B"]
    assert other.word("B") not in seeded["canaries"]["B"]
    assert again.password("officer_a") != other.password("officer_a")
    assert json.dumps(seeded, ensure_ascii=False)
