"""Announcements: a program writes one, sees whom it would reach, sends and cancels it, and sees what became of it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, Field

from actions import compose, dispatch
from actions.compose import LASTS, Changed, Composed, Fault
from actions.dispatch import NotSent
from console.api.operation import (
    Body,
    Call,
    Id,
    Listed,
    Nothing,
    Operation,
    Paging,
    listed,
    part_of,
)
from console.api.people import Text
from console.api.problems import not_found, unfit
from domain.audience import MOST_LINES, Away, ToldToday, leaf_of, ruled
from domain.audience import Line as Asks
from domain.delivery import State
from domain.enclosed import MOST_LINK, MOST_LINKS, Enclosed, Link
from domain.fitting import MOST_TEXT
from domain.language import LANGUAGES, Language
from storage import announcement_figures, announcements
from storage.announcement_figures import Figures, Status
from storage.announcements import Announced
from storage.announcements import State as Stand
from storage.database import Connection
from storage.errors import NotFound

Words = Annotated[
    str,
    Field(max_length=2 * MOST_TEXT, pattern=r"^[^\u0000-\u0009\u000b-\u001f\u007f]*$", examples=["Labas!"]),
]
# Which field is wrong, by what is.
_FIELDS: Final[Mapping[str, str]] = {
    "link": "links",
    **dict.fromkeys(("language", "long"), "texts"),
    **dict.fromkeys(("empty", "audience"), "audience"),
    **dict.fromkeys(("past", "far"), "at"),
    "changed": "mark",
}


class Written(Body):
    """A plain text in each language that its people read."""

    lt: Words = ""
    pl: Words = ""
    nb: Words = ""
    en: Words = ""


class Line(Body):
    """A condition, as the console's form has it; "or" begins another group of conditions that all hold."""

    what: Annotated[
        Text, Field(max_length=200, examples=["language:lt", "job:guide", "learns:paused:4", "leads"])
    ]
    how: Literal["is", "not"] = "is"
    join: Literal["and", "or"] = "and"


class NewAnnouncement(Body):
    """A draft for a place and all under it; `days` is for how long it is of use, and `confirms` that people are asked
    whether they have read it."""

    organisation: Id
    texts: Written
    links: Annotated[
        tuple[Annotated[Text, Field(max_length=MOST_LINK)], ...], Field(max_length=MOST_LINKS)
    ] = ()
    confirms: bool = False
    days: Literal[LASTS] = 1  # type: ignore[valid-type]
    audience: list[Line] = Field(default_factory=list, max_length=MOST_LINES)
    without: list[Literal["away", "today"]] = Field(default_factory=list, max_length=2)


class Send(Body):
    """When it goes (null: at once, with 30 seconds to cancel it), and the `mark` of what was seen of it."""

    at: AwareDatetime | None = None
    mark: Annotated[Text, Field(max_length=40)] | None = None


class Counts(BaseModel):
    """How many messages stand where, and how many people have confirmed it."""

    people: int
    queued: int
    sent: int
    unknown: int
    failed: int
    dropped: int
    confirmed: int
    reasons: dict[str, dict[str, int]] = Field(
        description="Why messages failed or were dropped, and how many."
    )


class Announcement(BaseModel):
    """An announcement as it stands. "asked": it waits for a second person, "due": for `send_at`; "sending" is also one
    that has gone. `mark` is another one when what it says, to whom or when is."""

    id: int
    organisation: int
    state: Stand
    texts: dict[Language, str]
    links: tuple[str, ...]
    confirms: bool
    days: int
    mark: str
    created_at: datetime | None
    send_at: datetime | None
    begun_at: datetime | None
    figures: Counts


class Wrong(BaseModel):
    """Why it cannot be sent so."""

    code: str
    language: Language | None


class Foreseen(BaseModel):
    """Whom it would reach now, and how many match and cannot be written to; `second`: that somebody else has to approve
    it; `wrong` is empty where it can be sent."""

    people: int
    unreachable: int
    organisations: dict[int, int]
    messengers: dict[str, int]
    languages: dict[Language, int]
    second: bool
    wrong: list[Wrong]


class Recipient(BaseModel):
    """Where the message to somebody stands, why, and since when it is over; `id` is the message's. Who was erased, or
    is not the token's any more, is null."""

    id: int
    person: int | None
    organisation: int
    messenger: str
    state: State
    reason: str
    ended_at: datetime | None
    confirmed_at: datetime | None


def find(tx: Connection, call: Call[Paging, None]) -> Listed[Announcement]:
    """Those of the scope's places."""
    part = part_of(call.query)
    found = announcements.part(tx, call.caller.scope, part.after, part.most)
    counted = announcement_figures.figures(tx, call.caller.scope, [each.id for each in found])
    answer: Listed[Announcement] = listed(
        call.query, found, lambda each: _shown(each, counted[each.id]), lambda each: each.id
    )
    return answer


def get(tx: Connection, call: Call[Nothing, None]) -> Announcement | None:
    """The one of the address."""
    found = announcements.of_scope(tx, call.caller.scope, call.id)
    counted = announcement_figures.figures(tx, call.caller.scope, [call.id])
    return _shown(found[0], counted[call.id]) if found else None


def foresee(tx: Connection, call: Call[Nothing, None]) -> Foreseen:
    """Whom it would reach as it stands."""
    composed = compose.composed_of(_own(tx, call))
    reach = compose.reach(tx, composed, call.now)
    faults = compose.faults(tx, call.caller.scope, composed, reach)
    return Foreseen(
        people=len(reach.people),
        unreachable=reach.unreachable,
        organisations=dict(reach.places),
        messengers=dict(reach.messengers),
        languages=dict(reach.languages),
        second=bool(compose.needs_second(tx, composed.place, reach.many)),
        wrong=[Wrong(code=each.what, language=each.language) for each in faults],
    )


def recipients(tx: Connection, call: Call[Paging, None]) -> Listed[Recipient]:
    """Its people, one message each."""
    _own(tx, call)
    part = part_of(call.query)
    found = announcement_figures.along(tx, call.caller.scope, call.id, part.after, part.most)
    answer: Listed[Recipient] = listed(call.query, found, _status, lambda each: each.id)
    return answer


def add(tx: Connection, call: Call[Nothing, NewAnnouncement]) -> int:
    """A new draft."""
    said = call.body
    lines = [
        Asks(leaf, each.how == "not", each.join == "or")
        for each in said.audience
        if (leaf := leaf_of(each.what))
    ]
    if len(lines) < len(said.audience):
        raise _unfit(call, Fault("audience"))
    without = [each for each in (Away(), ToldToday()) if each.form in said.without]
    written: dict[Language, str] = {each: getattr(said.texts, each).strip() for each in LANGUAGES}
    texts = {language: words for language, words in written.items() if words}
    enclosed = Enclosed(links=tuple(Link(each.strip()) for each in said.links))
    composed = Composed(said.organisation, texts, said.confirms, ruled(lines, without), said.days, enclosed)
    try:
        return compose.save(tx, call.caller.scope, composed, call.now, key=f"api:{secrets.token_hex(16)}")
    except NotFound as error:
        raise unfit(
            "organisation", "The token may do nothing at this organisation.", "organisation"
        ) from error


def send(tx: Connection, call: Call[Nothing, Send]) -> int:
    """It goes at its time, or waits for a second person; one that is no draft any more stays as it is."""
    found = _own(tx, call)
    seen = compose.mark(found) if call.body.mark is None else call.body.mark
    mails = call.site.entrance.mails
    try:
        dispatch.send(tx, call.caller.scope, call.id, call.body.at, call.now, seen=seen, mails=mails)
    except NotSent as error:
        raise _unfit(call, error.faults[0]) from error
    except Changed as error:
        raise _unfit(call, Fault("changed")) from error
    return call.id


def cancel(tx: Connection, call: Call[Nothing, None]) -> int:
    """Nothing more of it goes; one that is cancelled stays so."""
    state, scope = _own(tx, call).state, call.caller.scope
    if state in ("asked", "due"):
        dispatch.steer(tx, scope, call.id, "undo", call.now)
    before: Mapping[Stand, dispatch.Steer] = {"sending": "cancel", "paused": "cancel"}
    if state != "cancelled":
        dispatch.steer(tx, scope, call.id, before.get(state, "discard"), call.now)
    return call.id


def _own(tx: Connection, call: Call[Any, Any]) -> Announced:
    """The one of the address, of the scope's own places."""
    try:
        return compose.one(tx, call.caller.scope, call.id)
    except NotFound as error:
        raise not_found() from error


def _unfit(call: Call[Any, Any], fault: Fault) -> Exception:
    params = {"language": fault.language or "", "most": str(MOST_TEXT), "place": ""}
    told = call.site.say("en", f"announcement.wrong.{fault.what}", **params)
    return unfit(fault.what, told, _FIELDS.get(fault.what, fault.what))


def _shown(found: Announced, figures: Figures) -> Announcement:
    assert found.organisation is not None, "a coordinator's is of a place"
    reasons = {group: dict(pairs) for group, pairs in figures.reasons.items()}
    return Announcement(
        id=found.id,
        organisation=found.organisation,
        state=found.state,
        texts=found.texts,
        links=tuple(each.url for each in found.enclosed.links),
        confirms=found.confirms,
        days=found.days,
        mark=compose.mark(found),
        created_at=found.created_at,
        send_at=found.send_at,
        begun_at=found.begun_at,
        figures=Counts(people=figures.people, confirmed=figures.confirmed, reasons=reasons, **figures.counts),
    )


def _status(found: Status) -> Recipient:
    return Recipient(
        id=found.id,
        person=found.person or None,
        organisation=found.place,
        messenger=found.channel,
        state=found.state,
        reason=found.reason,
        ended_at=found.ended_at,
        confirmed_at=found.confirmed_at,
    )


_READ: Final = "announcements:read"
_WRITE: Final = "announcements:write"
_HERE: Final = "/announcements"
_ONE: Final = _HERE + "/{id}"
OPERATIONS: Final = (
    Operation(
        "list_announcements",
        "GET",
        _HERE,
        _READ,
        "List announcements",
        find,
        Listed[Announcement],
        query=Paging,
    ),
    Operation("get_announcement", "GET", _ONE, _READ, "Look at an announcement", get, Announcement),
    Operation(
        "list_recipients",
        "GET",
        _ONE + "/people",
        _READ,
        "List where the message to each of its people stands",
        recipients,
        Listed[Recipient],
        query=Paging,
        sees=True,
    ),
    Operation(
        "preview_announcement",
        "GET",
        _ONE + "/reach",
        _WRITE,
        "See whom it would reach now",
        foresee,
        Foreseen,
    ),
    Operation(
        "add_announcement",
        "POST",
        _HERE,
        _WRITE,
        "Write a draft",
        add,
        body=NewAnnouncement,
        makes=True,
    ),
    Operation(
        "send_announcement",
        "POST",
        _ONE + "/send",
        _WRITE,
        "Send it at once or at a time, or ask a second person for approval",
        send,
        body=Send,
    ),
    Operation(
        "cancel_announcement",
        "POST",
        _ONE + "/cancel",
        _WRITE,
        "Send no more of it",
        cancel,
    ),
)
