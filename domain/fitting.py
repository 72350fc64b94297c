"""Differences between messengers as data, and the one function that fits a message to them."""

import string
from dataclasses import dataclass, replace
from typing import Final

from domain.message import Button, Content
from domain.text import Text, join, units

# What an author may write, so that every card is one message in every messenger: Telegram's 4,096 units of text and
# 1,024 of caption (Bot API, sendMessage and sendPhoto) less room for a heading.
MOST_TEXT: Final = 3_900
MOST_CAPTION: Final = 900
MOST_OPTIONS: Final = 12
MOST_OPTION: Final = 300
MOST_TITLE: Final = 80
MOST_BUTTON_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a messenger can show. Lengths are UTF-16 units.

    `buttons`: it has buttons. `label`: the longest label that is read well on a phone. `many`: it lets several options
    be chosen before anything is sent. `edits`: a sent message can be changed. `idempotent`: sending the same key twice
    shows one message. `forgets`: seconds after which a press that nobody fetched is lost.
    """

    buttons: bool
    label: int
    pictures: bool
    hidden: bool
    many: bool
    edits: bool
    idempotent: bool
    forgets: float | None = None


def fit(content: Content, can: Capabilities) -> Content:
    """`content` as a messenger with these capabilities can show it: one message in, one message out."""
    content = content if can.hidden else replace(content, text=_uncovered(content.text))
    if content.picture and not can.pictures:
        told = Text(f"[{content.picture.alt}]" if content.picture.alt else "")
        content = replace(content, text=join(told, content.text), picture=None)
    if not can.buttons:
        return _numbered(content)
    if content.pick != "none" and not can.many:
        content = _chosen_from(content, can)
    if content.pick != "none":  # what is no answer stays apart from what is
        return content
    return replace(content, buttons=(*content.buttons, *content.more), more=())


def _chosen_from(content: Content, can: Capabilities) -> Content:
    tick = len("☐ ") if content.pick == "many" else 0
    lettered = any(units(button.label) + tick > can.label for button in content.buttons)
    content = _ticked(_lettered(content) if lettered else content)
    return replace(content, pick="none") if content.more else content


def _uncovered(text: Text) -> Text:
    return replace(text, entities=tuple(entity for entity in text.entities if entity.kind != "hidden"))


def _lettered(content: Content) -> Content:
    """Long options go into the text; the buttons are labelled A, B, C."""
    letters = string.ascii_uppercase
    lines = [f"{letters[index]}. {button.label}" for index, button in enumerate(content.buttons)]
    buttons = tuple(Button(letters[index], button.data) for index, button in enumerate(content.buttons))
    return replace(content, text=join(content.text, Text("\n".join(lines))), buttons=buttons)


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
    """Buttons become a numbered list, answered by a number or by the option's text; commands, where words answer."""
    buttons = (*content.buttons, *content.more)
    if content.written:
        lines = [f"/{button.data.rpartition(':')[2]} – {button.label}" for button in buttons]
    else:
        lines = [f"{number}. {button.label}" for number, button in enumerate(buttons, 1)]
    hint = content.hint if lines and not content.written else ""
    return replace(
        content,
        text=join(content.text, Text("\n".join(lines)), Text(hint)),
        buttons=(),
        more=(),
        submit=None,
        pick="none",
        selected=(),
    )
