"""What may go wrong in a page that a test has opened, and the password of every demonstration account."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

PASSWORD = "mat-khau-kiem-thu-9"


@dataclass
class Trouble:
    """What a page must not do: complain on the console, break the CSP, ask another host, fail."""

    site: str
    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", lambda m: self.console.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on(
            "request",
            lambda r: None if r.url.startswith((self.site, "data:")) else self.foreign.append(r.url),
        )
        page.on("response", lambda r: self.broken.append(f"{r.status} {r.url}") if r.status >= 500 else None)

    def forget(self) -> None:
        """What an earlier page did is not held against the next."""
        for found in (self.console, self.foreign, self.broken):
            found.clear()

    def __bool__(self) -> bool:
        return bool(self.console or self.foreign or self.broken)
