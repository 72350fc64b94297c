"""The audit log: who did what, each row sealed together with the one before it, so that no change goes unseen."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal, NamedTuple, get_args

What = Literal[
    "role.given",
    "role.taken",
    "organisation.added",
    "organisation.set",
    "organisation.moved",
    "organisation.closing",
    "organisation.kept",
    "organisation.closed",
    "organisation.erased",
    "provider.trusted",
    "provider.removed",
    "certificate.revoked",
    "invitation.made",
    "invitations.made",
    "link.made",
    "link.opened",
    "link.closed",
    "link.domains",
    "request.approved",
    "request.turned_down",
    "binding.undone",
    "assignment.made",
    "assignment.due",
    "assignment.pace",
    "assignment.ended",
    "announcement.asked",
    "announcement.approved",
    "announcement.set",
    "announcement.begun",
    "announcement.undone",
    "announcement.paused",
    "announcement.resumed",
    "announcement.cancelled",
    "announcement.given",
    "campaign.started",
    "campaign.paused",
    "campaign.resumed",
    "campaign.cancelled",
    "campaign.given",
    "group.asked",
    "group.bound",
    "group.ended",
    "topic.set",
    "topic.paused",
    "topic.resumed",
    "topic.ended",
    "announcement.corrected",
    "announcement.withdrawn",
    "notice.published",
    "programme.published",
    "programme.copied",
    "programme.owned",
    "programme.offered",
    "programme.adopted",
    "programme.dropped",
    "list.seen",
    "person.seen",
    "person.added",
    "person.changed",
    "person.moved",
    "person.left",
    "person.asked",
    "person.joined",
    "answer.replied",
    "messages.again",
    "messages.dropped",
    "held.sent",
    "held.dropped",
    "roster.imported",
    "roster.undone",
    "copy.given",
    "erasure.asked",
    "correction.asked",
    "correction.taken",
    "correction.refused",
    "entrance.changed",
    "results.given",
    "token.made",
    "token.revoked",
    "token.used",
    "hook.made",
    "hook.changed",
    "hook.off",
    "hook.removed",
    "entrance.used",
    "webinar.made",
    "webinar.changed",
    "webinar.cancelled",
    "webinar.attended",
    "webinar.reported",
    "webinar.printed",
    "seat.given",
    "webinar.recorded",
    "seat.approved",
    "seat.walked_in",
    "seat.refused",
    "webinar.led",
    "trainer.changed",
    "log.shortened",
]
WHAT: Final[tuple[What, ...]] = get_args(What)
OF_PEOPLE: Final[tuple[What, ...]] = (
    *("role.given", "role.taken", "invitation.made", "copy.given", "erasure.asked"),
    *("person.seen", "person.added", "person.changed", "person.moved", "person.left"),
    *("person.asked", "person.joined", "answer.replied"),
    *("correction.asked", "correction.taken", "correction.refused"),
    *("request.approved", "binding.undone", "entrance.changed", "entrance.used", "seat.given"),
    *("webinar.led", "trainer.changed", "seat.approved", "seat.refused", "seat.walked_in"),
)
SAME_LOOK: Final = timedelta(
    minutes=15
)  # to a person and back to the list is one look; a new visit is another
Values = Mapping[str, str | int | None]
_CANONICAL: Final = json.JSONEncoder(
    separators=(",", ":"), default=repr
)  # ASCII; what is no JSON fits no seal


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done: at which organisation, and the id of what it was done to (a person's for OF_PEOPLE).

    `before` and `after` are ids, settings, counts and names of fields; names, addresses and texts do not belong here.
    """

    what: What
    organisation: int | None = None
    about: int | None = None
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)


def looks(name: str, shown: Iterable[tuple[int, int | None]]) -> list[Deed]:
    """That these people (each with their organisation) were seen in a list: once at each organisation.

    How many of its people they were, and the first one's id, tell one part of a list from another. Of those who ask to
    be let in there is none: they are on no roster yet.
    """
    homes = dict[int, list[int]]()
    for person, home in dict.fromkeys(shown):
        if home is not None:
            homes.setdefault(home, []).append(person)
    return [
        Deed("list.seen", home, after={"list": name, "count": len(people), **_first(name, people)})
        for home, people in homes.items()
    ]


def _first(name: str, people: Sequence[int]) -> dict[str, int]:
    return {} if name == "requests" else {"first": people[0]}


class Row(NamedTuple):
    """A row as it is stored. `at` is UTC in ISO 8601, `who` a person's id (None: whoever runs the installation)."""

    number: int
    at: str
    who: int | None
    what: str
    organisation: int | None
    about: int | None
    before: str
    after: str
    seal: str


class End(NamedTuple):
    """Where a chain ends: the number and the seal of its last row."""

    number: int
    seal: str


NOTHING: Final = End(0, "")  # before the first row


def seal(previous: str, row: Sequence[object]) -> str:
    """SHA-256 (hex) of the seal before and of the row without its own, as JSON in the order of its columns."""
    return hashlib.sha256(f"{previous}\n{_CANONICAL.encode(list(row))}".encode()).hexdigest()


def follow(end: End, rows: Iterable[Row]) -> tuple[End, int | None]:
    """Where the chain ends with these rows, and the number of the first that is wrong or missing (None: none is)."""
    for row in rows:
        if row.number != end.number + 1 or row.seal != seal(end.seal, row[:-1]):
            return end, end.number + 1
        end = End(row.number, row.seal)
    return end, None
