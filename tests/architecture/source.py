"""The project's own source as data: its modules, and who imports whom."""

import ast
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR
PACKAGES = ("ntm", "communes", "targets", "funding")
#: From the bottom up: an app imports those before it, never one after it.
APPS = (
    "ntm.core", "ntm.audit", "ntm.accounts", "ntm.jobs", "ntm.backup", "ntm.sheets", "communes", "targets", "funding",
    "ntm.reports",
)  # fmt: skip


@cache
def modules() -> dict[str, Path]:
    """Every module that we wrote and ship, by its dotted name; migrations are generated."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a file. Kept, for walking through a tree takes longer than looking at what is in it."""
    return tuple(ast.walk(tree(path)))


def app_of(module: str) -> str:
    """The app that a module belongs to; empty for the project's wiring."""
    return next((app for app in APPS if module == app or module.startswith(f"{app}.")), "")


def imported(path: Path) -> set[str]:
    """Dotted names that a file imports, anywhere in it; `from package import module` names the module."""
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in modules() else node.module for name in whole}
    return found


@cache
def graph() -> dict[str, frozenset[str]]:
    """Each of our modules with those of ours that it imports."""
    return {name: frozenset(imported(path) & set(modules()) - {name}) for name, path in modules().items()}


def reachable(start: str, inside: str) -> set[str]:
    """Every module of one app that a module leads to, over any number of imports inside the app."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in graph()[waiting.pop()]:
            if name not in found and app_of(name) == inside:
                found.add(name)
                waiting.append(name)
    return found
