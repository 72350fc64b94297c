"""What programs only read: programmes, progress and certificates."""

from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, Field

from console.api.operation import Call, Listed, Nothing, Number, Operation, Paging, listed, part_of
from domain.language import Language
from storage import listing, programmes, sharing
from storage.database import Connection
from storage.listing import Part, Proof, Study


class Programme(BaseModel):
    """A programme as it was published last; `titles` by language."""

    id: int
    slug: str
    version: int
    titles: dict[Language, str]
    lessons: int
    minutes: int = Field(description="What it takes, as its author says.")


class Progress(BaseModel):
    """How far somebody is in a programme: what they answered right, of what can be right or wrong.

    "waiting": the next lesson comes at `next_at`, or when they ask for it.
    """

    id: int
    person: int
    organisation: int
    programme: int
    version: int
    state: Literal["waiting", "learning", "paused", "finished"]
    lessons: int
    lessons_done: int
    right: int
    graded: int
    started_at: datetime
    last_at: datetime
    next_at: datetime | None
    finished_at: datetime | None


class Certificate(BaseModel):
    """What was certified, in the words of that day; whoever has the `link` can check it. `name` is "" once erased. Of
    attendance it has no `programme`, and says when the webinar was `held_on`."""

    id: int
    number: str
    person: int
    organisation: int
    programme: int | None
    title: str
    name: str
    language: Language
    minutes: int
    issued_on: date
    expires_on: date | None
    revoked_on: date | None
    held_on: date | None
    link: str


class OfSomebody(Paging):
    """Whose, and of which programme."""

    person: Number | None = None
    programme: Number | None = None


def find_programmes(tx: Connection, call: Call[Paging, None]) -> Listed[Programme]:
    """Those that the caller's people may learn, or learn already."""
    part = part_of(call.query)
    newest = sharing.known(tx, call.caller.scope)
    found = [each for each in sorted(newest) if each > part.after][: part.most]
    answer: Listed[Programme] = listed(
        call.query, found, lambda each: _programme(tx, each, newest[each]), lambda each: each.id
    )
    return answer


def get_programme(tx: Connection, call: Call[Nothing, None]) -> Programme | None:
    """The one of the address."""
    version = sharing.known(tx, call.caller.scope).get(call.id)
    return _programme(tx, call.id, version) if version else None


def find_progress(tx: Connection, call: Call[OfSomebody, None]) -> Listed[Progress]:
    """Of everybody, somebody, or a programme."""
    query = call.query
    asked = {"person": query.person, "programme": query.programme}
    found = listing.studies(tx, call.caller.scope, part_of(query), **asked)
    answer: Listed[Progress] = listed(query, found, lambda each: _progress(tx, each), lambda each: each.id)
    return answer


def find_certificates(tx: Connection, call: Call[OfSomebody, None]) -> Listed[Certificate]:
    """Of everybody, somebody, or a programme."""
    query, address = call.query, call.site.address
    asked = {"person": query.person, "programme": query.programme}
    found = listing.proofs(tx, call.caller.scope, part_of(query), **asked)
    answer: Listed[Certificate] = listed(
        query, found, lambda each: _certificate(each, address), lambda each: each.id
    )
    return answer


def get_certificate(tx: Connection, call: Call[Nothing, None]) -> Certificate | None:
    """The one of the address."""
    found = listing.proofs(tx, call.caller.scope, Part(only=call.id))
    return _certificate(found[0], call.site.address) if found else None


def _programme(tx: Connection, programme: int, version: int) -> Programme:
    content = programmes.version(tx, version)
    return Programme(
        id=programme,
        slug=content.slug,
        version=version,
        titles={text.language: text.title for text in content.texts},
        lessons=len(content.lessons),
        minutes=content.minutes(content.texts[0].language),
    )


def _progress(tx: Connection, found: Study) -> Progress:
    states: dict[str, Literal["paused", "finished"]] = {"paused": "paused", "finished": "finished"}
    finished = found.state == "finished"
    return Progress(
        id=found.id,
        person=found.person,
        organisation=found.organisation,
        programme=found.programme,
        version=found.version,
        state=states.get(found.state, "learning" if found.card >= 0 else "waiting"),
        lessons=len(programmes.version(tx, found.version).lessons),
        lessons_done=found.lessons_done,
        right=found.right,
        graded=found.graded,
        started_at=found.started_at,
        last_at=found.touched_at,
        next_at=found.due_at,
        finished_at=(found.finished_at or found.touched_at) if finished else None,
    )


def _certificate(found: Proof, address: str) -> Certificate:
    kept, certificate = found.kept, found.kept.certificate
    return Certificate(
        id=kept.id,
        number=certificate.number,
        person=kept.person,
        organisation=kept.organisation,
        programme=found.programme,
        title=certificate.programme,
        name=certificate.name,
        language=certificate.language,
        minutes=certificate.minutes,
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        revoked_on=certificate.revoked_on,
        held_on=certificate.held_on,
        link=f"{address}/certificate/{certificate.code}",
    )


OPERATIONS: Final = (
    Operation(
        "list_programmes",
        "GET",
        "/programmes",
        "programmes:read",
        "List programmes",
        find_programmes,
        Listed[Programme],
        query=Paging,
    ),
    Operation(
        "get_programme",
        "GET",
        "/programmes/{id}",
        "programmes:read",
        "Look at a programme",
        get_programme,
        Programme,
    ),
    Operation(
        "list_progress",
        "GET",
        "/progress",
        "progress:read",
        "List how far people are",
        find_progress,
        Listed[Progress],
        query=OfSomebody,
        sees=True,
    ),
    Operation(
        "list_certificates",
        "GET",
        "/certificates",
        "certificates:read",
        "List certificates",
        find_certificates,
        Listed[Certificate],
        query=OfSomebody,
        sees=True,
    ),
    Operation(
        "get_certificate",
        "GET",
        "/certificates/{id}",
        "certificates:read",
        "Look at a certificate",
        get_certificate,
        Certificate,
        sees=True,
    ),
)
