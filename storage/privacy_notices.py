"""Privacy notices of organisations: every version in every language, and which one holds where."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, UniqueConstraint, and_, func, select
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.privacy_notice import PrivacyNotice, held
from storage import organisations
from storage.dialect import insert_new
from storage.people import PERSON
from storage.table import core


class PrivacyNoticeRow(SQLModel, table=True):
    """What an organisation tells its people about their data, as it told it from `published_at` on.

    Kept as long as the service runs, to be able to show what somebody read when they joined. Triggers refuse to change
    or delete a row. `person_id` is who published it.
    """

    __tablename__ = "privacy_notice"
    __table_args__ = (UniqueConstraint("organisation_id", "language", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    language: str
    version: int
    text: str
    published_at: datetime
    person_id: int = Field(foreign_key="person.id", index=True)


PRIVACY_NOTICE = core(PrivacyNoticeRow)
_C: Final = PRIVACY_NOTICE.c
_NAMES: Final = (_C.id, _C.organisation_id, _C.language, _C.version, _C.published_at)


def add(
    tx: Connection, *, organisation: int, language: Language, version: int, text: str, by: int, at: datetime
) -> bool:
    """Keep a new version; False when there is one of this number already."""
    return insert_new(
        tx,
        PRIVACY_NOTICE,
        organisation_id=organisation,
        language=language,
        version=version,
        text=text,
        published_at=at,
        person_id=by,
    )


def versions(tx: Connection, organisation: int, language: Language) -> Sequence[PrivacyNotice]:
    """The organisation's own in this language, the newest first."""
    mine = (_C.organisation_id == organisation, _C.language == language)
    rows = tx.execute(select(*_NAMES).where(*mine).order_by(_C.version.desc()))
    return [_notice(row) for row in rows]


def newest(tx: Connection, houses: Collection[int]) -> Sequence[PrivacyNotice]:
    """The newest version of each of these organisations in each language that it has one in."""
    last = (
        select(_C.organisation_id, _C.language, func.max(_C.version).label("version"))
        .where(_C.organisation_id.in_(houses))
        .group_by(_C.organisation_id, _C.language)
        .subquery()
    )
    is_last = and_(*(_C[name] == last.c[name] for name in ("organisation_id", "language", "version")))
    return [_notice(row) for row in tx.execute(select(*_NAMES).join_from(PRIVACY_NOTICE, last, is_last))]


def text(tx: Connection, notice: int) -> str:
    """What it says."""
    return str(tx.execute(select(_C.text).where(_C.id == notice)).scalar_one())


def holding(tx: Connection, organisation: int, language: Language) -> PrivacyNotice | None:
    """The one that holds for somebody of the organisation who reads this language."""
    upward = organisations.upward(tx, organisation)
    return held(upward, newest(tx, upward), language)


def read_by(tx: Connection, person: int) -> PrivacyNotice | None:
    """The one that held for the person when they joined."""
    rows = select(*_NAMES).join_from(PERSON, PRIVACY_NOTICE, _C.id == PERSON.c.notice_id)
    row = tx.execute(rows.where(PERSON.c.id == person)).one_or_none()
    return _notice(row) if row else None


def houses(tx: Connection, organisation: int) -> frozenset[int]:
    """The organisation and those under it which have none that is nearer to them."""
    below = organisations.under(tx, [organisation]) - {organisation}
    rows = select(_C.organisation_id).where(_C.organisation_id.in_(below)).distinct()
    return organisations.under(tx, [organisation]) - organisations.under(tx, tx.execute(rows).scalars().all())


def readers(tx: Connection, houses: Collection[int], languages: Collection[Language]) -> Sequence[int]:
    """The people of these organisations who speak one of these languages."""
    theirs = (PERSON.c.organisation_id.in_(houses), PERSON.c.language.in_(languages))
    return tx.execute(select(PERSON.c.id).where(*theirs)).scalars().all()


def _notice(row: Sequence[Any]) -> PrivacyNotice:
    return PrivacyNotice(*row)
