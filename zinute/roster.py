"""The roster by hand: what an operator needs before there are imports."""

import secrets
from collections.abc import Callable
from typing import TypeVar

from actions import enlist
from actions.invite import invite as make_invitation
from domain.language import Language, language_of
from domain.organisation import Organisation
from storage import organisations as houses
from storage import people, programmes
from storage.database import Connection
from zinute.assemble import look_only, now, opened
from zinute.config import Settings
from zinute.errors import Stop

T = TypeVar("T")


async def add_organisation(
    settings: Settings, *, name: str, contact: str, country: str, zone: str, language: str
) -> int:
    """The new organisation's number."""
    spoken = _language(language)

    def add(tx: Connection) -> int:
        return enlist.add_organisation(
            tx, name=name, country=country.upper(), contact=contact, zone=zone, language=spoken
        )

    return await _write(settings, add, there=False)


async def set_sector(settings: Settings, organisation: int, sector: str) -> None:
    """The sector that an organisation belongs to; "" for none."""
    await _write(settings, lambda tx: enlist.set_sector(tx, organisation, sector))


async def organisations(settings: Settings) -> list[str]:
    """A line for each organisation."""
    found = await look_only(settings, houses.every)
    return [f"{each.id}  {each.name} ({', '.join(filter(None, _known(each)))})" for each in found]


async def add_person(
    settings: Settings, *, email: str, name: str, organisation: int, language: str, coordinates: bool
) -> None:
    """Add somebody to an organisation's roster."""
    spoken = _language(language)

    def add(tx: Connection) -> int:
        return enlist.add_person(
            tx, organisation=organisation, name=name, email=email, language=spoken, coordinates=coordinates
        )

    await _write(settings, add)


async def set_job(settings: Settings, email: str, job: str) -> None:
    """What a person works as; "" when nobody is to know."""
    await _write(settings, lambda tx: enlist.set_job(tx, email, job))


async def set_author(settings: Settings, email: str, *, writes: bool) -> None:
    """Whether a person may change lessons in the console."""
    await _write(settings, lambda tx: enlist.set_author(tx, email, writes=writes))


async def invite(settings: Settings, email: str, programme: str) -> list[str]:
    """The ways to show a new invitation: a link for the web chat, and what to send to the bot in another messenger."""
    code = secrets.token_urlsafe(16)

    def make(tx: Connection) -> None:
        person, taught = people.by_email(tx, email), programmes.by_slug(tx, programme)
        if person is None:
            raise Stop(f"There is nobody with the address {email}: add them with 'zinute person add'.")
        if taught is None:
            raise Stop(f"There is no programme '{programme}': publish it with 'zinute lessons publish DIR'.")
        make_invitation(tx, person=person, programme=taught, code=code, now=now())

    async with opened(settings, there=True) as database:
        await database.write(make)
    return [f"{settings.base_url}/chat?code={code}", f"In another messenger: /start {code}"]


async def _write(settings: Settings, change: Callable[[Connection], T], *, there: bool = True) -> T:
    """What the change gives, in a transaction of its own; raises Stop with the reason why it cannot be."""
    try:
        async with opened(settings, there=there) as database:
            return await database.write(change)
    except enlist.NotEnlisted as error:
        raise Stop(str(error)) from error


def _known(each: Organisation) -> tuple[str, ...]:
    return each.country, each.zone, each.language, each.sector


def _language(written: str) -> Language | None:
    language = language_of(written)
    if written and language is None:
        raise Stop(f"There is no language '{written}': use lt, pl, nb or en.")
    return language
