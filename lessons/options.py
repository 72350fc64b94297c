"""Options to choose from: a list whose items have boxes, or are links to other cards; words, or pictures."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from domain.question import Option, Question, QuestionKind, kind_of
from lessons.below import refuse_loose
from lessons.blocks import Block, spans
from lessons.heading import Heading
from lessons.inline import link_to_card
from lessons.labels import label
from lessons.limits import check_options
from lessons.markup import compiled
from lessons.pictured import check_pictured, described, shot_in
from lessons.placed import Asked, Mark, Shot
from lessons.rules import Findings

_BOX: Final = re.compile(r"\[([ xX])\][ \t]+(\S.*)", re.DOTALL)
_TASK: Final = re.compile(r"\[[^\]]{0,3}\]([^(]|$)")
_BRANCH: Final = re.compile(r"(\[[ xX]?\]\s+)?\[(!\[[^\]]*\]\([^)]*\)|[^\]]+)\]\(#")


@dataclass(frozen=True, slots=True)
class _Read:
    option: Option
    line: int
    boxed: bool
    way: Mark | None
    shot: Shot | None = None


def is_options(block: Block) -> bool:
    """Whether a block is a list with at least one item that begins with a box, or leads to a card."""
    if block.kind != "bullet_list":
        return False
    texts = [_first(item).content for item in block.children]
    return any(_TASK.match(text) or _BRANCH.match(text) for text in texts)


def choice(top: Heading, lists: list[Block], lines: list[str], found: Findings) -> Asked:
    """The question with the options of these lists. `lines` are those of the whole file."""
    before = found.errors
    for block in lists:
        refuse_loose(block, lines, found)
    every = [_option(item, found) for block in lists for item in block.children]
    read = [each for each in every if each]
    options = tuple(each.option for each in read)
    kind, ways = kind_of(options), tuple(each.way for each in read)
    shots = tuple(each.shot for each in read if each.shot)
    shuffled = kind != "opinion" and ".fixed" not in top.classes and not shots
    asked = Question(top.id, kind, top.prompt, options, shuffled=shuffled)
    if found.errors == before:
        check_options([(each.option, each.line) for each in read], top.line, found)
        _check_boxes(read, kind, found)
        _check_right(top, kind, all(ways), found)
        check_pictured([(each.shot, each.line) for each in read], found)
        _advise(read, found)
    if kind == "multiple" and any(ways):
        found.add(
            top.line,
            "branching",
            "Mark only one option with [x] where options lead to cards, because only one is chosen.",
        )
    return Asked(asked, ways, shots if found.errors == before else ())


def _check_boxes(read: list[_Read], kind: QuestionKind, found: Findings) -> None:
    for each in read:
        if not each.boxed and kind != "opinion":
            found.add(each.line, "option-form", "Write - [ ] here too, because another option has [x].")


def _check_right(top: Heading, kind: QuestionKind, led: bool, found: Findings) -> None:
    opinion = ".opinion" in top.classes
    if kind == "opinion" and not opinion and not led:
        found.add(
            top.line,
            "no-right-answer",
            "Mark the right option with [x], or write {#name .opinion} after a question that has none.",
        )
    elif opinion and kind != "opinion":
        found.add(
            top.line,
            "opinion-right",
            "Remove .opinion, or the x of every option, as an opinion has none right.",
        )


def _advise(read: list[_Read], found: Findings) -> None:
    for each in read:
        if not each.option.explanation and not each.way:
            found.add(
                each.line,
                "no-explanation",
                "Say below the option why it is right or wrong, as a quote: > text.",
            )


def _first(item: Block) -> Block:
    return item.children[0] if item.children else Block("nothing", item.line, item.end)


def _option(item: Block, found: Findings) -> _Read | None:
    first, rest = _first(item), item.children[1:]
    box = _BOX.fullmatch(first.content)
    source = box[2] if box else first.content
    link = link_to_card(source)
    if first.kind != "paragraph" or not (box or link):
        found.add(
            item.line, "option-form", "Write the option as - [ ] text, or as - [x] text when it is right."
        )
        return None
    if extra := rest[1:] if rest and rest[0].kind == "blockquote" else rest:
        found.add(
            extra[0].line, "option-form", "Below an option write only its explanation, as one quote: > text."
        )
    tokens, name = link or (spans(source), "")
    shot = shot_in(tokens, first.line)
    text = (
        described(tokens[0], first.line, found) if shot else label(tokens, first.line, "option-form", found)
    )
    explanation = compiled([part for block in rest for part in block.children], found)
    way = Mark(name, first.line) if link else None
    picture = unquote(shot.address, errors="replace") if shot else ""
    option = Option(text, bool(box and box[1] != " "), explanation, picture=picture)
    return _Read(option, item.line, bool(box), way, shot)
