"""The admin site: for entry, with the same rights as the pages."""

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
_LEFT_OUT = {"view_on_site", "password_change_done"}
_OURS = {"accounts", "communes", "funding", "jobs", "targets"}


class NTMAdminSite(AdminSite):
    """Lets in whoever holds `ntm.enter_admin`; what they find there is by permission of each table."""

    site_header = "Quản trị nông thôn mới"
    site_title = "Quản trị nông thôn mới"
    index_title = "Nhập liệu và danh mục"
    site_url = "/"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only our own tables: what packages would register (groups, e-mail addresses) plays no part here."""
        models: list[Any] = (
            [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else list(model_or_iterable)
        )
        ours = [model for model in models if model._meta.app_label in _OURS]
        super().register(ours, admin_class, **options)

    @method_decorator(require_safe)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one form to sign in, with its locks; a signed-in person without the right is told so."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
            raise PermissionDenied
        wanted = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """A signed-in person without the right is refused, not asked to sign in again; nothing takes PUT or DELETE."""
        guarded = require_http_methods(_METHODS)(super().admin_view(view, cacheable))

        @wraps(guarded)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return entered

    def get_urls(self) -> list[Any]:
        """Without the package's redirect to any row's own page, which asks for no scope."""
        return [found for found in super().get_urls() if getattr(found, "name", None) not in _LEFT_OUT]

    @method_decorator(require_safe)
    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The page that everybody has; the package's own would write past the record."""
        return HttpResponseRedirect(reverse("account_change_password"))

    @method_decorator(require_safe)
    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().index(request, extra_context)

    @method_decorator(require_safe)
    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        return super().app_index(request, app_label, extra_context)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff


class NTMAdminConfig(AdminConfig):
    default_site = "ntm.admin.NTMAdminSite"
