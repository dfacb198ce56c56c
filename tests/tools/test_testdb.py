import psycopg
import pytest

from tools.testdb import PostgresServer, postgres


def test_a_server_keeps_its_data_over_a_kill_and_leaves_nothing_behind() -> None:
    server = PostgresServer(durable=True)
    try:
        server.start()
        with psycopg.connect(server.url()) as connection:
            connection.execute("create table kept (row_no int)")
            connection.execute("insert into kept values (7)")
        server.kill()
        server.start()
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("select row_no from kept").fetchone() == (7,)
    finally:
        server.remove()
    assert not server.folder.exists()


def test_a_given_address_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://ntm@db.example.vn/ntm")
    with postgres() as url:
        assert url == "postgres://ntm@db.example.vn/ntm"
