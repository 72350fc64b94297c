"""An announcement made in the chat: what a coordinator is asked, and what is said of it until it has gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.at_announcement import (
    DOINGS,
    AwaitWords,
    BeginAnnouncing,
    DoAnnouncement,
    KeepWords,
    StopWriting,
    Writing,
)
from domain.effect import Effect, Say
from domain.event import Command, Said, StepPress
from domain.facts import Facts
from domain.language import LANGUAGES, OWN_NAMES, Language, named
from domain.message import Choice, Line, Moment, Notice, Param, Place, notice
from domain.person import Person
from domain.studying import MENU
from domain.text import units

BUTTON: Final = Choice("announce.button", "/announce")
OFF: Final = Choice("announce.off_button", "/announce off")
AWAITED: Final = timedelta(hours=1)
A_PAGE: Final = 8
LONGEST_NUMBER: Final = 9  # digits
ABOUT: Final = ("announce", "help", "menu")  # commands that ask whether somebody announces things
MOST_TOGETHER: Final = 3_000  # units of text that stand with other sentences in one message
DONE: Final = "done"  # the state of one of whose messages none is left


@dataclass(frozen=True, slots=True)
class Made:
    """An announcement as whoever made it, or is to approve it, sees it in the chat.

    `place` and `by` are names, `state` is where it stands. `people` it reaches now, by `languages`, `unreachable` are
    those who match and cannot be written to; `faults` is what is wrong with it, each with its language or none. With
    more than `alone` (0: none is) a second person approves it. `seen` names what is shown here, `press` this message.
    `mine`: whoever sees it wrote it. `groups` are the titles of those that it goes to.
    `figures` are the messages in each group, once there are any.
    """

    id: int
    place_id: int
    place: str
    by: str
    state: str
    texts: Sequence[tuple[Language, str]]
    link: str = ""
    people: int = 0
    unreachable: int = 0
    languages: Sequence[Language] = ()
    faults: Sequence[tuple[str, Language | None]] = ()
    alone: int = 0
    seen: str = ""
    press: str = ""
    mine: bool = True
    at: datetime | None = None
    confirms: bool = False
    figures: Sequence[tuple[str, int]] = ()
    confirmed: int = 0
    groups: Sequence[str] = ()


def asked(facts: Facts, person: Person, argument: str) -> list[Effect]:
    """What a coordinator wants to do: begin one, say where or in which language, or something with one that is."""
    if not facts.announces:
        return [StopWriting(), Say(not_yours(person.organisation.contact))]
    word, *rest = argument.split() or [""]
    first, numbers = (rest or [""])[0], [_number(each) for each in rest]
    number = numbers[0] if numbers else 0
    doing = next((each for each in DOINGS if each == word), None)
    if doing and number:
        return [StopWriting(), DoAnnouncement(doing, number, rest[1][:32] if len(rest) > 1 else "")]
    if word == "in" and number and len(rest) > 1:
        language = next((each for each in LANGUAGES if each == rest[1]), person.language)
        draft = numbers[2] if len(numbers) > 2 else 0
        return [AwaitWords(Writing(number, language, draft, facts.now + AWAITED))]
    if word == "off":
        return [StopWriting(said=True)]
    return [
        StopWriting(),
        BeginAnnouncing(number if word == "at" else 0, number if first and word == "page" else 1),
    ]


def _number(written: str) -> int:
    """A number that may be one of a row; 0 for anything else."""
    is_one = written.isascii() and written.isdecimal() and len(written) <= LONGEST_NUMBER
    return int(written) if is_one else 0


def followed(facts: Facts, meaning: Command | StepPress | Said) -> list[Effect] | None:
    """What follows from words that are awaited; None where none are. Anything else that somebody does ends the waiting,
    and means what it means."""
    if facts.writing is None or not isinstance(meaning, Said):
        return None
    return (
        [KeepWords(facts.writing, meaning.text)] if meaning.text.strip() else [Say(no_words(facts.writing))]
    )


def ends(facts: Facts, meaning: Command | StepPress | Said) -> list[Effect]:
    """What is not awaited any more because of this."""
    about = isinstance(meaning, Command) and meaning.name == "announce"
    return [StopWriting()] if facts.writing and not about and not isinstance(meaning, Said) else []


def way(doing: str, made: Made, word: str = "") -> Choice:
    """The button that does something with it."""
    return Choice(f"announce.{doing}_button", f"/announce {doing} {made.id} {word}".rstrip())


def not_yours(contact: str) -> Notice:
    """Said to whoever may announce nothing anywhere."""
    return Notice((Line("announce.not_yours", {"contact": contact}),), (MENU,), reader="learner")


def none() -> Notice:
    """There is no such announcement for them."""
    return notice("announce.none", BUTTON, MENU)


def stopped() -> Notice:
    """Nothing is awaited any more."""
    return notice("announce.stopped", BUTTON, MENU)


def where(places: Sequence[tuple[int, str]], page: int) -> Notice:
    """At which of these places it is to be said; they stand on pages."""
    last = (len(places) + A_PAGE - 1) // A_PAGE
    page = min(max(page, 1), last)
    here = places[(page - 1) * A_PAGE : page * A_PAGE]
    choices = tuple(Choice(name, f"/announce at {place}", literal=True) for place, name in here)
    onward = (Choice("programmes.next", f"/announce page {page + 1}"),) if page < last else ()
    return Notice((Line("announce.where"),), (*choices, *onward, OFF), reader="coordinator")


def ask_words(writing: Writing, place: str, offered: Sequence[Language]) -> Notice:
    """The text is awaited in a language; it can be another one of those that the place offers."""
    others = (each for each in offered if each != writing.language)
    choices = tuple(_written_in(writing.place, each, writing.draft) for each in others)
    said: dict[str, Param] = {"place": place, "language": named(writing.language)}
    return Notice((Line("announce.write", said),), (*choices, OFF), reader="coordinator")


def no_words(writing: Writing) -> Notice:
    """What came is no text."""
    return notice("announce.no_words", OFF, language=named(writing.language))


def _written_in(place: int, language: Language, draft: int) -> Choice:
    return Choice(OWN_NAMES[language], f"/announce in {place} {language} {draft}", literal=True)


def shown(made: Made) -> list[Notice]:
    """All its words, each language by itself, and what can be done with it: by its author, or by a second person."""
    told = [Notice((each,)) for each in words(made)]
    return [
        *told,
        _asks(made) if made.state == "asked" else _draft(made) if made.state == "draft" else stands(made),
    ]


def words(made: Made) -> list[Line]:
    """What it says, in each of its languages."""
    return [
        Line("announce.words", {"language": OWN_NAMES[language], "words": f"{text}\n\n{made.link}".rstrip()})
        for language, text in made.texts
    ]


def _draft(made: Made) -> Notice:
    lines = [*reaches(made), *(_fault(what, language) for what, language in made.faults)]
    if made.alone:
        lines.append(Line("announce.second", {"most": made.alone}))
    written = dict(made.texts)
    spoken = dict.fromkeys((*written, *made.languages))
    tongues = tuple(_written_in(made.place_id, each, made.id) for each in spoken)
    send = () if made.faults else (way("test", made, made.press), way("send", made, made.seen))
    tested = () if send or not written else (way("test", made, made.press),)
    if len(tongues) > 1 or made.faults:
        lines.append(Line("announce.languages"))
    return Notice(tuple(lines), (*send, *tested, *tongues, way("drop", made)))


def reaches(made: Made) -> list[Line]:
    """How many people it reaches, and how many it cannot."""
    lines = [Line("announce.people", {"many": made.people, "place": made.place})]
    if made.unreachable:
        lines.append(Line("announce.unreachable", {"many": made.unreachable}))
    if made.groups:
        lines.append(Line("announce.groups", {"titles": ", ".join(made.groups)}))
    return lines


def _fault(what: str, language: Language | None) -> Line:
    said: dict[str, Param] = {"language": named(language)} if language else {}
    return Line(f"announce.fault.{what}", said)


def _asks(made: Made) -> Notice:
    """It waits for a second person."""
    if made.mine:
        lines = (Line("announce.asked"), *reaches(made))
        return Notice(lines, (way("undo", made), way("status", made)))
    return Notice((Line("announce.wanted", {"name": made.by}), *reaches(made)), decisions(made))


def decisions(made: Made) -> tuple[Choice, ...]:
    """What a second person can say to it."""
    return (way("approve", made, made.seen), way("refuse", made, made.seen))


def fits_one(made: Made) -> bool:
    """Whether all its words can stand in one message with what else is said of it."""
    return (
        sum(units(text) + units(made.link) + len("Lietuvių:\n\n\n\n") for _, text in made.texts)
        <= MOST_TOGETHER
    )


def stands(made: Made) -> Notice:
    """Where it stands, and how it goes."""
    lines = [Line(f"announce.state.{made.state}", {"place": made.place})]
    choices = [way("status", made)]
    if made.state == "due" and made.at:
        lines.append(Line("announce.goes_at", {"when": Moment(made.at.replace(tzinfo=None))}))
        choices = [way("undo", made), *choices]
    if made.state == "draft":
        choices = [way("show", made)]
    if made.figures:
        lines.append(Line("announce.figures", dict(made.figures)))
    if made.figures and made.confirms:
        lines.append(Line("announce.confirmed", {"many": made.confirmed}))
    over = made.state in (DONE, "cancelled")
    return Notice(tuple(lines), (MENU,) if over else tuple(choices))


def became(text: str, made: Made) -> Notice:
    """A sentence about what was done, and where it stands since."""
    stood = stands(made)
    return Notice((Line(f"announce.{text}"), *stood.lines), stood.choices)


def changed() -> Notice:
    """It is not what they have seen: they are shown it anew."""
    return notice("announce.changed")


def own() -> Notice:
    """Nobody approves their own."""
    return notice("announce.own", MENU)


def wanted(made: Made) -> Notice:
    """Said to whoever may approve it: all of it, and what they can say, or the way to it where it is too long."""
    page = Line("approval.then", {"link": Place(f"/console/announcements/{made.id}")})
    head = Line("approval.wanted", {"organisation": made.place})
    if not fits_one(made):
        return Notice((head, *reaches(made), page), (way("show", made),))
    return Notice((head, *words(made), *reaches(made), page), decisions(made))


def wanted_mail(made: Made) -> Notice:
    """The same where nothing can be pressed."""
    told: dict[str, Param] = {
        "organisation": made.place,
        "link": Place(f"/console/announcements/{made.id}"),
    }
    return Notice(tuple(Line(f"approval.{each}", told) for each in ("subject", "wanted", "then")))


def refused(by: str, made: Made) -> Notice:
    """Said to its author when a second person did not approve it."""
    return notice("announce.turned_down", way("show", made), name=by, place=made.place)
