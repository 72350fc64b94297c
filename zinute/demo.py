"""The demonstration: sample organisations and people, some of whom have been learning for a while."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from socket import socket
from typing import Final, Literal, cast, get_args

import typer

from actions.converse import converse
from actions.invite import VALID, invite
from actions.keys import new_key
from actions.sign_in import make_link
from console.pages.front import Host, Visitor
from domain.event import Event, Incoming, Pressed, Said
from domain.language import Language
from domain.pacing import day_off, local, next_lesson_at
from domain.rights import Role
from domain.tree import Own
from storage import enrolments, invitations, organisations, people, programmes, steps, studies
from storage.claiming import claim
from storage.database import Connection, Database
from storage.settling import settle_sent
from zinute.apart import apart
from zinute.assemble import now, opened, publish_library, shipped
from zinute.config import Settings
from zinute.errors import Stop
from zinute.nation import welcome
from zinute.nation.people import NATIONAL
from zinute.serve import serve
from zinute.web import listen

Size = Literal["small", "national"]
A_DAY = timedelta(days=1)
PROGRAMME = "safe-online"
NO_SENDER: Final = 0  # the store is filled before any sender has its turn
AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample person; `lessons` is how many they have done already (None: they are still invited)."""

    name: str
    email: str
    lessons: int | None = None
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleOrganisation:
    """A sample organisation; the first person coordinates it."""

    name: str
    country: str
    zone: str
    language: Language
    people: tuple[Sample, ...]
    sector: str


SAMPLES: Final = (
    SampleOrganisation(
        "Gluosnių miesto biblioteka",
        "LT",
        "Europe/Vilnius",
        "lt",
        (
            Sample(
                "Rūta Petrauskienė",
                "ruta@gluosniai.example",
                roles=("coordinator", "administrator", "author"),
            ),
            Sample("Jonas Kazlauskas", "jonas@gluosniai.example"),
            Sample("Ona Jankauskaitė", "ona@gluosniai.example"),
            Sample("Emma Clarke", "emma@gluosniai.example"),
            Sample("Mindaugas Žukauskas", "mindaugas@gluosniai.example", 2),
            Sample("Eglė Šimkutė", "egle@gluosniai.example", 5, ("trainer",)),
            Sample("Darius Vaitkus", "darius@gluosniai.example", 1),
            Sample("Aistė Butkevičiūtė", "aiste@gluosniai.example", 3),
        ),
        "libraries",
    ),
    SampleOrganisation(
        "Muzeum Miejskie w Lipowie",
        "PL",
        "Europe/Warsaw",
        "pl",
        (
            Sample("Agnieszka Wójcik", "agnieszka@lipowo.example", roles=("coordinator", "administrator")),
            Sample("Łukasz Zieliński", "lukasz@lipowo.example"),
            Sample("Małgorzata Dąbrowska", "malgorzata@lipowo.example"),
            Sample("Piotr Śliwiński", "piotr@lipowo.example", 2),
            Sample("Zofia Żak", "zofia@lipowo.example", 5, ("auditor",)),
        ),
        "museums",
    ),
    SampleOrganisation(
        "Solvik kommune",
        "NO",
        "Europe/Oslo",
        "nb",
        (
            Sample("Ingrid Åsen", "ingrid@solvik.example", roles=("coordinator", "administrator")),
            Sample("Bjørn Hægstad", "bjorn@solvik.example"),
            Sample("Kari Nygård", "kari@solvik.example"),
            Sample("Øystein Løken", "oystein@solvik.example", 3),
            Sample("Silje Bråten", "silje@solvik.example", 0),
        ),
        "municipalities",
    ),
)


def size_of(written: str) -> Size:
    """How large a demonstration is wanted."""
    for size in get_args(Size):
        if written == size:
            return cast("Size", size)
    raise Stop(f"'{written}' is no size of the demonstration: write small or national.")


def run(settings: Settings, size: Size = "small") -> None:
    """Serve the demonstration until told to stop; what was done in it before is still there."""
    with listen(settings.host, settings.port) as door:
        apart(lambda: _prepare(settings, size))
        asyncio.run(_run(settings, size, door))


async def _prepare(settings: Settings, size: Size) -> None:
    async with opened(settings) as database:
        codes = _Codes(settings.data)
        await publish_library(database, settings.library)
        if size == "national":
            await publish_library(database, shipped("examples"))
            await database.write(lambda tx: welcome.prepare(tx, codes.of, now(), _tell))
        else:
            await database.write(lambda tx: fill(tx, codes, now()))


def _tell(count: int) -> None:
    typer.echo(f"{count:,} of {NATIONAL.people:,} people have learned for two years ...", err=True)


async def _run(settings: Settings, size: Size, door: socket) -> None:
    codes = _Codes(settings.data)
    async with opened(settings) as database:
        hosts = await database.read(lambda tx: _hosts(tx, size, codes))
        links = [await _sign_in(database, settings, host) for host in hosts]
        await serve(settings, database, door, hosts, lambda: typer.echo(_told(settings, hosts, links)))


def fill(tx: Connection, codes: "_Codes", at: datetime) -> None:
    """Add the sample organisations and people; if they are there, make their unused invitations valid again."""
    if people.by_email(tx, SAMPLES[0].people[0].email):
        for each in (each for sample in SAMPLES for each in sample.people):
            invitations.prolong(tx, codes.of(each.email), at + VALID)
        return
    programme = programmes.by_slug(tx, PROGRAMME)
    for sample in SAMPLES:
        head = sample.people[0]
        contact = f"{head.name}, {head.email}"
        own = Own(sample.country, sample.zone, sample.language, contact, sample.sector)
        organisation = organisations.add_place(tx, sample.name, own)
        for each in sample.people:
            person = _settle(tx, organisation, each, sample.language)
            if each is not head and programme:
                began = _began(tx, person, each.lessons, at)
                invite(tx, person=person, programme=programme, code=codes.of(each.email), now=began)
            if programme and each.lessons is not None:
                _learn(tx, each, person, codes.of(each.email), _began(tx, person, each.lessons, at))


def _settle(tx: Connection, organisation: int, sample: Sample, language: Language) -> int:
    """A sample person, with their roles."""
    person = people.add(
        tx, organisation=organisation, name=sample.name, email=sample.email, language=language
    )
    for role in sample.roles:
        people.grant(tx, person, organisation, role)
    return person


def _learn(tx: Connection, sample: Sample, person: int, code: str, at: datetime) -> None:
    """Let a sample person join and do lessons, one a day, as anybody would."""
    rng = Random(sample.email)  # noqa: S311 (plausible, and the same each time)
    moment = _at_work(tx, person, at, rng)

    def does(event: Event, number: int) -> None:
        address = f"demo:{sample.email}"
        occurrence = f"demo:{sample.email}:{number}"
        converse(
            tx, Incoming(address, event), channel="web", occurrence=occurrence, now=moment, new_key=new_key
        )
        _arrive(tx, moment)

    for number, word in enumerate((f"/start {code}", "/yes", "/agree")):
        does(Said(word), number)
    for number in range(3, 200):
        study = studies.of_person(tx, person)[0]
        if study.state == "finished" or study.done >= (sample.lessons or 0):
            return
        pause = timedelta(seconds=rng.randrange(20, 90))
        moment = _at_work(tx, person, moment, rng) if study.card < 0 else moment + pause
        does(_next_move(tx, person, rng), number)


def _arrive(tx: Connection, at: datetime) -> None:
    """Let what was said be delivered there and then: sent today, it would be days too late."""
    while claimed := claim(tx, "web", NO_SENDER, at, AT_ONCE):
        settle_sent(tx, [(each, str(each.id)) for each in claimed], NO_SENDER, at)


def _began(tx: Connection, person: int, lessons: int | None, at: datetime) -> datetime:
    """The day before a sample person began, so that a lesson each working day has brought them to today."""
    if lessons is None:
        return at
    learner, left = people.get(tx, person), max(lessons, 1)
    while left:
        at -= A_DAY
        left -= day_off(local(at, learner).date(), learner) is None
    return at - A_DAY


def _at_work(tx: Connection, person: int, after: datetime, rng: Random) -> datetime:
    """A moment of the person's next working day."""
    return next_lesson_at(after, people.get(tx, person)) + timedelta(minutes=rng.randrange(300))


def _next_move(tx: Connection, person: int, rng: Random) -> Event:
    """What somebody who is right three times in four does next."""
    waiting = steps.open_of(tx, person)
    if not waiting:
        return Said("/continue")
    step = waiting[0]
    study = enrolments.get(tx, step.enrolment)
    question = programmes.version(tx, study.version).lessons[step.lesson].texts[0].cards[step.card].question
    if not step.question or question is None:
        return Pressed(f"{step.key}:next")
    wrong = [index for index, option in enumerate(question.options) if not option.correct]
    chosen = question.right if question.right and rng.random() < 0.75 else (rng.choice(wrong),)
    return Pressed(f"{step.key}:=" + ",".join(map(str, chosen)))


class _Codes:
    """Invitation codes that are the same at each start, from a secret in the demonstration's folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "demo-secret"
        if not file.exists():
            file.write_text(secrets.token_hex(32), encoding="ascii")
            file.chmod(0o600)
        self._secret = file.read_text(encoding="ascii").encode()

    def of(self, email: str) -> str:
        """A person's code: 128 bits in 22 characters."""
        digest = hmac.new(self._secret, email.encode(), hashlib.sha256).digest()[:16]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hosts(tx: Connection, size: Size, codes: _Codes) -> tuple[Host, ...]:
    if size == "national":
        return welcome.hosts(tx, codes.of)
    return tuple(_host(tx, each, codes) for each in SAMPLES)


def _host(tx: Connection, sample: SampleOrganisation, codes: _Codes) -> Host:
    invited = [each for each in sample.people[1:] if each.lessons is None]
    visitors = tuple(Visitor(each.name, codes.of(each.email)) for each in invited)
    head = people.by_email(tx, sample.people[0].email)
    assert head is not None, "the samples were added"
    return Host(sample.name, sample.language, head, sample.people[0].name, visitors)


async def _sign_in(database: Database, settings: Settings, host: Host) -> str:
    token = secrets.token_urlsafe(32)
    await database.write(
        lambda tx: make_link(tx, person=host.coordinator, now=now(), token=token, lasts=A_DAY)
    )
    return f"{settings.base_url}/sign-in?token={token}"


def _told(settings: Settings, hosts: tuple[Host, ...], links: list[str]) -> str:
    """The links, as they are printed."""
    lines = [f"Zinute is ready: {settings.base_url}", ""]
    for host, link in zip(hosts, links, strict=True):
        lines.append(f"{host.name} ({host.language})")
        lines += [
            f"  learn as {each.name}: {settings.base_url}/chat?code={each.code}" for each in host.visitors
        ]
        lines += [f"  coordinate as {host.coordinator_name} (works once): {link}", ""]
    return "\n".join([*lines, f"Everything is kept in {settings.data}. Stop with Ctrl-C."])
