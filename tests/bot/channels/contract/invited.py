"""Somebody who is invited to a programme, and the product's own sentences."""

from datetime import timedelta

from actions.invite import invite
from storage import organisations, people, programmes
from storage.database import Connection
from tests.bot.channels.contract.house import texts
from tests.bot.channels.contract.visitor import Visitor
from tests.storage.samples import MONDAY

CODE = "hT4kq9Zx_aB1-abcdefghi"


def say(key: str, **params: str | int) -> str:
    """A sentence of the product in Lithuanian."""
    return texts().say("lt", key, **params)


def invite_to(tx: Connection, slug: str) -> None:
    """Invite somebody to this programme, which is published."""
    place = organisations.add(
        tx, name="Gluosnių biblioteka", country="LT", zone="Europe/Vilnius", language="lt", contact="Rūta"
    )
    person = people.add(tx, organisation=place, name="Ona Jankauskaitė", email="ona@g.example", language="lt")
    programme = programmes.by_slug(tx, slug)
    assert programme is not None
    invite(tx, person=person, programme=programme, code=CODE, now=MONDAY - timedelta(days=1))


async def join(visitor: Visitor) -> None:
    """Come with the invitation, and agree."""
    await visitor.says(f"/start {CODE}")
    await visitor.presses(say("join.yes"))
    await visitor.presses(say("join.agree"))
