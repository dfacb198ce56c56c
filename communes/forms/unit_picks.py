"""A long list of units to tick, grouped by district: what can be ticked first, the rest with the reason why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from ntm.core.text import sort_key


@dataclass(frozen=True)
class Pick:
    """One box. `note` says where the unit stands; with a `reason` it cannot be ticked."""

    value: int
    label: str
    note: str = ""
    reason: str = ""


@dataclass
class Group:
    """The boxes of one district."""

    label: str
    open: list[Pick] = field(default_factory=list)
    closed: list[Pick] = field(default_factory=list)


def grouped(picks: Iterable[tuple[str, Pick]]) -> list[Group]:
    """(District, pick) pairs by district; within one they keep their order."""
    groups: dict[str, Group] = {}
    for label, pick in picks:
        group = groups.setdefault(label, Group(label))
        (group.closed if pick.reason else group.open).append(pick)
    return sorted(groups.values(), key=lambda group: sort_key(group.label))


class Checklist(forms.CheckboxSelectMultiple):
    """Drawn from `groups` (set by the form), not from the field's choices, which may be more than can be ticked."""

    template_name = "communes/decision_picks.html"
    groups: Sequence[Group] = ()

    @property
    def opens(self) -> int:
        """How many boxes can be ticked."""
        return sum(len(group.open) for group in self.groups)

    @property
    def closed(self) -> int:
        """How many cannot."""
        return sum(len(group.closed) for group in self.groups)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        ticked = {int(item) for item in value or () if str(item).isdecimal()}
        context: dict[str, Any] = {"name": name, "groups": self.groups, "ticked": ticked}
        context |= {"closed": self.closed, "opens": self.opens}
        return {"widget": {"is_hidden": False, "name": name}} | context


class PicksField(forms.ModelMultipleChoiceField):
    """Takes any row of its queryset, ticked from a `Checklist`: what cannot be decided is the verb's to refuse, in
    its own words, and a second click of a form that went through is not refused at all."""

    widget = Checklist

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": "Chưa chọn dòng nào."})
        super().__init__(**kwargs)
        gone = "Không tìm thấy dòng đã chọn. Hãy chọn lại."
        self.error_messages |= {"invalid_choice": gone, "invalid_pk_value": gone, "invalid_list": gone}

    def clean(self, value: Any) -> Any:
        # A number that no database holds would be an error there, not a refusal.
        if any(not str(item).isdecimal() or len(str(item)) > 18 for item in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value")
        return super().clean(value)

    def show(self, groups: Sequence[Group]) -> None:
        self.widget.groups = groups


def checklist_of(form: forms.Form) -> Checklist:
    """The list of boxes in a form that has one."""
    widgets = (field.widget for field in form.fields.values())
    return next(widget for widget in widgets if isinstance(widget, Checklist))
