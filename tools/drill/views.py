"""One save over HTTP: session, CSRF token, verb and answer as on any page that writes."""

from django.http import HttpRequest, JsonResponse
from django.views.generic import View

from ntm.core.access import AccessMixin
from ntm.core.errors import Refused
from tools.drill import protection
from tools.drill.saves import save, torn_apart


class Save(AccessMixin, View):
    """Answers 201 only after the verb has committed."""

    permission = "communes.record_decision"

    def post(self, request: HttpRequest) -> JsonResponse:
        number, team = request.POST["number"], int(request.POST["team"])
        by = request.user
        try:
            if protection.OFF:
                with torn_apart():
                    save(team, number, by=by)
            else:
                save(team, number, by=by)
        except Refused as refusal:
            return JsonResponse({"refused": refusal.message}, status=422)
        return JsonResponse({"number": number}, status=201)
