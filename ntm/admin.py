"""The admin site: for entry, with the same rights as the pages."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

_OURS = {"accounts", "communes", "funding", "targets"}


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

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one form to sign in, with its locks; a signed-in person without the right is told so."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
            raise PermissionDenied
        wanted = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff


class NTMAdminConfig(AdminConfig):
    default_site = "ntm.admin.NTMAdminSite"
