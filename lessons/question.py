"""A heading that ends with "?" and the list below it, made into a question."""

import re
from dataclasses import dataclass
from typing import Final

from domain.question import Option, Question, QuestionKind, kind_of
from domain.text import Text
from lessons.blocks import Block
from lessons.inline import flat, inline
from lessons.limits import check_options, check_question
from lessons.markup import compiled, trimmed
from lessons.rules import Findings, shown
from lessons.visible import visible

_BRACES: Final = re.compile(r"\s*\{\s*([#.][^{}]*)\}\s*$")
_ID: Final = re.compile("[a-z0-9][a-z0-9-]{0,63}")
_OPTION: Final = re.compile(r"\[([ xX])\][ \t]+(\S.*)", re.DOTALL)
_TASK: Final = re.compile(r"\[[^\]]{0,3}\]([^(]|$)")
_MARK: Final = re.compile(r"[ \t]|[-*+]([ \t]|$)")
_LOOSE: Final = re.compile(r"\s*\{([^{}]*)\}\s*$")
_BRANCH: Final = re.compile(r"(\[[ xX]?\]\s+)?\[[^\]]+\]\(#")
_WRITE: Final = "use options instead: - [ ] for a wrong one and - [x] for a right one."


@dataclass(frozen=True, slots=True)
class Heading:
    """The prompt of a question, and what its braces say."""

    line: int
    prompt: Text
    id: str = ""
    opinion: bool = False


def is_question(block: Block, following: list[Block]) -> bool:
    """Whether a block is the heading of a question: it ends with "?", has {#id}, or has options below it."""
    if block.kind != "heading":
        return False
    asks = _BRACES.sub("", block.content).rstrip("*_~ ").endswith("?")
    return asks or bool(_BRACES.search(block.content)) or (bool(following) and is_options(following[0]))


def is_options(block: Block) -> bool:
    """Whether a block is a list with at least one item that begins with a box."""
    return block.kind == "bullet_list" and any(_TASK.match(_first(item).content) for item in block.children)


def heading(block: Block, found: Findings) -> Heading:
    """The prompt and braces of a question's heading."""
    source = _LOOSE.sub("", block.content)
    prompt = trimmed(flat(inline(source, block.line, found)))
    if not prompt.plain.endswith("?"):
        found.add(block.line, "question-mark", 'End the heading of a question with "?".')
    elif not visible(prompt.plain.strip("?")):
        found.add(block.line, "question-mark", "Write the question before its ?.")
    braces = _LOOSE.search(block.content)
    words = braces[1].split() if braces else []
    ids = [word[1:] for word in words if word != ".opinion"]
    if any(word[0] != "#" for word in words if word != ".opinion") or len(ids) > 1:
        found.add(block.line, "question-id", "Write at most {#a-short-name .opinion} after the question.")
    elif ids and not _ID.fullmatch(ids[0]):
        found.add(
            block.line,
            "question-id",
            f"Write the name '{shown(ids[0])}' with at most 64 of a-z, 0-9 and -, for example {{#who}}.",
        )
    return Heading(block.line, prompt, ids[0] if ids else "", ".opinion" in words)


def question(top: Heading, below: list[Block], lines: list[str], found: Findings) -> Question:
    """The question with the options below its heading. `lines` are those of the whole file."""
    before = found.errors
    lists = [block for block in below if block.kind == "bullet_list"]
    strange = [block for block in below if block.kind != "bullet_list"]
    for block in strange:
        _refuse(block, found)
    for block in lists:
        _refuse_loose(block, lines, found)
    read = [(_option(item, found), item.line) for block in lists for item in block.children]
    if not read and not strange:
        found.add(
            top.line,
            "no-options",
            "Write options below the question, each as - [ ] text or - [x] text, or end the heading without ?.",
        )
    options = tuple(option for option, _ in read if option)
    asked = Question(top.id, kind_of(options), top.prompt, options)
    if found.errors == before:
        check_options([(option, line) for option, line in read if option], top.line, found)
        check_question(asked, top.line, found)
        _check_right(top, asked.kind, found)
    return asked


def _check_right(top: Heading, kind: QuestionKind, found: Findings) -> None:
    if kind == "opinion" and not top.opinion:
        found.add(
            top.line,
            "no-right-answer",
            "Mark the right option with [x], or write {#name .opinion} after a question that has none.",
        )
    elif top.opinion and kind != "opinion":
        found.add(
            top.line,
            "opinion-right",
            "Remove .opinion, or the x of every option, as an opinion has none right.",
        )


def _first(item: Block) -> Block:
    return item.children[0] if item.children else Block("nothing", item.line, item.end)


def _option(item: Block, found: Findings) -> Option | None:
    first, rest = _first(item), item.children[1:]
    if _BRANCH.match(first.content):
        found.add(
            item.line, "question-kind", f"An option that leads elsewhere is not supported yet: {_WRITE}"
        )
        return None
    match = _OPTION.fullmatch(first.content) if first.kind == "paragraph" else None
    if not match:
        found.add(
            item.line, "option-form", "Write the option as - [ ] text, or as - [x] text when it is right."
        )
        return None
    if extra := rest[1:] if rest and rest[0].kind == "blockquote" else rest:
        found.add(
            extra[0].line, "option-form", "Below an option write only its explanation, as one quote: > text."
        )
    text = trimmed(flat(inline(match[2], first.line, found)))
    if not visible(text.plain):
        found.add(item.line, "option-form", "Write a text after the box of the option.")
    if any(entity.kind in ("hidden", "link") for entity in text.entities):
        found.add(
            item.line,
            "option-form",
            "Write the option without a link or ||, because a button cannot show them.",
        )
    explanation = compiled([part for block in rest for part in block.children], found)
    return Option(text, match[1] != " ", explanation)


def _refuse(block: Block, found: Findings) -> None:
    """A block below a question that is not a list of options."""
    kinds = {"ordered_list": "Putting in order", "table": "Matching"}
    kind = "A number or text to write" if block.content.startswith("=") else kinds.get(block.kind)
    if kind:
        found.add(block.line, "question-kind", f"{kind} is not supported yet: {_WRITE}")
    elif block.kind == "blockquote":
        found.add(
            block.line, "after-options", "Indent the explanation by two spaces, below the option it explains."
        )
    else:
        _misplaced(block.line, found)


def _refuse_loose(block: Block, lines: list[str], found: Findings) -> None:
    """Markdown takes a line right below a list for a part of its last item; an author means it as a text."""
    for number in range(block.line, block.end):
        if (line := lines[number - 1]) and not _MARK.match(line):
            _misplaced(number, found)


def _misplaced(line: int, found: Findings) -> None:
    found.add(
        line, "after-options", "Move this above the question, or into an explanation (> text) of an option."
    )
