"""The register of units in the admin: open, correct, reorganise; facts about units."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse

from communes.admin.unit_forms import AttributeForm, NewUnitForm, ReorganisationForm, version_label
from communes.choices import KINDS_OF_TIER, Extent, Tier, UnitKind
from communes.models import Attribute, Commune, District, Reorganisation, Succession, Unit
from communes.querysets import named
from communes.reach import home_with, reach_with
from communes.services.attributes import change_attribute, close_attribute, record_attribute
from communes.services.lineage import Formation, Part, reorganise
from communes.services.register import NewUnit
from communes.services.units import change_unit, open_unit
from communes.sheets.links import ATTRIBUTE, UNIT, page_of
from ntm.audit.admin import VerbAdmin
from ntm.audit.log import writing
from ntm.core.dates import today
from ntm.core.querysets import valid_on


class StillValid(admin.SimpleListFilter):
    """Rows that hold today, or that have ended."""

    title = "hiệu lực"
    parameter_name = "hieu_luc"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("con", "Còn hiệu lực"), ("het", "Đã hết hiệu lực")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        holds = valid_on(today())
        return queryset.filter(holds) if self.value() == "con" else queryset.exclude(holds)


class KindsOfTier(admin.ChoicesFieldListFilter):
    """Only the kinds that a unit of the list's tier may be of."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        own = {UnitKind(kind).label for kind in KINDS_OF_TIER[changelist.model_admin.tier]}
        every, *kinds = super().choices(changelist)
        yield every
        yield from (choice for choice in kinds if choice["display"] in own)


class OnlyShown(admin.TabularInline):
    """Rows that belong to another, to read."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("communes.view_unit")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AttributesOfUnit(OnlyShown):
    model = Attribute
    fields = ("kind", "value_in_words", "valid_from", "valid_to", "trust")
    readonly_fields = ("value_in_words",)

    @admin.display(description="giá trị")
    def value_in_words(self, obj: Attribute) -> str:
        return obj.value_in_words


class RegisterAdmin(VerbAdmin):
    """What the admins of this module share: writing only inside the assignment, searching without accents."""

    view_permission = "communes.view_unit"
    change_permission = "communes.change_unit"
    show_facets = admin.ShowFacets.NEVER
    unit_path = ""
    #: The kind of sheet by which many of them come in.
    sheet = ""

    def list_tools(self, user: Any) -> list[tuple[str, str]]:
        """A sheet is about the province that heads the person's pages."""
        comes = self.sheet and home_with(user, self.change_permission)
        return [("Nhập từ tệp", page_of(self.sheet))] if comes else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The units that came from elsewhere are the province's to read, not to change."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or reach_with(request.user, self.change_permission).may_write(self.unit_of(obj))

    def unit_of(self, obj: Any) -> Unit:
        unit: Unit = obj
        return unit

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[Any]:
        """Nothing: the verb records. Django would ask the inlines, which only show, what they saved."""
        return []

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term, path = search_term.strip(), self.unit_path
        if not term or not self.search_fields:
            return queryset, False
        return queryset.filter(named(term, path) | Q(**{f"{path}code": term})), False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        base = kwargs.pop("form", self.form)
        reach = reach_with(request.user, self.change_permission)
        mine = Q(province_id__in=reach.provinces) | Q(place_id__in=reach.places)
        about = {"units": Unit.objects.filter(mine).select_related("place"), "Meta": base.Meta}
        return super().get_form(
            request, obj, change=change, form=type(base.__name__, (base,), about), **kwargs
        )


class UnitAdmin(RegisterAdmin):
    """Versions of units of one tier. Code, kind, parent and days are facts of a resolution: not edited here."""

    sheet = UNIT
    tier: str
    list_display = ("full_name_column", "code", "kind", "parent_name", "valid_from", "valid_to", "trust")
    list_filter = (StillValid, ("kind", KindsOfTier), "trust")
    search_fields = ("search_key", "code")
    search_help_text = "Tên (không cần dấu) hoặc mã."
    inlines = (AttributesOfUnit,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        above = Unit.objects.filter(place=OuterRef("parent")).order_by(F("valid_from").desc(nulls_last=True))
        return (
            super()
            .get_queryset(request)
            .annotate(
                _parent_kind=Subquery(above.values("kind")[:1]),
                _parent_name=Subquery(above.values("name")[:1]),
            )
        )

    @admin.display(description="tên", ordering="sort_key")
    def full_name_column(self, obj: Unit) -> str:
        return obj.full_name

    @admin.display(description="trực thuộc")
    def parent_name(self, obj: Any) -> str:
        return f"{UnitKind(obj._parent_kind).label} {obj._parent_name}" if obj._parent_name else ""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["code", "name", "kind", "parent", "valid_from", "trust", "source"]
        return ["code", "kind", "name", "parent_name", "valid_from", "valid_to", "trust", "source"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["code", "kind", "parent_name", "valid_from", "valid_to"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = type(
                "NewUnitForm", (NewUnitForm,), {"tier": self.tier, "Meta": NewUnitForm.Meta}
            )
            return super().get_form(request, obj, change=change, **kwargs)
        return VerbAdmin.get_form(self, request, obj, change=change, **kwargs)

    def create(self, form: Any, by: Any) -> Any:
        return self.model._default_manager.get(pk=open_unit(**form.cleaned_data, by=by).pk)

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> Any:
        row = change_unit(obj, expected=version or 0, by=by, **form.cleaned_data)
        return self.model._default_manager.get(pk=row.pk)

    def object_tools(self, obj: Any, user: Any) -> list[tuple[str, str]]:
        if not reach_with(user, "communes.change_attribute").may_write(obj):
            return []
        return [("Ghi thuộc tính", f"{reverse('admin:communes_attribute_add')}?unit={obj.pk}")]


@admin.register(Commune)
class CommuneAdmin(UnitAdmin):
    tier = Tier.COMMUNE


@admin.register(District)
class DistrictAdmin(UnitAdmin):
    tier = Tier.DISTRICT


@admin.register(Attribute)
class AttributeAdmin(RegisterAdmin):
    """A new value is a new row; what was entered wrongly is corrected; an end may be set once."""

    change_permission = "communes.change_attribute"
    unit_path = "unit__"
    sheet = ATTRIBUTE
    form = AttributeForm
    list_display = ("unit_version", "kind", "value_in_words", "valid_from", "valid_to", "trust")
    list_filter = (StillValid, "kind", "trust")
    list_select_related = ("unit",)
    search_fields = ("unit__search_key", "unit__code")
    search_help_text = "Tên đơn vị (không cần dấu) hoặc mã."

    def unit_of(self, obj: Any) -> Unit:
        unit: Unit = obj.unit
        return unit

    @admin.display(description="đơn vị", ordering="unit__sort_key")
    def unit_version(self, obj: Attribute) -> str:
        return version_label(obj.unit)

    @admin.display(description="giá trị", ordering="value")
    def value_in_words(self, obj: Attribute) -> str:
        return obj.value_in_words

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        about = ["document", "trust", "source"]
        if obj is None:
            return ["unit", "kind", "value", "valid_from", *about]
        value = "value" if self.has_change_permission(request, obj) else "value_in_words"
        return ["unit_version", "kind", value, "valid_from", "valid_to", *about]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return []
        ended = ["valid_to"] if obj.valid_to else []
        return ["unit_version", "kind", "value_in_words", "valid_from", *ended]

    def create(self, form: Any, by: Any) -> Any:
        return record_attribute(form.cleaned_data.pop("unit"), **form.cleaned_data, by=by)

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> Any:
        values = dict(form.cleaned_data)
        end = values.pop("valid_to", None)
        with writing():
            row = change_attribute(obj, expected=version or 0, by=by, **values)
            return close_attribute(row, on=end, expected=row.version, by=by) if end else row


class SuccessionsOfReorganisation(OnlyShown):
    model = Succession
    fields = ("predecessor", "successor", "extent", "keeps_identity", "trust", "note")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("predecessor", "successor")


@admin.register(Reorganisation)
class ReorganisationAdmin(RegisterAdmin):
    """Adding one carries it out. What was carried out is history: shown, not edited."""

    may_change = False
    form = ReorganisationForm
    list_display = ("document", "effective_on", "title", "trust")
    list_select_related = ("document",)
    inlines = (SuccessionsOfReorganisation,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those that made or ended a unit which the user sees."""
        seen = Unit.objects.visible_to(request.user).values("pk")
        links = Succession.objects.filter(Q(successor__in=seen) | Q(predecessor__in=seen))
        return super().get_queryset(request).filter(pk__in=links.values("reorganisation"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        first = ["document", "effective_on", "title"]
        return first + (
            ["whole", "part", "code", "name", "kind", "parent", "formed_anew"]
            if obj is None
            else ["trust", "source"]
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None else ()

    def create(self, form: Any, by: Any) -> Any:
        typed = form.cleaned_data
        new = NewUnit(typed["code"], typed["name"], typed["kind"], typed["parent"])
        parts = [Part(unit) for unit in typed["whole"]] + [Part(u, Extent.PART) for u in typed["part"]]
        return reorganise(
            document=typed["document"],
            effective_on=typed["effective_on"],
            title=typed["title"],
            changes=[Formation(new, parts, typed["formed_anew"]), *map(_remainder, typed["part"])],
            by=by,
        )


def _remainder(unit: Unit) -> Formation:
    """A unit that gives a part away and goes on."""
    return Formation(NewUnit(unit.code, unit.name, unit.kind, unit.parent), [Part(unit, Extent.PART)])
