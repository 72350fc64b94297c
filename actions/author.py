"""Lessons changed in the console: kept as drafts, published together, and taken back."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from actions.find import index
from domain.audit import Deed
from domain.language import LANGUAGES, Language
from domain.organisation import Scope
from domain.programme import Picture, Programme, ProgrammeText
from domain.sharing import may_write
from lessons.shelf import Drawn
from storage import audit, drafts, media, organisations, pictures, programmes, sharing
from storage.codec import dump
from storage.database import Connection
from storage.drafts import Draft
from storage.errors import NotFound
from storage.pictures import Brought
from storage.sharing import Standing
from storage.wall import beyond

Key = tuple[str, Language]
NOTHING = ""  # the digest where there is no text


@dataclass(frozen=True, slots=True)
class Desk:
    """A programme as its authors have it: what is published (`version`), the drafts for it, and the pictures beside it.

    `owner` is its id, `standing` says whose it is.
    """

    owner: int
    version: int
    programme: Programme
    drafts: Mapping[Key, Draft]
    brought: Sequence[Brought]
    standing: Standing

    @property
    def mark(self) -> str:
        """A word that is another one as soon as anything here has changed."""
        told = [str(self.version), *(f"{each.key} {digest(each.source)}" for each in self.drafts.values())]
        told += [f"{each.name} {each.digest}" for each in self.pictures]
        return digest("\n".join(told))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """What authors have put beside the published pictures."""
        return tuple(each.picture for each in self.brought)

    def base(self, key: Key) -> str:
        """A digest of the published text."""
        lesson = next((each for each in self.programme.lessons if each.slug == key[0]), None)
        text = next((each for each in lesson.texts if each.language == key[1]), None) if lesson else None
        return digest(dump(text)) if text else NOTHING

    def about(self, language: Language) -> str:
        """A digest of the published title and description."""
        text = next((each for each in self.programme.texts if each.language == language), None)
        return digest(dump(text)) if text else NOTHING

    def stands(self, key: Key) -> str:
        """A digest of what somebody who opens the lesson now begins with."""
        draft = self.drafts.get(key)
        return digest(draft.source) if draft else self.base(key)

    def late(self, draft: Draft) -> bool:
        """What the draft is to replace was published anew meanwhile."""
        return draft.base != self.base(draft.key)

    def has(self, lesson: str) -> bool:
        """There is such a lesson in the programme."""
        return any(each.slug == lesson for each in self.programme.lessons)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an author had before them when they began: digests of what stood there, and of what was published."""

    stood: str
    base: str


def desk(tx: Connection, scope: Scope, slug: str) -> Desk:
    """The programme in this folder; NotFound when there is none, or for somebody who may not write it."""
    owner, version = _mine(tx, scope, slug)
    found = {each.key: each for each in drafts.of_programme(tx, owner)}
    return Desk(
        owner,
        version,
        programmes.version(tx, version),
        found,
        pictures.of_programme(tx, owner),
        sharing.standings(tx, owner)[owner],
    )


def writable(tx: Connection, scope: Scope) -> dict[int, int]:
    """The newest version's id of every programme that they may change, by the programme's id."""
    with beyond(tx, "places"):
        places = organisations.names(tx)
    writes, stand = scope.at("write"), sharing.standings(tx)
    newest = programmes.newest(tx)
    return {each: newest[each] for each in newest if may_write(stand[each].owner, writes, places)}


def save(
    tx: Connection, scope: Scope, slug: str, key: Key, *, source: str | None, loaded: Loaded, now: datetime
) -> Literal["saved", "dropped", "changed"]:
    """Keep a lesson's source as its draft; None: no draft is needed.

    "changed": nothing is kept, because it is not what the author began with that stands there now.
    """
    here = locked(tx, scope, slug)
    same = source is not None and here.stands(key) == digest(source)
    if here.stands(key) != loaded.stood and not same:
        return "changed"
    if source is None or not here.has(key[0]):
        drafts.drop(tx, here.owner, key)
        return "dropped"
    drafts.put(tx, here.owner, key, source=source, base=loaded.base, person=scope.person, at=now)
    return "saved"


def publish_drafts(
    tx: Connection,
    scope: Scope,
    seen: Desk,
    *,
    programme: Programme,
    now: datetime,
    drawn: Iterable[Drawn] = (),
) -> Literal["published", "changed"]:
    """Publish `programme`, which was made of the drafts that were `seen`, with what was `drawn` for it."""
    here = locked(tx, scope, programme.slug)
    if here.mark != seen.mark:
        return "changed"
    for each in drawn:
        media.keep(tx, each.picture.digest, each.data)
    put(tx, scope, here, programme, now)
    drafts.drop_all(tx, here.owner)
    return "published"


def go_back(
    tx: Connection, scope: Scope, slug: str, version: int, *, seen: int, now: datetime
) -> Literal["back", "changed"]:
    """Publish again what an earlier version says, as a new one; `seen` is the newest one that its author knows of."""
    here = locked(tx, scope, slug)
    if version not in {each.id for each in programmes.issues(tx, here.owner)}:
        raise NotFound(slug)
    if here.version != seen:
        return "changed"
    put(tx, scope, here, programmes.version(tx, version), now)
    return "back"


def describe(
    tx: Connection, scope: Scope, slug: str, text: ProgrammeText, *, seen: str, now: datetime
) -> Literal["described", "changed"]:
    """Publish the programme with this title and description in one language; `seen` is a digest of what they were when
    their author began. What else was published meanwhile stays."""
    here = locked(tx, scope, slug)
    if here.about(text.language) not in (seen, digest(dump(text))):
        return "changed"
    others = (each for each in here.programme.texts if each.language != text.language)
    texts = sorted((*others, text), key=lambda each: LANGUAGES.index(each.language))
    put(tx, scope, here, replace(here.programme, texts=tuple(texts)), now)
    return "described"


def put(tx: Connection, scope: Scope, here: Desk, programme: Programme, now: datetime) -> None:
    """Publish this as a new version, let it be found, and keep who did it."""
    new = programmes.publish(tx, programme, now, scope.person)
    index(tx)
    if new is not None:
        deed = Deed("programme.published", here.standing.owner, here.owner, after={"version": new})
        audit.note(tx, deed, scope.person, now)


def digest(text: str) -> str:
    """A word that is another one for every text."""
    return hashlib.sha256(text.encode()).hexdigest()


def locked(tx: Connection, scope: Scope, slug: str) -> Desk:
    """The desk with nobody else at it until the transaction ends. Of others nothing is locked: nobody waits for it, or
    learns by that that it is there."""
    programmes.lock(tx, _mine(tx, scope, slug)[0])
    return desk(tx, scope, slug)


def _mine(tx: Connection, scope: Scope, slug: str) -> tuple[int, int]:
    """The id and the newest version's of a programme that they may write; NotFound."""
    owner, mine = programmes.by_slug(tx, slug), writable(tx, scope)  # the same is asked where there is none
    version = mine.get(owner) if owner else None
    if owner is None or version is None:
        raise NotFound(slug)
    return owner, version
