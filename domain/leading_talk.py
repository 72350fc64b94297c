"""Trainers in the chat: what they are asked to hold, what they hold, who comes, what is asked and said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.at_webinar import Decline, Lead, ShowLed
from domain.attending import about, said_of
from domain.effect import Effect
from domain.leading import LONGEST_WHY, Feedback, Led
from domain.message import Choice, Line, Moment, Notice, Param, notice
from domain.pacing import local
from domain.person import Person
from domain.studying import MENU
from domain.webinar import Webinar

LEADING: Final = Choice("leading.button", "/leading")
A_PAGE: Final = 20  # names, and questions
MOST_LISTED: Final = 10


@dataclass(frozen=True, slots=True)
class Room:
    """A session as its trainer sees it: a page of who has a seat, how many in all and wait, what is asked, and said."""

    names: Sequence[str]
    seated: int
    waiting: int
    questions: Sequence[tuple[str, str]]
    feedback: Feedback


def asked(argument: str) -> list[Effect]:
    """Everything about the session with this number, a page of it; or all that they hold."""
    number, _, page = argument.partition(" ")
    return [ShowLed(_number(number), max(_number(page), 1))]


def accept(argument: str) -> list[Effect]:
    """They want to hold it."""
    return [Lead(_number(argument))]


def decline(argument: str) -> list[Effect]:
    """They do not, or not any more; why may stand behind the number."""
    number, _, why = argument.partition(" ")
    return [Decline(_number(number), " ".join(why.split())[:LONGEST_WHY])]


def none() -> Notice:
    """There is no such session of theirs."""
    return notice("leading.none", LEADING, MENU)


def offer(webinar: Webinar, person: Person, until: datetime) -> Notice:
    """Would they hold it?"""
    asks = Line("leading.offered", {"until": Moment(local(until, person))})
    return Notice((asks, *about(webinar, person)), _answers(webinar))


def became(result: Led, webinar: Webinar, person: Person, *, why: str = "") -> Notice:
    """What is said of an answer; whoever declines is asked why, which they need not say."""
    line = Line(f"leading.{result}", said_of(webinar, person))
    if result in ("accepted", "already"):
        return Notice((line,), (_room(webinar), LEADING))
    if result not in ("declined", "given_back") or why:
        return Notice((line,), (LEADING, MENU))
    busy = Choice("leading.why_time", f"/notlead {webinar.id} time")
    strange = Choice("leading.why_subject", f"/notlead {webinar.id} subject")
    return Notice((line, Line("leading.why", {"number": webinar.id})), (busy, strange, MENU))


def thanks() -> Notice:
    """They said why."""
    return notice("leading.noted", LEADING, MENU)


def all_of(person: Person, held: Sequence[Webinar], offered: Sequence[Webinar]) -> Notice:
    """What they hold and are asked to hold, the next first."""
    lines = [Line("leading.asked_line", said_of(each, person)) for each in offered]
    lines += [Line("leading.held_line", said_of(each, person)) for each in held]
    if not lines:
        return notice("leading.nothing", MENU)
    choices = tuple(
        Choice(each.text(person.language).title, f"/leading {each.id}", literal=True)
        for each in (*offered, *held)
    )
    return Notice((Line("leading.head"), *lines), (*choices, MENU))


def room(webinar: Webinar, person: Person, found: Room, page: int, now: datetime) -> Notice:
    """Who comes, what they ask, and once it is over what they said of it."""
    counts: dict[str, Param] = {"seated": found.seated, "waiting": found.waiting}
    lines = [*about(webinar, person), Line("leading.seats", counts)]
    if found.names:
        lines.append(Line("leading.names", {"names": "; ".join(found.names)}))
    lines += [Line("leading.question", {"name": name, "words": words}) for name, words in found.questions]
    more = (
        (Choice("programmes.next", f"/leading {webinar.id} {page + 1}"),)
        if found.seated > page * A_PAGE
        else ()
    )
    if now >= webinar.ends_at:
        return Notice((*lines, *said(found.feedback)), (*more, LEADING))
    return Notice(tuple(lines), (*more, Choice("leading.give_back", f"/notlead {webinar.id}"), LEADING))


def said(feedback: Feedback) -> tuple[Line, ...]:
    """How it was rated, where enough did."""
    if feedback.tenths is None:
        return (Line("leading.rated_few", {"count": feedback.count}),)
    whole, tenth = divmod(feedback.tenths, 10)
    bound = f"_{feedback.bound}" if feedback.bound else ""
    return (Line(f"leading.rated{bound}", {"count": feedback.count, "whole": whole, "tenth": tenth}),)


def told(webinar: Webinar, person: Person, *, known: bool) -> Notice:
    """It is theirs to hold; or, where they knew that, it is another time or elsewhere, or not at all."""
    if webinar.state == "cancelled":
        return notice("leading.cancelled", LEADING, **said_of(webinar, person))
    head = Line("leading.changed" if known else "leading.named")
    return Notice((head, *about(webinar, person)), (_room(webinar), LEADING))


def nobody(webinar: Webinar, person: Person) -> Notice:
    """A coordinator is told that nobody is left to be asked."""
    return notice("leading.nobody", MENU, **said_of(webinar, person))


def _answers(webinar: Webinar) -> tuple[Choice, ...]:
    yes, no = Choice("leading.yes", f"/lead {webinar.id}"), Choice("leading.no", f"/notlead {webinar.id}")
    return (yes, no, LEADING)


def _room(webinar: Webinar) -> Choice:
    return Choice("leading.room", f"/leading {webinar.id}")


def _number(written: str) -> int:
    """A number that somebody wrote; 0 where it is none."""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else 0
