"""The roster by hand: what an operator needs before there are imports."""

import secrets

from actions.enlist import NotEnlisted
from actions.enlist import add_organisation as enlist_organisation
from actions.enlist import add_person as enlist_person
from actions.invite import invite as make_invitation
from domain.language import Language, language_of
from storage import organisations as houses
from storage import people, programmes
from storage.database import Connection
from zinute.assemble import look_only, now, opened
from zinute.config import Settings
from zinute.errors import Stop


async def add_organisation(
    settings: Settings, *, name: str, contact: str, country: str, zone: str, language: str
) -> int:
    """The new organisation's number."""
    spoken = _language(language)

    def add(tx: Connection) -> int:
        return enlist_organisation(
            tx, name=name, country=country.upper(), contact=contact, zone=zone, language=spoken
        )

    try:
        async with opened(settings) as database:
            return await database.write(add)
    except NotEnlisted as error:
        raise Stop(str(error)) from error


async def organisations(settings: Settings) -> list[str]:
    """A line for each organisation."""
    found = await look_only(settings, houses.every)
    return [f"{each.id}  {each.name} ({each.country}, {each.zone}, {each.language})" for each in found]


async def add_person(
    settings: Settings, *, email: str, name: str, organisation: int, language: str, coordinates: bool
) -> None:
    """Add somebody to an organisation's roster."""
    spoken = _language(language)

    def add(tx: Connection) -> int:
        return enlist_person(
            tx, organisation=organisation, name=name, email=email, language=spoken, coordinates=coordinates
        )

    try:
        async with opened(settings, there=True) as database:
            await database.write(add)
    except NotEnlisted as error:
        raise Stop(str(error)) from error


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


def _language(written: str) -> Language | None:
    language = language_of(written)
    if written and language is None:
        raise Stop(f"There is no language '{written}': use lt, pl, nb or en.")
    return language
