"""Only verbs write: no page, form or selector changes a row past the record."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.architecture import source

WRITES = frozenset(
    {
        "save",
        "create",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "delete",
        "save_m2m",
    }
)
#: Functions of `ntm.core` that write for verbs.
FOR_VERBS = frozenset({"insert_many", "change_many", "save_next", "save_next_many"})
#: Where verbs live, and the record itself.
VERBS = frozenset({"services", "audit"})
#: "module: call" → why it is no write of a fact.
EXCEPTIONS = {
    "ntm.core.versions: row.save": "Saves a row that a verb has locked; only verbs call it.",
    "ntm.core.versions: change_many": "Likewise, many rows.",
    "ntm.core.bulk: model._default_manager.bulk_create": "Likewise.",
    "ntm.core.bulk: type(rows[0])._default_manager.bulk_create": "Likewise; and the record's own entries.",
    "ntm.sheets.imports.marking_child: book.save": "A workbook in memory, in a process without a database.",
    "ntm.reports.official.filling: self.book.save": "A workbook in memory, which the verb keeps.",
    "ntm.reports.acceptance.bulk: Round.objects.create": "Sample rows for measuring, unrecorded.",
    "ntm.reports.acceptance.bulk: Submission.objects.bulk_create": "Likewise.",
    "ntm.reports.acceptance.bulk: insert_many": "Likewise.",
    "ntm.accounts.models: user.save": "The manager method that Django asks of a user model; the verb calls it.",
}


def outside_verbs(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those inside a function decorated as a verb."""
    for child in ast.iter_child_nodes(node):
        decorators = getattr(child, "decorator_list", ())
        if not any(ast.unparse(decorator).endswith("audit.verb") for decorator in decorators):
            yield child
            yield from outside_verbs(child)


@cache
def calls(module: str) -> tuple[str, ...]:
    return tuple(_calls(module))


def _calls(module: str) -> Iterator[str]:
    for node in outside_verbs(source.tree(source.modules()[module])):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FOR_VERBS:
            yield f"{module}: {node.func.id}"
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name = node.func.attr
        # A queryset's update takes names only; a dictionary's and a digest's take a value.
        updates = name == "update" and bool(node.keywords) and not node.args
        if (name in WRITES or updates) and not ast.unparse(node.func).startswith("super()"):
            yield f"{module}: {ast.unparse(node.func)}"


def test_nothing_outside_the_verbs_writes():
    wrong = [
        call
        for module in source.modules()
        if not VERBS & set(module.split("."))
        for call in calls(module)
        if call not in EXCEPTIONS
    ]
    assert not wrong, "\n".join(wrong)


def test_every_exception_is_still_needed():
    used = {call for module in source.modules() for call in calls(module)}
    assert set(EXCEPTIONS) <= used


def test_nothing_writes_by_raw_sql():
    """What cannot be written otherwise: a trigger of the record's guards, counting in one statement, adding many rows
    by COPY, reading back over any number of mergers, which writes nothing, and a restore, which fills empty tables."""
    free = ("ntm.audit.guards", "ntm.core.bulk", "ntm.core.cache", "communes.reach", "ntm.backup.database")
    wrong = [
        f"{name}:{node.lineno} {node.func.attr}()"
        for name, path in source.modules().items()
        if name not in free
        for node in source.nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("execute", "executemany", "raw", "extra")
    ]
    assert not wrong, "\n".join(wrong)
