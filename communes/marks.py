"""Chips that say how far a row may be trusted and whether it still holds."""

from django.utils.safestring import SafeString

from communes.choices import RecognitionState
from communes.models import Recognition
from ntm.core.dates import format_date
from ntm.core.provenance import Trust
from ntm.core.templatetags.components import badge

_TRUST = {Trust.ILLUSTRATIVE: "illus", Trust.RECALLED: "wait"}
_STATE = {RecognitionState.IN_FORCE: "ok", RecognitionState.REVOKED: "err", RecognitionState.CORRECTED: ""}


def trust_mark(trust: str) -> SafeString:
    """A chip for what is made up or waits for proof; nothing for what is verified."""
    kind = _TRUST.get(Trust(trust))
    return badge(str(Trust(trust).label), kind) if kind else SafeString("")


def state_mark(row: Recognition) -> SafeString:
    """The state, with the day on which a level ended."""
    since = f" từ {format_date(row.ended_on)}" if row.ended_on is not None else ""
    return badge(f"{row.get_state_display()}{since}", _STATE[RecognitionState(row.state)])
