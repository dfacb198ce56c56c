"""A plain HTTP client: one kept-alive connection, cookies, signing in as a person does."""

import http.client
import json
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tools.prepare import Stop

HOST = "127.0.0.1"
LOGIN = "/tai-khoan/dang-nhap/"
#: What a server does to a connection that lay idle, and what is left of one whose server was killed.
BROKEN = (http.client.HTTPException, OSError)
#: Seconds after which a kept connection is not trusted any more: gunicorn closes one that lay idle for two.
IDLE = 1.0


@dataclass(frozen=True)
class Answer:
    """What came back, and how many seconds lay between asking and the last byte."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float


class Browser:
    """One visitor. Not for several threads at once."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self._used = time.monotonic()

    def get(self, path: str, **headers: str) -> Answer:
        """Ask once more on a fresh connection if the kept one was closed meanwhile."""
        try:
            return self._send("GET", path, None, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.close()
            return self._send("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form with its CSRF token. Never repeated: a broken connection leaves open what was done."""
        token = self.cookies.get("csrftoken", "")
        body = urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._send("POST", path, body, headers)

    def post_json(self, path: str, data: object, **headers: str) -> Answer:
        """What a script of a page sends; the token goes in a header. Never repeated, as `post`."""
        headers |= {"Content-Type": "application/json", "X-CSRFToken": self.cookies.get("csrftoken", "")}
        return self._send("POST", path, json.dumps(data).encode(), headers)

    def sign_in(self, username: str, password: str) -> None:
        """Through the login form; stops the program if the account is not let in."""
        self.get(LOGIN)
        answer = self.post(LOGIN, {"login": username, "password": password})
        if answer.status != 302 or "sessionid" not in self.cookies:
            raise Stop(f"Tài khoản {username} không đăng nhập được (trang trả lời {answer.status}).")

    def close(self) -> None:
        self._connection.close()

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if time.monotonic() - self._used > IDLE:
            self.close()
        began = time.perf_counter()
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            content = response.read()
        except BROKEN:
            self.close()
            raise
        seconds = time.perf_counter() - began
        self._used = time.monotonic()
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(response.status, response.headers, content, seconds)
