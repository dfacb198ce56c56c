"""How long a session lasts, the list of one's own, and that an ended one is dead."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ntm.accounts import services
from ntm.accounts.devices import device_name
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from tests.ntm.accounts import entering
from tests.ntm.accounts.entering import CHANGE, GOOD, LOGIN, LOGOUT, inside

pytestmark = pytest.mark.usefixtures("usual_limits")

LIST, END = "/tai-khoan/phien/", "/tai-khoan/phien/ket-thuc/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"


@pytest.fixture
def person(land: Any) -> User:
    return entering.person(land)


# --- limits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "minutes", "alive"),
    [
        ("specialist", 14.9, True),
        ("specialist", 15.1, False),
        ("administrator", 4.9, True),
        ("administrator", 5.1, False),
    ],
)
def test_a_session_ends_when_nothing_is_done(
    land: Any, later: Callable[[float], None], role: str, minutes: float, alive: bool
) -> None:
    entering.person(land, role, "ai_do")
    client = Client()
    entering.sign_in(client, "ai_do")
    later(minutes)
    assert inside(client) is alive


def test_working_keeps_it_alive_but_not_beyond_twelve_hours(
    person: User, client: Client, later: Callable[[float], None]
) -> None:
    entering.sign_in(client)
    for minutes in range(14, 12 * 60, 14):
        later(minutes)
        assert inside(client), minutes
    later(12 * 60 + 0.1)
    assert not inside(client)


def test_the_next_page_says_why_and_leads_back(
    person: User, client: Client, later: Callable[[float], None]
) -> None:
    entering.sign_in(client)
    client.get("/dia-ban/")
    later(16)
    answer = client.get("/dia-ban/?nam=2023")
    assert answer["Location"] == f"{LOGIN}?next=/dia-ban/%3Fnam%3D2023"
    page = client.get(answer["Location"])
    assert "Phiên làm việc đã hết hạn" in page.text
    assert entering.sign_in(client, next="/dia-ban/?nam=2023")["Location"] == "/dia-ban/?nam=2023"
    assert client.get("/dia-ban/").status_code == 200
    client.post(LOGOUT)
    assert "hết hạn" not in client.get(LOGIN).text, "whoever signed out knows why"


def test_an_ended_session_stays_ended_whatever_its_cookie_says(
    person: User, client: Client, later: Callable[[float], None]
) -> None:
    entering.sign_in(client)
    key = client.cookies["sessionid"].value
    later(16)
    client.get("/dia-ban/")
    later(1)
    client.cookies["sessionid"] = key
    assert not inside(client)
    assert not Session.objects.filter(session_key=key).exists()
    assert not UserSession.objects.filter(session_key=key).exists()


def test_what_a_script_reads_by_itself_keeps_nothing_alive_what_it_writes_does(
    person: User, later: Callable[[float], None]
) -> None:
    reading, writing = Client(), Client()
    entering.sign_in(reading)
    entering.sign_in(writing)
    for minutes in (5, 10, 14):
        later(minutes)
        assert reading.get("/tong-quan/2023.json").status_code == 200
        writing.post("/nhap-lieu/05602/2023/o/", {}, headers={"Sec-Fetch-Mode": "cors"})
    later(20)
    assert not inside(reading)
    assert inside(writing)


def test_a_script_whose_session_has_ended_is_told_in_json(
    person: User, client: Client, later: Callable[[float], None]
) -> None:
    entering.sign_in(client)
    later(16)
    answer = client.post("/nhap-lieu/05602/2023/o/", {}, headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.json()["error"]) == (403, "signed-out")


def test_a_session_without_its_times_is_over(person: User, client: Client) -> None:
    entering.sign_in(client)
    session = client.session
    del session["began"]
    session.save()
    assert not inside(client)


def test_a_page_writes_the_session_once_a_minute_and_reads_nothing_for_it(
    person: User, client: Client, later: Callable[[float], None]
) -> None:
    entering.sign_in(client)

    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/dia-ban/").status_code == 200
        return [row["sql"] for row in found.captured_queries]

    queries()
    later(0.5)
    quiet = queries()
    assert not [sql for sql in quiet if sql.startswith(("UPDATE", "INSERT", "DELETE"))]
    later(1.5)
    written = [sql for sql in queries() if sql.startswith(("UPDATE", "INSERT", "DELETE"))]
    assert len(written) == 2
    later(1.6)
    assert len(queries()) == len(quiet)


# --- dead ids ----------------------------------------------------------------------------------------


def test_changing_the_password_ends_the_others_and_changes_the_own_id(person: User) -> None:
    here, elsewhere = Client(), Client()
    entering.sign_in(here)
    entering.sign_in(elsewhere)
    old = here.cookies["sessionid"].value
    typed = {"oldpassword": GOOD, "password1": GOOD + "9", "password2": GOOD + "9"}
    assert here.post(CHANGE, typed).status_code == 302
    assert here.cookies["sessionid"].value != old
    assert inside(here)
    assert not inside(elsewhere)
    stolen = Client()
    stolen.cookies["sessionid"] = old
    assert not inside(stolen)
    assert UserSession.objects.get().session_key == here.cookies["sessionid"].value


@pytest.mark.parametrize("event", ["deactivated", "new password"])
def test_what_the_administrator_does_ends_them_at_the_next_request(
    person: User, cast: Any, client: Client, event: str
) -> None:
    entering.sign_in(client)
    version = User.objects.get(pk=person.pk).version
    if event == "deactivated":
        services.deactivate(person, reason="x", version=version, by=cast.administrator)
    else:
        services.set_password(person, GOOD + "9", version=version, by=cast.administrator)
    answer = client.get("/dia-ban/")
    assert answer["Location"].startswith(LOGIN)
    assert "Phiên làm việc đã kết thúc" in client.get(LOGIN).text


# --- the list ----------------------------------------------------------------------------------------


def test_the_list_names_device_address_and_times_of_the_own_ones_only(person: User, land: Any) -> None:
    entering.person(land, "leader", "lanhdao")
    entering.sign_in(Client(REMOTE_ADDR="10.0.0.99"), "lanhdao")
    here, there = Client(REMOTE_ADDR="10.0.0.1"), Client(REMOTE_ADDR="10.0.0.2", HTTP_USER_AGENT=CHROME)
    entering.sign_in(there)
    entering.sign_in(here)
    page = here.get(LIST).text
    assert "10.0.0.1" in page
    assert "10.0.0.2" in page
    assert "10.0.0.99" not in page
    assert "Chrome trên Windows" in page
    assert page.count("Phiên này") == 1


def test_the_list_leaves_out_what_is_over(person: User, client: Client) -> None:
    entering.sign_in(client)
    for number in range(3):
        entering.sign_in(Client(REMOTE_ADDR=f"10.0.1.{number}"))
    rows = UserSession.objects.order_by("pk")
    Session.objects.filter(session_key=rows[1].session_key).delete()
    late = rows[2].last_seen_at.replace(year=rows[2].last_seen_at.year - 1)
    UserSession.objects.filter(pk=rows[2].pk).update(last_seen_at=late)
    page = client.get(LIST).text
    assert "10.0.1.2" in page
    assert "10.0.1.0" not in page
    assert "10.0.1.1" not in page


@pytest.mark.parametrize("more", [3, 30])
def test_the_list_costs_the_same_for_3_and_for_30(
    person: User, client: Client, more: int, django_assert_max_num_queries: Any
) -> None:
    entering.sign_in(client)
    mine, named = Session.objects.get(), UserSession.objects.get()
    for number in range(more):
        mine.pk = named.session_key = f"phien-{number}"
        named.pk, named.ip = None, f"10.0.2.{number}"
        mine.save(force_insert=True)
        named.save(force_insert=True)
    assert len(set(re.findall(r"10\.0\.2\.\d+", client.get(LIST).text))) == more
    with django_assert_max_num_queries(8):
        client.get(LIST)


def test_one_is_ended_and_recorded(person: User) -> None:
    here, there, third = Client(), Client(), Client()
    for client in (here, there, third):
        entering.sign_in(client)
    row = UserSession.objects.get(session_key=there.cookies["sessionid"].value)
    assert here.post(END, {"phien": row.pk}).status_code == 302
    assert [inside(client) for client in (here, there, third)] == [True, False, True]
    assert LogEntry.objects.first().action == "account.session_ended"  # type: ignore[union-attr]


def test_all_others_are_ended_in_one_act(person: User) -> None:
    here, there, third = Client(), Client(), Client()
    for client in (here, there, third):
        entering.sign_in(client)
    assert here.post(END, {"phien": "khac"}).status_code == 302
    assert [inside(client) for client in (here, there, third)] == [True, False, False]
    assert LogEntry.objects.first().action == "account.other_sessions_ended"  # type: ignore[union-attr]


def test_another_persons_session_is_as_good_as_missing(person: User, land: Any, client: Client) -> None:
    entering.person(land, "leader", "lanhdao")
    theirs = Client()
    entering.sign_in(theirs, "lanhdao")
    entering.sign_in(client)
    row = UserSession.objects.get(session_key=theirs.cookies["sessionid"].value)
    answers = [client.post(END, {"phien": key}) for key in (row.pk, 999999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert client.post(END, {"phien": "x"}).status_code == 400
    assert inside(theirs)


def test_the_own_one_is_ended_by_signing_out_only(person: User, client: Client) -> None:
    entering.sign_in(client)
    client.post(END, {"phien": UserSession.objects.get().pk})
    assert inside(client)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (CHROME, "Chrome trên Windows"),
        (CHROME.replace("Safari/537.36", "Safari/537.36 Edg/131.0"), "Edge trên Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari trên iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox trên Linux"),
        ("curl/8.0", "curl/8.0"),
        ("", "Không rõ thiết bị"),
    ],
)
def test_a_browser_is_called_as_people_call_it(said: str, name: str) -> None:
    assert device_name(said) == name
