"""What people type into a plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from communes.models import Document, Level, Unit
from ntm.audit.pages import DAMAGED
from ntm.core.forms import BaseForm, DayField, WholeNumberField
from targets.choices import MAX_VALUE, TargetKind
from targets.lines import Promise, TargetLine, registered_field, target_field
from targets.models import Plan
from targets.naming import UnitNames, UnknownUnitError
from targets.promises import Line

#: As many wrong lines of one box as a person can mend before the next look.
_TOLD = 20
_HELP_NAMES = "Mỗi dòng một đơn vị: mã, tên, hoặc cả hai, ví dụ: 05602 Xã Phú Đình."


class DocumentField(forms.ModelChoiceField):
    """A document among those the user may see, by number and title."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Document.objects.none(), required=False, empty_label="Chưa có văn bản", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return document_label(obj)


def document_label(document: Document) -> str:
    """By number and title, as short as a list shows it."""
    title = f"{document.number}: {document.title}" if document.number else document.title
    return title if len(title) <= 90 else f"{title[:89]}…"


@dataclass(frozen=True)
class LevelFields:
    """The bound fields of one level, for the template."""

    level: Level
    numbers: list[forms.BoundField]
    names: forms.BoundField


class PlanKeyField(forms.IntegerField):
    """Which revision the form was opened on: `version` alone does not say it, each counts from 1."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        messages = dict.fromkeys(("invalid", "required"), DAMAGED)
        super().__init__(error_messages=messages, **kwargs)


class PlanForm(BaseForm):
    """A draft: for each level of the year's period two targets, and the units that registered."""

    document = DocumentField(label="Văn bản giao kế hoạch")
    note = forms.CharField(label="Ghi chú", max_length=500, required=False)

    def __init__(
        self, *args: Any, province_id: int, year: int, levels: list[Level], user: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        self.province_id, self.year = province_id, year
        self.fields["document"].queryset = Document.objects.visible_to(user)  # type: ignore[attr-defined]
        for level in levels:
            for kind in TargetKind:
                label = f"{level.name}: {kind.label[0].lower()}{kind.label[1:]}"
                self.fields[target_field(level, kind)] = WholeNumberField(
                    label=label, required=False, maximum=MAX_VALUE
                )
            self.fields[registered_field(level)] = forms.CharField(
                label=f"{level.name}: đơn vị đăng ký",
                required=False,
                max_length=20_000,
                help_text=_HELP_NAMES,
                widget=forms.Textarea({"rows": 4}),
            )

    def by_level(self) -> Iterator[LevelFields]:
        for level in self.levels:
            numbers = [self[target_field(level, kind)] for kind in TargetKind]
            yield LevelFields(level, numbers, self[registered_field(level)])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        names: dict[str, UnitNames] = {}
        for level in self.levels:
            field = registered_field(level)
            lines = [line for line in (cleaned.get(field) or "").splitlines() if line]
            if lines and level.tier not in names:
                names[level.tier] = UnitNames.of(self.province_id, level.tier, self.year)
            cleaned[field], why = _found(lines, names.get(level.tier))
            if why:
                self.add_error(field, why)
        return cleaned

    def lines(self) -> dict[str, Any]:
        """The arguments of `change_draft` that this form holds."""
        cleaned = self.cleaned_data
        return {
            "targets": [
                TargetLine(level, value, kind)
                for level in self.levels
                for kind in TargetKind
                if (value := cleaned[target_field(level, kind)]) is not None
            ],
            "registrations": [
                Promise(level, unit) for level in self.levels for unit in cleaned[registered_field(level)]
            ],
            "note": cleaned["note"],
            "document": cleaned["document"],
        }


class StandingPlanForm(PlanForm):
    """A draft that stands already."""

    plan = PlanKeyField()


def _found(lines: Iterable[str], names: UnitNames | None) -> tuple[list[Unit], list[str]]:
    """The units that the lines name, and what is wrong with each line that names none."""
    units, why = list[Unit](), list[str]()
    for line in lines:
        try:
            units += [names.find(line)] if names else []
        except UnknownUnitError as error:
            why.append(str(error))
    left = len(why) - _TOLD
    return units, [*why[:_TOLD], *([f"Còn {left} dòng nữa cần sửa."] if left > 0 else [])]


def written_values(form: PlanForm) -> dict[str, Any]:
    """What was typed, with the units written as `stored_values` writes them, so that the two compare."""
    names = {registered_field(level): form.cleaned_data[registered_field(level)] for level in form.levels}
    return form.cleaned_data | {field: UnitNames(form.year).text(units) for field, units in names.items()}


def stored_values(plan: Plan, levels: list[Level]) -> dict[str, Any]:
    """A draft as the form shows it."""
    values: dict[str, Any] = {"document": plan.document, "note": plan.note}
    values |= {target_field(level, kind): None for level in levels for kind in TargetKind}
    for target in plan.targets.select_related("level"):
        values[target_field(target.level, target.kind)] = target.value
    units: dict[int, list[Unit]] = {}
    for row in plan.registrations.select_related("unit"):
        units.setdefault(row.level_id, []).append(row.unit)
    for level in levels:
        values[registered_field(level)] = UnitNames(plan.year).text(units.get(level.pk, []))
    return values


def copied_values(lines: Iterable[Line], levels: list[Level]) -> dict[str, Any]:
    """Another year's targets as a beginning, by the codes of their levels."""
    by_code = {level.code: level for level in levels}
    return {target_field(by_code[line.code], line.kind): line.value for line in lines if line.code in by_code}


class ApprovalForm(BaseForm):
    """The signature: its day and document."""

    plan = PlanKeyField()
    approved_on = DayField(label="Ngày phê duyệt")
    document = DocumentField(label="Văn bản giao kế hoạch")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = Document.objects.visible_to(user)  # type: ignore[attr-defined]
