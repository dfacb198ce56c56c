"""Budgets: what fits on a screen is read; what does not is skimmed. An exception carries its reason here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import source

FILE, FUNCTION, CLASS, VIEW_METHOD = 400, 40, 250, 15
TEMPLATE, CONDITIONS = 100, 6

#: "path" or "path:name" → the reason why it may be longer.
EXCEPTIONS: dict[str, str] = {}

CODE = [
    *source.modules().values(),
    *sorted((source.ROOT / "tests").rglob("*.py")),
    *sorted((source.ROOT / "tools").rglob("*.py")),
]
TEMPLATES = sorted((source.ROOT / "templates").rglob("*.html"))


def named(path: Path) -> str:
    return str(path.relative_to(source.ROOT))


def length(node: ast.AST) -> int:
    """Lines from `def` or `class` to the last one; decorators are not counted."""
    return (node.end_lineno or 0) - node.lineno + 1


def over(kinds: type | tuple[type, ...], limit: int, paths: list[Path]) -> Iterator[str]:
    for path in paths:
        for node in source.nodes(path):
            if isinstance(node, kinds) and length(node) > limit:
                label = f"{named(path)}:{node.name}"
                if label not in EXCEPTIONS:
                    yield f"{label} has {length(node)} lines, at most {limit}"


def test_no_file_is_longer_than_400_lines():
    long = [
        f"{named(path)} has {count} lines"
        for path in CODE
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > FILE
        and named(path) not in EXCEPTIONS
    ]
    assert not long, "\n".join(long)


def test_no_function_is_longer_than_40_lines():
    long = list(over((ast.FunctionDef, ast.AsyncFunctionDef), FUNCTION, CODE))
    assert not long, "\n".join(long)


def test_no_class_is_longer_than_250_lines():
    long = list(over(ast.ClassDef, CLASS, CODE))
    assert not long, "\n".join(long)


def test_no_method_of_a_view_is_longer_than_15_lines():
    """A view reads the request, calls a selector or a verb, and answers; what is longer belongs below it."""
    views = [path for name, path in source.modules().items() if {"views", "pages"} & set(name.split("."))]
    long = [
        f"{named(path)}:{view.name}.{method.name} has {length(method)} lines"
        for path in views
        for view in source.nodes(path)
        if isinstance(view, ast.ClassDef)
        for method in view.body
        if isinstance(method, ast.FunctionDef) and length(method) > VIEW_METHOD
        if f"{named(path)}:{view.name}.{method.name}" not in EXCEPTIONS
    ]
    assert not long, "\n".join(long)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_only_shows(path):
    text = path.read_text(encoding="utf-8")
    lines, conditions = len(text.splitlines()), len(re.findall(r"{%-?\s*if\b", text))
    excused = named(path) in EXCEPTIONS
    assert lines <= TEMPLATE or excused, f"{lines} lines, at most {TEMPLATE}"
    assert conditions <= CONDITIONS or excused, f"{conditions} conditions, at most {CONDITIONS}"


def test_every_exception_is_still_needed():
    """An exception that nothing uses any more would silently let the next one grow."""
    paths = {label.split(":")[0] for label in EXCEPTIONS}
    gone = [path for path in paths if not (source.ROOT / path).exists()]
    assert not gone, f"These exceptions name files that are gone: {gone}"
