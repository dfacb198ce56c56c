"""The part of `world.py` about jobs: one of a person in every scope."""

from typing import Any

from ntm.core.access import SIGNED_IN
from ntm.jobs import registry
from tests import factories

#: Whose job lies in a scope; a foreign one is that of the foreign administrator.
OWNERS = {"a": "officer_a", "b": "officer_b", "district": "district_officer"}
#: The list whose file is asked for.
LIST = "?danh-sach=/nhat-ky/danh-sach.xlsx"


def add_to(world: Any, canaries: dict[str, str]) -> None:
    """Each with a file; the right to them is anybody's who is signed in."""
    registry.KINDS["sample"] = registry.Kind("sample", "Việc mẫu", lambda work: None, SIGNED_IN)
    for scope, canary in canaries.items():
        person = getattr(world.people, OWNERS[scope]) if scope in OWNERS else world.row(scope, "user")
        world.rows[scope]["job"] = factories.job_with_file(person, "sample", canary)


def file_of(world: Any, scope: str) -> dict[str, Any]:
    return {"pk": world.row(scope, "job").pk, "kind": "csv"}
