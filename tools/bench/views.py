"""The floor of every comparison."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.generic import View

from ntm.core.access import SIGNED_IN, AccessMixin


class EmptyPage(AccessMixin, View):
    """The base template with session, user and menu, and nothing of its own."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return TemplateResponse(request, "base.html", {"title": "Trang trống"})

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """The same page, in answer to a form: what sending costs before anything is done with it."""
        return self.get(request)
