"""What collecting the static files leaves behind."""

import re
from pathlib import Path

from django.conf import settings

from ntm.core.static import NAMED_PLAINLY, HashedStaticFiles


def test_only_what_pages_name_is_packed(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a { color: red }\n" * 100)
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")
    list(storage.post_process({"a.css": (storage, "a.css")}))
    hashed = storage.stored_name("a.css")
    assert hashed != "a.css"
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"a.css", hashed, f"{hashed}.gz", f"{hashed}.br", "staticfiles.json"}


def test_what_the_page_of_a_problem_names_is_packed_under_that_name(tmp_path: Path) -> None:
    layout = (settings.BASE_DIR / "templates/layouts/problem.html").read_text(encoding="utf-8")
    named = set(re.findall(r'href="/static/([^"]+)"', layout))
    assert named == NAMED_PLAINLY
    for name in named:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("<!-- a { color: red } -->\n" * 100)
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")
    list(storage.post_process({name: (storage, name) for name in named}))
    assert all((tmp_path / f"{name}.gz").exists() for name in named)
