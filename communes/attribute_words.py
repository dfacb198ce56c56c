"""Values of attributes as people type them, read into their stored form and back."""

from communes.choices import ATTRIBUTE_VALUES, AttributeKind, ValueType
from communes.models.attributes import in_words
from ntm.core.answers import yes_or_no
from ntm.core.numbers import parse_decimal, parse_int

_WHOLE = (AttributeKind.POPULATION, AttributeKind.HOUSEHOLDS)


def type_of_value(kind: str) -> str:
    return ATTRIBUTE_VALUES[kind][0] if kind in ATTRIBUTE_VALUES else ValueType.CODE


def typed_value(kind: str, stored: str) -> str:
    """A stored value as somebody would type it: read again, it is the same. Grouped, "1.234" could be two numbers."""
    is_number = type_of_value(kind) == ValueType.NUMBER
    return stored.replace(".", ",") if is_number else in_words(kind, stored)


def plain_value(kind: str, typed: str) -> str:
    """ "Có" → "1", "1.234,5" → "1234.5". What is no such word is left to the verb to refuse; raises `NumberError`."""
    value_type = type_of_value(kind)
    if value_type == ValueType.YES_NO:
        answer = yes_or_no(typed)
        return typed if answer is None else str(int(answer))
    if value_type == ValueType.CODE:
        return typed.upper()
    return str(parse_int(typed)) if kind in _WHOLE else format(parse_decimal(typed, max_places=4), "f")
