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
#: Addresses of one shape lead to pages made by the same lines for other rows: so many of each are opened.
OF_EACH_SHAPE = 2


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
    return re.sub(r"\d+", "#", path) + "?" + "&".join(sorted(re.findall(r"\w+(?==)", query)))


def visit(client: Client, start: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    """Every address that is given, and what those pages lead to. Yields address, status and text."""
    waiting = sorted(set(start))
    seen, known = set(waiting), Counter[str]()
    while waiting:
        where = waiting.pop()
        response = client.get(where)
        text = text_of(response)
        yield where, response.status_code, text
        for link in sorted({link for link in leads(text, where) if link.startswith("/")} - seen):
            kind = shape(link)
            if known[kind] < OF_EACH_SHAPE and not link.startswith("/static/") and "dang-xuat" not in link:
                known[kind] += 1
                seen.add(link)
                waiting.append(link)


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
