"""The admin's tables, written through verbs: the same rules, rights and record as on the pages.

How to enter a model in the admin:

    @admin.register(Source)
    class SourceAdmin(VerbAdmin):
        view_permission = "funding.view_amount"
        change_permission = "funding.change_catalogue"    # for adding too, without `add_permission`
        fields = ["code", "name", "parent", "order"]
        list_display = ["code", "name", "parent"]

        def create(self, form, by):
            return services.add_source(**form.cleaned_data, by=by)

        def change(self, obj, form, version, by):
            return services.change_source(obj, **form.cleaned_data, version=version, by=by)

- `cleaned_data` holds only the form's own fields, text cleaned; `obj` is the row as stored, not as typed. The
  verb calls `lock(obj, expected=version)` itself; `version` is None for a model that is not `Versioned`.
- A verb refuses by `Refused(sentence, field)`: the page comes back (422; 403 for `NotAllowed`), the sentence
  beside its field, everything typed still there. `Stale` becomes 409: typed and stored values side by side.
- The add form carries a token: a double click makes one object, the second click goes where the first went.
  Other content under a used-up token (after "Back") is 409, everything typed still there.
- `may_add = False`, `may_change = False` take a way of writing away. There is no deleting, no bulk action, no
  `list_editable`; inlines may only show. Rows, and choices of foreign keys, go through `visible_to(user)`.
- Own buttons: `object_tools(obj, user)`; own pages: `get_urls()` with `self.admin_site.admin_view(view)`.
"""

import logging
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from ntm.audit import receipts
from ntm.audit.admin_forms import GuardedForm, guarded
from ntm.audit.conflicts import HIDDEN_FIELDS, conflict_of
from ntm.audit.log import writing
from ntm.audit.selectors import history_of
from ntm.core.errors import Closed, NotAllowed, Refused, Stale
from ntm.core.forms import DayField
from ntm.core.versions import Versioned

logger = logging.getLogger("ntm.audit")

_HISTORY_ROWS = 200
_STATUS = {NotAllowed: 403, Closed: 409, receipts.AlreadyDone: 409, Stale: 409}

#: What the filters beside a list may ask of a field.
_LOOKUPS = frozenset({"exact", "isnull", "in", "gte", "lt", "gt", "lte"})


class VerbAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """See the top of this file."""

    view_permission: str
    change_permission: str
    add_permission: str | None = None
    may_add = True
    may_change = True

    actions = None
    view_on_site = False
    change_form_template = "admin/verb_form.html"
    change_list_template = "admin/verb_list.html"
    object_history_template = "admin/verb_history.html"
    list_per_page = 100
    show_full_result_count = False
    list_editable: ClassVar[tuple[str, ...]] = ()
    #: A day is typed and refused as on every page.
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.DateField: {"form_class": DayField}}

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        if self.list_editable:
            raise ImproperlyConfigured(f"{type(self).__name__}: list_editable would write without a verb.")

    # --- what a subclass gives ------------------------------------------------------------------------

    def create(self, form: Any, by: Any) -> models.Model:
        """Call the verb that makes a row of `form.cleaned_data`; return the row."""
        raise NotImplementedError

    def change(self, obj: Any, form: Any, version: int | None, by: Any) -> models.Model:
        """Call the verb that changes the row; return the row."""
        raise NotImplementedError

    def object_tools(self, obj: Any, user: Any) -> list[tuple[str, str]]:
        """More links on the form of a stored row: (label, address)."""
        return []

    def list_tools(self, user: Any) -> list[tuple[str, str]]:
        """More links on the list, for people who may add: (label, address)."""
        return []

    # --- who may do what ------------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(
            request.user.has_perm(self.view_permission) or request.user.has_perm(self.change_permission)
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and bool(request.user.has_perm(self.change_permission))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and bool(request.user.has_perm(self.add_permission or self.change_permission))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) or self.has_add_permission(request)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the filters beside the list ask for: any other condition in an address is refused (400).

        Django would pass any lookup on the table's own fields to the database, also one that fails there.
        """
        *path, last = lookup.split("__")
        field = "__".join(path) if last in _LOOKUPS else lookup
        offered = {_asked_by(entry) for entry in self.list_filter}
        return field in offered or any(field == f"{name}__{key}" for name in offered for key in ("id", "pk"))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = _seen_by(request.user, super().get_queryset(request))
        return rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row; a foreign one and a missing one are the same 404."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if "queryset" not in kwargs:
            kwargs["queryset"] = _seen_by(request.user, db_field.remote_field.model._default_manager.all())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if "queryset" not in kwargs:
            kwargs["queryset"] = _seen_by(request.user, db_field.remote_field.model._default_manager.all())
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Without the nameless short form of a row's address, which nothing of ours leads to."""
        return [pattern for pattern in super().get_urls() if pattern.name]

    # --- the form -------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        base = super().get_form(request, obj, change=change, **kwargs)
        hidden = "token" if obj is None else "version" if isinstance(obj, Versioned) else None
        return guarded(base, hidden, getattr(request, "_refusal", None))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name not in HIDDEN_FIELDS]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        if done := self._already_done(request, object_id, form_url, extra_context):
            return done
        try:
            with writing():
                response = super().changeform_view(request, object_id, form_url, extra_context)
                if receipt := getattr(request, "_receipt", None):
                    receipts.finish(receipt, response.get("Location") or request.path)
        except (Refused, Stale) as refusal:
            return self._again(request, refusal, object_id, form_url, extra_context)
        except IntegrityError:
            if done := self._already_done(request, object_id, form_url, extra_context):
                return done
            logger.exception("The database refused a row that the checks had passed.")
            return self._again(request, Refused(receipts.RACE), object_id, form_url, extra_context)
        if _is_form_page(response):
            # Refused perhaps only because the first of two clicks has stored the row meanwhile.
            if done := self._already_done(request, object_id, form_url, extra_context):
                return done
            response.status_code = 422
        return response

    def _already_done(self, request: HttpRequest, object_id: str | None, *args: Any) -> Any:
        """The answer to an add form whose token is used up; None for every other."""
        done = receipts.earlier(request.POST.get("token"), request.user) if object_id is None else None
        if done is None:
            return None
        if done.content == receipts.content_of(request):
            return HttpResponseRedirect(done.url)
        return self._again(request, receipts.AlreadyDone(done.url), object_id, *args)

    def _again(self, request: Any, refusal: Refused | Stale, *args: Any) -> Any:
        """The form once more, the transaction undone: bound to what was typed, with the refusal in it."""
        request._refusal = refusal
        response: Any = super().changeform_view(request, *args)
        response.status_code = _STATUS.get(type(refusal), 422)
        if isinstance(refusal, Stale):
            form = response.context_data["adminform"].form
            response.context_data["conflict"] = conflict_of(form, refusal.current)  # type: ignore[arg-type]
            response.template_name = "admin/conflict.html"
        return response

    def save_form(self, request: Any, form: GuardedForm, change: bool) -> Any:
        """Runs the verb; everything that Django would save itself is switched off below."""
        hidden = {name: form.cleaned_data.pop(name) for name in HIDDEN_FIELDS if name in form.cleaned_data}
        try:
            if not change:
                request._receipt = receipts.use(hidden["token"], request.user, receipts.content_of(request))
                return self.create(form, request.user)
            stored = self.get_queryset(request).get(pk=form.instance.pk)
            return self.change(stored, form, hidden.get("version"), request.user)
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing: the verb has saved."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the verb has saved what belongs to the row; inlines only show."""

    # --- the record: ours, not Django's ---------------------------------------------------------------

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    @method_decorator(require_safe)
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        tools = {"tools": self.list_tools(request.user)}
        return super().changelist_view(request, tools | (extra_context or {}))

    @method_decorator(require_safe)
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": f"Lịch sử: {row}",
            "history": history_of(row, _HISTORY_ROWS),
            "object": row,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
        }
        return TemplateResponse(request, self.object_history_template, context | (extra_context or {}))

    def render_change_form(self, request: Any, context: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        obj = kwargs.get("obj")
        context["tools"] = self.object_tools(obj, request.user) if obj is not None else []
        return super().render_change_form(request, context, **kwargs)


def _asked_by(entry: Any) -> str:
    """The name in the address that a filter beside the list goes by: of a field, or its own."""
    name = entry[0] if isinstance(entry, tuple | list) else getattr(entry, "parameter_name", entry)
    return str(name)


def _seen_by(user: Any, rows: Any) -> Any:
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


def _is_form_page(response: Any) -> bool:
    return "adminform" in (getattr(response, "context_data", None) or {})
