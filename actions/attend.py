"""What somebody does in the chat about a webinar, carried out, with what is said of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from actions import register
from domain import at_webinar as to
from domain import attending
from domain.message import Notice
from storage import people, webinars
from storage.database import Connection


def carry_out(tx: Connection, who: int, effect: to.OfWebinar, now: datetime) -> Iterator[Notice]:
    """Do it; how it stands then."""
    person, webinar = people.get(tx, who), effect.webinar
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
        case _:
            assert_never(effect)
