"""The menu as data: a label, where it leads, what it needs."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from ntm.core.access import may


@dataclass(frozen=True)
class Item:
    """`prefix`: addresses below it light the item up."""

    label: str
    route: str
    icon: str
    permission: str
    prefix: str


MENU = (
    Item("Việc của tôi", "communes:my-work", "check", "communes.do_work", "/viec-cua-toi/"),
    Item("Tổng quan", "reports:latest", "home", "reports.view_overview", "/tong-quan/"),
    Item("Nhập liệu", "communes:entry", "edit", "communes.enter_result", "/nhap-lieu/"),
    Item("Địa bàn", "communes:units", "map", "communes.view_unit", "/dia-ban/"),
    Item("Tiêu chí", "reports:criteria-latest", "list", "reports.view_overview", "/tieu-chi/"),
    Item("Quyết định", "communes:decisions", "document", "communes.view_decision", "/quyet-dinh/"),
    Item("Kế hoạch", "targets:latest", "plan", "targets.view_plan", "/ke-hoach/"),
    Item("Nguồn vốn", "funding:latest", "money", "funding.view_amount", "/nguon-von/"),
    Item("Biểu mẫu", "reports:forms", "document", "reports.view_overview", "/bieu-mau/"),
    Item("Kỳ nhập liệu", "communes:rounds", "calendar", "communes.view_result", "/ky-nhap-lieu/"),
    Item("Nhật ký", "audit:entries", "history", "audit.view_logentry", "/nhat-ky/"),
    Item("Quản trị", "admin:index", "settings", "ntm.enter_admin", "/quan-tri/"),
)


@dataclass(frozen=True)
class Link:
    """One entry as a page shows it."""

    label: str
    url: str
    icon: str
    current: bool


def links(request: HttpRequest) -> list[Link]:
    """The menu of this user on this page."""
    return [
        Link(item.label, reverse(item.route), item.icon, request.path.startswith(item.prefix))
        for item in MENU
        if may(request.user, item.permission)
    ]
