"""Putting attributes back from the record: what the verb would refuse in any case is not asked about."""

from datetime import date

from communes.choices import AttributeKind
from communes.services.attributes import record_attribute, take_back_attribute
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from ntm.audit.restoring import AFTER, return_to


def test_a_value_that_was_taken_back_has_no_form(land, cast, client_as):
    row = record_attribute(
        land.commune_a, kind=AttributeKind.ATK, value="1", valid_from=date(2024, 1, 1), by=SYSTEM
    )
    entry = LogEntry.objects.get(action="attribute.recorded")
    assert "ghi lại" not in return_to(entry, AFTER, cast.specialist).refusal
    take_back_attribute(row, expected=row.version, by=SYSTEM)
    there = return_to(entry, AFTER, cast.specialist)
    assert there.way is None and "ghi lại từ cùng ngày" in there.refusal
    page = client_as(cast.specialist).get(f"/nhat-ky/{entry.number}/khoi-phuc/?lay=sau").content.decode()
    assert "ghi lại từ cùng ngày" in page
    assert 'name="reason"' not in page
