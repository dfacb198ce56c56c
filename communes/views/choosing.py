"""Which of several provinces heads a person's pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.generic import View

from communes.reach import reach_of
from ntm.audit.pages import safe_next
from ntm.core.access import SIGNED_IN, AccessMixin
from ntm.core.headed import CHOSEN


class ChooseProvince(AccessMixin, View):
    """From the next page on. It is kept for the session alone and gives nothing: what the person may do there is asked
    at each request. A province that is not theirs is a missing one."""

    permission = SIGNED_IN
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("tinh", "")
        province = next((one for one in reach_of(request.user).choices if str(one) == wanted), None)
        if wanted and province is None:
            raise Http404
        if province is not None:
            request.session[CHOSEN] = province
        return HttpResponseRedirect(safe_next(request, "/"))
