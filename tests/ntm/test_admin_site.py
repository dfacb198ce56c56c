"""The admin has no door of its own: one form to sign in, one answer to whoever lacks the right."""

from django.test import Client


def test_a_visitor_is_sent_to_the_one_form(client: Client, db):
    response = client.get("/quan-tri/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/tai-khoan/dang-nhap/?next=")
    assert client.get("/quan-tri/login/").status_code == 302


def test_a_person_without_the_right_is_refused(cast, client_as):
    for path in ("/quan-tri/", "/quan-tri/login/"):
        assert client_as(cast.leader).get(path, follow=True).status_code == 403


def test_a_person_with_the_right_comes_in(cast, client_as):
    client = client_as(cast.administrator)
    assert client.get("/quan-tri/").status_code == 200
    assert client.get("/quan-tri/login/", follow=True).status_code == 200


def test_only_our_own_tables_are_there(cast, client_as):
    page = client_as(cast.administrator).get("/quan-tri/").content.decode()
    for foreign in ("/quan-tri/auth/", "/quan-tri/account/", "/quan-tri/axes/"):
        assert foreign not in page
