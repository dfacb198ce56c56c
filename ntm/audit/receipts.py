"""Used-up tokens of creating forms: the second of two clicks goes where the first one went."""

import hashlib
import json
import uuid
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.html import format_html

from ntm.audit.models import Receipt
from ntm.core.errors import Refused

_NOT_CONTENT = ("csrfmiddlewaretoken", "token")

#: What a person reads when somebody else's write came between the checks and the database.
RACE = "Dữ liệu này vừa được người khác ghi. Hãy tải lại trang rồi kiểm tra trước khi lưu."


class AlreadyDone(Refused):
    """The form's token was used up by other content; a page answers 409 with everything typed still there."""

    def __init__(self, url: str) -> None:
        sentence = "Biểu này đã được ghi; nếu cần ghi thêm, hãy mở biểu mới."
        super().__init__(format_html('{} <a href="{}">Xem kết quả đã ghi</a>', sentence, url))


def use(token: uuid.UUID, by: Any, content: str = "") -> Receipt:
    """Use the token up, inside the transaction that creates. Raises `IntegrityError` the second time."""
    return Receipt.objects.create(token=token, user=by, content=content)


def content_of(request: HttpRequest) -> str:
    """A digest of what a form was sent with: its address, its values and its files, not which button.

    Of the values as sent: what was valid in the first of two clicks may be refused in the second. Keyed, since
    a password may be among them.
    """
    values = {
        name: sent
        for name, sent in request.POST.lists()
        if name not in _NOT_CONTENT and not name.startswith("_")
    }
    files = {name: [_file(file) for file in sent] for name, sent in request.FILES.lists()}
    text = json.dumps([request.get_full_path(), values, files], sort_keys=True)
    return salted_hmac("ntm.audit.receipts", text, algorithm="sha256").hexdigest()


def _file(file: Any) -> list[Any]:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return [file.name, file.size, digest.hexdigest()]


def finish(receipt: Receipt, url: str) -> None:
    """Write down where the first click went."""
    receipt.url = url
    receipt.save(update_fields=["url"])


def earlier(token: object, by: Any) -> Receipt | None:
    """The receipt of this person's earlier click with the same token; None when there was none."""
    try:
        wanted = uuid.UUID(str(token))
    except ValueError:
        return None
    return Receipt.objects.filter(token=wanted, user=by).exclude(url="").first()


def earlier_url(token: object, by: Any) -> str | None:
    """Where that click went, for forms whose token is sealed together with their content."""
    found = earlier(token, by)
    return found.url if found else None
