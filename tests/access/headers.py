"""What every answer carries, whoever asks and whatever is answered."""

import re

from django.http.response import HttpResponseBase


def check_headers(response: HttpResponseBase, where: str, *, kept: bool = False) -> None:
    """`kept`: a static file, which browsers may keep."""
    found, why = response.headers, f"{response.status_code} {where}"
    policy = found.get("Content-Security-Policy", "")
    # A file that somebody uploaded may do nothing at all.
    assert re.search("default-src '(self|none)'", policy) and "unsafe" not in policy, why
    assert found.get("X-Content-Type-Options") == "nosniff", why
    assert found.get("Referrer-Policy") == "same-origin", why
    assert found.get("Cross-Origin-Opener-Policy") == "same-origin", why
    assert found.get("X-Frame-Options") == "DENY", why
    assert kept or "no-store" in found.get("Cache-Control", ""), why
