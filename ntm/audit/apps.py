"""What happened: an append-only, chained record of every write."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ntm.audit"
    verbose_name = "Nhật ký"
