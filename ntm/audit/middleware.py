"""Gives each request its batch id, its address and its person, which the record writes down; notes refusals."""

from collections.abc import Callable

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse

from ntm.audit.context import Origin, canonical_address, current_origin
from ntm.audit.refusals import refused


class AuditContext:
    """One origin per request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The same reading of proxies as the lock against wrong passwords, so that both name one address.
        address = canonical_address(get_client_ip_address(request))
        token = current_origin.set(Origin(address=address, user=getattr(request, "user", None)))
        try:
            response = self.get_response(request)
            refused(request, response)
            return response
        finally:
            current_origin.reset(token)
