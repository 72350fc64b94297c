"""A question of a lesson for a group each week: set, held and stopped by a coordinator, posted when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from actions.ask_gate import decided, of_group, passed, reader_of
from domain.audit import Deed, What
from domain.gate import WaitUntil
from domain.language import Language
from domain.message import Posted
from domain.organisation import Organisation, Scope
from domain.programme import Card
from domain.topic import (
    LASTS,
    LATE,
    MOST_PROGRAMMES,
    Due,
    Rhythm,
    Topic,
    answered_at,
    due,
    following,
    is_open,
    mixed,
    moment,
    quiz,
    topics,
)
from storage import addresses, audit, crash, groups, organisations, outbox, programmes, sharing
from storage import topics as kept
from storage.database import Connection
from storage.errors import NotFound
from storage.groups import Group
from storage.outbox import New, To
from storage.topics import Set

AGAIN: Final = timedelta(hours=1)
OPEN: Final = ("ready", "waiting", "sending", "held")
Steer = Literal["pause", "resume", "stop"]
Fault = Literal["programme", "hours", "language"]
_DEEDS: Final[dict[Steer, What]] = {
    "pause": "topic.paused",
    "resume": "topic.resumed",
    "stop": "topic.ended",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a coordinator wants for a group: questions of which programmes, when, and in which language."""

    programmes: tuple[int, ...]
    rhythm: Rhythm
    language: Language


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next, and when; whether a quiz asks it. No question: there is none that can be posted."""

    at: datetime
    question: Topic | None
    card: Card | None
    quiz: bool


class Wrong(Exception):
    """It cannot be set so; `what` is why."""

    def __init__(self, what: Fault) -> None:
        super().__init__(what)
        self.what = what


def bound(tx: Connection, scope: Scope, group: int) -> Group:
    """A group of the places at which somebody acts; raises NotFound."""
    found = groups.of_place(tx, group, scope.at("act"))
    if found is None:
        raise NotFound
    return found


def put(tx: Connection, scope: Scope, group: int, wish: Wish, now: datetime) -> None:
    """The group gets this from now on; raises NotFound outside of the scope, and Wrong."""
    there = bound(tx, scope, group)
    house, usable = _house(tx, there), offered(tx, there)
    if (
        not wish.programmes
        or len(wish.programmes) > MOST_PROGRAMMES
        or not usable.issuperset(wish.programmes)
    ):
        raise Wrong("programme")
    if not is_open(wish.rhythm, house):
        raise Wrong("hours")
    if not questions(tx, wish.programmes, there.organisation, wish.language):
        raise Wrong("language")
    before = kept.of_group(tx, group)
    last = kept.last_day(tx, before.id) if before else None
    planned = due(now, last, wish.rhythm, house)
    whom = (group, there.organisation)
    kept.put(tx, whom, wish.programmes, wish.rhythm, planned, by=scope.person, at=now)
    if wish.language != there.language:
        groups.speak(tx, group, wish.language)
        addresses.speak(tx, there.address, wish.language)
    audit.note(tx, Deed("topic.set", there.organisation, group), scope.person, now)


def offered(tx: Connection, there: Group) -> frozenset[int]:
    """The programmes whose questions may be posted there: those that people of its place may learn."""
    return frozenset(sharing.listed(tx, [there.organisation]))


def steer(tx: Connection, scope: Scope, group: int, deed: Steer, now: datetime) -> bool:
    """Hold it, let it go on, or stop it; False when it is too late for that."""
    there = bound(tx, scope, group)
    found = kept.of_group(tx, group)
    if found is None or not _steered(tx, found, there, deed, now):
        return False
    audit.note(tx, Deed(_DEEDS[deed], there.organisation, group), scope.person, now)
    return True


def _steered(tx: Connection, found: Set, there: Group, deed: Steer, now: datetime) -> bool:
    match deed:
        case "pause":
            return kept.turn(tx, found.id, ["running"], "paused")
        case "stop":
            return kept.turn(tx, found.id, ["running", "paused"], "ended")
        case "resume":
            planned = due(now, kept.last_day(tx, found.id), found.rhythm, _house(tx, there))
            return kept.turn(tx, found.id, ["paused"], "running") and kept.plan(tx, found.id, None, planned)


def questions(tx: Connection, chosen: Sequence[int], place: int, language: Language) -> list[Topic]:
    """What can be posted of these programmes, of those that people of the place may learn now."""
    newest = sharing.listed(tx, [place])
    several = (
        topics(each, newest[each], programmes.version(tx, newest[each]), _spots(tx, newest[each]), language)
        for each in chosen
        if each in newest
    )
    return mixed(several)


def coming(tx: Connection, found: Set, there: Group) -> Next:
    """What comes next as it stands now."""
    question = _chosen(tx, found, there)
    card = card_of(tx, question, there.language) if question else None
    at = moment(found.next.day, found.rhythm, _house(tx, there))
    return Next(max(at, found.next.at), question, card, card is not None and quiz(card) is not None)


def card_of(tx: Connection, question: Topic, language: Language) -> Card:
    """The question in a language."""
    lesson = programmes.version(tx, question.version).lessons[question.lesson]
    return lesson.text(language).cards[question.card]


def post(tx: Connection, topic: int, now: datetime) -> bool:
    """Post what is due, and plan the next; whether something was posted. What is late for a day is left out."""
    found = kept.get(tx, topic)
    there = groups.of_place(tx, found.group, [found.organisation])
    if there is None:
        return False
    house = _house(tx, there)
    meant = moment(found.next.day, found.rhythm, house)
    if meant > now:  # it is a day off there since it was planned, or another hour
        kept.plan(tx, topic, found.next, Due(found.next.day, meant))
        return False
    if not kept.plan(tx, topic, found.next, due(now, found.next.day, found.rhythm, house)):
        return False
    question, place = _chosen(tx, found, there), addresses.get(tx, there.address)
    if now - found.next.at > LATE or question is None or place is None or not place.reachable:
        return False
    begins = _say(tx, there, _message(question), kept.key_of(topic, found.next.day), now)
    shows = quiz(card_of(tx, question, there.language)) is not None
    answer_at = None if shows else answered_at(begins, found.rhythm, house)
    kept.add(tx, topic, found.next.day, question, at=now, answer_at=answer_at)
    crash.point("posted-uncommitted")
    return True


def answer(tx: Connection, which: int, now: datetime) -> bool:
    """Post the answer that is due, once the question has gone; none to a question that did not arrive."""
    found = kept.post(tx, which)
    if found.answer_at is None or found.answer_at > now:
        return False
    if found.fate in OPEN:
        kept.answer(tx, which, found.answer_at, now + AGAIN)
        return False
    topic = kept.get(tx, found.topic)
    there = groups.of_place(tx, topic.group, [topic.organisation])
    mine = kept.answer(tx, which, found.answer_at, None)
    if not mine or there is None or found.fate not in ("sent", "unknown"):
        return False
    solved = _message(found.question, solved=True)
    _say(tx, there, solved, kept.key_of(topic.id, found.day, answer=True), now)
    return True


def _say(tx: Connection, there: Group, message: Posted, key: str, now: datetime) -> datetime:
    """Put it on its way, at the hours of the group's place; when it goes."""
    place = addresses.get(tx, there.address)
    assert place is not None, "a group that is bound has an address"
    end = now + LASTS
    decision = decided(of_group(tx, there, "announcement", end, now))
    gated = passed(decision, reader_of(tx, there), now)
    to = To(place.id, place.channel, None, there.organisation)
    outbox.add(tx, New(to, message, key, "announcement", gated, not_after=end), now)
    return decision.at if isinstance(decision, WaitUntil) else now


def _message(question: Topic, *, solved: bool = False) -> Posted:
    return Posted(question.version, question.lesson, question.card, solved)


def _chosen(tx: Connection, found: Set, there: Group) -> Topic | None:
    return following(
        questions(tx, found.programmes, found.organisation, there.language), kept.posted(tx, found.id)
    )


def _spots(tx: Connection, version: int) -> dict[str, tuple[int, int]]:
    return dict(programmes.edition(tx, version).spots)


def _house(tx: Connection, there: Group) -> Organisation:
    house = organisations.find(tx, there.organisation)
    assert house is not None, "organisations are not deleted"
    return house
