"""The forms of a page as a browser sees them, filled in by dice: for tests that go through every page that writes."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
#: What the machine put there comes back as it was sent.
_SENT_BACK = ("csrfmiddlewaretoken", "token", "version", "seen", "sealed")


@dataclass
class Field:
    """One input. `options`: what a select, radio or checkbox offers."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page, by the address that it is sent to; empty: the page's own."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        return self.method == "post" and "dang-xuat" not in self.action and "logout" not in self.action


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(told.get("action", ""), told.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "option" and self._select is not None:
            self._select.options.append(told.get("value", ""))
            if "selected" in told:
                self._select.value = told.get("value", "")
        elif tag in ("input", "select", "textarea", "button") and told.get("name"):
            self._field(tag, told)

    def _field(self, tag: str, told: dict[str, str]) -> None:
        assert self._form is not None
        kind = told.get("type", "text") if tag == "input" else tag
        one = self._form.fields.setdefault(told["name"], Field(told["name"], kind))
        if kind in ("radio", "checkbox", "button"):
            one.options.append(told.get("value", "on"))
            if "checked" in told:
                one.value = told.get("value", "on")
        elif kind == "select":
            self._select = one
        elif kind == "textarea":
            self._area = one
        else:
            one.value = told.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None


def forms_on(page: str) -> list[Form]:
    """The forms of a page that write."""
    reader = _Reader()
    reader.feed(page)
    return [form for form in reader.forms if form.writes]


def filled(form: Form, dice: random.Random, words: Callable[[Field, random.Random], str]) -> dict[str, Any]:
    """What a person might send: most of what stands there stays; `words` gives what is typed."""
    return {
        name: value for name, one in form.fields.items() if (value := _answer(one, dice, words)) is not None
    }


def _answer(one: Field, dice: random.Random, words: Callable[[Field, random.Random], str]) -> Any:
    if one.kind == "hidden" or one.name in _SENT_BACK:
        return one.value
    if one.kind == "file":
        return SimpleUploadedFile("giay.pdf", PDF + str(dice.random()).encode())
    if one.kind in ("select", "radio"):
        keep = one.value and dice.random() < 0.7
        return one.value if keep or not one.options else dice.choice(one.options)
    if one.kind in ("checkbox", "button"):
        return dice.choice(one.options) if one.value or dice.random() < 0.5 else None
    keep = one.value.strip() and dice.random() < 0.8
    return one.value.strip() if keep else words(one, dice)
