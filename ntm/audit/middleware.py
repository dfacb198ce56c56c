"""Gives each request its batch id and its address, which the verbs write down."""

from collections.abc import Callable

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse

from ntm.audit.context import Origin, canonical_address, current_origin


class AuditContext:
    """One origin per request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The same reading of proxies as the lock against wrong passwords, so that both name one address.
        token = current_origin.set(Origin(address=canonical_address(get_client_ip_address(request))))
        try:
            return self.get_response(request)
        finally:
            current_origin.reset(token)
