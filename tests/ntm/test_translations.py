"""Every text of a package that a page can show is Vietnamese, and the committed .mo files say the same."""

import json
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext
from django.views.i18n import JavaScriptCatalog

from tools import translations

ENTRIES = [entry for domain in translations.DOMAINS for entry in translations.load(domain)]


def entry(msgid: str, msgstr: str) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue that may be spoiled, with the real contents to begin with."""
    for path in translations.LOCALE.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    return tmp_path


def test_nothing_a_page_can_show_is_left_in_english() -> None:
    assert translations.problems() == []
    assert translations.main(["--check"]) == 0


@pytest.mark.parametrize("domain", translations.DOMAINS)
def test_the_compiled_file_is_what_the_texts_compile_to(domain: str) -> None:
    compiled = translations.LOCALE / f"{domain}.mo"
    assert compiled.read_bytes() == translations.load(domain).to_binary()


@pytest.mark.parametrize("domain", translations.DOMAINS)
def test_the_catalogue_has_one_plural_form_as_vietnamese_has(domain: str) -> None:
    catalogue = translations.load(domain)
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert all(set(item.msgstr_plural) == {0} for item in catalogue if item.msgid_plural)


@pytest.mark.parametrize("domain", translations.DOMAINS)
def test_no_text_stands_in_the_catalogue_twice(domain: str) -> None:
    keys = [(item.msgctxt, item.msgid) for item in translations.load(domain)]
    assert len(keys) == len(set(keys))


def test_no_translation_is_empty_or_still_english() -> None:
    assert [item.msgid for item in ENTRIES if not translations.has_vietnamese(item)] == []


def test_each_translation_keeps_the_placeholders_and_tags_of_its_english() -> None:
    found = [(item.msgid, complaint) for item in ENTRIES for complaint in translations.entry_problems(item)]
    assert found == []


def test_the_office_does_not_address_its_readers_as_friends_or_mix_in_english() -> None:
    unwanted = re.compile(r"\b(bạn|click|tập tin|kí tự|website|email|file|admin|user|login)\b", re.IGNORECASE)
    without_code = [re.sub(r"%\(\w+\)\w|\{\w*\}|<[^>]*>", "", words) for item in ENTRIES for words in
                    translations.words_of(item)]  # fmt: skip
    allowed = {"Trình duyệt (User Agent)"}
    assert [words for words in without_code if unwanted.search(words) and words not in allowed] == []


def test_tones_stand_where_the_rest_of_the_application_puts_them() -> None:
    """“xóa”, “hủy”, not “xoá”, “huỷ”: two spellings of one word would defeat searching a page."""
    other = re.compile(r"(?<!q)(?:o[áàảãạ]|u[ýỷỳỹỵ])(?!\w)", re.IGNORECASE)
    assert [
        item.msgid for item in ENTRIES for words in translations.words_of(item) if other.search(words)
    ] == []


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("%(count)d of %(all)d", "%(all)d, trong đó %(count)d"),
        ("{name} “{obj}”", "“{obj}” của {name}"),
        ("<strong>%s</strong>", "Chỉ <strong>%s</strong>"),
    ],
)
def test_named_placeholders_may_change_places(english: str, vietnamese: str) -> None:
    assert list(translations.entry_problems(entry(english, vietnamese))) == []


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("%(count)d rows", "%(coutn)d dòng"),
        ("%(count)d rows", "%(count)s dòng"),
        ("%s of %d", "%d trong %s"),
        ("{} new", "mới"),
        ("<em>Error</em>", "<em>Lỗi"),
        ("Fields: ", "Các cột:"),
        ("Save", "Save"),
        ("Save", ""),
    ],
)
def test_a_translation_that_breaks_its_text_is_reported(english: str, vietnamese: str) -> None:
    assert list(translations.entry_problems(entry(english, vietnamese)))


def test_an_untranslated_text_fails_the_check(elsewhere: Path) -> None:
    catalogue = translations.load("django")
    catalogue.remove(catalogue.find("Confirm import"))
    catalogue.save(str(elsewhere / "django.po"))
    (elsewhere / "django.mo").write_bytes(catalogue.to_binary())
    assert translations.problems() == ["django: import_export shows 'Confirm import' without Vietnamese"]
    assert translations.main(["--check"]) == 1


def test_a_forgotten_compilation_fails_the_check(elsewhere: Path) -> None:
    catalogue = translations.load("django")
    catalogue.find("Confirm import").msgstr = "Đồng ý nhập"
    catalogue.save(str(elsewhere / "django.po"))
    assert len(translations.problems()) == 1
    assert translations.main([]) == 0
    assert translations.problems() == []


def test_collecting_adds_what_is_missing_and_leaves_the_rest_alone(elsewhere: Path) -> None:
    before = (elsewhere / "django.po").read_bytes()
    assert translations.collect() == 0
    assert (elsewhere / "django.po").read_bytes() == before
    catalogue = translations.load("django")
    catalogue.remove(catalogue.find("Confirm import"))
    catalogue.save(str(elsewhere / "django.po"))
    assert translations.collect() == 1
    assert translations.load("django").find("Confirm import").msgstr == ""


def test_texts_are_found_in_the_source_of_a_package_without_a_catalogue(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "_('One')\npgettext_lazy('short', 'Two')\nngettext('day', 'days', n)\n_(x)\n"
    )
    (tmp_path / "b.html").write_text(
        "{% load i18n %}{% translate 'Three (3)' %}"
        "{% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
    )
    found = {(text.context, text.msgid, text.plural) for text in translations.source_texts(tmp_path)}
    assert found == {
        (None, "One", ""),
        ("short", "Two", ""),
        (None, "day", "days"),
        (None, "Three (3)", ""),
        (None, "%(n)s row", "%(n)s rows"),
    }


def test_what_the_list_of_unseen_texts_takes_for_absent_is_absent() -> None:
    """Mount one of these pages or install one of these apps, and its texts must be translated first."""
    absent = ("signup", "set_password", "reset_password", "email", "change_phone", "request_login_code")
    for name in absent:
        with pytest.raises(NoReverseMatch):
            reverse(f"account_{name}")
    apps_of_allauth = {name for name in settings.INSTALLED_APPS if name.startswith("allauth")}
    assert apps_of_allauth == {"allauth", "allauth.account", "allauth.mfa", "allauth.usersessions"}
    assert not [name for name in get_resolver().reverse_dict if str(name).startswith("usersessions_")]
    assert len(settings.LANGUAGES) == 1


def test_the_running_application_prefers_these_words_to_those_of_the_packages() -> None:
    with translation.override("vi"):
        assert gettext("This field is required.") == "Bắt buộc nhập."
        assert gettext("Log out") == "Đăng xuất"
        assert gettext("Password reset unsuccessful") == "Chưa đặt lại được mật khẩu"
        assert pgettext("abbrev. month", "May") == "Th5"
        assert ngettext("%(num)d day", "%(num)d days", 3) % {"num": 3} == "3 ngày"


def test_the_scripts_of_the_admin_get_these_words_too() -> None:
    view = JavaScriptCatalog.as_view(packages=["django.contrib.admin"])
    with translation.override("vi"):
        answer = view(RequestFactory().get("/quan-tri/jsi18n/")).content.decode()
    words = json.loads(re.search(r"newcatalog = (\{.*?\n  \});", answer, re.DOTALL)[1])
    assert words["Monday"] == "Thứ Hai"
    assert words["Choose all %s"] == "Chọn tất cả %s"
