"""What is dragged to places in a picture: numbers are drawn there, and what belongs to which of them is asked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from domain.language import Language
from domain.programme import Picture
from domain.text import Text
from lessons.formats.album import Album
from lessons.formats.answers import Answer, Made, choice, matching
from lessons.formats.bank import NotTaken
from lessons.formats.moodle_xml.fields import is_set
from lessons.formats.moodle_xml.pictures import picture_in
from lessons.formats.moodle_xml.selected import boxes
from lessons.formats.moodle_xml.tree import Node
from lessons.formats.moodle_xml.zones import label_at, zone_at
from lessons.formats.prompts import numbers_in
from lessons.formats.texts import line_of, short
from lessons.limits import MOST_ROWS
from lessons.marks import Mark
from lessons.visible import visible

PLACED: Final = {"ddimageortext": label_at, "ddmarker": zone_at}
_MOST_DROPS: Final = 60  # several may be one place
_GROUPS: Final = "Its answers were in groups, and now each can be chosen for every place."
_SHARED: Final = "Several answers belonged to one place, and are one answer now."
_SIZE: Final = re.compile(r"_[0-9]{1,5}x[0-9]{1,5}$")  # what Moodle adds to a picture that it makes smaller
_APART: Final = re.compile(r"[\W_]+")
_NAMELESS: Final = re.compile(
    r"(?:img|image|dsc[fn]?|pic|picture|photo|screen ?shot|scan|untitled|unnamed|drag|file|clipboard|bild|bilde|"
    r"skjermbilde|obraz|obrazek|zdj[eę]cie|paveiksl[eė]lis|nuotrauka)?[\d ]*|(?:[0-9a-f]{4,} ?){2,}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Drag:
    """What can be dragged: in words, of which a picture may have none (then `file` is its name)."""

    text: Text
    group: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something is dragged to: what it is called besides its number, and what belongs there."""

    name: str
    right: list[Text]


def placed(node: Node, kind: str, *, general: Text, album: Album, language: Language) -> tuple[Made, Picture]:
    """The question, and its picture with the numbers in it. NotTaken when a lesson cannot have them."""
    drags = _drags(node)
    places = _places(node, kind, drags)
    made = _one(node, places, drags, general) if len(places) == 1 else _several(places, drags, general)
    if any(len(place.right) > 1 for place in places.values()) and len(places) > 1:
        made = made.told(_SHARED)
    stored = next(node.all("file"), None)
    if not stored:
        raise NotTaken("The file has not its picture: export the questions once more.")
    return made, picture_in(stored, numbers_in(len(places), language), album, marks=tuple(places))


def _drags(node: Node) -> dict[str, _Drag]:
    """What can be dragged, by its number."""
    found = boxes(node, "drag")
    drags = {each.inner("no") or str(place): _drag(each) for place, each in enumerate(found, 1)}
    pictures = [drag.text.plain for drag in drags.values() if drag.file and drag.text]
    if twice := next((each for each in pictures if pictures.count(each) > 1), ""):
        raise NotTaken(
            f"Two of its pictures to drag are called '{short(twice)}': give each a text in Moodle."
        )
    return drags


def _drag(node: Node) -> _Drag:
    said, group = line_of(node.inner("text"), "html"), node.inner("draggroup") or "1"
    stored = next(node.all("file"), None)
    if visible(said.plain) or not stored:
        return _Drag(said, group)
    file = stored.attributes.get("name", "")
    return _Drag(Text(_words_of(file)), group, file or "without a name")


def _words_of(file: str) -> str:
    """What the name of a picture's file says of it; "" where a camera or a program has given it."""
    words = _APART.sub(" ", _SIZE.sub("", PurePosixPath(file).stem)).strip()
    letters = sum(each.isalpha() for each in words)
    return "" if letters < 2 or _NAMELESS.fullmatch(words) else words


def _places(node: Node, kind: str, drags: Mapping[str, _Drag]) -> dict[Mark, _Place]:
    """The places in the order of their numbers; drop zones that lie on one another are one."""
    drops = [each for each in node.all("drop") if each.inner("choice") not in ("", "0")]
    places = dict[Mark, _Place]()
    for drop in drops[:_MOST_DROPS]:
        right = _right(drop, drags)
        place = places.setdefault(PLACED[kind](drop), _Place(_name(drop), []))
        if right not in place.right:
            place.right.append(right)
    if not places:
        raise NotTaken("It has no places in its picture.")
    count = len(drops) if len(drops) > _MOST_DROPS else len(places)
    if count > MOST_ROWS:
        raise NotTaken(f"It has {count:,} places, and {MOST_ROWS} are taken at most: divide it.")
    return places


def _right(drop: Node, drags: Mapping[str, _Drag]) -> Text:
    drag = drags.get(drop.inner("choice"), _Drag(Text(), ""))
    if drag.file and not drag.text:
        raise NotTaken(
            f"A picture to drag ({short(drag.file)}) has no words, and what is matched is told in words: "
            "give it a text in Moodle."
        )
    if not visible(drag.text.plain):
        raise NotTaken("A place in its picture has nothing that belongs to it.")
    return drag.text


def _name(drop: Node) -> str:
    said = line_of(drop.inner("text"), "html").plain
    return said if visible(said) else ""


def _one(node: Node, places: Mapping[Mark, _Place], drags: Mapping[str, _Drag], general: Text) -> Made:
    """The only place: what belongs there is chosen among all that may be dragged to it."""
    (place,) = places.values()
    groups = {drag.group for drag in drags.values() if drag.text in place.right}
    texts = dict.fromkeys(drag.text for drag in drags.values() if drag.group in groups and drag.text)
    answers = [Answer(text, float(text in place.right)) for text in texts]
    return choice(answers, general, one=len(place.right) == 1, shuffled=is_set(node, "shuffleanswers"))


def _several(places: Mapping[Mark, _Place], drags: Mapping[str, _Drag], general: Text) -> Made:
    rights = [Text(", ".join(text.plain for text in place.right)) for place in places.values()]
    lefts = [
        Text(f"{number} – {place.name}" if place.name not in ("", str(number), right.plain) else str(number))
        for number, (place, right) in enumerate(zip(places.values(), rights, strict=True), 1)
    ]
    made = matching([*zip(lefts, rights, strict=True), *_unused(places.values(), drags.values())], general)
    return made.told(_GROUPS) if len({drag.group for drag in drags.values()}) > 1 else made


def _unused(places: Iterable[_Place], drags: Iterable[_Drag]) -> list[tuple[Text, Text]]:
    """What belongs to no place, and is there to mislead."""
    used = [text for place in places for text in place.right]
    left = dict.fromkeys(drag.text or Text(drag.file) for drag in drags)
    return [(Text(), text) for text in left if text not in used and visible(text.plain)]
