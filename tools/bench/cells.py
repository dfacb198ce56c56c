"""An officer who types into one cell of the own commune's grid, again and again."""

import json
import re
from itertools import count

from tools.bench.browser import Answer, Browser
from tools.prepare import Stop

_YEAR, _CODE = 2023, "3.1"


class CellWriter:
    """Saves another value into the same cell each time, as the grid's script does."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.code, self.about = self._grid()
        self.address = f"/nhap-lieu/{self.code}/{_YEAR}/o/"
        self.version = 0
        self.values = count()

    def save(self, **headers: str) -> Answer:
        """One cell; stops the program where it was not stored."""
        cell = {"code": _CODE, "raw": str(60 + next(self.values) % 40), "version": self.version, "kept": True}
        answer = self.browser.post_json(self.address, self.about | {"cells": [cell]}, **headers)
        said = json.loads(answer.body) if answer.status == 200 else {}
        if not said or said["cells"][0]["status"] != "saved":
            raise Stop(f"Ô {_CODE} không lưu được ({answer.status}): {answer.body[:300]!r}")
        self.version = said["cells"][0]["version"]
        return answer

    def nothing(self, **headers: str) -> Answer:
        """A write that does nothing: what every one pays for session, token, person and roles."""
        return self.browser.post_json("/bench/empty-post/", {}, **headers)

    def wake(self) -> None:
        """A connection that lay idle may be closed by now, and what is sent is never sent twice."""
        self.browser.get("/healthz")

    def _grid(self) -> tuple[str, dict[str, int]]:
        """The code of the own commune, of which return and set its grid is, and who is typing."""
        start = self.browser.get(f"/nhap-lieu/?nam={_YEAR}")
        found = re.search(rf"/nhap-lieu/(\w+)/{_YEAR}/".encode(), start.body)
        if found is None:
            raise Stop("Cán bộ xã không có lưới nhập liệu nào của năm đo.")
        page = self.browser.get(found.group().decode()).body
        names = ("return", "set", "user")
        numbers = {name: re.search(rf'data-{name}="(\d+)"'.encode(), page) for name in names}
        if not all(numbers.values()):
            raise Stop("Trang lưới nhập liệu không ghi phiếu, bộ tiêu chí và người nhập.")
        return found.group(1).decode(), {
            name: int(number.group(1)) for name, number in numbers.items() if number
        }
