"""Passwords are hashed beside the event loop, two at a time, and not too many wait for it."""

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.signing import LONGEST, SHORTEST, normal

PARALLEL: Final = 2  # each takes 64 MiB and a tenth of a second
WAITING: Final = 20
AGAIN: Final = 5  # seconds until whoever is sent away may come back
GUESSABLE: Final = 3  # zxcvbn's score: fewer than 10**8 guesses
T = TypeVar("T")


class Busy(Exception):
    """More people wait for their passwords than there is room for."""


class Hashing:
    """Makes and compares hashes of passwords (argon2id, RFC 9106's second choice)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(PARALLEL, "hashing")
        self._room = Semaphore(PARALLEL + WAITING)
        self._nobodys = _of_nobody(self._hasher)

    async def hash(self, password: str) -> str:
        """What is stored of a password; raises Busy."""
        return await self._beside(lambda: self._hasher.hash(normal(password)))

    async def is_right(self, password: str, hashed: str | None) -> bool:
        """Whether the hash is this password's; where there is none, finding out takes as long. Raises Busy."""
        return await self._beside(lambda: self._matches(password, hashed or self._nobodys)) and bool(hashed)

    async def weakness(self, password: str, *own: str) -> str:
        """Why nobody should have this password: "short", "long", "common" or "" for no reason. Raises Busy.

        `own` are words that are easy to guess for this person.
        """
        password = normal(password)
        if len(password) < SHORTEST:
            return "short"
        if len(password) > LONGEST:
            return "long"
        return "common" if await self._beside(lambda: _is_common(password, own)) else ""

    def _matches(self, password: str, hashed: str) -> bool:
        try:
            return self._hasher.verify(hashed, normal(password[: 2 * LONGEST]))
        except (VerificationError, InvalidHashError):
            return False

    async def _beside(self, work: Callable[[], T]) -> T:
        if not self._room.acquire(blocking=False):
            raise Busy
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(future)


def _is_common(password: str, own: tuple[str, ...]) -> bool:
    """Whether it is in lists of passwords that people choose, or is made as those are."""
    from zxcvbn import zxcvbn  # its lists take a while to load

    words = [word for each in own for word in (each, *each.replace("@", " ").replace(".", " ").split())]
    return int(zxcvbn(password[:72], user_inputs=words)["score"]) < GUESSABLE


def _of_nobody(hasher: PasswordHasher) -> str:
    """A hash that no password has, with the same parameters."""
    salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    how = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${how}${salt}${digest}"
