"""Tells a learning record store (xAPI 1.0.3) what is learned, beside everything else: in batches, again if need be."""

import asyncio
import base64
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from actions import tell
from console.outgoing import Outgoing, Request
from console.reach import Unreachable, is_writable
from domain.statement import Teller, pseudonym
from storage import instance, people, statements
from storage.database import Database
from storage.statements import Made
from zinute.assemble import now, opened
from zinute.code_key import shared_key
from zinute.config import Settings
from zinute.errors import Stop

BATCH: Final = 50
PATIENCE: Final = 5.0  # seconds for an answer
SAID: Final = 2_000  # bytes of it that are looked at
REST, LONGEST_REST = 20.0, 900.0  # seconds between two looks, and after many failures
# What is wrong with the statements and not with the way there: then each of them is sent alone.
OF_ITS_OWN: Final = (400, 409, 413, 422)
log = structlog.get_logger(__name__)


class Untold(Exception):
    """Nothing was taken, for a reason that may pass."""


@dataclass(frozen=True, slots=True)
class Place:
    """The store's address for statements, and what lets us in there."""

    address: str
    authorization: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and what the store says of it."""

    status: int
    says: str

    def __str__(self) -> str:
        return f"{self.status} {self.says}".strip()

    @property
    def there(self) -> bool:
        """Whether the store has it, now or since before (409: it has a statement with this id already)."""
        return self.status == 409 or 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Line:
    """The way to the store."""

    outgoing: Outgoing
    to: Place

    async def post(self, bodies: Sequence[str]) -> Answer:
        """Send statements; Untold when there is no answer."""
        headers = {
            "Content-Type": "application/json",
            "X-Experience-API-Version": "1.0.3",
            "Authorization": self.to.authorization,
        }
        request = Request(self.to.address, headers, f"[{','.join(bodies)}]".encode())
        try:
            answer = await self.outgoing.ask(request, PATIENCE, SAID, near=self.to.address)
        except Unreachable as error:
            raise Untold(str(error)) from error
        return Answer(answer.status, one_line(answer.body))


def place(settings: Settings) -> Place:
    """Where statements go; Stop when the settings cannot be right."""
    address = settings.xapi_url.rstrip("/").removesuffix("/statements")
    if not is_writable(address):
        raise Stop(
            "ZINUTE_XAPI_URL has to begin with https:// (or http://127.0.0.1), and has no password in it."
        )
    secret = settings.xapi_secret.get_secret_value()
    try:
        if settings.xapi_secret_file:
            secret = settings.xapi_secret_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Stop(f"The file of ZINUTE_XAPI_SECRET_FILE cannot be read ({error.strerror}).") from error
    named = base64.b64encode(f"{settings.xapi_key}:{secret}".encode()).decode()
    return Place(f"{address}/statements", f"Basic {named}")


def room(
    settings: Settings, database: Database, key: bytes, outgoing: Outgoing
) -> Callable[[], Coroutine[None, None, None]] | None:
    """What goes on telling; None where nobody is to be told."""
    if not settings.xapi_url:
        return None
    if not settings.address:
        raise Stop("ZINUTE_XAPI_URL needs ZINUTE_PUBLIC_URL: statements name what they are about by it.")
    return partial(keep_telling, database, Line(outgoing, place(settings)), Teller(settings.address, key))


async def called(settings: Settings, email: str = "", number: int = 0) -> str:
    """What the person with this address is called at the record store; by their number, also after an erasure."""
    async with opened(settings, there=True) as database:
        if await database.read(instance.get) is None:
            raise Stop("No service has run on this store yet, so that nobody was told of anybody.")
        key = await shared_key(settings, database)
        found = await database.read(partial(people.by_email, email=email))
        person = number or found
    if not person:
        raise Stop(
            f"There is nobody with the address {email}: look at the spelling, or say --person and their number."
        )
    return pseudonym(key, person)


async def keep_telling(database: Database, line: Line, teller: Teller) -> None:
    """Tell what there is, then look again; longer and longer after failures."""
    failures = 0
    while True:
        try:
            more, failures = await tell_once(database, line, teller, now(), alone=failures > 0), 0
        except Untold as untold:
            failures, more, why = failures + 1, False, str(untold)
            log.warning("the learning record store was not told", why=why)
            await database.write(partial(statements.failed, why=why))
        if not more:
            await asyncio.sleep(min(REST * 2 ** min(failures, 10), LONGEST_REST) if failures else REST)


async def tell_once(
    database: Database, line: Line, teller: Teller, at: datetime, *, alone: bool = False
) -> bool:
    """Make and send the next statements; whether there is more at once. Raises Untold.

    `alone`: each in a request of its own, so that a slow store has what it took although the next one fails.
    """
    made = await database.write(partial(tell.make, teller=teller, now=at))
    batch = await database.read(partial(tell.waiting, most=BATCH))
    if batch and (alone or not await _together(database, line, batch, at)):
        await _one_by_one(database, line, batch, at)
    return bool(batch) or made > 0


async def _together(database: Database, line: Line, batch: Sequence[Made], at: datetime) -> bool:
    """One request for all; False where the store does not take them together."""
    answer = await line.post([each.body for each in batch])
    if answer.status in OF_ITS_OWN and not (answer.there and len(batch) == 1):
        return False
    await _sent(database, batch, answer, at)
    return True


async def _one_by_one(database: Database, line: Line, batch: Sequence[Made], at: datetime) -> None:
    """Put by what is refused, as soon as the store has taken another: of one that takes none, it is the store that is
    wrong (Untold)."""
    refused, took = dict[int, str](), False
    for each in batch:
        answer = await line.post([each.body])
        if answer.status in OF_ITS_OWN and not answer.there:
            refused[each.activity] = str(answer)
        else:
            await _sent(database, [each], answer, at)
            took = True
        if took:
            await database.write(partial(statements.refuse, whys=refused))
            refused = {}
    if not took:
        raise Untold(f"it takes nothing: {next(iter(refused.values()))}")


async def _sent(database: Database, batch: Sequence[Made], answer: Answer, at: datetime) -> None:
    if not answer.there:
        raise Untold(f"it answered {answer.status}")
    await database.write(partial(statements.sent, activities=[each.activity for each in batch], now=at))


def one_line(said: bytes) -> str:
    """What a server says of a refusal, in one short line of letters that a terminal can show."""
    words = said.decode("utf-8", "replace")
    return "".join(each if each.isprintable() else " " for each in words)[:300]
