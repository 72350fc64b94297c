"""The head of a lesson file: a few `key: value` lines between two lines of `---`, read as plain strings.

YAML would also make booleans of `no`, numbers of `12:30`, and a whole tree of aliases; a head is refused at
the first event that is not a plain key or value, so nothing is ever expanded or constructed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from domain.fitting import MOST_TITLE
from domain.text import units
from lessons.rules import Findings, shown
from lessons.visible import visible

MOST_MINUTES: Final = 60
_MOST_HEAD: Final = 4_000
_EXAMPLE: Final = '"title: Is this personal data"'
_UNREAD: Final = (
    'This is not "key: value", so put a value that has a colon or a sign in it between double quotes.'
)
_COMMENT: Final = re.compile(r"[ \t]+#")


@dataclass(frozen=True, slots=True)
class Value:
    """What a key of the head says, and in which line of the file."""

    text: str
    line: int


class _HeadError(Exception):
    """A head that is more than keys and values; `index` is the character at which that shows."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


def split(text: str, found: Findings) -> tuple[str, list[str]] | None:
    """The head's source, and the lines of the file with the head's made blank; None when there is no head."""
    lines = text.split("\n")
    fences = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if not fences or fences[0] != 0:
        found.add(1, "no-head", f"Begin the file with a line ---, then {_EXAMPLE} and a second line ---.")
        return None
    if len(fences) == 1:
        found.add(1, "no-head", "Close the head with a second line --- below its last key.")
        return None
    end = fences[1]
    return "\n".join(lines[1:end]), ["" for _ in lines[: end + 1]] + lines[end + 1 :]


def values(source: str, known: tuple[str, ...], found: Findings) -> dict[str, Value]:
    """The keys of a head that are `known`, the head beginning in line 2; what is wrong goes to `found`."""
    if len(source) > _MOST_HEAD:
        found.add(
            1, "head", f"The head is longer than {_MOST_HEAD:,} characters, so leave only {_listed(known)}."
        )
        return {}
    read: dict[str, Value] = {}
    try:
        for key, value, index in _pairs(source):
            line = _line(source, index)
            if key in read:
                found.add(line, "head-key", f"The key '{shown(key)}' is here twice, so keep one of them.")
            elif key not in known:
                found.add(
                    line, "head-key", f"Remove '{shown(key)}', because a head has only {_listed(known)}."
                )
            else:
                read[key] = Value(value, line)
    except _HeadError as refused:
        found.add(_line(source, refused.index), "head", str(refused))
    return read


def title(head: dict[str, Value], found: Findings) -> str:
    """The title on one line, or "" with the reason in `found`."""
    value = head.get("title", Value("", 1))
    text = " ".join(value.text.split())
    if not visible(text):
        found.add(value.line, "title", f"Give the head a title, for example {_EXAMPLE}.")
    elif units(text) > MOST_TITLE:
        found.add(
            value.line,
            "title",
            f"The title has {units(text):,} characters, so shorten it to at most {MOST_TITLE}.",
        )
    return text


def minutes(head: dict[str, Value], found: Findings) -> int:
    """The minutes that a lesson takes, or 0 with the reason in `found`."""
    value = head.get("minutes", Value("", 1))
    if re.fullmatch("[1-9][0-9]?", value.text) and int(value.text) <= MOST_MINUTES:
        return int(value.text)
    found.add(
        value.line, "minutes", f'Say how long it takes in whole minutes (1 to {MOST_MINUTES}): "minutes: 3".'
    )
    return 0


def draw(head: dict[str, Value], questions: int, found: Findings) -> int:
    """How many of a lesson's questions each learner is asked; 0: all, or a wrong number (its reason in `found`)."""
    value = head.get("draw")
    if value is None:
        return 0
    if re.fullmatch("[1-9][0-9]?", value.text) and int(value.text) < questions:
        return int(value.text)
    if questions < 2:
        message = "Remove draw, because it needs at least two questions to draw from."
    else:
        message = (
            f'Write how many of the {questions} questions are asked: "draw: 1" to "draw: {questions - 1}".'
        )
    found.add(value.line, "draw", message)
    return 0


def _pairs(source: str) -> Iterator[tuple[str, str, int]]:
    """Key, value and the key's place, event by event: a hostile head costs no more than its first lines."""
    key: yaml.ScalarEvent | None = None
    mappings = 0
    try:
        for event in yaml.parse(source, Loader=yaml.SafeLoader):
            _refuse_special(event)
            mappings += isinstance(event, yaml.MappingStartEvent)
            if isinstance(event, yaml.ScalarEvent):
                _refuse_odd(event, source, mappings)
                if key is None:
                    key = event
                else:
                    yield key.value, event.value, _at(key)
                    key = None
            elif mappings > 1 or isinstance(event, yaml.SequenceStartEvent):
                raise _HeadError(
                    _at(event), "Write one plain value for each key, not a list or a nested key."
                )
    except yaml.YAMLError as error:
        raise _HeadError(_index(error), _UNREAD) from error


def _refuse_special(event: yaml.Event) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise _HeadError(
            _at(event),
            "Write the value itself, because anchors (&) and aliases (*) are not read.",
        )
    if getattr(event, "tag", None) is not None:
        raise _HeadError(_at(event), "Write the value without a tag (!), or between double quotes.")
    if isinstance(event, yaml.DocumentStartEvent) and event.explicit:
        raise _HeadError(_at(event), "Keep only keys and values between the two lines of ---.")


def _refuse_odd(event: yaml.ScalarEvent, source: str, mappings: int) -> None:
    if not mappings:
        raise _HeadError(_at(event), _UNREAD)
    if event.style is None and event.value and _COMMENT.match(source, _end(event)):
        raise _HeadError(_end(event), "Put the value between double quotes, because # would cut it off here.")


def _at(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0


def _index(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return mark.index if mark else getattr(error, "position", 0)


def _line(source: str, index: int) -> int:
    return source.count("\n", 0, index) + 2


def _listed(known: tuple[str, ...]) -> str:
    return " and ".join((", ".join(known[:-1]), known[-1])) if len(known) > 1 else known[0]
