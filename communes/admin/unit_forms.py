"""Forms of the register in the admin: units are chosen by name, code and time, never as a bare place."""

from typing import Any

from django import forms

from communes.attribute_words import plain_value, typed_value
from communes.choices import KINDS_OF_TIER, Tier, UnitKind
from communes.models import Attribute, Place, Reorganisation, Unit
from communes.models.attributes import in_words
from ntm.core.dates import format_date
from ntm.core.numbers import NumberError


class UnitChoice(forms.ModelChoiceField):
    """One version of a unit; the label says which."""

    def label_from_instance(self, obj: Unit) -> str:
        return version_label(obj)


class UnitsChoice(forms.ModelMultipleChoiceField):
    """Several versions."""

    def label_from_instance(self, obj: Unit) -> str:
        return version_label(obj)


class PlaceOfUnitChoice(UnitChoice):
    """The place of the version that is chosen: a parent is a place."""

    def clean(self, value: Any) -> Place | None:
        unit: Unit | None = super().clean(value)
        return unit.place if unit else None


def version_label(unit: Unit) -> str:
    """ "Thị xã Phổ Yên (172, đến trước 10/04/2022)"."""
    since = f", từ {format_date(unit.valid_from)}" if unit.valid_from else ""
    until = f", đến trước {format_date(unit.valid_to)}" if unit.valid_to else ""
    return f"{unit} ({unit.code}{since}{until})"


def kind_choices(tiers: list[str]) -> list[tuple[str, str]]:
    """The kinds of these tiers, with an empty first line."""
    return [("", "---------")] + [(k, UnitKind(k).label) for tier in tiers for k in KINDS_OF_TIER[tier]]


class NewUnitForm(forms.ModelForm):
    """`tier` and `user` are given by the admin that makes the class."""

    tier: str
    units: Any

    parent = PlaceOfUnitChoice(Unit.objects.none(), label="Trực thuộc")

    class Meta:
        model = Unit
        fields = ("code", "name", "kind", "parent", "valid_from", "trust", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = [Tier.PROVINCE] if self.tier == Tier.DISTRICT else [Tier.PROVINCE, Tier.DISTRICT]
        self.fields["parent"].queryset = self.units.filter(tier__in=above)  # type: ignore[attr-defined]
        self.fields["kind"].choices = kind_choices([self.tier])  # type: ignore[attr-defined]
        self.fields["valid_from"].help_text = "Bỏ trống nếu có từ trước khi có số liệu."


class AttributeForm(forms.ModelForm):
    """The value as people write it; stored in its plain form."""

    units: Any

    class Meta:
        model = Attribute
        fields = ("unit", "kind", "value", "valid_from", "valid_to", "document", "trust", "source")
        field_classes = {"unit": UnitChoice}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "value" in self.initial and self.instance.pk:
            self.initial["value"] = typed_value(self.instance.kind, self.instance.value)
        if "value" in self.fields:
            self.fields["value"].help_text = "Có hoặc Không; I, II, III; 1, 2, 3; hoặc một số, ví dụ 1.234,5."
        if "unit" in self.fields:
            self.fields["unit"].queryset = self.units  # type: ignore[attr-defined]

    def clean_value(self) -> str:
        kind = self.cleaned_data.get("kind") or self.instance.kind
        try:
            return plain_value(kind, self.cleaned_data["value"])
        except NumberError as error:
            raise forms.ValidationError(str(error)) from error

    def in_words(self, name: str, value: Any) -> str | None:
        """For the answer 409: the value as it is read, not as it is stored."""
        return in_words(self.instance.kind, value) if name == "value" else None


class ReorganisationForm(forms.ModelForm):
    """One unit after the resolution and what it is made of. A resolution with several is entered one by one."""

    units: Any

    whole = UnitsChoice(
        Unit.objects.none(),
        label="Nhập toàn bộ",
        help_text="Các đơn vị cũ nhập toàn bộ vào đơn vị này; kể cả chính đơn vị được giữ lại.",
    )
    part = UnitsChoice(
        Unit.objects.none(),
        label="Nhập một phần",
        required=False,
        help_text="Các đơn vị chỉ điều chỉnh một phần sang đơn vị này và vẫn tiếp tục tồn tại.",
    )
    code = forms.CharField(label="Mã sau sắp xếp", max_length=10)
    name = forms.CharField(label="Tên sau sắp xếp", max_length=120)
    kind = forms.ChoiceField(label="Loại sau sắp xếp", choices=kind_choices([Tier.DISTRICT, Tier.COMMUNE]))
    parent = PlaceOfUnitChoice(Unit.objects.none(), label="Trực thuộc sau sắp xếp")
    formed_anew = forms.BooleanField(
        label="Lập đơn vị mới",
        required=False,
        help_text="Nghị quyết ghi “sắp xếp … thành” một đơn vị mới, không phải “nhập … vào” đơn vị cũ.",
    )

    class Meta:
        model = Reorganisation
        fields = ("document", "effective_on", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = self.units.filter(valid_to=None).exclude(tier=Tier.PROVINCE)
        for name in ("whole", "part"):
            self.fields[name].queryset = below  # type: ignore[attr-defined]
        upper = self.units.filter(tier__in=[Tier.PROVINCE, Tier.DISTRICT])
        self.fields["parent"].queryset = upper  # type: ignore[attr-defined]
