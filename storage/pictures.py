"""Pictures that authors have put beside a programme in the console, by the names that its lessons call them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, UniqueConstraint, delete, exists, insert, literal, or_, select
from sqlmodel import Field, SQLModel

from domain.programme import Picture
from storage import media
from storage.announcements import ANNOUNCEMENT
from storage.media import HANDLE, MEDIA
from storage.people import called
from storage.programmes import VERSION
from storage.table import core
from storage.wall import beyond


class PictureRow(SQLModel, table=True):
    """A picture of a programme, whether a lesson has it yet or not, until an author takes it away.

    `person_id` is who brought it, so that another author knows whom to ask.
    """

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("programme_id", "digest"),)
    programme_id: int = Field(primary_key=True, foreign_key="programme.id")
    name: str = Field(primary_key=True)
    digest: str = Field(foreign_key="media.digest", index=True)
    width: int
    height: int
    media_type: str
    person_id: int = Field(foreign_key="person.id")
    added_at: datetime


PICTURE = core(PictureRow)


@dataclass(frozen=True, slots=True)
class Brought:
    """A picture, and who brought it when."""

    picture: Picture
    by: str
    at: datetime


def of_programme(tx: Connection, programme: int) -> list[Brought]:
    """The pictures beside a programme, the newest first."""
    names = ("digest", "name", "width", "height", "media_type", "added_at")
    rows: Select[tuple[Any, ...]] = (
        select(*(PICTURE.c[name] for name in names), called(PICTURE.c.person_id).label("by"))
        .where(PICTURE.c.programme_id == programme)
        .order_by(PICTURE.c.added_at.desc(), PICTURE.c.name)
    )
    return [
        Brought(
            Picture(row.digest, row.name, "", row.width, row.height, row.media_type), row.by, row.added_at
        )
        for row in tx.execute(rows)
    ]


def put(tx: Connection, programme: int, picture: Picture, data: bytes, *, person: int, at: datetime) -> None:
    """Keep a picture beside a programme; its bytes once, whoever else has them."""
    media.keep(tx, picture.digest, data)
    values = {name: getattr(picture, name) for name in ("digest", "name", "width", "height", "media_type")}
    tx.execute(insert(PICTURE).values(programme_id=programme, **values, person_id=person, added_at=at))


def drop(tx: Connection, programme: int, name: str) -> None:
    """Take a picture away; its bytes too, when no version of a programme and nobody else has them."""
    which = (PICTURE.c.programme_id == programme, PICTURE.c.name == name)
    digest = tx.execute(delete(PICTURE).where(*which).returning(PICTURE.c.digest)).scalar_one_or_none()
    if digest is None:
        return
    let_go(tx, (digest,))


def let_go(tx: Connection, digests: Iterable[str]) -> None:
    """Forget those of these bytes that nobody shows."""
    with beyond(tx, "picture"):
        for each in digests:
            _let_go(tx, each)


def _let_go(tx: Connection, digest: str) -> None:
    # Whoever is about to publish these bytes holds the row (`media.keep`), and is waited for.
    tx.execute(select(MEDIA.c.digest).where(MEDIA.c.digest == digest).with_for_update())
    beside = exists().where(PICTURE.c.digest == digest)
    published = exists().where(VERSION.c.content.contains(digest))
    told = exists().where(ANNOUNCEMENT.c.enclosed.contains(digest))
    if not tx.execute(select(or_(beside, published, told))).scalar_one():
        tx.execute(delete(HANDLE).where(HANDLE.c.digest == digest))
        tx.execute(delete(MEDIA).where(MEDIA.c.digest == digest))


def copy(tx: Connection, version: int, other: int, *, person: int, at: datetime) -> None:
    """Let another programme have the pictures that this version shows, too."""
    names = ("name", "digest", "width", "height", "media_type")
    values = select(
        literal(other),
        *(PICTURE.c[name] for name in names),
        literal(person),
        literal(at, PICTURE.c.added_at.type),
    )
    columns = ["programme_id", *names, "person_id", "added_at"]
    rows = values.join(VERSION, VERSION.c.programme_id == PICTURE.c.programme_id)
    shown = rows.where(VERSION.c.id == version, VERSION.c.content.contains(PICTURE.c.digest))
    tx.execute(insert(PICTURE).from_select(columns, shown))
