"""Forms of the office: text in one form, numbers read the Vietnamese way."""

import contextlib
from datetime import date
from typing import Any

from django import forms

from ntm.core.dates import DateError, format_date, is_year_first, parse_date
from ntm.core.numbers import MAX_MONEY, MONEY_OUT_OF_RANGE, NumberError, integer, parse_int, parse_money
from ntm.core.text import clean, clean_lines


class BaseForm(forms.Form):
    """Every form of a page. Hidden `version` and `token` are added by the pages that need them."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in cleaned.items():
            if isinstance(value, str):
                multiline = isinstance(self.fields[name].widget, forms.Textarea)
                cleaned[name] = clean_lines(value) if multiline else clean(value)
        return cleaned


class WholeNumberField(forms.CharField):
    """An integer as people type it ("1.234"); anything else is refused with a sentence, never cut or guessed."""

    def __init__(self, *args: Any, minimum: int = 0, maximum: int = 10**9, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.widget.attrs.setdefault("inputmode", "numeric")

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if text == "":
            return None
        try:
            number = parse_int(text)
        except NumberError as error:
            raise forms.ValidationError(str(error)) from error
        if not self.minimum <= number <= self.maximum:
            raise forms.ValidationError(self.limits())
        return number

    def limits(self) -> str:
        """What a number outside of them is answered."""
        return f"Cần một số từ {integer(self.minimum)} đến {integer(self.maximum)}."


class YearField(WholeNumberField):
    """A year is no quantity: it is written without the point of thousands."""

    def __init__(self, *args: Any, maximum: int = 2100, **kwargs: Any) -> None:
        super().__init__(*args, maximum=maximum, **kwargs)

    def limits(self) -> str:
        return f"Năm phải từ {self.minimum} đến {self.maximum}."


class DayField(forms.CharField):
    """A day as people type it; anything else is refused with a sentence. A field that takes only some days says
    which in `check`. `example`: what stands in the empty field."""

    def __init__(self, *, example: str = "31/12/2023", **kwargs: Any) -> None:
        super().__init__(**({"max_length": 40} | kwargs))
        self.widget.attrs |= {"placeholder": example, "inputmode": "numeric", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """A day that an address or a program names as 2023-12-31 is shown as people write it."""
        if isinstance(value, str) and is_year_first(value):
            with contextlib.suppress(DateError):
                value = parse_date(value)
        return format_date(value) if isinstance(value, date) else value

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            day = parse_date(text)
        except DateError as error:
            raise forms.ValidationError(str(error)) from error
        self.check(day)
        return day

    def has_changed(self, initial: Any, data: Any) -> bool:
        """A day and the words for it are one value."""
        return super().has_changed(self.prepare_value(initial), data)

    def check(self, day: date) -> None:
        """Raise `ValidationError` for a day that this field does not take."""


class MoneyField(forms.CharField):
    """An amount in đồng, also as "277 tỷ"; the value is a whole number of đồng."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if text == "":
            return None
        try:
            amount = parse_money(text)
        except NumberError as error:
            raise forms.ValidationError(str(error)) from error
        if not 0 <= amount <= MAX_MONEY:
            raise forms.ValidationError(MONEY_OUT_OF_RANGE)
        return amount
