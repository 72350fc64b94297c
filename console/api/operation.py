"""What an operation of the API is: one declaration for its route, its requests, its answers and its document."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from console.api.auth import Caller
from console.api.problems import unfit
from console.site import Site
from domain.api_token import TokenScope
from storage.database import Connection
from storage.listing import Part
from storage.progress import LARGEST_ID

T = TypeVar("T")
Q = TypeVar("Q")
B = TypeVar("B")
MOST: Final = 200
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


def _digits(said: Any) -> Any:
    """A number of an address is written in digits alone."""
    if isinstance(said, str) and not (said.isascii() and said.isdigit()):
        raise ValueError("digits are wanted")
    return said


def _iso(said: Any) -> Any:
    """A date of an address is written as 2027-01-31."""
    if isinstance(said, str) and not _DATE.fullmatch(said):
        raise ValueError("a date as 2027-01-31 is wanted")
    return said


def _yes(said: Any) -> Any:
    """Yes and no are "true" and "false" in an address."""
    if isinstance(said, str) and said not in ("true", "false"):
        raise ValueError("true or false is wanted")
    return said


InAddress = BeforeValidator(_digits)
Day = Annotated[date, BeforeValidator(_iso)]
Yes = Annotated[bool, BeforeValidator(_yes)]
Number = Annotated[int, InAddress, Field(ge=1, le=LARGEST_ID)]


class Nothing(BaseModel):
    """No parameters."""

    model_config = ConfigDict(defer_build=True, extra="forbid")


class Paging(Nothing):
    """Which part of a list."""

    limit: Annotated[int, InAddress, Field(ge=1, le=MOST)] = Field(50, description="How many at most.")
    after: str | None = Field(None, max_length=60, description="`next` of the part before.")


class Body(BaseModel):
    """What is sent: nothing but these fields."""

    model_config = ConfigDict(defer_build=True, extra="forbid", strict=True)


class Listed(BaseModel, Generic[T]):
    """A part of a list; `next` is where the following one begins, null at the end."""

    items: list[T]
    next: str | None


class Made(BaseModel):
    """What was made or changed."""

    id: int


@dataclass(frozen=True, slots=True)
class Call(Generic[Q, B]):
    """A request that may be carried out: `id` is the one of its address (0: none)."""

    site: Site
    caller: Caller
    now: datetime
    id: int
    query: Q
    body: B


@dataclass(frozen=True, slots=True)
class Operation:
    """`run` is a unit of work: for a list or a thing its answer (None: there is no such thing), for a deed an id.

    `sees`: the audit log keeps that somebody looked at the person, or at a list of people. `asks`: it may be that
    somebody has to agree first; the id is 0 then.
    """

    name: str
    method: Literal["GET", "POST", "PATCH"]
    path: str
    scope: TokenScope
    summary: str
    run: Callable[[Connection, Call[Any, Any]], Any]
    answer: type[BaseModel] = Made
    query: type[Nothing] = Nothing
    body: type[Body] | None = None
    makes: bool = False
    sees: bool = False
    asks: bool = False

    @property
    def status(self) -> int:
        """What is answered when all is well."""
        return 201 if self.makes else 200


def part_of(query: Paging) -> Part:
    """What of a list is asked for, and one more to know whether that is all."""
    return Part(_read(query.after) if query.after else 0, query.limit + 1)


def listed(query: Paging, found: Sequence[Any], shown: Callable[[Any], T], key: Callable[[T], int]) -> Any:
    """The answer with what `part_of` found."""
    items = [shown(each) for each in found[: query.limit]]
    return Listed[Any](items=items, next=_cursor(key(items[-1])) if len(found) > query.limit else None)


def _cursor(last: int) -> str:
    return base64.urlsafe_b64encode(f"after:{last}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        said = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        said = b""
    number = said.removeprefix(b"after:")
    if said != number and number.isdigit() and len(number) < 11:
        return min(int(number), LARGEST_ID)
    raise unfit("cursor", "Take “after” from “next” of the answer before, or leave it out.", "after")
