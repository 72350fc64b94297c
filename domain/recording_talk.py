"""Recordings in the chat: the archive, found by words; one of them, with its chapters; and that there is one."""

from collections.abc import Sequence
from typing import Final

from domain.at_webinar import ShowRecording, ShowRecordings
from domain.attending import LIST, said_of
from domain.effect import Effect
from domain.message import Choice, Line, Notice, notice
from domain.person import Person
from domain.recording import Recording
from domain.studying import MENU

ARCHIVE: Final = Choice("recordings.button", "/recordings")
A_PAGE: Final = 8
LONGEST_WORDS: Final = 100


def asked(argument: str) -> list[Effect]:
    """All that they may see, or those in which these words are."""
    return [ShowRecordings(0, " ".join(argument.split())[:LONGEST_WORDS])]


def one(argument: str) -> list[Effect]:
    """That of the session with this number."""
    number = argument.strip()
    return [ShowRecording(int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0)]


def archive(found: Sequence[Recording], person: Person, words: str) -> Notice:
    """The newest first."""
    if not found:
        return notice("recordings.not_found" if words else "recordings.none", LIST, MENU)
    lines = tuple(Line("recordings.line", said_of(each.webinar, person)) for each in found[:A_PAGE])
    more = (Line("recordings.more"),) if len(found) > A_PAGE else (Line("recordings.search"),)
    choices = tuple(
        Choice(each.webinar.text(person.language).title, f"/recording {each.webinar.id}", literal=True)
        for each in found[:A_PAGE]
    )
    return Notice((Line("recordings.head"), *lines, *more), (*choices, MENU))


def show(found: Recording, person: Person, *, new: bool = False) -> Notice:
    """Where it is, and what begins when; `new`: they are told that there is one."""
    said = {**said_of(found.webinar, person), "link": found.link}
    lines = [Line("recording.new" if new else "recording.of", said)]
    lines += [
        Line("recording.chapter", {"at": each.clock, "title": each.title(person.language)})
        for each in found.chapters
    ]
    return Notice(tuple(lines), (ARCHIVE, MENU))


def none() -> Notice:
    """There is none for them."""
    return notice("recordings.none", LIST, MENU)
