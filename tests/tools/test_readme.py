"""The documents name what there is: commands, files, settings; a newcomer who copies a line is not let down."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from ntm.environment import BASE_DIR, KNOWN
from tools import screenshots

DOCUMENTS = [BASE_DIR / name for name in ("README.md", "CONTRIBUTING.md")]
README, CONTRIBUTING = (path.read_text(encoding="utf-8") for path in DOCUMENTS)
MAKEFILE = (BASE_DIR / "Makefile").read_text(encoding="utf-8")
#: `[words](target)` and `![words](target)`.
LINK = re.compile(r"\]\(([^)\s]+)\)")
#: Paths of ours that a document writes as code.
PATH = re.compile(
    r"`((?:ntm|communes|targets|funding|templates|static|tests|tools|requirements|docs)/[\w./-]*\w)"
)


def public_targets() -> list[str]:
    """Targets with a `##` description: those that `make help` lists."""
    return re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE)


def headings(text: str) -> set[str]:
    """The anchors that a page of GitHub or GitLab gives its headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(document: Path) -> list[str]:
    return [unquote(target) for target in LINK.findall(document.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("target", public_targets())
def test_the_readme_names_every_command_of_the_makefile(target: str) -> None:
    assert f"make {target}" in README


def test_the_readme_and_the_makefile_agree_on_the_two_first_commands() -> None:
    assert {"run", "test"} <= set(public_targets())
    assert "```sh\nmake run\n```" in README
    assert "```sh\nmake test\n```" in README


@pytest.mark.parametrize("command", sorted(set(re.findall(r"make ([a-z]+)", README + CONTRIBUTING))))
def test_no_document_names_a_command_that_is_not_there(command: str) -> None:
    assert command in public_targets()


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"manage\.py ([a-z]+(?:_[a-z]+)+)", README + CONTRIBUTING)))
)
def test_every_command_of_ours_that_a_document_names_is_there(command: str) -> None:
    assert list(BASE_DIR.glob(f"*/management/commands/{command}.py")) or list(
        BASE_DIR.glob(f"ntm/*/management/commands/{command}.py")
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    broken = []
    for target in links(document):
        path, _, anchor = target.partition("#")
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file = BASE_DIR / path if path else document
        there = file.exists() and (not anchor or anchor in headings(file.read_text(encoding="utf-8")))
        if not there:
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [path for path in PATH.findall(text) if not list(BASE_DIR.glob(path))]
    assert not missing


def test_the_readme_shows_every_picture_and_every_picture_is_light() -> None:
    for picture in screenshots.PICTURES:
        file = screenshots.FOLDER / f"{picture.name}.png"
        assert str(file.relative_to(BASE_DIR)) in README
        assert 0 < file.stat().st_size <= screenshots.MAX_BYTES
    assert len(list(screenshots.FOLDER.iterdir())) == len(screenshots.PICTURES)


@pytest.mark.parametrize("name", KNOWN)
def test_every_setting_is_explained_where_an_operator_looks(name: str) -> None:
    example = (BASE_DIR / ".env.example").read_text(encoding="utf-8")
    assert re.search(rf"^#?{name}=", example, re.MULTILINE)
    assert f"`{name}`" in README + CONTRIBUTING


@pytest.mark.parametrize(
    "account", ["quantri", "chuyenvien", "duyet", "lanhdao", "so_nn", "xa_a", "xa_b", "lanhdaoxa_a"]
)
def test_the_readme_names_every_account_of_the_demonstration(account: str) -> None:
    assert f"`{account}`" in README
