"""The demonstration's accounts: safe to load again, also over what an older release has made."""

from typing import Any

import pytest

from communes.models import Assignment
from ntm.reports.demonstration.accounts import load_accounts
from tests import factories


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_the_departments_officer_speaks_for_the_department_also_when_made_before_it_was_kept(land):
    ours = factories.department("so-nn")
    codes = [land.commune_a.code, land.commune_b.code]
    load_accounts(land.province.place, codes, "")
    officer = Assignment.objects.get(user__username="so_nn")
    assert officer.department == ours
    assert Assignment.objects.exclude(department=None).count() == 1
    Assignment.objects.filter(pk=officer.pk).update(department=None)
    load_accounts(land.province.place, codes, "")
    officer.refresh_from_db()
    assert officer.department == ours
    other = factories.department("so-yt")
    Assignment.objects.filter(pk=officer.pk).update(department=other)
    load_accounts(land.province.place, codes, "")
    officer.refresh_from_db()
    assert officer.department == other
