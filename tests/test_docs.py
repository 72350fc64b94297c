"""Guards of the documentation: what it names exists."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from zinute.config import Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """The places of a document that a link can name, as its viewers make them."""
    titles = re.findall(r"^#+ +(.+?) *$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_link_leads_to_something_that_exists(document: Path) -> None:
    lost = []
    for link in LINK.findall(CODE.sub("", FENCE.sub("", document.read_text(encoding="utf-8")))):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = unquote(link).partition("#")
        target = document.parent / place if place else document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_command_that_is_named_exists(document: Path) -> None:
    known = {line.split()[1] for line in subprocess.check_output([ROOT / "run"], text=True).splitlines()}
    named = set(re.findall(r"\./run +([a-z]+)", document.read_text(encoding="utf-8")))
    assert named - known == set()


def test_the_readme_has_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines() if line.startswith("./run")]
    assert commands[:2] == ["./run demo", "./run test"]


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_setting_is_documented() -> None:
    told = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`ZINUTE_{name.upper()}`" not in told]
    assert missing == []
