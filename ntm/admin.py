"""The admin site: for entry, with the same rights as the pages."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.db.models.base import ModelBase
from django.http import HttpRequest

_OURS = {"accounts", "communes", "funding", "targets"}


class NTMAdminSite(AdminSite):
    """Lets in whoever holds `ntm.enter_admin`; what they find there is by permission of each table."""

    site_header = "Quản lý nông thôn mới"
    site_title = "Quản lý nông thôn mới"
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

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff


class NTMAdminConfig(AdminConfig):
    default_site = "ntm.admin.NTMAdminSite"
