"""Differences between messengers as data, and the one function that fits a message to them."""

import string
from dataclasses import dataclass, replace
from typing import Final

from domain.message import Button, Content, Paper
from domain.text import Text, join, units

# What an author may write, so that every card is one message in every messenger: Telegram's 4,096 units of text and
# 1,024 of caption (Bot API, sendMessage and sendPhoto) less room for a heading.
MOST_TEXT: Final = 3_900
MOST_CAPTION: Final = 900
MOST_OPTIONS: Final = 12
MOST_PICTURES: Final = 9  # options that are pictures; each has a digit for its sign
MOST_OPTION: Final = 300
MOST_TITLE: Final = 80
MOST_BUTTON_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a messenger can show. Lengths are UTF-16 units.

    `buttons`: it has buttons. `label`: the longest label that is read well on a phone. `many`: it lets several options
    be chosen before anything is sent. `edits`: a sent message can be changed. `idempotent`: sending the same key twice
    shows one message. `forgets`: seconds after which a press that nobody fetched is lost. `home`: it is a page of this
    service, so that a path is an address there. `files`: it carries files that are made for one person; elsewhere a
    link leads to them. `largest`: bytes of the largest file that it carries to many (0: none), and `together`: beside a
    picture; elsewhere a link leads to it too. `answers`: something can be written or pressed there. `groups`: what the
    address of a group begins with, which takes less than a person's; "" where there are none. `quizzes`: it has a quiz
    of its own.
    """

    buttons: bool
    label: int
    pictures: bool
    hidden: bool
    many: bool
    edits: bool
    idempotent: bool
    forgets: float | None = None
    home: bool = False
    files: bool = False
    largest: int = 0
    together: bool = False
    answers: bool = True
    groups: str = ""
    quizzes: bool = False


def fit(content: Content, can: Capabilities) -> Content:
    """`content` as a messenger with these capabilities can show it: one message in, one message out."""
    content = content if can.hidden else replace(content, text=_uncovered(content.text))
    content = content if can.quizzes else replace(content, quiz=None)
    if content.picture and not can.pictures:
        content = _told(content, content.picture.alt)
    if content.paper and not _carries(content, content.paper, can):
        content = _linked(content, content.paper)
    if not can.answers:
        return _only_told(content)
    if not can.buttons:
        return _numbered(content)
    if content.pick != "none":
        content = _chosen_from(content, can)
    if content.pick != "none":  # what is no answer stays apart from what is
        return content
    return replace(content, buttons=(*content.buttons, *content.more), more=())


def _carries(content: Content, paper: Paper, can: Capabilities) -> bool:
    if not paper.size:
        return can.files
    return paper.size <= can.largest and (can.together or not content.picture)


def _linked(content: Content, paper: Paper) -> Content:
    """A button that fetches the file, in its place."""
    links = (paper.link,) if paper.link else ()
    return replace(content, paper=None, buttons=(*links, *content.buttons))


def _only_told(content: Content) -> Content:
    """Options stand in the text, and of the buttons only those are left that open a page."""
    asks = content.pick != "none"
    text = join(content.text, Text("\n".join(_lines(content)))) if asks else content.text
    pages = tuple(button for button in (*content.buttons, *content.more) if button.url)
    return replace(
        content,
        text=text,
        buttons=pages,
        more=(),
        submit=None,
        pick="none",
        selected=(),
        hint="",
        pictured=False,
    )


def _told(content: Content, alt: str) -> Content:
    """What a picture shows, in its place. Options that stand in it say themselves what they show."""
    told = Text(f"[{alt}]" if alt and not content.pictured else "")
    return replace(content, text=join(told, content.text), picture=None)


def _chosen_from(content: Content, can: Capabilities) -> Content:
    signed = _signed(content) if content.pictured else content
    if can.many:
        return signed
    tick = len("☐ ") if content.pick == "many" else 0
    long = any(units(button.label) + tick > can.label for button in signed.buttons)
    content = _ticked(_listed(content) if long else signed)
    return replace(content, pick="none") if content.more else content


def _signed(content: Content) -> Content:
    """Options that stand in the picture say first which of them they are."""
    buttons = tuple(
        Button(line, button.data) for line, button in zip(_lines(content), content.buttons, strict=True)
    )
    return replace(content, buttons=buttons, pictured=False)


def _uncovered(text: Text) -> Text:
    return replace(text, entities=tuple(entity for entity in text.entities if entity.kind != "hidden"))


def _listed(content: Content) -> Content:
    """Long options go into the text; the buttons say only the signs that stand before them there."""
    buttons = tuple(
        Button(sign, button.data) for sign, button in zip(_signs(content), content.buttons, strict=False)
    )
    text = join(content.text, Text("\n".join(_lines(content))))
    return replace(content, text=text, buttons=buttons, pictured=False)


def _lines(content: Content) -> list[str]:
    """The options, each behind its sign."""
    return [f"{sign}. {button.label}" for sign, button in zip(_signs(content), content.buttons, strict=False)]


def _signs(content: Content) -> str:
    """What stands for the options one after another: A, B, C, or the numbers that they have in the picture."""
    return string.digits[1:] if content.pictured else string.ascii_uppercase


def _ticked(content: Content) -> Content:
    """Several options to choose become buttons with a tick, and one more that ends the choice."""
    if content.pick != "many" or content.submit is None:
        return content
    marks = ("☑" if index in content.selected else "☐" for index in range(len(content.buttons)))
    ticked = (
        Button(f"{mark} {button.label}", button.data)
        for mark, button in zip(marks, content.buttons, strict=True)
    )
    return replace(content, buttons=(*ticked, content.submit), submit=None, pick="none", selected=())


def _numbered(content: Content) -> Content:
    """Buttons become a numbered list, answered by a number or by the option's text; commands, where words answer.

    Addresses stand written out.
    """
    buttons = (*content.buttons, *content.more)
    addresses = [f"{button.label}: {button.url}" for button in buttons if button.url]
    pressed = [button for button in buttons if not button.url]
    if content.written:
        lines = [
            f"/{button.data.rpartition(':')[2].removeprefix('/')} – {button.label}" for button in pressed
        ]
    else:
        lines = [f"{number}. {button.label}" for number, button in enumerate(pressed, 1)]
    told = (Text("\n".join(each)) for each in (addresses, lines))
    hint = content.hint if lines and not content.written else ""
    return replace(
        content,
        text=join(content.text, *told, Text(hint)),
        buttons=(),
        more=(),
        submit=None,
        pick="none",
        selected=(),
        pictured=False,
    )
