"""What the command line's longer commands do: the service, the schema, sign-in links, publishing."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from socket import socket

import structlog

from actions.secure import Owner, start_anew
from actions.sign_in import make_link, may_enter
from bot.webhooks import Hooks, routes_of
from console.app import create
from console.asking import Asking
from console.entrance import Entrance
from console.outgoing import Outgoing
from console.pages.front import Host
from domain.mailbox import MAIL
from storage import people
from storage.database import Database
from zinute import catalogues, erasing, restored
from zinute.apart import apart
from zinute.assemble import Service, alive, now, opened, publish_library
from zinute.code_key import code_key, shared_key
from zinute.config import Settings, channel_names
from zinute.documents import maker
from zinute.erasing import Stones
from zinute.errors import Stop
from zinute.health import Health
from zinute.hooks import Teller, keep_telling
from zinute.lrs import room
from zinute.memory import settle
from zinute.metrics import Metrics
from zinute.previews import Maker
from zinute.probes import routes as probes
from zinute.restored import Memory, file_of
from zinute.watchdog import Watchdog
from zinute.web import Server, listen

Room = Callable[[], Coroutine[None, None, None]]
log = structlog.get_logger(__name__)


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    with listen(settings.host, settings.port) as door:
        apart(lambda: _prepare(settings))
        asyncio.run(_run(settings, door))


async def _prepare(settings: Settings) -> None:
    async with opened(settings) as database:
        await publish_library(database, settings.library)


async def _run(settings: Settings, door: socket) -> None:
    async with opened(settings) as database:
        await serve(settings, database, door, (), lambda: log.info("ready", url=settings.base_url))


async def serve(
    settings: Settings,
    database: Database,
    door: socket,
    hosts: Sequence[Host],
    started: Callable[[], None],
) -> None:
    """Run everything behind a door that is open already; raises Stop when it cannot work as it is set up."""
    memory, token = Memory(settings.state, settings.database_url), settings.metrics_token.get_secret_value()
    outgoing = Outgoing(private=settings.private_addresses)
    texts, names = catalogues.load(), channel_names()
    beside = await _look(settings, database, memory, outgoing)
    documents = maker(settings, texts)
    key = await shared_key(settings, database)
    keyed = replace(texts, key=key if MAIL in names else b"", link_key=key)
    service = Service(database, keyed, names, settings.address, documents.file, copy=documents.copy)
    await service.open()
    watchdog, health = Watchdog(), Health(database, service.channels.values(), now)
    await _warn(health)
    routes = [*routes_of(service.channels.values()), *probes(health, Metrics(health, watchdog), token)]
    app = create(
        database,
        texts,
        now,
        more_routes=routes,
        hosts=hosts,
        doors=tuple(service.channels.values()),
        documents=documents,
        previews=Maker(texts, settings.base_url),
        address=settings.base_url,
        entrance=_entrance(settings, key, names, outgoing, demo=bool(hosts)),
    )

    async def closing() -> None:
        health.stopping = True
        app.state.closing.set()
        await service.stop()

    hooks = Hooks(app, service.channels.values())
    server = Server(hooks, started=started, closing=closing, proxies=settings.proxies)
    running = [asyncio.create_task(alive(name, room)) for name, room in beside.items()]
    settle()
    try:
        with watchdog.watching(server.leave):
            await service.run(server.serve(sockets=[door]))
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await restored.try_to_remember(database, memory)


def _entrance(
    settings: Settings, key: bytes, names: Sequence[str], outgoing: Outgoing, *, demo: bool
) -> Entrance:
    """How people come in here."""
    second = "nobody" if demo else settings.second_factor
    mails, chats = _mails(settings, names), bool(settings.address)
    return Entrance(key, mails, second, asking=Asking(outgoing), chats=chats)


def _mails(settings: Settings, names: Sequence[str]) -> bool:
    """Whether mail can be sent that leads here."""
    return MAIL in names and bool(settings.address)


async def _look(
    settings: Settings, database: Database, memory: Memory, outgoing: Outgoing
) -> dict[str, Room]:
    """See whether the store was restored, before anybody uses it; what goes on remembering beside the service."""
    key, stones = code_key(settings), Stones(file_of(settings.state, settings.database_url, "erased"))
    try:
        await restored.look(database, memory, now())
        await erasing.again(database, stones, key)
    except OSError as error:
        raise Stop(
            f"The folder {settings.state} cannot be written ({error.strerror}): choose another with ZINUTE_STATE."
        ) from error
    told = room(settings, database, key, outgoing)
    apart = Outgoing(private=settings.private_addresses)  # names of receivers may be looked up for long
    hooks = Teller(database, apart, key, settings.base_url, _mails(settings, channel_names()))
    return {
        "webhooks": partial(keep_telling, hooks),
        **({"learning record store": told} if told else {}),
        "memory": partial(restored.keep, database, memory),
        "erasing": partial(erasing.keep, database, stones, key),
    }


async def _warn(health: Health) -> None:
    """Say in the log what nobody will be able to do."""
    if slugs := await health.without_mail():
        log.warning("tests begin with a code by e-mail, and ZINUTE_SMTP_URL is not set", programmes=slugs)


async def bring_up(settings: Settings) -> None:
    """Bring the database to this version's schema."""
    async with opened(settings):
        pass


async def publish_folder(settings: Settings, folder: Path, *, over: bool) -> tuple[list[str], list[str]]:
    """Publish a folder of lessons: the programmes that got a new version, and those that were left alone.

    Those are what authors published in the console; `over` publishes them too.
    """
    async with opened(settings) as database:
        return await publish_library(database, folder, over=over)


async def sign_in_link(settings: Settings, email: str, *, anew: bool = False) -> str:
    """A one-time link for the person with this address; raises Stop when they have no role.

    `anew`: all that they proved themselves with is forgotten, and they are signed out everywhere.
    """
    token = secrets.token_urlsafe(32)
    async with opened(settings, there=True) as database:
        person = await database.read(lambda tx: people.by_email(tx, email))
        if person is None or not await database.read(lambda tx: may_enter(tx, person)):
            raise Stop(f"Nobody with the address {email} has a role: give one with 'zinute person role'.")
        if anew:
            await database.write(lambda tx: start_anew(tx, Owner(person, now(), MAIL in channel_names())))
        await database.write(lambda tx: make_link(tx, person=person, now=now(), token=token))
    return f"{settings.base_url}/sign-in?token={token}"
