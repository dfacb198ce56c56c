"""Imports go one way: between the apps, inside each app, and never into the wiring."""

import graphlib

from tests.architecture import source

#: What ties everything together; it may import all of it.
WIRING = frozenset(
    {
        "ntm.settings",
        "ntm.urls",
        "ntm.navigation",
        "ntm.context",
        "ntm.admin",
        "ntm.environment",
        "ntm.databases",
        "ntm.env_file",
        "ntm.serving",
        "ntm.wsgi",
    }
)
#: Inside an app, from the bottom up. Modules with other names stand wherever their imports put them.
LADDER = (
    ("choices", "roles", "registry", "reference"),
    ("rules", "judging", "cells", "workflow", "conditions", "watch", "ledger", "headline", "tenure", "reach"),
    ("querysets",),
    ("models",),
    ("selectors",),
    ("services",),
    ("forms", "filters", "tables", "tables_units", "tables_appraisal", "resources"),
    ("views", "pages"),
    ("urls",),
)
RUNGS = {name: rung for rung, names in enumerate(LADDER) for name in names}
#: Arithmetic of the programme, which must be testable without a database.
PURE = ("rules", "judging", "cells", "workflow", "conditions", "watch", "ledger", "headline", "choice")
#: Loaded by Django itself, from strings and conventions.
ENTRANCES = frozenset({"urls", "admin", "apps", "management", "backends"})


def rung(module: str) -> int | None:
    """The rung of a module of an app, by the first word of its name inside the app."""
    inside = module.removeprefix(source.app_of(module)).lstrip(".")
    return RUNGS.get(inside.split(".")[0])


def test_no_app_imports_one_above_it():
    upward = [
        f"{name} imports {target}"
        for name, targets in source.graph().items()
        for target in targets
        if (here := source.app_of(name)) and (there := source.app_of(target))
        if source.APPS.index(there) > source.APPS.index(here)
    ]
    assert not upward, "\n".join(upward)


def test_the_wiring_is_imported_only_by_the_wiring():
    wrong = [
        f"{name} imports {target}"
        for name, targets in source.graph().items()
        for target in targets & WIRING
        if name not in WIRING
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_belongs_to_an_app_or_is_known_wiring():
    packages = {"ntm", "ntm.formats", "ntm.formats.vi", "ntm.formats.vi.formats"}
    lost = [name for name in source.modules() if not source.app_of(name) and name not in WIRING | packages]
    assert not lost, f"Give these modules an app, or a place in WIRING: {lost}"


def test_inside_an_app_nothing_leads_up_the_ladder():
    upward = [
        f"{name} leads to {target}"
        for name in source.modules()
        if (here := rung(name)) is not None
        for target in sorted(source.reachable(name, source.app_of(name)))
        if (there := rung(target)) is not None and there > here
    ]
    assert not upward, "\n".join(upward)


def test_nobody_imports_what_django_loads_by_itself():
    """Entrances stand at the end of every chain; a helper needed elsewhere belongs further down."""
    wrong = [
        f"{name} imports {target}"
        for name, targets in source.graph().items()
        for target in targets
        if (there := source.app_of(target))
        and _part(target, there) in ENTRANCES
        and _part(name, source.app_of(name)) not in ENTRANCES
    ]
    assert not wrong, "\n".join(wrong)


def test_there_is_no_cycle():
    list(graphlib.TopologicalSorter(source.graph()).static_order())


def test_arithmetic_knows_no_database():
    """Pure modules import the standard library and each other's like, never Django."""
    heavy = [
        f"{name} imports {target}"
        for name, path in source.modules().items()
        if name.split(".")[-1] in PURE
        for target in source.imported(path)
        if target.split(".")[0] == "django" or rung(target) in (RUNGS["models"], RUNGS["querysets"])
    ]
    assert not heavy, "\n".join(heavy)


def test_the_application_imports_neither_tests_nor_tools():
    wrong = [
        f"{name} imports {target}"
        for name, path in source.modules().items()
        for target in source.imported(path)
        if target.split(".")[0] in ("tests", "tools", "conftest", "pytest")
    ]
    assert not wrong, "\n".join(wrong)


def _part(module: str, app: str) -> str:
    return module.removeprefix(app).lstrip(".").split(".")[0]
