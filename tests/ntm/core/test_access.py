"""Closed by default: who passes a view's declaration, and how the others are sent away."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.views.generic import View

from ntm.core.access import PUBLIC, SIGNED_IN, AccessMixin, Allowed, Denied, declared, may


def person(*permissions: str, active: bool = True) -> Any:
    return SimpleNamespace(
        is_authenticated=True, is_active=active, has_perm=lambda name: name in permissions, pk=1
    )


class Page(AccessMixin, View):
    permission = "plans.view"
    write_permission = "plans.write"

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("read")

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("written")

    def put(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("put")


def ask(user: Any, method: str = "get", view: type[View] = Page) -> HttpResponse:
    request = getattr(RequestFactory(), method)("/trang/?x=1")
    request.user = user
    answer = view.as_view()(request)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize(
    ("permission", "user", "expected"),
    [
        (PUBLIC, AnonymousUser(), True),
        (PUBLIC, person(active=False), True),
        (SIGNED_IN, AnonymousUser(), False),
        (SIGNED_IN, person(), True),
        (SIGNED_IN, person(active=False), False),
        ("plans.view", AnonymousUser(), False),
        ("plans.view", person(), False),
        ("plans.view", person("plans.view"), True),
        ("plans.view", person("plans.view", active=False), False),
    ],
)
def test_who_passes_a_declaration(permission, user, expected):
    assert may(user, permission) is expected


def test_reading_needs_the_permission():
    assert ask(person("plans.view")).content == b"read"
    with pytest.raises(PermissionDenied):
        ask(person("plans.write"))


def test_writing_needs_its_own_permission():
    assert ask(person("plans.write"), "post").content == b"written"
    with pytest.raises(PermissionDenied):
        ask(person("plans.view"), "post")


def test_without_a_permission_of_its_own_writing_needs_the_one_for_reading():
    class Plain(Page):
        write_permission = None

    assert ask(person("plans.view"), "post", Plain).content == b"written"


def test_a_visitor_is_led_to_the_form_and_back():
    answer = ask(AnonymousUser())
    assert answer.status_code == 302
    assert answer["Location"] == "/tai-khoan/dang-nhap/?next=/trang/%3Fx%3D1"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_no_page_takes_other_methods(method):
    assert ask(person("plans.view", "plans.write"), method).status_code == 405


def test_a_view_that_declares_nothing_is_open_to_nobody():
    class Silent(AccessMixin, View):
        pass

    with pytest.raises(AttributeError):
        ask(person("plans.view"), view=Silent)


def test_a_refusal_is_false_and_says_why():
    denied = Denied("Kế hoạch đã được phê duyệt.")
    assert (bool(denied), denied.reason) == (False, "Kế hoạch đã được phê duyệt.")
    assert bool(Allowed())


def test_a_package_view_carries_its_declaration():
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert declared(view, SIGNED_IN).permission == SIGNED_IN
