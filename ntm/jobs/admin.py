"""Everybody's jobs, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ntm.audit.admin import VerbAdmin
from ntm.jobs.models import Job


@admin.register(Job)
class JobAdmin(VerbAdmin):
    """Of the administrator's provinces. What a job was told and what it made is its person's business."""

    view_permission = change_permission = "jobs.view_job"
    may_add = may_change = False
    fields = (
        "title", "label", "asked_by", "state", "done", "total", "asked_at", "started_at", "seen_at",
        "finished_at", "failure",
    )  # fmt: skip
    list_display = ("id", "title", "label", "asked_by", "state", "asked_at", "finished_at")
    list_filter = ("state",)
    list_select_related = ("asked_by",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return Job.objects.of_provinces(request.user)
