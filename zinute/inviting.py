"""Invitations by hand: a link for one person, and mails, letters or a table for all who have not joined."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from actions.invite import VALID, Made, invite_by_mail, invite_many, letters_of, mail_merge
from actions.keys import new_code, new_key
from domain.joining import PAGE
from domain.letter import Letter
from domain.mailbox import MAIL
from domain.programme import Programme
from storage import bindings, organisations, people, programmes, sharing
from storage.bindings import Wanted
from storage.database import Connection
from zinute.assemble import now, opened
from zinute.catalogues import load
from zinute.code_key import shared_key
from zinute.config import Settings, channel_names
from zinute.documents import maker
from zinute.errors import Stop
from zinute.operator import at_the_machine

MOST = 10_000
Kind = Literal["letter", "csv"]


async def invite(settings: Settings, email: str, programme: str) -> list[str]:
    """The ways to show one person's new invitation: a link, and what to send to the bot in a messenger."""

    def make(tx: Connection) -> Made:
        person = people.by_email(tx, email)
        if person is None:
            raise Stop(f"There is nobody with the address {email}: add them with 'zinute person add'.")
        taught = _taught(tx, programme, [people.get(tx, person).organisation.id])[0]
        return invite_many(tx, [person], taught, way="hand", now=now(), new_code=new_code)[0]

    async with opened(settings, there=True) as database:
        code = (await database.write(make)).code
    chat = f"{settings.base_url}/chat?code={code}"
    return [chat, f"In another messenger: /start {code}", f"For all of them: {settings.base_url}{PAGE}{code}"]


async def invite_all_by_mail(settings: Settings, organisation: int, programme: str) -> list[str]:
    """Send a mail to everybody of an organisation, and of all under it, who has not joined; what came of it."""
    if MAIL not in channel_names():
        raise Stop("No mail is sent: set ZINUTE_SMTP_URL and ZINUTE_MAIL_FROM, or use --letters or --csv.")
    async with opened(settings, there=True) as database:
        key = await shared_key(settings, database)

        def make(tx: Connection) -> tuple[int, Sequence[object]]:
            houses = _houses(tx, organisation)
            who, (taught, _) = _missing(tx, houses, now()), _taught(tx, programme, houses)
            return invite_by_mail(tx, who, taught, key=key, now=now(), new_key=new_key)

        sent, left = await database.write(make)
    without = f" {len(left)} have no e-mail address that works: use --letters for them." if left else ""
    return [f"Mails that the service sends now: {sent}.{without}"]


async def invite_all(
    settings: Settings, organisation: int, programme: str, file: Path, kind: Kind
) -> list[str]:
    """Write a file with new codes for everybody of an organisation, and of all under it, who has not joined."""
    _check(file)

    def make(tx: Connection) -> tuple[Sequence[Made], Programme | None]:
        houses = _houses(tx, organisation)
        who, (taught, content) = _missing(tx, houses, now()), _taught(tx, programme, houses)
        return invite_many(tx, who, taught, way=kind, now=now(), new_code=new_code), content

    async with opened(settings, there=True) as database:
        made, content = await database.write(make)
    if not made:
        raise Stop("There is nobody to invite: all have joined, or nobody is on the roster.")
    _write(settings, file, letters_of(made, content, settings.base_url), kind)
    last = f"{made[0].ends:%Y-%m-%d}"
    return [f"{file}: {len(made)} invitations, good until {last}. It has the codes, so keep it safe."]


def _check(file: Path) -> None:
    if not file.parent.is_dir():
        raise Stop(f"There is no folder {file.parent}: make it, or choose another file.")
    if file.exists():
        raise Stop(f"{file} is there already: move it away, or choose another file.")


def _write(settings: Settings, file: Path, letters: Sequence[Letter], kind: Kind) -> None:
    try:
        if kind == "csv":
            file.write_bytes(mail_merge(letters).encode("utf-8-sig"))
        else:
            file.write_bytes(maker(settings, load()).letters(letters, now()))
        file.chmod(0o600)
    except OSError as error:
        raise Stop(
            f"{file} cannot be written ({error.strerror}): run the command again with another."
        ) from error


def _houses(tx: Connection, organisation: int) -> Sequence[int]:
    houses = organisations.under(tx, [organisation])
    if not houses:
        raise Stop(f"There is no organisation {organisation}: 'zinute organisation list' shows them.")
    return sorted(houses)


def _missing(tx: Connection, houses: Sequence[int], at: datetime) -> Sequence[int]:
    return bindings.missing(tx, at_the_machine(houses), Wanted(at), MOST, ends_by=at + 2 * VALID)


def _taught(tx: Connection, programme: str, places: Sequence[int]) -> tuple[int | None, Programme | None]:
    """A programme by its folder's name, which people of all these places may begin; nothing for ""."""
    if not programme:
        return None, None
    taught = programmes.by_slug(tx, programme)
    if taught is None:
        raise Stop(f"There is no programme '{programme}': publish it with 'zinute lessons publish DIR'.")
    version = sharing.for_all(tx, places).get(taught)
    if version is None:
        raise Stop(
            f"The programme '{programme}' is not on their list: 'zinute lessons owner {programme}' says whose it is."
        )
    return taught, programmes.version(tx, version)
