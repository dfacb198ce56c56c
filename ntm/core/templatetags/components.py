"""One small tag or filter per part of a page. A builtin library: pages need no `load`."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.template.context import RequestContext
from django.template.defaulttags import CsrfTokenNode
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ntm.core import numbers
from ntm.core.headed import FIELD
from ntm.core.icons import PATHS

register = template.Library()

NO_DATA = "chưa có số liệu"
_NO_DATA_HTML = SafeString(f'<span class="nodata">{NO_DATA}</span>')
_LEVELS = {0: "l0", 1: "l1", 2: "l2", 3: "l3"}
_SEVERITY_ICONS = {"success": "check", "warning": "warning", "error": "warning"}


# --- forms ----------------------------------------------------------------------------------------
class _FormToken(CsrfTokenNode):
    def render(self, context: Any) -> SafeString:
        token, headed_by = super().render(context), context.get("headed_by")
        if not token or headed_by is None:
            return SafeString(token)
        return format_html(
            '{}<input type="hidden" name="{}" value="{}">', SafeString(token), FIELD, headed_by
        )


@register.tag
def csrf_token(parser: Any, token: Any) -> _FormToken:
    """Django's own, in every form, with the province that heads the form's page (see `ntm.core.headed`)."""
    return _FormToken()


# --- numbers and dates ----------------------------------------------------------------------------
@register.filter
def so(value: Any, places: int = 0) -> str:
    """2088 → "2.088"; with `places` also "93,7". None says that nothing is known, never 0."""
    if value is None or value == "":
        return NO_DATA
    return numbers.decimal(Decimal(str(value)), places) if places else numbers.integer(value)


@register.filter
def phan_tram(value: Any) -> str:
    """A percentage that is already a percentage: 93.7 → "93,7%"."""
    return NO_DATA if value is None or value == "" else numbers.percent_text(Decimal(str(value)))


@register.filter
def ngay(value: Any) -> str:
    """dd/mm/yyyy of a date, or of a moment on the office's clock."""
    if not value:
        return ""
    return f"{_local(value):%d/%m/%Y}"


@register.filter
def ngay_gio(value: Any) -> str:
    """dd/mm/yyyy HH:MM on the office's clock."""
    return f"{_local(value):%d/%m/%Y %H:%M}" if value else ""


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


# --- figures --------------------------------------------------------------------------------------
@register.simple_tag
def figure(value: int | None, url: str | None = "") -> SafeString:
    """A count that opens its rows. `data-figure` holds bare digits for scripts and tests."""
    return _NO_DATA_HTML if value is None else _figure("figure", value, numbers.integer(value), url)


@register.simple_tag
def money(amount: int | None, url: str | None = "") -> SafeString:
    """An amount in đồng, shown short ("2.088 tỷ đồng"); `data-sum` holds the đồng."""
    return _NO_DATA_HTML if amount is None else _figure("sum", amount, numbers.money_short(amount), url)


def _figure(kind: str, value: int, text: str, url: str | None) -> SafeString:
    # Drawn a hundred times a page; `text` is our own number, and holds no mark-up.
    if url:
        return mark_safe(f'<a href="{escape(url)}" data-{kind}="{int(value)}">{text}</a>')  # noqa: S308
    return mark_safe(f'<span data-{kind}="{int(value)}">{text}</span>')  # noqa: S308


# --- signs ----------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """One of our icons; an empty name draws nothing, an unknown one is a mistake."""
    if not name:
        return SafeString("")
    return format_html(
        '<svg class="ic" viewBox="0 0 24 24" width="{0}" height="{0}" aria-hidden="true">'
        '<path d="{1}"/></svg>',
        size,
        PATHS[name],
    )


@register.simple_tag
def badge(text: str, kind: str = "", sign: str = "") -> SafeString:
    """A small chip of state; kinds: ok warn err info wait plan new illus, or none."""
    return format_html('<span class="bd {}">{}{}</span>', kind, icon(sign, 12), text)


@register.simple_tag
def pill(text: str, kind: str = "", sign: str = "", value: int | None = None, url: str = "") -> SafeString:
    """The verdict on a figure; kinds: ok warn err, or none. With `url` the number in its words opens its list."""
    if value is None or not url:
        return format_html('<span class="pill {}">{}{}</span>', kind, icon(sign, 15), text)
    return format_html(
        '<a class="pill {}" href="{}" data-figure="{}">{}{}</a>', kind, url, value, icon(sign, 15), text
    )


@register.simple_tag
def tile(level: int | str, url: str, label: str) -> SafeString:
    """One commune on the tile map: level 0 to 3, or "wait", "off", "na"."""
    return format_html(
        '<a class="t {0}" href="{1}" title="{2}" aria-label="{2}"></a>', _level(level), url, label
    )


@register.simple_tag
def sign(level: int | str) -> SafeString:
    """The sign of a level without a link, for legends and lists."""
    return format_html('<i class="t {}" aria-hidden="true"></i>', _level(level))


def _level(level: int | str) -> str:
    return _LEVELS.get(level, "na") if isinstance(level, int) else level


@register.filter
def severity_icon(tags: str) -> str:
    """The icon of a message, from its tags."""
    return next((name for tag, name in _SEVERITY_ICONS.items() if tag in tags), "info")


# --- parts with a template of their own -----------------------------------------------------------
@register.simple_tag
def field(bound: forms.BoundField) -> SafeString:
    """One field of a form, drawn as `{{ form }}` draws it."""
    return bound.as_field_group()


@register.inclusion_tag("components/errors.html")
def errors_summary(form: forms.BaseForm, heading: str = "") -> dict[str, Any]:
    """What is wrong with a form, at its head; each line leads to its field."""
    lines = [("", message) for message in form.non_field_errors()]
    for bound in form:
        # Nobody sees a hidden field: what is wrong with it is wrong with the form.
        where, label = ("", "") if bound.is_hidden else (bound.id_for_label, f"{bound.label}: ")
        lines += [(where, f"{label}{message}") for message in bound.errors]
    return {"lines": lines, "heading": heading or f"Chưa lưu được, cần sửa {len(lines)} chỗ:"}


@register.filter
def source_link(source: str) -> str:
    """The address that a source begins with; what is said after it is for people."""
    first = source.split(";")[0].strip()
    return first if first.startswith(("http://", "https://")) else ""


@register.inclusion_tag("components/empty.html")
def empty(sentence: str, url: str = "", label: str = "") -> dict[str, str]:
    """Why there is nothing here, and the one thing to do about it."""
    return {"sentence": sentence, "url": url, "label": label}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(items: Iterable[tuple[str, str | None]]) -> dict[str, Any]:
    """Where this page stands: (label, address) from the top; the last one is the page itself."""
    *above, last = list(items)
    return {"above": above, "last": last[0]}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: RequestContext, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list; all else in the address stays."""

    def address(number: int) -> str:
        query = context["request"].GET.copy()
        query[name] = str(number)
        return f"?{query.urlencode()}"

    numbered = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "links": [(number, address(number) if isinstance(number, int) else "") for number in numbered],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "following": address(page.next_page_number()) if page.has_next() else "",
    }
