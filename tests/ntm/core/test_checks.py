"""The system check that refuses a view which says nothing about who may open it."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import View

from ntm.core import checks
from ntm.core.access import PUBLIC, declared


class Open(View):
    permission = "communes.view_unit"


class Silent(View):
    pass


def function(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.fixture
def urlconf(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(*patterns: Any) -> list[str]:
        monkeypatch.setattr(checks, "get_resolver", lambda: type("R", (), {"url_patterns": patterns}))
        return [error.msg for error in checks.every_view_declares_a_permission(None)]

    return use


def test_a_silent_view_is_an_error_with_its_route(urlconf):
    (message,) = urlconf(path("a/", include([path("b/<int:pk>/", Silent.as_view())])))
    assert message == "The view of 'a/b/<int:pk>/' declares no permission."


def test_a_silent_function_is_an_error_too(urlconf):
    assert len(urlconf(path("a/", function))) == 1


def test_a_declared_view_passes(urlconf):
    assert urlconf(path("a/", Open.as_view()), path("b/", declared(lambda request: None, PUBLIC))) == []


def test_only_the_admin_is_passed_over(urlconf):
    """It asks for itself; the matrix of the access tests covers it."""
    silent = [path("a/", Silent.as_view())]
    assert urlconf(path("quan-tri/", include((silent, "admin")))) == []
    assert len(urlconf(path("khac/", include((silent, "khac"))))) == 1


def test_the_walk_names_every_pattern_with_its_full_route():
    inner = [path("", Open.as_view()), path("<int:year>/", Open.as_view())]
    found = [route for route, _ in checks.walk([path("ke-hoach/", include(inner)), path("x", function)])]
    assert found == ["ke-hoach/", "ke-hoach/<int:year>/", "x"]


def test_the_error_has_its_number():
    assert checks.every_view_declares_a_permission.__doc__ is not None
    assert checks.every_view_declares_a_permission.__doc__.startswith("ntm.E001")
