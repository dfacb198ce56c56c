"""The admin's forms: their hidden token or version, and how a verb's refusal comes back into them."""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict

from ntm.audit.receipts import AlreadyDone
from ntm.core.errors import Refused, Stale
from ntm.core.text import clean, clean_lines

LOST = "Biểu mẫu này không còn nguyên vẹn. Hãy tải lại trang rồi nhập lại."


class GuardedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Made by `guarded()`. With a refusal in it the form is invalid whatever was typed."""

    hidden_name: str | None = None
    refusal: Refused | Stale | None = None

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and isinstance(self.refusal, Stale):
            # The next save is meant for the row as it is shown now.
            data = data.copy()
            data["version"] = str(self.refusal.current.version)  # type: ignore[attr-defined]
        super().__init__(data, *args, **kwargs)
        if self.hidden_name == "version":
            self.fields["version"] = forms.IntegerField(
                initial=self.instance.version, required=False, widget=forms.HiddenInput
            )
        elif self.hidden_name == "token":
            self.fields["token"] = forms.UUIDField(
                initial=uuid.uuid4, required=False, widget=forms.HiddenInput
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            widget = self.fields[name].widget if name in self.fields else None
            if isinstance(value, str) and not isinstance(widget, forms.PasswordInput):
                cleaned[name] = clean_lines(value) if isinstance(widget, forms.Textarea) else clean(value)
        if self.hidden_name and cleaned.get(self.hidden_name) is None:
            self.errors.pop(self.hidden_name, None)
            raise forms.ValidationError(LOST)
        return cleaned

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and isinstance(self.refusal, AlreadyDone):
            # What else is wrong is only that the row is there.
            self.errors.clear()
        if self.is_bound and isinstance(self.refusal, Refused):
            field = self.refusal.field
            self.add_error(field if field in self.fields else None, self.refusal.message)
        elif self.is_bound and isinstance(self.refusal, Stale):
            self.add_error(None, str(self.refusal))


def guarded(base: type[Any], hidden: str | None, refusal: Refused | Stale | None) -> type[GuardedForm]:
    """The admin's form class with a hidden field and, the second time round, the refusal."""
    return type(base.__name__, (GuardedForm, base), {"hidden_name": hidden, "refusal": refusal})
