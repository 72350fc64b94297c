"""Options that are pictures: read, checked, and put together into the one picture of their card."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from markdown_it.token import Token

from domain.language import Language
from domain.programme import Picture
from domain.text import Text
from lessons.inline import flat, inline
from lessons.markup import trimmed
from lessons.placed import Asked, Shot
from lessons.rules import Findings
from lessons.shelf import Shelf, UnusableError
from lessons.visible import visible

# What the editor writes into the brackets of a picture, for its author to replace it.
TO_DESCRIBE: Final[dict[Language, str]] = {
    "lt": "Aprašykite, kas matyti paveikslėlyje",
    "pl": "Opisz, co widać na obrazku",
    "nb": "Beskriv hva bildet viser",
    "en": "Describe what the picture shows",
}


def shot_in(tokens: Sequence[Token], line: int) -> Shot | None:
    """The picture that these inline tokens of an option are, when they are one and nothing else."""
    if [token.type for token in tokens] != ["image"]:
        return None
    return Shot(str(tokens[0].attrs.get("src", "")), line)


def alternative(token: Token, line: int, found: Findings) -> Text:
    """What a picture shows, as its author says it in the brackets; nothing where the editor's words still stand."""
    said = trimmed(flat(inline(token.content, line, found))).plain
    return Text() if said in TO_DESCRIBE.values() else Text(said)


def described(token: Token, line: int, found: Findings) -> Text:
    """What an option's picture shows: it is what the option is called, so it cannot be nothing."""
    text = alternative(token, line, found)
    if not visible(text.plain):
        found.add(
            line, "option-form", "Say in the brackets what the picture shows, because the button says it."
        )
    return text


def check_pictured(options: Sequence[tuple[Shot | None, int]], found: Findings) -> None:
    """Whether all options are pictures, or none; each is given with its line."""
    words = [line for shot, line in options if shot is None]
    if words and len(words) < len(options):
        found.add(
            words[0],
            "option-pictures",
            "Make this option a picture too, - [ ] ![what it shows](name.png), or write all of them in words.",
        )


def together(asked: Asked, shelf: Shelf, found: Findings) -> Picture | None:
    """The one picture of a question's options, or None with the reason in `found`."""
    named = enumerate(asked.question.options, 1)
    alt = "; ".join(f"{number} – {option.text.plain}" for number, option in named)
    if drawn := shelf.drawn_before(option.picture for option in asked.question.options):
        return replace(drawn, alt=alt)
    taken = [(shelf.take(shot.address, "", shot.line, found), shot.line) for shot in asked.shots]
    pictures = [picture for picture, _ in taken if picture]
    seen = set[str]()
    for picture, line in taken:
        if picture and picture.digest in seen:
            found.add(line, "same-option", "This picture is here twice, so change or remove one of them.")
        seen.add(picture.digest if picture else "")
    if len(pictures) < len(taken):
        return None
    try:
        return shelf.together(pictures, alt)
    except UnusableError as unusable:
        found.add(asked.shots[0].line, unusable.rule, str(unusable))
        return None
