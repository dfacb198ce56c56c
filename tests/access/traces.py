"""Who must never read which canaries, and an answer as one text, whatever it is packed in."""

import io
import zipfile

from django.http.response import HttpResponseBase

from tests.access.world import CANARIES, SCOPES

#: A district's people see the district and the communes that lie in it.
BLIND = {
    "officer_a": ("b", "district", "foreign"),
    "leader_a": ("b", "district", "foreign"),
    "officer_b": ("a", "district", "foreign"),
    "district_officer": ("foreign",),
    "unassigned": SCOPES,
    "anonymous": SCOPES,
    "disabled": SCOPES,
} | dict.fromkeys(
    ("department", "specialist", "leader", "approver", "administrator", "auditor"), ("foreign",)
)


def whole(response: HttpResponseBase) -> str:
    """Everything that was sent: headers, text, and what is packed inside a workbook."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return f"{response.headers}\n{body.decode('utf-8', 'replace')}"


def canaries_in(text: str) -> set[str]:
    """The scopes whose canaries the text holds, in capitals or not."""
    return {scope for scope, canary in CANARIES.items() if canary in text or canary.lower() in text}


def traces(name: str, text: str) -> set[str]:
    """The scopes that this person reads of and must not."""
    return canaries_in(text) & set(BLIND[name])
