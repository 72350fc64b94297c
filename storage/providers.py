"""Organisations' own ways to sign in (OpenID Connect): which providers are trusted, and whose accounts are known."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, UniqueConstraint, delete, select
from sqlmodel import Field, SQLModel

from storage import organisations
from storage.dialect import insert_new
from storage.people import PERSON
from storage.table import core


class ProviderRow(SQLModel, table=True):
    """A provider that the people of an organisation, and of all under it, may sign in with; nobody else's word counts.

    `secret_file` is where the client's secret is ("" for a client without one): it is not in the store.
    """

    __tablename__ = "provider"
    __table_args__ = (UniqueConstraint("organisation_id", "issuer"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    name: str
    issuer: str
    client: str
    secret_file: str


class ProvidedRow(SQLModel, table=True):
    """An account at a provider (`subject`, its own id for it) that a person, signed in otherwise, said is theirs."""

    __tablename__ = "provided"
    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    added_at: datetime


PROVIDER, PROVIDED = core(ProviderRow), core(ProvidedRow)


@dataclass(frozen=True, slots=True)
class Provider:
    """A trusted provider."""

    id: int
    organisation: int
    name: str
    issuer: str
    client: str
    secret_file: str = ""


_ROWS = select(
    *(PROVIDER.c[name] for name in ("id", "organisation_id", "name", "issuer", "client", "secret_file"))
)


def put(tx: Connection, organisation: int, name: str, issuer: str, *, client: str, secret_file: str) -> None:
    """The organisation trusts this provider from now on; one that it has already is as said now."""
    remove(tx, organisation, issuer)
    values = {"organisation_id": organisation, "name": name, "issuer": issuer, "client": client}
    insert_new(tx, PROVIDER, **values, secret_file=secret_file)


def remove(tx: Connection, organisation: int, issuer: str) -> bool:
    """The organisation does not trust it any more; False when it did not."""
    its = (PROVIDER.c.organisation_id == organisation, PROVIDER.c.issuer == issuer)
    return tx.execute(delete(PROVIDER).where(*its)).rowcount == 1


def get(tx: Connection, which: int) -> Provider | None:
    """The provider with this id."""
    row = tx.execute(_ROWS.where(PROVIDER.c.id == which)).one_or_none()
    return Provider(*row) if row else None


def all_of_them(tx: Connection) -> list[Provider]:
    """Every provider, by name."""
    return [Provider(*row) for row in tx.execute(_ROWS.order_by(PROVIDER.c.name, PROVIDER.c.id))]


def may_use(tx: Connection, provider: Provider, person: int) -> bool:
    """Whether the person is of the provider's organisation, or of one under it."""
    home = tx.execute(select(PERSON.c.organisation_id).where(PERSON.c.id == person)).scalar_one()
    return home in organisations.under(tx, [provider.organisation])


def whose(tx: Connection, provider: Provider, subject: str) -> int | None:
    """Whose account this is, among those who may sign in with the provider; None for nobody's."""
    rows = select(PROVIDED.c.person_id).where(
        PROVIDED.c.issuer == provider.issuer, PROVIDED.c.subject == subject
    )
    person = tx.execute(rows).scalar_one_or_none()
    return person if person is not None and may_use(tx, provider, person) else None


def link(tx: Connection, provider: Provider, subject: str, person: int, now: datetime) -> bool:
    """The account is this person's; False when it is another's already, or they may not sign in with the provider."""
    if not may_use(tx, provider, person):
        return False
    values = {"issuer": provider.issuer, "subject": subject, "person_id": person, "added_at": now}
    return insert_new(tx, PROVIDED, **values) or whose(tx, provider, subject) == person


def linked(tx: Connection, person: int) -> frozenset[str]:
    """The issuers at which an account is known to be this person's."""
    return frozenset(tx.execute(select(PROVIDED.c.issuer).where(PROVIDED.c.person_id == person)).scalars())


def unlink(tx: Connection, person: int, issuer: str | None = None) -> bool:
    """The person's account at this provider (None: at all) does not sign in any more; False when there was none."""
    theirs = delete(PROVIDED).where(PROVIDED.c.person_id == person)
    mine = theirs if issuer is None else theirs.where(PROVIDED.c.issuer == issuer)
    return tx.execute(mine).rowcount > 0
