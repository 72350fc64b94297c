"""What somebody does in the chat about a webinar, carried out, with what is said of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from actions import lead, recording, register
from actions.say_here import say_here
from actions.walk_in import walk_in
from domain import at_webinar as to
from domain import attending, leading_talk
from domain.message import Notice
from domain.person import Person
from storage import people, webinars
from storage.database import Connection


def carry_out(
    tx: Connection, who: int, effect: to.OfWebinar, now: datetime, *, key: bytes = b""
) -> Iterator[Notice]:
    """Do it; how it stands then. `key` makes the codes at doors."""
    person = people.get(tx, who)
    if isinstance(effect, to.SayHere):
        yield say_here(tx, person, effect, key, now)
        return
    webinar = effect.webinar
    match effect:
        case to.Register(_, seed):
            result = register.register(tx, person, webinar, now, seed=seed)
            yield register.said(tx, person, webinar, result, now)
        case to.GiveUpSeat():
            yield register.said(tx, person, webinar, register.give_up(tx, person, webinar, now), now)
        case to.TakeSeat():
            yield register.said(tx, person, webinar, register.take(tx, person, webinar, now), now)
        case to.AskTrainer(_, words):
            kept, found = register.ask(tx, person, webinar, words, now), webinars.find(tx, webinar)
            yield attending.asked(found, kept=kept) if found else attending.none()
        case to.Rate(_, rating):
            register.rate(tx, person, webinar, rating)
        case to.WalkIn():
            yield walk_in(tx, person, effect, key, now)
        case _:
            yield _beside(tx, person, effect, now)


def _beside(tx: Connection, person: Person, effect: to.OfTrainer | to.OfRecording, now: datetime) -> Notice:
    """What trainers do, and what can be seen afterwards."""
    webinar = effect.webinar
    match effect:
        case to.ShowRecordings(_, words):
            return recording.archive(tx, person, words)
        case to.ShowRecording():
            return recording.show(tx, person, webinar)
        case to.Lead():
            became, found = lead.accept(tx, person, webinar, now), webinars.find(tx, webinar)
            return leading_talk.became(became, found, person) if found else leading_talk.none()
        case to.Decline(_, why):
            return lead.decline(tx, person, webinar, why, now)
        case to.ShowLed(_, page):
            return lead.show(tx, person, webinar, page, now)
        case _:
            assert_never(effect)
