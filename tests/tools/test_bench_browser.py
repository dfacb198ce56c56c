"""The plain client keeps its connection and cookies; what was perhaps done is never done twice."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.bench.browser import BROKEN, Browser


class Site(BaseHTTPRequestHandler):
    """Counts what arrives; hangs up without an answer as often as `hang_up` says."""

    protocol_version = "HTTP/1.1"
    seen: list[str]
    connections: set[int]
    hang_up = 0

    def do_GET(self) -> None:
        type(self).seen.append(f"{self.command} {self.path} {self.headers.get('Cookie', '')}".strip())
        type(self).connections.add(self.client_address[1])
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if type(self).hang_up:
            type(self).hang_up -= 1
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Set-Cookie", "sessionid=abc; Path=/; HttpOnly")
        self.send_header("Set-Cookie", "csrftoken=xyz; Path=/")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_POST = do_GET  # noqa: N815 - the base class looks for this name

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def browser() -> Iterator[Browser]:
    Site.seen, Site.connections, Site.hang_up = [], set(), 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        client = Browser(server.server_address[1])
        yield client
        client.close()
        server.shutdown()
        thread.join()


def test_cookies_come_back_on_the_same_connection(browser: Browser) -> None:
    browser.get("/a")
    answer = browser.get("/b")
    assert answer.body == b"ok"
    assert answer.seconds > 0
    assert Site.seen == ["GET /a", "GET /b sessionid=abc; csrftoken=xyz"]
    assert len(Site.connections) == 1


def test_a_page_is_asked_for_again_when_the_connection_broke(browser: Browser) -> None:
    Site.hang_up = 1
    assert browser.get("/a").status == 200
    assert Site.seen == ["GET /a", "GET /a"]


def test_a_save_is_not_repeated_when_the_connection_broke(browser: Browser) -> None:
    Site.hang_up = 1
    with pytest.raises(BROKEN):
        browser.post("/save", {"x": "1"})
    assert Site.seen == ["POST /save"]
    assert browser.post("/save", {"x": "2"}).status == 200
