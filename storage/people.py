"""People and their roles: tables and queries."""

from datetime import datetime, time

from sqlalchemy import Connection, insert, select, update
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.person import DEFAULT_HOUR, WORKING_DAYS, Person
from storage import organisations
from storage.table import core


class PersonRow(SQLModel, table=True):
    """A row of an organisation's roster. `days` are ISO weekdays as digits; `hour` is HH:MM, local."""

    __tablename__ = "person"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    name: str
    email: str = Field(unique=True)
    language: str
    hour: str
    days: str
    consented_at: datetime | None = None


class RoleRow(SQLModel, table=True):
    """What a person may do in an organisation besides learning."""

    __tablename__ = "role"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    name: str = Field(primary_key=True)


PERSON, ROLE = core(PersonRow), core(RoleRow)


def add(tx: Connection, *, organisation: int, name: str, email: str, language: Language) -> int:
    """A new person's id; learning hour and days as the product's defaults."""
    row = insert(PERSON).values(
        organisation_id=organisation,
        name=name,
        email=email.strip().lower(),
        language=language,
        hour=DEFAULT_HOUR.strftime("%H:%M"),
        days="".join(map(str, sorted(WORKING_DAYS))),
    )
    return int(tx.execute(row.returning(PERSON.c.id)).scalar_one())


def get(tx: Connection, person: int) -> Person:
    """The person with this id, with their organisation."""
    row = tx.execute(select(PERSON).where(PERSON.c.id == person)).one()
    return Person(
        id=row.id,
        organisation=organisations.get(tx, row.organisation_id),
        name=row.name,
        language=row.language,
        hour=time.fromisoformat(row.hour),
        days=frozenset(map(int, row.days)),
        consented_at=row.consented_at,
    )


def by_email(tx: Connection, email: str) -> int | None:
    """The id of the person with this e-mail address, whatever its case."""
    return tx.execute(select(PERSON.c.id).where(PERSON.c.email == email.strip().lower())).scalar_one_or_none()


def set_language(tx: Connection, person: int, language: Language) -> None:
    """Speak this language with the person from now on."""
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(language=language))


def set_hour(tx: Connection, person: int, hour: time) -> None:
    """Send lessons at this local hour from now on."""
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(hour=hour.strftime("%H:%M")))


def set_days(tx: Connection, person: int, days: frozenset[int]) -> None:
    """Send lessons on these ISO weekdays from now on."""
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(days="".join(map(str, sorted(days)))))


def consent(tx: Connection, person: int, at: datetime) -> None:
    """The person has read the privacy notice and agreed to learn here; the first time counts."""
    agreed = update(PERSON).where(PERSON.c.id == person, PERSON.c.consented_at.is_(None))
    tx.execute(agreed.values(consented_at=at))


def grant(tx: Connection, person: int, organisation: int, role: str) -> None:
    """Give the person a role in an organisation."""
    tx.execute(insert(ROLE).values(person_id=person, organisation_id=organisation, name=role))


def coordinated(tx: Connection, person: int) -> frozenset[int]:
    """The organisations that the person coordinates."""
    rows = select(ROLE.c.organisation_id).where(ROLE.c.person_id == person, ROLE.c.name == "coordinator")
    return frozenset(tx.execute(rows).scalars())
