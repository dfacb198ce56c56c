"""Keep locale/vi complete: every text of the packages that a page can show has Vietnamese.

    python tools/translations.py            add the missing texts (still empty) and compile
    python tools/translations.py --check    change nothing; list what is wrong, exit status 1

Our own texts are written in Vietnamese in the source, so locale/vi holds only texts of packages: those a
package leaves in English, and those it translates badly. Compiled files are committed because a bare
Debian has no msgfmt.
"""

from __future__ import annotations

import argparse
import ast
import functools
import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale" / "vi" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")

Key = tuple[str | None, str]
"""Context and English text: what gettext looks a translation up by."""


@dataclass(frozen=True)
class Unseen:
    """Texts no page of ours shows, or that need no translation: by file (prefix) or by the text itself."""

    reason: str
    files: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def covers(self, text: Text) -> bool:
        in_files = bool(self.files) and all(name.startswith(self.files) for name in text.files)
        return in_files or text.msgid in self.texts


@dataclass(frozen=True)
class Package:
    """A package whose texts reach our pages. `folder` is a module path; its texts live in `domain`."""

    folder: str
    domain: str = "django"
    unseen: tuple[Unseen, ...] = ()
    built: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        # find_spec imports parents only; a parent such as django.contrib is harmless without settings.
        top, *rest = self.folder.split(".")
        spec = importlib.util.find_spec(top)
        if spec is None or not spec.submodule_search_locations:
            raise LookupError(f"{self.folder} is not installed")
        return Path(spec.submodule_search_locations[0], *rest)

    def catalogue(self, language: str) -> Path:
        return self.path / "locale" / language / "LC_MESSAGES" / f"{self.domain}.po"


@dataclass
class Text:
    """One English text of a package, with the files that use it (relative to the package)."""

    context: str | None
    msgid: str
    plural: str = ""
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return self.context, self.msgid


SAME = Unseen(
    "reads the same in Vietnamese (punctuation, units, names of standards)",
    texts=(
        ":?.!",
        ":",
        ", ",
        "…",
        "%(truncated_text)s…",
        "%(size)d byte",
        "%s KB",
        "%s MB",
        "%s GB",
        "%s TB",
        "%s PB",
        "IPv4",
        "IPv6",
        "%(class_name)s %(instance)s",
    ),
)

ACCOUNT = "templates/account/"
PAGES_NOT_MOUNTED = (
    "base_confirm_code.html",
    "base_manage_",
    "confirm_",
    "email",
    "password_reset",
    "password_set.html",
    "phone_change.html",
    "request_login_code.html",
    "signup",
    "snippets/warn_no_email.html",
    "verification_sent.html",
    "verified_email_required.html",
    "messages/cannot_delete_primary_email.txt",
    "messages/email",
    "messages/login_code_sent.txt",
    "messages/password_set.txt",
    "messages/phone",
    "messages/primary_email_set.txt",
)
APPS_NOT_INSTALLED = ("headless/", "idp/", "openid/", "socialaccount/")
#: Their rows are kept and their arithmetic is done there; pages, forms and sentences are ours.
PAGES_OF_OUR_OWN = ("mfa/", "usersessions/")

PACKAGES = (
    Package(
        "django.conf",
        unseen=(
            SAME,
            Unseen(
                "names of languages: the application has one, no page offers a choice",
                ("conf/global_settings.py",),
            ),
            Unseen(
                "Django's welcome page, shown by a project without addresses",
                ("views/templates/default_urlconf.html",),
            ),
        ),
    ),
    Package("django.contrib.admin", unseen=(SAME,)),
    Package("django.contrib.admin", domain="djangojs"),
    Package("django.contrib.auth"),
    Package("django.contrib.contenttypes"),
    Package("django.contrib.sessions"),
    Package("axes"),
    Package(
        "allauth",
        unseen=(
            Unseen(
                "parts of allauth that are not installed: social login, identity provider, interface for programs",
                APPS_NOT_INSTALLED + tuple(f"templates/{name}" for name in APPS_NOT_INSTALLED),
            ),
            Unseen(
                "second factor and list of sessions: their pages, forms and sentences are our own",
                PAGES_OF_OUR_OWN + tuple(f"templates/{name}" for name in PAGES_OF_OUR_OWN),
            ),
            Unseen(
                "signing up, verifying an address, a reset by mail, codes by mail or telephone: "
                "administrators make the accounts, people sign in by user name and password",
                tuple(ACCOUNT + name for name in PAGES_NOT_MOUNTED),
            ),
        ),
    ),
    Package("django_tables2"),
    Package("django_filters"),
    Package(
        "import_export",
        # The source formats these before it looks the translation up, so only the finished text can be found.
        built=("new through import_export", "update through import_export", "delete through import_export"),
    ),
)


@functools.cache
def english_texts(package: Package) -> dict[Key, Text]:
    """All texts of a package: from its English catalogue, or from its source when it ships none."""
    template = package.catalogue("en")
    found = catalogue_texts(template) if template.exists() else source_texts(package.path)
    texts: dict[Key, Text] = {}
    for text in found:
        texts.setdefault(text.key, text).files.update(text.files)
    texts.update(((None, words), Text(None, words)) for words in package.built)
    return texts


def catalogue_texts(path: Path) -> Iterator[Text]:
    for entry in polib.pofile(str(path)):
        if not entry.obsolete:
            files = {name.rsplit(":", 1)[0] for name, _line in entry.occurrences}
            yield Text(entry.msgctxt, entry.msgid, entry.msgid_plural, files)


def source_texts(folder: Path) -> Iterator[Text]:
    """Calls of gettext in the Python files and templates below folder. Only literal texts can be found."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "locale" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        calls = python_calls(source) if path.suffix == ".py" else template_calls(source)
        for call in calls:
            text = call_text(call)
            if text is not None:
                text.files.add(path.relative_to(folder).as_posix())
                yield text


def python_calls(source: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def template_calls(source: str) -> Iterator[ast.Call]:
    """Django turns the tags of a template into gettext calls amid masked text; cut the calls out."""
    masked = templatize(source)
    for start in re.finditer(r"\b(?:n?p?gettext|_)\(", masked):
        for end in re.finditer(r"\)", masked[start.start() :]):
            try:
                tree = ast.parse(masked[start.start() : start.start() + end.end()], mode="eval")
            except SyntaxError:
                continue  # a bracket inside the text: try the next one
            if isinstance(tree.body, ast.Call):
                yield tree.body
            break


def call_text(call: ast.Call) -> Text | None:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    match = re.fullmatch(r"(?:(n?)(p?)gettext(?:_lazy|_noop)?|_)", name)
    if match is None:
        return None
    plural, context = bool(match[1]), bool(match[2])
    words = call.args[: 1 + plural + context]
    values = [word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str)]
    if len(values) < 1 + plural + context:
        return None
    return Text(values[0] if context else None, values[int(context)], values[-1] if plural else "")


def has_vietnamese(entry: polib.POEntry) -> bool:
    """An entry that repeats its English is no translation."""
    return (
        bool(words_of(entry))
        and not entry.fuzzy
        and all(words not in {"", entry.msgid} for words in words_of(entry))
    )


def words_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@functools.cache
def vietnamese_keys(path: Path) -> set[Key]:
    if not path.exists():
        return set()
    entries = polib.pofile(str(path))
    return {(entry.msgctxt, entry.msgid) for entry in entries if not entry.obsolete and has_vietnamese(entry)}


def needed_texts(package: Package) -> list[Text]:
    """The texts a page can show that the package itself does not translate: ours must."""
    own = vietnamese_keys(package.catalogue("vi"))
    texts = english_texts(package).values()
    return [
        text
        for text in texts
        if text.key not in own and not any(rule.covers(text) for rule in package.unseen)
    ]


def load(domain: str) -> polib.POFile:
    path = LOCALE / f"{domain}.po"
    if path.exists():
        return polib.pofile(str(path), wrapwidth=110)
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "ntm",
        "Language": "vi",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def collect() -> int:
    """Add an empty entry for each text still without Vietnamese, compile, and return how many were added."""
    added = 0
    for domain in DOMAINS:
        catalogue = load(domain)
        known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
        for package in (package for package in PACKAGES if package.domain == domain):
            for text in needed_texts(package):
                if text.key not in known:
                    catalogue.append(new_entry(package, text))
                    known.add(text.key)
                    added += 1
        LOCALE.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(LOCALE / f"{domain}.po"))
        (LOCALE / f"{domain}.mo").write_bytes(catalogue.to_binary())
    return added


def new_entry(package: Package, text: Text) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=text.context, msgid=text.msgid, comment=package.folder)
    if text.plural:
        entry.msgid_plural, entry.msgstr_plural = text.plural, {0: ""}
    return entry


def problems() -> list[str]:
    found: list[str] = []
    for domain in DOMAINS:
        catalogue = load(domain)
        packages = [package for package in PACKAGES if package.domain == domain]
        for package in packages:
            found += [f"{domain}: {complaint}" for complaint in package_problems(package, catalogue)]
        asked = {key for package in packages for key in english_texts(package)}
        for entry in catalogue:
            found += [f"{domain}: {entry.msgid!r} {complaint}" for complaint in entry_problems(entry)]
            if (entry.msgctxt, entry.msgid) not in asked:
                found.append(f"{domain}: {entry.msgid!r} is a text of no package any more")
        if is_stale(catalogue, LOCALE / f"{domain}.mo"):
            found.append(f"{domain}: the .mo is not what the .po compiles to; run tools/translations.py")
    return found


def package_problems(package: Package, catalogue: polib.POFile) -> Iterator[str]:
    ours = {(entry.msgctxt, entry.msgid) for entry in catalogue if has_vietnamese(entry)}
    for text in needed_texts(package):
        if text.key not in ours:
            yield f"{package.folder} shows {text.msgid!r} without Vietnamese"
    texts = english_texts(package).values()
    for rule in package.unseen:
        if not any(rule.covers(text) for text in texts):
            yield f"{package.folder} has no text for the rule “{rule.reason}”"


def entry_problems(entry: polib.POEntry) -> Iterator[str]:
    if not has_vietnamese(entry):
        yield "is empty, fuzzy or still English"
    english = entry.msgid_plural or entry.msgid
    for words in words_of(entry):
        if placeholders(words) != placeholders(english):
            yield f"has other placeholders or tags than {words!r}"
        if edges(words) != edges(english):
            yield f"begins or ends with other white space than {words!r}"


PLACEHOLDER = re.compile(
    r"%(?:\((?P<name>\w+)\))?[#0+-]?\d*(?:\.\d+)?[diouxXeEfFgGcrsa]"
    r"|\{(?P<field>\w*)\}"
    r"|(?P<tag></?[a-z][^>]*>)"
)


def placeholders(words: str) -> tuple[list[str], list[str]]:
    """Named ones and tags in any order, then the nameless ones, whose order carries the meaning."""
    matches = list(PLACEHOLDER.finditer(words))
    named = [match[0] for match in matches if match["name"] or match["field"] or match["tag"]]
    nameless = [match[0] for match in matches if not (match["name"] or match["field"] or match["tag"])]
    return sorted(named), nameless


def edges(words: str) -> tuple[str, str]:
    return words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]


def is_stale(catalogue: polib.POFile, compiled: Path) -> bool:
    return not compiled.exists() or compiled.read_bytes() != catalogue.to_binary()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Vietnamese for the texts of the packages.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is wrong")
    if not parser.parse_args(arguments).check:
        sys.stdout.write(f"{collect()} texts added to locale/vi\n")
    found = problems()
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
