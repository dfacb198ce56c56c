"""A form that was sent after the session had ended: nothing typed is lost, and nobody else gets it."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import PasswordInput
from django.test import Client

from funding.models import Amount
from ntm.accounts import attempts, carried, forms
from ntm.accounts.models import User
from tests import factories
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import CODE, LOGIN, hidden

pytestmark = pytest.mark.usefixtures("usual_limits")

ENTER, SEND = "/nguon-von/nhap/", "/tai-khoan/gui-lai/"
CANARY = 'Ghi chú "dài" <b>&'


@pytest.fixture
def person(land: Any) -> User:
    return entering.person(land)


@pytest.fixture
def browser(person: User) -> Client:
    """As strict as a real one: the form's token is asked for."""
    client = Client(enforce_csrf_checks=True)
    come_in(client)
    return client


def come_in(client: Client, name: str = "chuyenvien", page: str | None = None) -> Any:
    """Through the form of a sign-in page, with every hidden field that it carries."""
    text = client.get(LOGIN).text if page is None else page
    sent = {
        key: html.unescape(value)
        for key, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)
    }
    return client.post(LOGIN, sent | {"login": name, "password": entering.GOOD})


def typed(client: Client, **more: Any) -> dict[str, Any]:
    """The form of an amount, filled in, with its own tokens."""
    page = client.get(ENTER).text
    kept = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "token")}
    source = factories.source()
    return kept | {
        "year": "2023", "source_of_funds": str(source.pk), "amount": "277 tỷ", "qualifier": "at_least",
        "note": CANARY,
    } | more  # fmt: skip


def resend(client: Client, page: str) -> Any:
    """Press the button of the page that offers it."""
    form = page.split("</form>")
    mine = next(part for part in form if "Gửi lại nội dung vừa nhập</button>" in part)
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', mine):
        sent.setdefault(html.unescape(name), []).append(html.unescape(value))
    action = re.findall(r'action="([^"]*)"', mine)[-1]
    return client.post(html.unescape(action), sent)


def test_the_way_of_a_form_through_signing_in_again(browser: Client, later: Callable[[float], None]) -> None:
    sent = typed(browser)
    later(16)
    answer = browser.post(ENTER, sent)
    assert answer.status_code == 403, "nothing was done"
    assert "Phiên làm việc đã hết hạn" in answer.text
    assert "chưa được lưu" in answer.text
    assert not Amount.objects.exists()
    after = come_in(browser, page=answer.text)
    assert after["Location"] == SEND
    offered = browser.get(SEND)
    assert html.escape(CANARY) in offered.text
    assert hidden(offered.text, "csrfmiddlewaretoken") != sent["csrfmiddlewaretoken"]
    assert not Amount.objects.exists()
    done = resend(browser, offered.text)
    assert done.status_code == 302, done.text[:2000]
    assert Amount.objects.get().note == CANARY
    assert browser.get(SEND)["Location"] == "/", "it is offered once"


def test_the_token_of_the_form_is_still_asked_for_first(
    browser: Client, later: Callable[[float], None]
) -> None:
    sent = typed(browser)
    later(16)
    answer = browser.post(ENTER, sent | {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert "carried" not in answer.text
    foreign = browser.post(ENTER, sent, headers={"Origin": "https://khac.example"})
    assert "carried" not in foreign.text


def test_who_signed_in_again_in_another_window_first_loses_nothing(
    browser: Client, later: Callable[[float], None]
) -> None:
    """The token of the open form is then worthless for writing; it still tells whose form it was."""
    sent = typed(browser)
    later(16)
    browser.get("/dia-ban/")
    come_in(browser)
    foreign = browser.post(ENTER, sent, headers={"Origin": "https://khac.example"})
    assert foreign.status_code == 403
    assert browser.post(ENTER, sent | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert browser.get(SEND)["Location"] == "/"
    assert browser.post(ENTER, sent)["Location"] == SEND
    assert not Amount.objects.exists()
    resend(browser, browser.get(SEND).text)
    assert Amount.objects.get().note == CANARY


def test_another_person_who_signed_in_in_another_window_gets_nothing(
    browser: Client, land: Any, later: Callable[[float], None]
) -> None:
    entering.person(land, "specialist", "nguoi_khac")
    sent = typed(browser)
    later(16)
    browser.get("/dia-ban/")
    come_in(browser, "nguoi_khac")
    assert browser.post(ENTER, sent).status_code == 403
    assert browser.get(SEND)["Location"] == "/"


def test_another_person_who_signs_in_gets_nothing_of_it(
    browser: Client, land: Any, later: Callable[[float], None]
) -> None:
    entering.person(land, "specialist", "nguoi_khac")
    sent = typed(browser)
    later(16)
    answer = browser.post(ENTER, sent)
    come_in(browser, "nguoi_khac", page=answer.text)
    assert browser.get(SEND)["Location"] == "/"
    assert "carried" not in browser.session


def test_it_waits_behind_the_second_factor(
    person: User, browser: Client, later: Callable[[float], None]
) -> None:
    sent = typed(browser)
    entering.with_factor(person)
    later(16)
    answer = browser.post(ENTER, sent)
    assert come_in(browser, page=answer.text)["Location"] == CODE
    page = browser.get(CODE).text
    token = {"csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")}
    assert browser.post(CODE, token | {"code": entering.code()})["Location"] == SEND
    resend(browser, browser.get(SEND).text)
    assert Amount.objects.get().note == CANARY


def test_a_wrong_password_does_not_lose_it(browser: Client, later: Callable[[float], None]) -> None:
    sent = typed(browser)
    later(16)
    sealed = hidden(browser.post(ENTER, sent).text, "carried")
    token = hidden(browser.get(LOGIN).text, "csrfmiddlewaretoken")
    wrong = {"login": "chuyenvien", "password": "sai", "carried": sealed, "next": SEND}
    page = browser.post(LOGIN, wrong | {"csrfmiddlewaretoken": token})
    assert hidden(page.text, "carried") == sealed
    assert come_in(browser, page=page.text)["Location"] == SEND


def test_the_page_of_a_lock_hands_it_on(browser: Client, later: Callable[[float], None]) -> None:
    sent = typed(browser)
    later(16)
    page = browser.post(ENTER, sent)
    fields = {name: hidden(page.text, name) for name in ("carried", "csrfmiddlewaretoken")}
    for _ in range(settings.AXES_FAILURE_LIMIT):
        locked = browser.post(LOGIN, fields | {"login": "chuyenvien", "password": "sai"})
    assert locked.status_code == 429
    assert "chưa được lưu" in locked.text
    attempts.forget(User.objects.get(username="chuyenvien"))
    sent_on = {name: hidden(locked.text, name) for name in fields}
    again = browser.post(LOGIN, sent_on)
    assert (again.status_code, "chưa được lưu" in again.text) == (200, True)
    assert "Chưa đăng nhập được" not in again.text
    assert come_in(browser, page=again.text)["Location"] == SEND
    resend(browser, browser.get(SEND).text)
    assert Amount.objects.get().note == CANARY


def test_wrong_codes_and_their_lock_do_not_lose_it(
    person: User, browser: Client, land: Any, later: Callable[[float], None]
) -> None:
    sent = typed(browser)
    entering.with_factor(person)
    later(16)
    come_in(browser, page=browser.post(ENTER, sent).text)
    token = {"csrfmiddlewaretoken": hidden(browser.get(CODE).text, "csrfmiddlewaretoken")}
    for _ in range(settings.AXES_FAILURE_LIMIT):
        locked = browser.post(CODE, token | {"code": "000000"})
    assert (locked.status_code, "chưa được lưu" in locked.text) == (429, True)
    attempts.forget_codes(person)
    later(60)  # The password counts for a quarter of an hour, as long as the lock lasts.
    page = browser.get(LOGIN).text
    assert "chưa được lưu" in page
    assert CANARY not in html.unescape(page)
    assert come_in(browser, page=page)["Location"] == CODE
    token = {"csrfmiddlewaretoken": hidden(browser.get(CODE).text, "csrfmiddlewaretoken")}
    assert browser.post(CODE, token | {"code": "111111"}).status_code == 200
    assert browser.post(CODE, token | {"code": entering.code()})["Location"] == SEND
    resend(browser, browser.get(SEND).text)
    assert Amount.objects.get().note == CANARY


def test_what_waits_from_an_unfinished_signing_in_is_nothing_to_another(
    person: User, browser: Client, land: Any, later: Callable[[float], None]
) -> None:
    entering.person(land, "specialist", "nguoi_khac")
    sent = typed(browser)
    entering.with_factor(person)
    later(16)
    come_in(browser, page=browser.post(ENTER, sent).text)
    later(60)
    assert come_in(browser, "nguoi_khac")["Location"] != SEND
    assert browser.get(SEND)["Location"] == "/"
    assert "carried" not in browser.session


def test_it_waits_behind_a_password_that_must_be_changed(
    person: User, browser: Client, later: Callable[[float], None]
) -> None:
    sent = typed(browser)
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    later(16)
    assert come_in(browser, page=browser.post(ENTER, sent).text)["Location"] == SEND
    assert browser.get(SEND)["Location"] == entering.CHANGE
    fields = {"csrfmiddlewaretoken": hidden(browser.get(entering.CHANGE).text, "csrfmiddlewaretoken")}
    new = "Đồi-chè-xanh-2026"
    refused = browser.post(
        entering.CHANGE, fields | {"oldpassword": "sai", "password1": new, "password2": new}
    )
    assert refused.status_code == 200
    fields |= {"oldpassword": entering.GOOD, "password1": new, "password2": new}
    assert browser.post(entering.CHANGE, fields)["Location"] == SEND
    resend(browser, browser.get(SEND).text)
    assert Amount.objects.get().note == CANARY


def test_it_waits_behind_setting_up_a_second_factor(
    browser: Client, later: Callable[[float], None], settings: Any
) -> None:
    sent = typed(browser)
    settings.MFA_ROLES = frozenset({"specialist"})
    later(16)
    come_in(browser, page=browser.post(ENTER, sent).text)
    assert browser.get(SEND)["Location"] == entering.ON
    page = browser.get(entering.AGAIN, {"next": entering.ON}).text
    again = {"csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken"), "password": entering.GOOD}
    assert browser.post(entering.AGAIN, again | {"next": entering.ON})["Location"] == entering.ON
    page = browser.get(entering.ON).text
    fields = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "sealed")}
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert secret is not None
    fields["code"] = entering.code(secret=secret[1].replace(" ", ""))
    codes = browser.post(entering.ON, fields)
    assert f'href="{SEND}"' in codes.text
    resend(browser, browser.get(SEND).text)
    assert Amount.objects.get().note == CANARY


def test_a_session_that_was_ended_elsewhere_loses_nothing_either(person: User, browser: Client) -> None:
    sent = typed(browser)
    elsewhere = Client()
    entering.sign_in(elsewhere)
    elsewhere.post("/tai-khoan/phien/ket-thuc/", {"phien": "khac"})
    answer = browser.post(ENTER, sent)
    assert "Phiên làm việc đã kết thúc" in answer.text
    assert come_in(browser, page=answer.text)["Location"] == SEND
    assert CANARY in html.unescape(browser.get(SEND).text)


def test_passwords_and_files_stay_behind_and_files_are_named(
    browser: Client, later: Callable[[float], None]
) -> None:
    sent = typed(browser, password="bi-mat", password1="bi-mat", oldpassword="bi-mat", again="bi-mat")
    sent["scan"] = SimpleUploadedFile("quyet-dinh.pdf", b"%PDF-1.4 NOI-DUNG")
    later(16)
    answer = browser.post(ENTER, sent)
    assert "quyet-dinh.pdf" in answer.text
    form = carried.unpack(hidden(answer.text, "carried"))
    assert form is not None
    assert not {"password", "password1", "oldpassword", "again", "csrfmiddlewaretoken"} & {
        n for n, _ in form.values
    }
    assert form.files == [["scan", "quyet-dinh.pdf"]]
    come_in(browser, page=answer.text)
    offered = browser.get(SEND).text
    assert "bi-mat" not in offered + answer.text
    assert 'type="file" name="scan"' in offered
    assert 'enctype="multipart/form-data"' in offered


def test_every_password_field_of_ours_stays_behind() -> None:
    classes = [one for one in vars(forms).values() if isinstance(getattr(one, "base_fields", None), dict)]
    names = {
        name
        for one in classes
        for name, field in one.base_fields.items()
        if isinstance(field.widget, PasswordInput)
    }
    assert names >= {"password", "again", "oldpassword", "password1", "password2"}
    assert [name for name in names if not carried._NOT_CARRIED.search(name)] == []


def test_what_is_too_long_is_said_and_not_carried(browser: Client, later: Callable[[float], None]) -> None:
    sent = typed(browser, note="x" * (carried.MOST + 1))
    later(16)
    answer = browser.post(ENTER, sent)
    assert answer.status_code == 403
    assert "quá dài để giữ" in answer.text
    assert 'name="carried"' not in answer.text
    assert len(answer.content) < 20_000


def test_who_signed_out_or_never_was_in_is_only_sent_to_the_door(person: User, browser: Client) -> None:
    sent = typed(browser)
    page = browser.get("/tai-khoan/dang-xuat/").text
    browser.post("/tai-khoan/dang-xuat/", {"csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")})
    assert browser.post(ENTER, sent)["Location"].startswith(LOGIN)
    assert Client().post(ENTER, {"note": CANARY})["Location"].startswith(LOGIN)


def test_a_forged_or_altered_seal_is_nothing(person: User, client: Client) -> None:
    for sealed in ("x", "eyJ4IjoxfQ:abc:def", carried.signing.dumps({"person": person.pk}, salt="andere")):
        answer = entering.sign_in(client, carried=sealed, next=SEND)
        assert answer.status_code == 302
        assert client.get(SEND)["Location"] == "/"
        client.post("/tai-khoan/dang-xuat/")


@pytest.mark.parametrize("url", ["https://khac.example/x", "//khac.example/x", "javascript:alert(1)"])
def test_it_is_sent_to_no_other_host(url: str) -> None:
    sealed = carried.signing.dumps({"person": 1, "url": url, "values": [], "files": []}, salt=carried._SALT)
    assert carried.unpack(sealed) is None


def test_it_may_be_left(browser: Client, later: Callable[[float], None]) -> None:
    sent = typed(browser)
    later(16)
    come_in(browser, page=browser.post(ENTER, sent).text)
    token = {"csrfmiddlewaretoken": hidden(browser.get(SEND).text, "csrfmiddlewaretoken")}
    assert browser.post(SEND, token)["Location"] == "/"
    assert browser.get(SEND)["Location"] == "/"


def test_a_script_and_the_pages_about_signing_in_carry_nothing(
    browser: Client, later: Callable[[float], None]
) -> None:
    sent = typed(browser)
    later(16)
    assert browser.post(ENTER, sent, headers={"X-Fragment": "1"})["Location"].startswith(LOGIN)
    token = {"csrfmiddlewaretoken": sent["csrfmiddlewaretoken"]}
    assert browser.post("/tai-khoan/doi-mat-khau/", token | {"password1": "x"})["Location"].startswith(LOGIN)
