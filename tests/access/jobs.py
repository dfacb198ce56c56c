"""The part of `world.py` about jobs: one of a person in every scope."""

from typing import Any

from ntm.core.access import SIGNED_IN
from ntm.jobs import registry
from tests import factories

#: The list whose file is asked for.
LIST = "?danh-sach=/nhat-ky/danh-sach.xlsx"


def add_to(world: Any, canaries: dict[str, str], makers: dict[str, str]) -> None:
    """Each with a file, by its maker (a foreign one by the foreign administrator); the right to them is anybody's."""
    registry.KINDS["sample"] = registry.Kind("sample", "Việc mẫu", lambda work: None, SIGNED_IN)
    for scope, canary in canaries.items():
        person = getattr(world.people, makers[scope]) if scope in makers else world.row(scope, "user")
        world.rows[scope]["job"] = factories.job_with_file(person, "sample", canary)


def file_of(world: Any, scope: str) -> dict[str, Any]:
    return {"pk": world.row(scope, "job").pk, "kind": "csv"}
