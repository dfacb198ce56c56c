"""Who may write the facts of a province as a whole: asked by the verbs of plans and of money."""

from communes.models import Document
from communes.reach import reach_with
from ntm.accounts.models import User
from ntm.audit.log import System
from ntm.core.errors import NotAllowed, Refused

Actor = User | System


def check_may(by: Actor, permission: str, province_id: int, what: str) -> None:
    """Raises `NotAllowed` unless the person holds the permission and the province is theirs today.

    `what` completes "Bạn không có quyền …". The machine itself (loaders) is let through.
    """
    if isinstance(by, System):
        return
    if not by.has_perm(permission):
        raise NotAllowed(f"Bạn không có quyền {what}.")
    if province_id not in reach_with(by, permission).provinces:
        raise NotAllowed(f"Bạn chỉ có quyền {what} của tỉnh mình phụ trách.")


def check_document(document: Document | None, province_id: int) -> None:
    """A province's facts rest on its own documents or on the nation's."""
    if document is not None and document.province_id not in (None, province_id):
        raise Refused("Văn bản này thuộc tỉnh khác.", "document")
