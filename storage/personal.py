"""How what is kept of people is described, and how the rows of one person are found.

Classes of columns: `technical` says nothing about anybody, `link` leads to other rows; `identifying`, `contact`,
`behaviour`, `content` and `many` (what is said of many people in one) are personal; `key` lets somebody in. A copy of a
person's data has all but what is technical or a key, and of what is said of many only what is said of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Select, String, Table, and_, literal, or_, select

from domain.mailbox import MAIL
from storage.addresses import ADDRESS
from storage.answers import ANSWER
from storage.doorsteps import DOORSTEP
from storage.enrolments import ENROLMENT
from storage.inbox import INBOX
from storage.invitations import INVITATION
from storage.outbox import OUTBOX
from storage.people import PERSON

Class = Literal["technical", "link", "identifying", "contact", "behaviour", "content", "key", "many"]
PERSONAL: Final[frozenset[Class]] = frozenset({"identifying", "contact", "behaviour", "content", "many"})
SHIFTED: Final = (
    "shifted"  # in place of a value: times of a study move so that it begins on the first of a month
)
Mine = Callable[[int], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Among:
    """How what is said of one person is found in what is said of many, and how it is taken out."""

    of_person: Callable[[Connection, int], list[dict[str, Any]]]
    take_out: Callable[[Connection, int], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a table keeps: whose rows they are (`mine`; None: nobody's), what for, and for how long.

    An erasure deletes the rows, or, where there is `blank`, puts that into them (a function: what it gives for the
    moment); those that are `gone` are deleted all the same. What is personal and in no way erased `stays`, `because` of
    something. Columns of the class `many` are copied and erased by `among`, in whosever rows they are.
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
    among: Among | None = None

    @property
    def copied(self) -> tuple[str, ...]:
        """The columns that a copy of a person's data has."""
        return tuple(name for name, kind in self.columns.items() if kind not in ("technical", "key", "many"))


# What for, on which legal basis (GDPR, article 6), in words that an authority can read.
PURPOSES: Final[Mapping[str, tuple[str, str]]] = {
    "roster": (
        "to know who is to learn, and to reach them",
        "6(1)(e) a public task, or 6(1)(f) the employer's interest",
    ),
    "joining": ("to let the right person in, and nobody else", "6(1)(e) or 6(1)(f)"),
    "learning": ("to teach, and to show learners and coordinators how far they are", "6(1)(e) or 6(1)(f)"),
    "messages": ("to send each message once, and to say what became of it", "6(1)(e) or 6(1)(f)"),
    "certificates": ("to prove what was learned, where the law or an employer asks", "6(1)(c) or 6(1)(e)"),
    "coordinating": (
        "to let coordinators and authors work, and to answer for what they did",
        "6(1)(e) or 6(1)(f)",
    ),
    "rights": ("to give people their data, and to keep what was erased erased", "6(1)(c), articles 15 to 20"),
    "service": ("to run the service: nothing about people", "none is needed"),
}
# For how long.
PERIODS: Final[Mapping[str, str]] = {
    "roster": "as long as the person is on the roster, or until they are erased",
    "learning": "until the study has rested for as many years as the organisation has set (3 if it has set none)",
    "address": "as long as the person uses it; 30 days where nobody joined",
    "code": "until used; 30 days after it has ended unused",
    "raw": "72 hours",
    "day": "a day",
    "import": "what the file says a day, what was changed 30 days; that it was imported, as long as the service runs",
    "report": "a day until it is taken; what it calls people 30 days; when they were there, as the roster",
    "message": "its words 30 days after it ended; that it went, as long as the service runs",
    "chat": "a year",
    "session": "12 hours at most",
    "statement": "until the learning record store has it; 30 days when that refuses it",
    "quarter": "15 minutes",
    "month": "30 days",
    "audit": "24 months",
    "doorstep": "14 days; a request that waits for a coordinator 30 days",
    "asked": "until it is decided, or the person is erased",
    "key": "until the person takes it back, or is erased",
    "token": "a year at most, and 90 days after it has ended",
    "certificate": "as long as it can be checked; the name until the person is erased",
    "always": "as long as the service runs",
}


def kept(table: Table, purpose: str, period: str, mine: Mine | None = None, /, **told: Any) -> Kept:
    """A table: columns by their classes ("id lesson"), and what an erasure does to it."""
    columns = {name: kind for kind in get_args(Class) for name in str(told.pop(kind, "")).split()}
    stays = frozenset(str(told.pop("stays", "")).split())
    return Kept(table, columns, purpose, period, mine, stays=stays, **told)


def nothing(table: Table, period: str = "always") -> Kept:
    """A table with nothing about anybody."""
    return kept(table, "service", period, technical=" ".join(column.name for column in table.columns))


def numbered(table: Table) -> ColumnElement[str]:
    """In place of what is unique: a word that names nobody."""
    return literal("erased:").concat(table.c.id.cast(String))


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


def their_doorstep(person: int) -> ColumnElement[bool]:
    """Where somebody stood who came in as the person, or who was to."""
    mail = select(PERSON.c.email).where(PERSON.c.id == person).scalar_subquery()
    places = select(ADDRESS.c.id).where(their_address(person))
    return or_(DOORSTEP.c.address_id.in_(places), DOORSTEP.c.email == mail)


def their_message(person: int) -> ColumnElement[bool]:
    """Messages to the person, or to a place of theirs."""
    places = select(ADDRESS.c.id).where(their_address(person))
    return or_(OUTBOX.c.person_id == person, OUTBOX.c.address_id.in_(places))


def their_update(person: int) -> ColumnElement[bool]:
    """What came in from a place of theirs."""
    here = and_(ADDRESS.c.channel == INBOX.c.channel, ADDRESS.c.key == INBOX.c.address)
    there = select(ADDRESS.c.id).where(here, their_address(person)).correlate(INBOX).exists()
    keys = select(ADDRESS.c.key).where(their_address(person))  # looked for once, and then few rows are left
    return and_(INBOX.c.address.in_(keys), there)


def by_web_chat(table: Table) -> Mine:
    """Rows of the person's chats on our own pages."""
    return lambda person: table.c.address.in_(
        select(ADDRESS.c.key).where(ADDRESS.c.channel == "web", their_address(person))
    )


def _enrolments(person: int) -> Select[Any]:
    return select(ENROLMENT.c.id).where(ENROLMENT.c.person_id == person)
