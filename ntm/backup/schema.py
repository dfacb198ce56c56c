"""Which tables there were at a state of the migrations, and the way there."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import models
from django.db.migrations.loader import MigrationLoader

Name = tuple[str, str]
#: Whoever was signed in is not after a restore; whoever lived as a process does not live any more.
LEFT_OUT = frozenset({"sessions.session", "usersessions.usersession", "jobs.workersign"})
#: Rows that `migrate` itself makes.
MADE_BY_MIGRATE = frozenset({"contenttypes.contenttype", "auth.permission"})


@dataclass(frozen=True)
class Schema:
    """The tables at the state where exactly these migrations have run. Never asks a database."""

    applied: frozenset[Name]

    @cached_property
    def loader(self) -> MigrationLoader:
        return MigrationLoader(None)

    @property
    def unknown(self) -> list[str]:
        """Migrations that this software has not: a newer one has run them."""
        return [".".join(name) for name in sorted(self.applied - set(self.loader.disk_migrations))]

    @property
    def targets(self) -> list[Name]:
        """The last migration of each app, for Django's executor."""
        graph = self.loader.graph
        return [
            name for name in self._nodes
            if not any(child.key in self.applied for child in graph.node_map[name].children if child.key[0] == name[0])
        ]  # fmt: skip

    @cached_property
    def tables(self) -> list[type[models.Model]]:
        """Every table as a model of that state, the ones of many-to-many fields too, by name."""
        state: Any = self.loader.project_state(self._nodes)
        found = [
            model
            for model in state.apps.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy
        ]
        return sorted(found, key=lambda model: str(model._meta.db_table))

    @property
    def kept(self) -> list[type[models.Model]]:
        """Those whose rows stand in a backup."""
        return [model for model in self.tables if model._meta.label_lower not in LEFT_OUT]

    @property
    def _nodes(self) -> list[Name]:
        return sorted(self.applied & set(self.loader.graph.nodes))


def schema_of(migrations: Iterable[Iterable[str]]) -> Schema:
    """The same one for the same migrations: to make the models of a state takes about a second."""
    return _schema_of(frozenset((app, name) for app, name in migrations))


@lru_cache(maxsize=2)
def _schema_of(applied: frozenset[Name]) -> Schema:
    return Schema(applied)


def tables_without_model() -> set[str]:
    """What `migrate` makes besides the tables of models; nothing in them is worth keeping."""
    kept = {cache._table for cache in caches.all(initialized_only=False) if isinstance(cache, DatabaseCache)}  # type: ignore[attr-defined]
    return kept | {"django_migrations"}
