"""What collecting the static files leaves behind."""

from pathlib import Path

from ntm.core.static import HashedStaticFiles


def test_only_what_pages_name_is_packed(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a { color: red }\n" * 100)
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")
    list(storage.post_process({"a.css": (storage, "a.css")}))
    hashed = storage.stored_name("a.css")
    assert hashed != "a.css"
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"a.css", hashed, f"{hashed}.gz", f"{hashed}.br", "staticfiles.json"}
