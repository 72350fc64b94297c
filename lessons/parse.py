"""One file: a lesson or a programme's description in one language, and everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.language import Language
from domain.problem import Problem
from domain.programme import Card, LessonText, ProgrammeText
from domain.text import units
from lessons import exam, head, rules_head
from lessons.advice import advise
from lessons.branching import advise_shown, branches, joined
from lessons.cards import MOST_CARDS, MOST_IN_TEST, card, cards
from lessons.markup import compile_text
from lessons.placed import numbered
from lessons.rules import Findings
from lessons.rules_head import Stated
from lessons.shelf import Shelf
from lessons.source import decode
from lessons.visible import visible

MOST_DESCRIPTION: Final = 1_000


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text comes from: its file as problems name it, and what that name says."""

    file: str
    slug: str
    language: Language


@dataclass(frozen=True, slots=True)
class Parsed:
    """A lesson in one language, or None when there is an error. `lines` says where each card begins."""

    origin: Origin
    text: LessonText | None
    lines: tuple[int, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A programme's description in one language (None when there is an error), and the rules that its head states."""

    origin: Origin
    text: ProgrammeText | None
    stated: Mapping[str, Stated]
    problems: tuple[Problem, ...]


def parse_lesson(source: bytes, origin: Origin, shelf: Shelf) -> Parsed:
    """Read a lesson file. Never raises, whatever the bytes are."""
    found = Findings(origin.file)
    text, lines = _lesson(source, origin, shelf, found)
    return Parsed(origin, None if found.errors else text, lines, tuple(found.problems))


def _lesson(
    source: bytes, origin: Origin, shelf: Shelf, found: Findings
) -> tuple[LessonText | None, tuple[int, ...]]:
    whole = decode(source, found)
    parts = head.split(whole, found) if whole is not None else None
    if parts is None:
        return None, ()
    values = head.values(parts[0], ("title", "minutes", "draw", *exam.KEYS), found)
    title, minutes = head.title(values, found), head.minutes(values, found)
    before = found.errors
    most = MOST_CARDS if "pass" not in values else MOST_IN_TEST
    sources = list(cards(parts[1], most, found))
    all_read = found.errors == before
    placed = [card(text, line, parts[1], shelf, found) for text, line in sources]
    placed = numbered(placed, origin.slug, found)
    placed = joined(placed, found) if all_read else placed
    taught = tuple(each.card for each in placed)
    draw = _draw(values, taught, found) if all_read else 0
    sat_for = exam.exam(values, found)
    if all_read and "pass" in values:
        exam.check_cards(placed, found)
    elif all_read:
        exam.refuse_about(placed, found)
    if not found.errors:
        advise(taught, sources[0][1], found, test=sat_for is not None)
        advise_shown(placed, found)
    lines = tuple(each.line for each in placed)
    return LessonText(origin.language, title, minutes, taught, draw, sat_for), lines


def _draw(values: dict[str, head.Value], taught: tuple[Card, ...], found: Findings) -> int:
    if "draw" in values and branches(taught):
        found.add(values["draw"].line, "draw", "Remove draw, because cards of this lesson lead to others.")
        return 0
    return head.draw(values, sum(each.question is not None for each in taught), found)


def parse_programme(source: bytes, origin: Origin) -> Told:
    """Read a programme's description. Never raises, whatever the bytes are."""
    found = Findings(origin.file)
    whole = decode(source, found)
    parts = head.split(whole, found) if whole is not None else None
    if parts is None:
        return Told(origin, None, {}, tuple(found.problems))
    values = head.values(parts[0], ("title", *rules_head.KEYS), found)
    title, audience = head.title(values, found), rules_head.audience(values, found)
    stated = rules_head.stated(values, found)
    text = ProgrammeText(origin.language, title, _description(parts[1], found), audience)
    return Told(origin, None if found.errors else text, stated, tuple(found.problems))


def _description(lines: list[str], found: Findings) -> str:
    body = "\n".join(lines)
    line = 1 + len(body) - len(body.lstrip("\n")) if body.strip() else len(lines)
    if len(body.strip()) > 2 * MOST_DESCRIPTION or any(row.rstrip() == "---" for row in lines):
        found.add(
            line,
            "description",
            f"Describe the programme in one text of at most {MOST_DESCRIPTION:,} characters.",
        )
        return ""
    inner = Findings(found.file)
    text = compile_text(body.lstrip("\n"), line, inner)
    odd = {entity.kind for entity in text.entities} | {problem.rule for problem in inner.problems}
    if odd & {"link", "hidden", "picture-place"}:
        message = "Describe the programme without pictures, links and ||, because it is shown as plain text."
        found.add(line, "description", message)
    else:
        found.problems += inner.problems
    if not visible(text.plain):
        found.add(line, "description", "Describe the programme in a sentence or two below its head.")
    elif units(text.plain) > MOST_DESCRIPTION:
        found.add(line, "description", f"Shorten the description to at most {MOST_DESCRIPTION:,} characters.")
    return text.plain
