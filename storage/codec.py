"""Domain objects to text and back, checked on the way in."""

from collections.abc import Iterable
from typing import Final

import msgspec
from pydantic import TypeAdapter

from domain.message import Message
from domain.programme import Programme

PROGRAMME: Final[TypeAdapter[Programme]] = TypeAdapter(Programme)
MESSAGE: Final[TypeAdapter[Message]] = TypeAdapter(Message)


def dump_message(message: Message) -> str:
    """A message as it is stored in the outbox."""
    return dump(message)


def dump(value: object) -> str:
    """Plain values, and dataclasses of them, as JSON."""
    return msgspec.json.encode(value).decode()


def load_message(body: str) -> Message:
    """The message that was stored."""
    return MESSAGE.validate_json(body)


def dump_programme(programme: Programme) -> str:
    """A programme as it is stored in a version."""
    return PROGRAMME.dump_json(programme).decode()


def load_programme(body: str) -> Programme:
    """The programme that was stored."""
    return PROGRAMME.validate_json(body)


def dump_indexes(indexes: Iterable[int]) -> str:
    """Indexes of options as they are stored: "0,2"."""
    return ",".join(map(str, indexes))


def load_indexes(written: str) -> tuple[int, ...]:
    """The indexes that were stored."""
    return tuple(map(int, written.split(","))) if written else ()
