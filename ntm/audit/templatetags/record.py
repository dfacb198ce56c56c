"""The way from a row's own page to its history."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from ntm.audit.histories import READS_HISTORY
from ntm.audit.querysets import type_of
from ntm.core.access import may
from ntm.core.ui import Action

register = template.Library()


@register.simple_tag(takes_context=True)
def history_link(context: RequestContext, row: Any) -> SafeString:
    """A button that leads to the row's history, for whoever may read histories."""
    return history_at(context, type_of(row), row.pk)


@register.simple_tag(takes_context=True)
def history_at(context: RequestContext, kind: str, key: int) -> SafeString:
    """The same for a row that the page knows by its kind and key."""
    if not may(context["request"].user, READS_HISTORY):
        return SafeString("")
    action = Action("Lịch sử", reverse("audit:object", args=[kind, key]), "history")
    return SafeString(render_to_string("components/action.html", {"action": action}))
