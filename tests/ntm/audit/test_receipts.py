"""A used-up token: the same content is a double click, other content is somebody's work and is not lost."""

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from funding.models import Amount
from ntm.audit.models import Receipt
from ntm.audit.receipts import content_of
from tests import factories

ENTER = "/nguon-von/nhap/"


def content(address: str = "/x/", **values: Any) -> str:
    return content_of(RequestFactory().post(address, values))


def test_the_token_and_the_button_are_no_content() -> None:
    assert content(a="1", token="t", csrfmiddlewaretoken="c", _save="") == content(a="1", _continue="")


@pytest.mark.parametrize("other", [{"a": "2"}, {"a": ["1", "1"]}, {"b": "1"}, {"a": "1", "b": ""}])
def test_other_values_are_other_content(other: dict[str, Any]) -> None:
    assert content(**other) != content(a="1")


def test_what_the_address_says_is_content() -> None:
    assert content("/x/?nam=2023", a="1") != content("/x/?nam=2024", a="1")


def test_files_are_content_by_what_is_in_them_and_can_still_be_read() -> None:
    one, other = (SimpleUploadedFile("a.pdf", bytes_) for bytes_ in (b"mot", b"hai"))
    assert content(file=one) != content(file=other)
    request = RequestFactory().post("/x/", {"file": SimpleUploadedFile("a.pdf", b"mot")})
    content_of(request)
    assert request.FILES["file"].read() == b"mot"


@pytest.mark.parametrize("token", ["hỏng", ""])
def test_a_damaged_form_says_so_as_a_whole(
    cast: SimpleNamespace, client_as: Callable[..., Client], token: str
) -> None:
    answer = client_as(cast.specialist).post(ENTER, {"token": token})
    assert answer.status_code == 422
    assert "<li>Biểu này đã hỏng hoặc quá cũ; hãy mở lại trang.</li>" in answer.text
    assert "UUID" not in answer.text


def test_a_page_keeps_what_was_typed_under_a_used_up_token(
    cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    client = client_as(cast.specialist)
    source = factories.source("central")
    facts = {"year": "2023", "source_of_funds": source.pk, "amount": "277 tỷ", "qualifier": "at_least"}
    typed = facts | {"token": str(uuid.uuid4())}
    first = client.post(ENTER, typed)
    assert first.status_code == 302
    assert client.post(ENTER, typed)["Location"] == first["Location"]
    for other in ({"amount": "300 tỷ"}, {"amount": "hỏng"}):
        answer = client.post(ENTER, typed | other)
        assert answer.status_code == 409
        assert "Biểu này đã được ghi; nếu cần ghi thêm, hãy mở biểu mới." in answer.text
        assert f'<a href="{first["Location"]}">Xem kết quả đã ghi</a>' in answer.text
        assert f'value="{next(iter(other.values()))}"' in answer.text
    assert Amount.objects.count() == Receipt.objects.count() == 1
