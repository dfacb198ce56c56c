"""Lets the chosen province head the pages of a person who works in several."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from communes.reach import reach_of
from ntm.core.errors import Forbidden
from ntm.core.headed import CHOSEN, FIELD, head_by

#: About the person alone, of whatever province: signing out must never be refused.
_OWN_PAGES = "/tai-khoan/"
_GONE = "Trang bạn gửi được mở cho một tỉnh mà nay bạn không còn vai trò nên chưa ghi gì. Hãy mở lại trang."


class HeadedPages:
    """The choice stands in the session and is held to the roles of each request; who the person is stays unread until
    somebody asks. Nobody else's page costs a query more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: _headed(request))
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """A form writes into the province that its page was headed by, whatever was chosen in another window since;
        the page that follows is of that province, too. Raises `Forbidden` where the person lost it, but not for what
        names its own rows: these are the person's by their own province, or not at all."""
        sent = request.POST.get(FIELD) if request.method == "POST" else None
        if sent is None or not request.user.is_authenticated or request.path.startswith(_OWN_PAGES):
            return None
        reach = reach_of(request.user)
        if sent == str(reach.home):
            return None
        province = next((one for one in reach.choices if str(one) == sent), None)
        if province is None:
            if getattr(getattr(view, "view_class", None), "of_its_row", False):
                return None
            raise Forbidden(_GONE)
        request.session[CHOSEN] = province
        head_by(request.user, province)
        return None


def _headed(request: Any) -> Any:
    user = get_user(request)
    chosen = request.session.get(CHOSEN) if user.is_authenticated else None
    if chosen is not None and chosen in reach_of(user).choices:
        head_by(user, chosen)
    return user
