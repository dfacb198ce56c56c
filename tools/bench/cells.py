"""An officer who types into one cell of the own commune's grid, again and again."""

import json
import re
from itertools import count

from tools.bench.browser import Answer, Browser
from tools.prepare import Stop

_YEAR, _CODE = 2023, "3.1"


class CellWriter:
    """Saves another value into the same cell each time, as the grid's script does."""

    def __init__(self, browser: Browser, code: str = "") -> None:
        """`code`: of another commune than the visitor's own."""
        self.browser = browser
        self.code = code or self._own_code()
        self.about = self._about()
        self.address = f"/nhap-lieu/{self.code}/{_YEAR}/o/"
        self.version = 0
        self.values = count()

    def save(self, **headers: str) -> Answer:
        """One cell; stops the program where it was not stored."""
        answer = self.send(str(60 + next(self.values) % 40), **headers)
        said = json.loads(answer.body) if answer.status == 200 else {}
        if not said or said["cells"][0]["status"] != "saved":
            raise Stop(f"Ô {_CODE} không lưu được ({answer.status}): {answer.body[:300]!r}")
        self.version = said["cells"][0]["version"]
        return answer

    def send(self, raw: str, **headers: str) -> Answer:
        """This value over the version that this writer knows of."""
        cell = {"code": _CODE, "raw": raw, "version": self.version, "kept": True}
        return self.browser.post_json(self.address, self.about | {"cells": [cell]}, **headers)

    def nothing(self, **headers: str) -> Answer:
        """A write that does nothing: what every one pays for session, token, person and roles."""
        return self.browser.post_json("/bench/empty-post/", {}, **headers)

    def wake(self) -> None:
        """A connection that lay idle may be closed by now, and what is sent is never sent twice."""
        self.browser.get("/healthz")

    def _own_code(self) -> str:
        start = self.browser.get(f"/nhap-lieu/?nam={_YEAR}")
        found = re.search(rf"/nhap-lieu/(\w+)/{_YEAR}/".encode(), start.body)
        if found is None:
            raise Stop("Cán bộ xã không có lưới nhập liệu nào của năm đo.")
        return found.group(1).decode()

    def _about(self) -> dict[str, int]:
        """Of which return and set the grid is, and who is typing."""
        page = self.browser.get(f"/nhap-lieu/{self.code}/{_YEAR}/").body
        names = ("return", "set", "user")
        numbers = {name: re.search(rf'data-{name}="(\d+)"'.encode(), page) for name in names}
        if not all(numbers.values()):
            raise Stop("Trang lưới nhập liệu không ghi phiếu, bộ tiêu chí và người nhập.")
        return {name: int(number.group(1)) for name, number in numbers.items() if number}
