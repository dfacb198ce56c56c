"""Following everything that a person can open, and reading it as text, whatever it is packed in."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.converters import IntConverter

#: Pages that end the visit.
LEAVING = ("account_logout", "admin:logout")
LINKS = re.compile(r'(?:href|src)="([^"#]*)"')
FORMS = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
CANARY = re.compile(r"CNRY-(\w+)-[0-9a-f]{8}", re.IGNORECASE)
#: Addresses of one shape lead to pages made by the same lines for other rows: so many of each are opened, and of a
#: list's files, which hold the rows of its page.
OF_EACH_SHAPE, FILES_OF_EACH_SHAPE = 2, 1
_FILE = re.compile(r"\.(xlsx|csv)/?(\?|$)")
#: These change the order of a list's rows.
_ORDER = {"sort"}


def text_of(response: HttpResponseBase) -> str:
    """Headers and body, what is packed unpacked."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    response.close()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return f"{dict(response.headers)}\n{body.decode('utf-8', 'replace')}"


def units_in(text: str) -> set[str]:
    """Whose canaries the text holds."""
    return {letter.upper() for letter in CANARY.findall(text)}


def leads(text: str, here: str) -> Iterator[str]:
    """Links, and forms that ask by GET, filled in as they stand."""
    for link in LINKS.findall(text):
        yield _resolved(link, here)
    for head, body in FORMS.findall(text):
        if 'method="post"' not in head.lower():
            action = re.search(r'action="([^"]*)"', head)
            names = re.findall(r'name="(\w+)"', body)
            query = "&".join(f"{name}=" for name in dict.fromkeys(names))
            yield f"{_resolved(action[1] if action else '', here).partition('?')[0]}?{query}"


def _resolved(link: str, here: str) -> str:
    link = link.replace("&amp;", "&")
    path = here.partition("?")[0]
    return path + link if link.startswith("?") or not link else link


def shape(where: str) -> str:
    path, _, query = where.partition("?")
    names = set(re.findall(r"\w+(?==)", query)) - _ORDER
    return re.sub(r"\d+", "#", path) + "?" + "&".join(sorted(names))


def visit(client: Client, start: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """Every address that is given, and what those pages lead to. Yields address, status and text."""
    given = sorted(set(start), reverse=True)
    waiting: list[str] = []
    seen, known = set(given), Counter[str]()
    while given or waiting:
        followed = not given
        where = waiting.pop() if followed else given.pop()
        kind = shape(where)
        if followed and known[kind] >= (FILES_OF_EACH_SHAPE if _FILE.search(where) else OF_EACH_SHAPE):
            continue
        seen.add(where)
        response = client.get(where)
        known[kind] += followed or response.status_code == 200
        text = text_of(response)
        yield where, response.status_code, text
        links = {link for link in leads(text, where) if link.startswith("/")} - seen - {*waiting}
        waiting += sorted(
            link for link in links if not link.startswith("/static/") and "dang-xuat" not in link
        )


def addresses(patterns: Any, values: dict[str, list[Any]], spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Every route with these values: by the name of the argument; a whole number takes any key."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from addresses(pattern.url_patterns, values, inner)
        elif pattern.name and ":".join((*spaces, pattern.name)) not in LEAVING:
            yield from _filled(":".join((*spaces, pattern.name)), pattern.pattern.converters, values)


def _filled(name: str, converters: dict[str, Any], values: dict[str, list[Any]]) -> Iterator[str]:
    combined: list[dict[str, Any]] = [{}]
    for argument, converter in converters.items():
        keys = values.get(argument) or (values["pk"] if isinstance(converter, IntConverter) else [])
        combined = [one | {argument: key} for one in combined for key in keys]
    yield from (reverse(name, kwargs=kwargs) for kwargs in combined if _fits(name, kwargs))


def _fits(name: str, kwargs: dict[str, Any]) -> bool:
    try:
        reverse(name, kwargs=kwargs)
    except Exception:
        return False
    return True


def everywhere(values: dict[str, list[Any]]) -> set[str]:
    return set(addresses(get_resolver().url_patterns, values))
