"""Signs and small bars of criteria; the words and numbers stand beside them."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from communes.tallies import MET, NO_DATA, NOT_EVALUABLE, NOT_MET

register = template.Library()

#: The css class of a state, in the matrix and in legends.
CSS = {MET: "m1", NOT_MET: "m0", NOT_EVALUABLE: "mq", NO_DATA: "mn"}
_SIGNS = {MET: "✓", NOT_MET: "✗", NOT_EVALUABLE: "?", NO_DATA: "–"}


@register.simple_tag
def state_sign(state: str) -> SafeString:
    """The sign of a state without a number."""
    return mark_safe(f'<i class="ms {CSS[state]}" aria-hidden="true">{_SIGNS[state]}</i>')  # noqa: S308 - ours


@register.simple_tag
def progress(value: int, total: int) -> SafeString:
    """A bar from nothing to all."""
    width = 100 * value / max(total, 1)
    return mark_safe(  # noqa: S308 - numbers
        '<svg class="shb" aria-hidden="true"><rect width="100%" height="100%" class="trk"/>'
        f'<rect width="{width:.1f}%" height="100%" class="f-l1"/></svg>'
    )
