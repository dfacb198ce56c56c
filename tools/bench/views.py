"""The floor of every comparison."""

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.generic import View

from ntm.core.access import SIGNED_IN, AccessMixin


class EmptyPage(AccessMixin, View):
    """The base template with session, user and menu, and nothing of its own."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return TemplateResponse(request, "base.html", {"title": "Trang trống"})


class EmptyPost(AccessMixin, View):
    """What every authenticated write pays before it does anything: session, token, user, roles."""

    permission = "communes.enter_result"
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return JsonResponse({"user": request.user.pk})
