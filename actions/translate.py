"""A programme of others in a further language: the copy in which it is written, and what stands beside it then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions import share
from actions.author import Desk, desk
from domain.language import Language
from domain.organisation import Scope
from domain.sharing import Licence, licence_of, missing
from storage import organisations, programmes, sharing
from storage.database import Connection
from storage.errors import NotFound
from storage.sharing import Standing
from storage.wall import beyond


@dataclass(frozen=True, slots=True)
class Translating:
    """The `languages` that a programme of others lacks, and what may be done about it: `by` whom it is, its `licence`.

    `places` are those of the scope that may have a copy of it, with their names; `copies` are there already, by place.
    `meant` is the place to go on at: one that has a copy, else the highest.
    """

    slug: str
    by: str
    licence: Licence
    languages: Sequence[Language]
    places: Mapping[int, str]
    copies: Mapping[int, str]
    meant: int | None


@dataclass(frozen=True, slots=True)
class Beside:
    """The original of a copy, where both can be begun. `taken`: its place itself took it into its list."""

    programme: int
    taken: bool


def translating(tx: Connection, scope: Scope, programme: int) -> Translating | None:
    """What somebody who cannot write this programme is told of its translation; None where it lacks no language."""
    writes = scope.at("write")
    there = sharing.listed(tx, writes or scope.organisations) | sharing.offered(tx)
    content = programmes.version(tx, there[programme]) if programme in there else None
    languages = tuple(missing(content)) if content else ()
    if content is None or not languages:
        return None
    called, stand = organisations.names(tx), sharing.standings(tx, programme)[programme]
    places = {each for each in writes if _may_learn(stand, each, called)}
    copies = sharing.copies(tx, programme, places)
    first = sorted(places, key=lambda each: (each not in copies, called[each][1] in places, each))
    return Translating(
        content.slug,
        content.rules.owner or stand.by,
        licence_of(content.rules.licence),
        languages,
        {each: called[each][0] for each in places},
        copies,
        next(iter(first), None),
    )


def _may_learn(stand: Standing, place: int, called: Mapping[int, tuple[str, int | None]]) -> bool:
    """Whether people of the place may learn a programme that stands so, or may take it into their list."""
    if stand.owner is None or stand.reach == "everybody":
        return True
    here: int | None = place
    while here is not None and here != stand.owner:
        here = called[here][1]
    return here is not None and stand.reach == "own"


def begin(
    tx: Connection, scope: Scope, slug: str, place: int, *, language: Language, now: datetime
) -> tuple[str, str] | None:
    """The name of the place's copy of a programme, made now where there is none, and the lesson to translate next.

    The lesson is "" where none is left; None: its licence forbids a copy. Who asks twice at once has one copy. NotFound
    as with a copy; nothing is looked for at places of others, or locked of what they may not copy.
    """
    if place not in scope.at("write"):
        raise NotFound(slug)
    programme, there = programmes.by_slug(tx, slug), dict[int, str]()
    if programme in sharing.offered(tx) | sharing.listed(tx, [place]):
        with beyond(tx, "lock"):
            programmes.lock(tx, programme)
        there = sharing.copies(tx, programme, [place])
    name = there.get(place) or share.copy(tx, scope, slug, place, now)
    if name is None:
        return None
    here = desk(tx, scope, name)
    lacking = (each.slug for each in missing(here.programme).get(language, ()))
    return name, next((each for each in lacking if (each, language) not in here.drafts), "")


def both(tx: Connection, here: Desk) -> Beside | None:
    """The original of the copy at this desk, while people of its owner can begin either."""
    made, owner = sharing.fork(tx, here.owner), here.standing.owner
    if made is None or owner is None or here.standing.reach == "draft":
        return None
    if made.upstream not in sharing.listed(tx, [owner]):
        return None
    return Beside(made.upstream, sharing.has_adopted(tx, made.upstream, owner))
