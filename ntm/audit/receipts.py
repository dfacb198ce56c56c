"""Used-up tokens of creating forms: the second of two clicks goes where the first one went."""

import uuid
from typing import Any

from ntm.audit.models import Receipt

#: What a person reads when somebody else's write came between the checks and the database.
RACE = "Dữ liệu này vừa được người khác ghi. Hãy tải lại trang rồi kiểm tra trước khi lưu."


def use(token: uuid.UUID, by: Any) -> Receipt:
    """Use the token up, inside the transaction that creates. Raises `IntegrityError` the second time."""
    return Receipt.objects.create(token=token, user=by)


def finish(receipt: Receipt, url: str) -> None:
    """Write down where the first click went."""
    receipt.url = url
    receipt.save(update_fields=["url"])


def earlier_url(token: object, by: Any) -> str | None:
    """Where this person's earlier click with the same token went; None when there was none."""
    try:
        wanted = uuid.UUID(str(token))
    except ValueError:
        return None
    found = Receipt.objects.filter(token=wanted, user=by).values_list("url", flat=True).first()
    return found or None
