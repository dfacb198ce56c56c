"""The signed document as data, laid over the URLconf."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from ntm.accounts.roles import ROLES

FILE = settings.BASE_DIR / "ntm" / "access_matrix.yaml"
METHODS = ("GET", "POST", "PUT", "DELETE")
ANONYMOUS, UNASSIGNED = "anonymous", "unassigned"
OWN, SELF, KIND = ":own", ":self", ":kind"
#: Pages that end the visit.
LEAVING = {"account_logout", "admin:logout"}


@dataclass(frozen=True)
class Route:
    """One pattern of the URLconf: its name with the namespace, and its route as it is written."""

    name: str
    route: str
    pattern: URLPattern = field(compare=False)

    def __str__(self) -> str:
        return self.name or self.route


@dataclass(frozen=True)
class Line:
    """One line of the matrix. `roles`: method → role → how far: everywhere (""), `OWN`, `SELF`, or `KIND`."""

    key: str
    roles: dict[str, dict[str, str]]
    reason: str

    def covers(self, route: Route) -> bool:
        patterns = self.key.split(", ")
        return any(fnmatchcase(name, one) for one in patterns for name in (route.name, route.route))

    def allows(self, role: str, method: str, *, own: bool = True, made: bool = True) -> bool:
        """Whether the role may; `own`: with something inside its own unit; `made`: with what the person made. The kind
        of sheets that routes are asked about is none of those that only some roles bring (`kind_lines`)."""
        how_far = self.roles.get(method, {}).get(role)
        return {None: False, "": True, OWN: own, SELF: made, KIND: False}[how_far]


NOBODY = Line("", {}, "")


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def members(group: str) -> set[str]:
    """The roles that a word of the matrix stands for."""
    inside = document()["groups"].get(group)
    return {group} if inside is None else {role for word in inside for role in members(word)}


@cache
def lines() -> tuple[Line, ...]:
    return tuple(_line(key, dict(given)) for key, given in document()["routes"].items())


def _line(key: str, given: dict[str, Any]) -> Line:
    reason = str(given.pop("reason", ""))
    roles: dict[str, dict[str, str]] = {}
    for method, words in given.items():
        for word in words:
            how_far = next((end for end in (OWN, SELF, KIND) if word.endswith(end)), "")
            for role in members(word.removesuffix(how_far)):
                roles.setdefault(method, {})[role] = how_far
    return Line(key, roles, reason)


@cache
def kind_lines() -> dict[str, Line]:
    """Who brings which kind of data by a sheet, by the code of the kind."""
    given = document()["kinds"]
    return {
        kind: _line(kind, {"GET": words, "POST": words})
        for kinds, words in given.items()
        for kind in kinds.split(", ")
    }


@cache
def line_of(route: Route) -> Line | None:
    """The first line that covers the route."""
    return next((line for line in lines() if line.covers(route)), None)


def known_roles() -> set[str]:
    return {*ROLES, ANONYMOUS, UNASSIGNED}


def _walk(patterns: Iterable[Any], prefix: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, route, inner)
        else:
            yield Route(":".join((*spaces, pattern.name)) if pattern.name else "", route, pattern)


@cache
def routes() -> tuple[Route, ...]:
    """Every pattern of the project, the admin's too."""
    return tuple(_walk(get_resolver().url_patterns, "", ()))
