"""What each kind of setting takes, and the sentence for what it does not."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from ntm import environment


@pytest.fixture
def env() -> environ.Env:
    return environ.Env()


@pytest.mark.parametrize(
    ("text", "value"),
    [("on", True), ("true", True), ("YES", True), ("1", True), ("off", False), ("False", False),
     ("no", False), ("0", False), (" on ", True)],
)  # fmt: skip
def test_a_switch_understands_usual_words(env, monkeypatch: pytest.MonkeyPatch, text, value):
    monkeypatch.setenv("DEBUG", text)
    assert environment.boolean(env, "DEBUG", default=not value) is value


@pytest.mark.parametrize("default", [True, False])
def test_a_switch_that_is_not_set_has_its_default(env, monkeypatch: pytest.MonkeyPatch, default):
    monkeypatch.delenv("DEBUG", raising=False)
    assert environment.boolean(env, "DEBUG", default=default) is default
    monkeypatch.setenv("DEBUG", "")
    assert environment.boolean(env, "DEBUG", default=default) is default


@pytest.mark.parametrize("text", ["co", "2", "onn"])
def test_any_other_word_stops_the_start(env, monkeypatch: pytest.MonkeyPatch, text):
    monkeypatch.setenv("DEBUG", text)
    with pytest.raises(ImproperlyConfigured, match=f"DEBUG='{text}' không hợp lệ: chỉ nhận on hoặc off"):
        environment.boolean(env, "DEBUG", default=False)


@pytest.mark.parametrize(("text", "found"), [("", "chưa đặt"), ("ngan", "chỉ có 4 ký tự")])
def test_a_key_is_long_and_has_no_default(env, monkeypatch: pytest.MonkeyPatch, text, found):
    monkeypatch.setenv("SECRET_KEY", text)
    with pytest.raises(ImproperlyConfigured, match=f"SECRET_KEY {found}"):
        environment.secret(env, "SECRET_KEY")


def test_a_long_key_is_taken_as_it_is(env, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    assert environment.secret(env, "SECRET_KEY") == "k" * 32


def test_a_word_outside_the_few_names_them(env, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LOG_LEVEL", "info")
    with pytest.raises(ImproperlyConfigured, match="LOG_LEVEL='info' không hợp lệ: chỉ nhận DEBUG, INFO"):
        environment.choice(env, "LOG_LEVEL", "INFO", ("DEBUG", "INFO"))
    monkeypatch.delenv("LOG_LEVEL")
    assert environment.choice(env, "LOG_LEVEL", "INFO", ("DEBUG", "INFO")) == "INFO"


@pytest.mark.parametrize("text", ["-1", "6", "1.0", "một", "٣", ""])
def test_a_number_outside_its_bounds_stops_the_start(env, monkeypatch: pytest.MonkeyPatch, text):
    monkeypatch.setenv("TRUSTED_PROXIES", text)
    with pytest.raises(ImproperlyConfigured, match="cần số nguyên từ 0 đến 5"):
        environment.whole_number(env, "TRUSTED_PROXIES", default=0, low=0, high=5)


def test_every_variable_is_explained_where_operators_look():
    """`.env.example` and the list that the application reads by name the same variables."""
    example = (environment.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    missing = [name for name in environment.KNOWN if f"{name}=" not in example]
    assert not missing


@pytest.mark.parametrize("name", ["AUDIT_KEY", "FACTOR_KEY"])
def test_each_key_is_a_key_of_its_own(env, monkeypatch: pytest.MonkeyPatch, name):
    monkeypatch.setenv(name, "a" * 40)
    assert environment.own_key(env, name, SECRET_KEY="b" * 40) == "a" * 40
    with pytest.raises(ImproperlyConfigured, match=f"{name} phải khác SECRET_KEY"):
        environment.own_key(env, name, SECRET_KEY="a" * 40)


def test_older_keys_are_keys_and_none_is_in_use(env, monkeypatch: pytest.MonkeyPatch):
    name, old, older = "FACTOR_KEY_FALLBACKS", "a" * 40, "c" * 40
    monkeypatch.setenv(name, f" {old}, {older},")
    assert environment.older_keys(env, name, FACTOR_KEY="b" * 40) == [old, older]
    with pytest.raises(ImproperlyConfigured, match="chứa chính FACTOR_KEY"):
        environment.older_keys(env, name, FACTOR_KEY=older)
    monkeypatch.setenv(name, f"{old},ngan")
    with pytest.raises(ImproperlyConfigured, match="chỉ có 4 ký tự"):
        environment.older_keys(env, name)
    monkeypatch.delenv(name)
    assert environment.older_keys(env, name) == []


@pytest.mark.parametrize("media", ["static", "static/media", "."])
def test_uploads_never_lie_among_files_that_anybody_may_fetch(env, monkeypatch, tmp_path, media):
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / media))
    with pytest.raises(ImproperlyConfigured, match="không được nằm chung với tệp tĩnh"):
        environment.uploads(env, [tmp_path / "static"])


def test_uploads_beside_the_static_files_are_well(env, monkeypatch, tmp_path):
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "media"))
    assert environment.uploads(env, [tmp_path / "static"]) == (tmp_path / "media").resolve()
