"""Rules and their documentation are the same list, and every rule is really used."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from lessons.parse import Parsed
from lessons.rules import ADVICE, ERRORS, Findings, shown
from tests.lessons.folders import Write

ROOT = Path(__file__).parents[2]


def documented(heading: str) -> list[str]:
    text = (ROOT / "docs" / "lesson-format.md").read_text(encoding="utf-8")
    section = text.split(f"### {heading}\n", 1)[1].split("\n### ", 1)[0]
    return re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)


def test_every_rule_is_documented_and_no_other() -> None:
    assert documented("Errors") == sorted(ERRORS)
    assert documented("Advice") == sorted(ADVICE)


def test_every_example_is_right(read: Callable[[str], Parsed], write: Write) -> None:
    for name, colour in (("exit", "green"), ("fire", "red"), ("stop", "gold")):
        out = io.BytesIO()
        Image.new("RGB", (8, 6), colour).save(out, "PNG")
        write(f"{name}.png", out.getvalue())
    text = (ROOT / "docs" / "lesson-format.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```markdown\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    asking = [
        each for each in examples if re.search(r"^#.*\?", each, re.MULTILINE) and not each.startswith("---")
    ]
    parsed = [read(each) for each in asking]
    assert [str(p) for each in parsed for p in each.problems if p.severity == "error"] == []
    kinds = {question.kind for each in parsed if each.text for question in each.text.questions}
    assert kinds == {"single", "multiple", "opinion", "order", "match", "number", "text", "open"}


def test_every_rule_is_used() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "lessons").glob("*.py")
        if path.name != "rules.py"
    )
    assert [rule for rule in sorted(ERRORS | ADVICE) if f'"{rule}"' not in code] == []


def test_every_rule_is_tested() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [rule for rule in sorted(ERRORS | ADVICE) if f'"{rule}"' not in tests] == []


def test_another_rule_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        Findings("a.md").add(1, "no-such-rule", "Write nothing.")


def test_an_author_is_quoted_on_one_short_line() -> None:
    assert shown("a\n\x1b[31m" + "b" * 50) == "a\ufffd\ufffd[31m" + "b" * 32 + "…"
