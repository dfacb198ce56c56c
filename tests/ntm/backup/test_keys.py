"""Under a wrong `AUDIT_KEY` nothing is told in the record that the right one could not take again."""

from typing import Any

import pytest

from ntm.audit import log as audit
from ntm.audit.events import BACKUP
from ntm.audit.models import Chain, LogEntry
from ntm.audit.verification import is_of_another_key, verify
from ntm.backup.manifest import Broken, Manifest
from ntm.backup.restoring import Loss, told

pytestmark = pytest.mark.django_db
WRONG = "another key that is long enough for it " * 2
NOTHING = Loss({}, [])


def said() -> None:
    with audit.writing():
        audit.note("backup.made", BACKUP, "x.zip", {}, by=audit.SYSTEM)


def manifest() -> Manifest:
    """Of a backup that is made under the key of this moment."""
    return Manifest("", "", "", "", [], [], [], [], [], 0, "")


@pytest.mark.parametrize("seal", ["", "0" * 64])
def test_a_record_that_somebody_spoiled_is_not_taken_for_one_of_another_key(seal: str) -> None:
    """It is kept by backups like any other: what is left of it is needed most then."""
    said()
    Chain.objects.update(seal=seal)
    found = told(manifest(), NOTHING, "a.zip")
    assert found.fault is not None and not found.of_another_key
    assert LogEntry.objects.latest("number").action == "backup.restored"


def test_nor_is_one_whose_last_entry_is_spoiled_as_well(settings: Any) -> None:
    said()
    right, settings.AUDIT_KEY = settings.AUDIT_KEY, WRONG
    said()
    settings.AUDIT_KEY = right
    Chain.objects.update(seal="0" * 64)
    assert not is_of_another_key()


def test_a_backup_made_under_a_wrong_key_comes_back_under_it_and_the_right_key_makes_it_good(
    settings: Any,
) -> None:
    said()
    right, settings.AUDIT_KEY = settings.AUDIT_KEY, WRONG
    made = manifest()
    found = told(made, NOTHING, "a.zip")
    assert made.is_of_this_key and found.of_another_key
    settings.AUDIT_KEY = right
    assert verify().fault is None and not LogEntry.objects.filter(action="backup.restored").exists()
    with pytest.raises(Broken, match="đặt nhầm AUDIT_KEY"):
        told(made, NOTHING, "a.zip")
