"""One person per role, two departments; the passwords follow from the seed or are given."""

from communes.models import Department
from communes.services.assignments import assign
from communes.services.catalogues import add_row
from ntm.accounts.services import create_user, deactivate
from ntm.audit import log as audit
from ntm.reports.acceptance.world import Person, World

#: Name to sign in with → role and letter of the unit. Empty: no role and no unit.
PEOPLE = {
    "administrator": ("administrator", "P"),
    "officer_a": ("commune_officer", "A"),
    "officer_b": ("commune_officer", "B"),
    "leader_a": ("commune_leader", "A"),
    "department_1": ("department", "P"),
    "department_2": ("department", "P"),
    "specialist": ("specialist", "P"),
    "leader": ("leader", "P"),
    "approver": ("approver", "P"),
    "auditor": ("auditor", "P"),
    "disabled": ("specialist", "P"),
    "no_unit": ("", ""),
    "district_legacy": ("district_officer", "D"),
}
#: The office in whose name the code tables are kept: everybody of the country reads them.
NATION = "N"


def open_departments(world: World) -> None:
    for number in (1, 2):
        values = {
            "code": f"thu-{number}",
            "name": world.canaries.text(f"Sở Thử nghiệm {number}", NATION),
            "short_name": world.canaries.text(f"Sở {number}", NATION),
        }
        row = add_row(Department(), values, by=audit.SYSTEM)
        world.departments.append(row)
        world.keep(NATION, "department", row)


def open_accounts(world: World, password: str) -> None:
    """With a password everybody gets it; without one each gets the one that follows from the seed."""
    for name, (role, letter) in PEOPLE.items():
        own = password or world.canaries.password(name)
        unit = letter or "U"
        user = create_user(
            username=name, full_name=world.canaries.text(name.replace("_", " ").capitalize(), unit),
            email=f"{world.canaries.word(unit)}@mau.example", password=own,
            home_id=world.units[letter or "P"].province_id, by=audit.SYSTEM,
        )  # fmt: skip
        world.people[name] = Person(name, role, letter, user, own)
        world.keep(unit, "user", user)
        if role:
            body = world.departments[int(name[-1]) - 1] if role == "department" else None
            row = assign(user=user, unit=world.units[letter], role=role, department=body, by=audit.SYSTEM)
            world.keep(letter, "assignment", row)


def close_accounts(world: World) -> None:
    user = world.people["disabled"].user
    reason = world.canaries.text("Nghỉ việc", "P")
    deactivate(user, reason=reason, version=user.version, by=world.by("administrator"))
