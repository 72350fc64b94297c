"""The picture of a question: a file that lies in its text, and that the text shows."""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Final
from urllib.parse import unquote

from domain.programme import Picture
from lessons.formats.album import Album
from lessons.formats.bank import NotTaken
from lessons.formats.html import TAG
from lessons.formats.moodle_xml.tree import Node
from lessons.formats.texts import MOST_SOURCE, short
from lessons.marks import Mark
from lessons.shelf import UnusableError

_STORED: Final = "@@PLUGINFILE@@/"
_SHOWN: Final = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_MARKDOWN: Final = re.compile(
    r"""!\[(?P<alt>[^\]\n]{0,600})\]\((?P<src>@@PLUGINFILE@@/[^\s)]{1,300})(?: "[^"\n]{0,300}")?\)"""
)


def pictured(node: Node, album: Album) -> tuple[Node, Picture | None, tuple[str, ...]]:
    """The question with neither files nor pictures in its text, its picture, and in sentences what it lost."""
    asks = node.first("questiontext")
    files = {unquote(each.attributes.get("name", "")): each for each in asks.all("file")}
    source = asks.first("text").text
    if len(source) > MOST_SOURCE or (not files and _STORED not in source):
        return node, None, ()
    rest, shown = _taken_out(source)
    if len(shown) > 1:
        raise NotTaken(
            f"There are {len(shown)} pictures in it, and a card has one: add the question by hand."
        )
    if _STORED in rest:
        raise NotTaken(
            "There is a file in it that is no picture, and is not taken: add the question by hand."
        )
    said = replace(asks, children=[replace(asks.first("text"), text=rest)])
    children = [said if each is asks else each for each in node.children]
    picture = next((_picture(name, alt, files, album) for name, alt in shown.items()), None)
    unseen = len(files.keys() - shown.keys())
    told = (f"Files that its text does not show are left out: {unseen}.",) if unseen else ()
    return replace(node, children=children), picture, told


def _taken_out(source: str) -> tuple[str, dict[str, str]]:
    """The text without the pictures that lie in the question, and what is said of each by its name."""
    shown = dict[str, str]()

    def tag(found: re.Match[str]) -> str:
        if found["name"].lower() != "img" or _STORED not in found["rest"]:
            return found[0]
        said = {name.lower(): unescape("".join(value)) for name, *value in _SHOWN.findall(found["rest"])}
        return _keep(said.get("src", ""), said.get("alt", ""))

    def mark(found: re.Match[str]) -> str:
        return _keep(found["src"], found["alt"])

    def _keep(address: str, alt: str) -> str:
        name = unquote(address.removeprefix(_STORED).partition("?")[0])
        shown[name] = shown.get(name) or alt
        return ""

    return _MARKDOWN.sub(mark, TAG.sub(tag, source)), shown


def _picture(name: str, alt: str, files: Mapping[str, Node], album: Album) -> Picture:
    if name not in files:
        raise NotTaken(f"The file has not its picture {short(name)}: export the questions once more.")
    return picture_in(files[name], alt, album)


def picture_in(stored: Node, alt: str, album: Album, *, marks: tuple[Mark, ...] = ()) -> Picture:
    """The picture that an element <file> is, with these marks drawn into it. NotTaken when it cannot be shown."""
    name = short(unquote(stored.attributes.get("name", "")))
    try:
        return album.take(b64decode(stored.text), "picture", alt, marks=marks)
    except ValueError:
        raise NotTaken(f"Its picture {name} is damaged: export the questions once more.") from None
    except UnusableError as reason:
        raise NotTaken(f"Its picture {name} is not taken. {reason}") from None
