"""How what is kept of people is described, and how the rows of one person are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select

from domain.mailbox import MAIL
from storage.addresses import ADDRESS
from storage.answers import ANSWER
from storage.enrolments import ENROLMENT
from storage.inbox import INBOX
from storage.invitations import INVITATION
from storage.outbox import OUTBOX
from storage.people import PERSON

Class = Literal["technical", "link", "identifying", "contact", "behaviour", "content", "secret"]
PERSONAL: Final[frozenset[Class]] = frozenset({"identifying", "contact", "behaviour", "content"})
SHIFTED: Final = "shifted"  # in place of a value: times of a study move so that it begins on the first of a month
Mine = Callable[[int], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a table keeps: whose rows they are (`mine`; None: nobody's), what for, and for how long.

    An erasure deletes the rows, or, where there is `blank`, puts that into them (a function: what it gives for the
    moment); those that are `gone` are deleted all the same. What is personal and in no way erased `stays`, `because` of
    something.
    """

    table: Table
    columns: Mapping[str, Class]
    purpose: str
    period: str
    mine: Mine | None = None
    gone: ColumnElement[bool] | None = None
    blank: Mapping[str, Any] | None = None
    stays: frozenset[str] = frozenset()
    because: str = ""

    @property
    def copied(self) -> tuple[str, ...]:
        """The columns that a copy of a person's data has."""
        return tuple(name for name, kind in self.columns.items() if kind not in ("technical", "secret"))


def by_person(table: Table) -> Mine:
    """Rows that name the person."""
    return lambda person: table.c.person_id == person


def by_enrolment(table: Table) -> Mine:
    """Rows of the person's studies."""
    return lambda person: table.c.enrolment_id.in_(_enrolments(person))


def by_answer(table: Table) -> Mine:
    """Rows of the person's answers."""
    return lambda person: table.c.answer_id.in_(
        select(ANSWER.c.id).where(ANSWER.c.enrolment_id.in_(_enrolments(person)))
    )


def their_address(person: int) -> ColumnElement[bool]:
    """Places in messengers: the person's own, those that they gave up, where somebody is asked whether they are the
    person, and their mailbox."""
    invited = select(INVITATION.c.id).where(INVITATION.c.person_id == person)
    mail = select(PERSON.c.email).where(PERSON.c.id == person).scalar_subquery()
    told = select(OUTBOX.c.address_id).where(OUTBOX.c.person_id == person)
    was_theirs = or_(ADDRESS.c.invitation_id.in_(invited), ADDRESS.c.id.in_(told))
    asked = and_(ADDRESS.c.person_id.is_(None), was_theirs)
    return or_(ADDRESS.c.person_id == person, asked, and_(ADDRESS.c.channel == MAIL, ADDRESS.c.key == mail))


def their_message(person: int) -> ColumnElement[bool]:
    """Messages to the person, or to a place of theirs."""
    places = select(ADDRESS.c.id).where(their_address(person))
    return or_(OUTBOX.c.person_id == person, OUTBOX.c.address_id.in_(places))


def their_update(person: int) -> ColumnElement[bool]:
    """What came in from a place of theirs."""
    here = and_(ADDRESS.c.channel == INBOX.c.channel, ADDRESS.c.key == INBOX.c.address)
    return select(ADDRESS.c.id).where(here, their_address(person)).correlate(INBOX).exists()


def by_web_chat(table: Table) -> Mine:
    """Rows of the person's chats on our own pages."""
    return lambda person: table.c.address.in_(
        select(ADDRESS.c.key).where(ADDRESS.c.channel == "web", their_address(person))
    )


def _enrolments(person: int) -> Select[Any]:
    return select(ENROLMENT.c.id).where(ENROLMENT.c.person_id == person)
