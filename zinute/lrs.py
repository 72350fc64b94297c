"""Tells a learning record store (xAPI 1.0.3) what is learned, beside everything else: in batches, again if need be."""

import asyncio
import base64
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

import structlog

from actions import tell
from console.asking import NoDetours, is_safe
from domain.statement import Teller, pseudonym
from storage import instance, people, statements
from storage.database import Database
from storage.statements import Made
from zinute.assemble import now, opened
from zinute.code_key import shared_key
from zinute.config import Settings
from zinute.errors import Stop

BATCH: Final = 50
PATIENCE: Final = 5  # seconds for an answer
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


def place(settings: Settings) -> Place:
    """Where statements go; Stop when the settings cannot be right."""
    address = settings.xapi_url.rstrip("/").removesuffix("/statements")
    if not is_safe(address) or "@" in urlsplit(address).netloc:
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
    settings: Settings, database: Database, key: bytes
) -> Callable[[], Coroutine[None, None, None]] | None:
    """What goes on telling; None where nobody is to be told."""
    if not settings.xapi_url:
        return None
    if not settings.address:
        raise Stop("ZINUTE_XAPI_URL needs ZINUTE_PUBLIC_URL: statements name what they are about by it.")
    return partial(keep_telling, database, place(settings), Teller(settings.address, key))


async def called(settings: Settings, email: str) -> str:
    """What the person with this address is called at the record store."""
    async with opened(settings, there=True) as database:
        if await database.read(instance.get) is None:
            raise Stop("No service has run on this store yet, so that nobody was told of anybody.")
        key = await shared_key(settings, database)
        person = await database.read(partial(people.by_email, email=email))
    if person is None:
        raise Stop(f"There is nobody with the address {email}: look at the spelling.")
    return pseudonym(key, person)


async def keep_telling(database: Database, to: Place, teller: Teller) -> None:
    """Tell what there is, then look again; longer and longer after failures."""
    failures = 0
    while True:
        try:
            more, failures = await tell_once(database, to, teller, now()), 0
        except Untold as untold:
            failures, more, why = failures + 1, False, str(untold)
            log.warning("the learning record store was not told", why=why)
            await database.write(partial(statements.failed, why=why))
        if not more:
            await asyncio.sleep(min(REST * 2 ** min(failures, 10), LONGEST_REST) if failures else REST)


async def tell_once(database: Database, to: Place, teller: Teller, at: datetime) -> bool:
    """Make and send the next statements; whether there is more at once. Raises Untold."""
    made = await database.write(partial(tell.make, teller=teller, now=at))
    batch = await database.read(partial(tell.waiting, most=BATCH))
    if batch:
        await _send(database, to, batch, at)
    return bool(batch) or made > 0


async def _send(database: Database, to: Place, batch: Sequence[Made], at: datetime) -> None:
    """One request for all; where the store does not take them together, one for each."""
    answer = await asyncio.to_thread(_post, to, [each.body for each in batch])
    if answer.status in OF_ITS_OWN and len(batch) > 1:
        await _one_by_one(database, to, batch, at)
    else:
        await _settle(database, batch, answer, at)


async def _one_by_one(database: Database, to: Place, batch: Sequence[Made], at: datetime) -> None:
    """Put by what is refused; of a store that takes none of them it is the store that is wrong: Untold."""
    answers = [await asyncio.to_thread(_post, to, [each.body]) for each in batch]
    if all(each.status in OF_ITS_OWN and each.status != 409 for each in answers):
        raise Untold(f"it takes nothing: {answers[0].status} {answers[0].says}".strip())
    for each, answer in zip(batch, answers, strict=True):
        await _settle(database, [each], answer, at)


async def _settle(database: Database, batch: Sequence[Made], answer: Answer, at: datetime) -> None:
    if answer.status == 409 or 200 <= answer.status < 300:  # 409: it has a statement with this id already
        await database.write(partial(statements.sent, activities=[each.activity for each in batch], now=at))
    elif answer.status in OF_ITS_OWN:
        why = f"{answer.status} {answer.says}".strip()
        await database.write(partial(statements.refuse, activity=batch[0].activity, why=why))
    else:
        raise Untold(f"it answered {answer.status}")


def _post(to: Place, bodies: Sequence[str]) -> Answer:
    """Send statements; Untold when there is no answer. It is not followed elsewhere."""
    headers = {
        "Content-Type": "application/json",
        "X-Experience-API-Version": "1.0.3",
        "Authorization": to.authorization,
    }
    data = f"[{','.join(bodies)}]".encode()
    request = Request(to.address, data, headers)  # noqa: S310 (place)
    try:
        with build_opener(NoDetours).open(request, timeout=PATIENCE) as answer:
            return Answer(answer.status, "")
    except HTTPError as error:
        with error, suppress(OSError, HTTPException):
            return Answer(error.code, _line(error.read(2000)))
        return Answer(error.code, "")
    except (OSError, HTTPException) as error:
        raise Untold(f"it cannot be reached ({type(error).__name__})") from error


def _line(said: bytes) -> str:
    """What a store says of a refusal, in one short line of letters that a terminal can show."""
    words = said.decode("utf-8", "replace")
    return "".join(each if each.isprintable() else " " for each in words)[:300]
