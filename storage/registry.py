"""What is kept of people, and what becomes of it: every column of every table has its place here.

It is the record of processing (docs/privacy.md is made of it), and exports and erasures go by it: a column that is not
declared fails a test, and one that is declared is exported and erased as it says.

Classes of columns: `technical` says nothing about anybody, `link` leads to other rows; `identifying`, `contact`,
`behaviour` and `content` are personal; `secret` lets somebody in. A copy of a person's data has all but what is
technical or secret.
"""

from collections.abc import Mapping
from typing import Any, Final, get_args

from sqlalchemy import ColumnElement, String, Table, case, exists, func, literal, select

from domain.person import DEFAULT_HOUR
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.announcements import ANNOUNCEMENT
from storage.answers import ANSWER
from storage.certificates import CERTIFICATE, COUNT
from storage.codes import MAILED_CODE
from storage.drafts import DRAFT
from storage.enrolments import ENROLMENT
from storage.erasures import DATA_LINK, ERASURE
from storage.forgetting import FORGETTING
from storage.inbox import INBOX
from storage.instance import INSTANCE
from storage.invitations import INVITATION
from storage.media import HANDLE, MEDIA
from storage.memories import MEMORY
from storage.organisations import ORGANISATION
from storage.outbox import ATTEMPT, OUTBOX
from storage.people import PERSON, ROLE
from storage.personal import (
    SHIFTED,
    Class,
    Kept,
    Mine,
    by_answer,
    by_enrolment,
    by_person,
    by_web_chat,
    their_address,
    their_message,
    their_update,
)
from storage.pictures import PICTURE
from storage.programmes import PROGRAMME, VERSION
from storage.replies import REPLY
from storage.reviews import REVIEW
from storage.schedules import SCHEDULE
from storage.search import SEARCH
from storage.senders import GAP, SENDER
from storage.sessions import LINK, SESSION
from storage.sittings import SITTING
from storage.steps import STEP
from storage.studies import LESSON_BEFORE, LESSON_DONE
from storage.webchat import CHAT, ENTRY

# What for, on which legal basis (GDPR, article 6), in words that an authority can read.
PURPOSES: Final[Mapping[str, tuple[str, str]]] = {
    "roster": ("to know who is to learn, and to reach them", "6(1)(e) a public task, or 6(1)(f) the employer's interest"),
    "joining": ("to let the right person in, and nobody else", "6(1)(e) or 6(1)(f)"),
    "learning": ("to teach, and to show learners and coordinators how far they are", "6(1)(e) or 6(1)(f)"),
    "messages": ("to send each message once, and to say what became of it", "6(1)(e) or 6(1)(f)"),
    "certificates": ("to prove what was learned, where the law or an employer asks", "6(1)(c) or 6(1)(e)"),
    "coordinating": ("to let coordinators and authors work, and to answer for what they did", "6(1)(e) or 6(1)(f)"),
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
    "message": "its words 30 days after it went; that it went, as long as the service runs, without whom to after an erasure",
    "chat": "a year",
    "session": "12 hours at most",
    "quarter": "15 minutes",
    "certificate": "as long as it can be checked; the name until the person is erased",
    "always": "as long as the service runs",
}


def _kept(table: Table, purpose: str, period: str, mine: Mine | None = None, /, **told: Any) -> Kept:
    """A table: columns by their classes ("id lesson"), and what an erasure does to it."""
    columns = {name: kind for kind in get_args(Class) for name in str(told.pop(kind, "")).split()}
    stays = frozenset(str(told.pop("stays", "")).split())
    return Kept(table, columns, purpose, period, mine, stays=stays, **told)


def _nothing(table: Table, period: str = "always") -> Kept:
    """A table with nothing about anybody."""
    return _kept(table, "service", period, technical=" ".join(column.name for column in table.columns))


def _numbered(table: Table) -> ColumnElement[str]:
    """In place of what is unique: a word that names nobody."""
    return literal("erased:").concat(table.c.id.cast(String))


_UNANSWERED: Final = ~exists().where(ANSWER.c.step_key == STEP.c.key)
_STATISTICS: Final = "which answers a question gets is known without knowing who gave them"

_ROSTER: Final = (
    _kept(
        PERSON,
        "roster",
        "roster",
        lambda person: PERSON.c.id == person,
        technical="erased_at",
        link="id organisation_id",
        identifying="name",
        contact="email",
        behaviour="language hour days consented_at leave_from leave_until snoozed_until job reviews",
        blank={
            "name": "",
            "email": literal("erased:").concat(PERSON.c.id.cast(String)),
            "hour": DEFAULT_HOUR.strftime("%H:%M"),
            "days": "12345",
            "consented_at": None,
            "leave_from": "",
            "leave_until": "",
            "snoozed_until": None,
            "job": "",
            "reviews": False,
        },
        stays="language",
        because="one of four languages names nobody",
    ),
    _kept(ROLE, "coordinating", "roster", by_person(ROLE), link="person_id organisation_id", behaviour="name"),
    _kept(
        ADDRESS,
        "messages",
        "address",
        their_address,
        technical="agreed_name reachable offers",
        link="id person_id invitation_id",
        identifying="channel",
        contact="key",
        behaviour="language created_at",
        blank={
            "key": _numbered(ADDRESS),
            "person_id": None,
            "invitation_id": None,
            "language": "",
            "offers": "[]",
            "reachable": False,
        },
        stays="channel created_at",
        because="the messages that went there are counted by messenger",
    ),
    _kept(
        INVITATION,
        "joining",
        "code",
        by_person(INVITATION),
        link="id person_id programme_id address_id",
        behaviour="expires_at used_at",
        secret="code_hash",
    ),
    _kept(
        ACTIVITY,
        "learning",
        "learning",
        by_person(ACTIVITY),
        link="id person_id organisation_id",
        behaviour="what details at",
    ),
)
_STUDIES: Final = (
    _kept(
        ENROLMENT,
        "learning",
        "learning",
        by_person(ENROLMENT),
        link="id person_id programme_id version_id",
        behaviour="state lesson card due_at started_at touched_at",
        blank={
            "state": case((ENROLMENT.c.state == "finished", "finished"), else_="paused"),
            "due_at": None,
            "started_at": SHIFTED,
            "touched_at": SHIFTED,
        },
        stays="lesson card",
        because="how far a programme is learned is known without knowing by whom",
    ),
    _kept(
        STEP,
        "learning",
        "learning",
        by_enrolment(STEP),
        technical="question",
        link="key enrolment_id version_id lesson card",
        behaviour="selected opened_at closed_at purpose",
        gone=_UNANSWERED,
        blank={"selected": "", "opened_at": SHIFTED, "closed_at": SHIFTED},
        stays="purpose",
        because=_STATISTICS,
    ),
    _kept(
        ANSWER,
        "learning",
        "learning",
        by_enrolment(ANSWER),
        technical="fresh",
        link="id step_key enrolment_id version_id lesson card question_id",
        behaviour="chosen correct answered_at worth purpose",
        content="words",
        gone=ANSWER.c.purpose == "review",
        blank={"words": "", "answered_at": SHIFTED, "fresh": 0},
        stays="chosen correct worth purpose",
        because=_STATISTICS,
    ),
    _kept(
        REPLY,
        "learning",
        "learning",
        by_answer(REPLY),
        link="answer_id person_id",
        content="words",
        behaviour="replied_at",
    ),
    _kept(
        LESSON_DONE,
        "learning",
        "learning",
        by_enrolment(LESSON_DONE),
        link="enrolment_id lesson",
        behaviour="finished_at skipped seconds",
        blank={"finished_at": SHIFTED},
        stays="skipped seconds",
        because="how long a lesson takes is known without knowing whom",
    ),
    _kept(
        LESSON_BEFORE,
        "learning",
        "learning",
        by_enrolment(LESSON_BEFORE),
        link="enrolment_id lesson version_id",
        behaviour="ended_at finished_at skipped seconds again",
        blank={"ended_at": SHIFTED, "finished_at": SHIFTED},
        stays="skipped seconds again",
        because="how long a lesson takes is known without knowing whom",
    ),
    _kept(
        SITTING,
        "learning",
        "learning",
        by_enrolment(SITTING),
        link="enrolment_id lesson number version_id",
        behaviour="asked worths started_at ends_at finished_at reached whole passed excused",
        blank={"started_at": SHIFTED, "ends_at": SHIFTED, "finished_at": SHIFTED},
        stays="asked worths reached whole passed excused",
        because=_STATISTICS,
    ),
    _kept(
        MAILED_CODE,
        "joining",
        "day",
        by_person(MAILED_CODE),
        technical="id",
        link="person_id step",
        behaviour="sent_at wrong",
        secret="seed",
    ),
    _kept(
        MEMORY,
        "learning",
        "learning",
        by_person(MEMORY),
        link="person_id programme_id question version_id lesson card",
        behaviour="stability difficulty reviewed_on due streak answers state",
    ),
    _kept(
        REVIEW, "learning", "learning", by_person(REVIEW), link="person_id", behaviour="due_at day asked silence"
    ),
    _kept(
        SCHEDULE,
        "learning",
        "learning",
        by_person(SCHEDULE),
        technical="id",
        link="person_id item",
        behaviour="kind rung due_at said",
    ),
)
_MESSAGES: Final = (
    _kept(
        INBOX,
        "messages",
        "raw",
        their_update,
        technical="id account key due_at state tries error",
        identifying="channel",
        contact="address",
        content="raw",
        behaviour="received_at",
    ),
    _kept(
        OUTBOX,
        "messages",
        "message",
        their_message,
        technical="lane turn fence attempts doubtful key",
        link="id address_id person_id organisation_id announcement_id edits step",
        identifying="channel",
        behaviour="kind state gate day due_at not_after until created_at ended_at reason",
        contact="sent_as",
        content="body",
        blank={
            "key": _numbered(OUTBOX),
            "person_id": None,
            "step": "",
            "body": "",
            "sent_as": "",
            "reason": "",
            "day": "",
            "state": case((OUTBOX.c.ended_at.is_(None), "dropped"), else_=OUTBOX.c.state),
            "ended_at": lambda now: func.coalesce(OUTBOX.c.ended_at, now),
        },
        stays="channel kind gate due_at not_after until created_at",
        because="every message is accounted for: that one went, not whom to or what it said",
    ),
    _kept(
        ATTEMPT,
        "messages",
        "message",
        lambda person: ATTEMPT.c.outbox_id.in_(select(OUTBOX.c.id).where(their_message(person))),
        technical="id number fence",
        link="outbox_id",
        behaviour="started_at ended_at outcome reason",
        blank={"reason": ""},
        stays="started_at ended_at outcome",
        because="every try to send is accounted for",
    ),
    _kept(CHAT, "messages", "chat", by_web_chat(CHAT), technical="head", contact="address"),
    _kept(
        ENTRY,
        "messages",
        "chat",
        by_web_chat(ENTRY),
        technical="seq key revision",
        contact="address",
        behaviour="who at",
        content="body",
    ),
)
_PROOFS: Final = (
    _kept(
        CERTIFICATE,
        "certificates",
        "certificate",
        by_person(CERTIFICATE),
        link="id enrolment_id person_id organisation_id version_id revoked_by",
        technical="sought announce_at",
        identifying="name",
        behaviour="begun_at number organisation programme language minutes issued_on expires_on revoked_on reason",
        secret="code",
        blank={
            "name": "",
            "sought": CERTIFICATE.c.number,
            "reason": "",
            "announce_at": None,
            "begun_at": SHIFTED,
            "revoked_on": lambda now: func.coalesce(CERTIFICATE.c.revoked_on, now.date()),
        },
        stays="number organisation programme language minutes issued_on expires_on",
        because="the register has no gaps, and whoever checks the number learns that it was withdrawn",
    ),
    _kept(
        SESSION,
        "coordinating",
        "session",
        by_person(SESSION),
        link="person_id",
        behaviour="created_at seen_at expires_at",
        secret="token_hash",
    ),
    _kept(
        LINK,
        "coordinating",
        "day",
        by_person(LINK),
        link="person_id",
        behaviour="created_at expires_at used_at",
        secret="token_hash",
    ),
    _kept(
        DATA_LINK, "rights", "quarter", by_person(DATA_LINK), link="person_id", behaviour="expires_at", secret="token_hash"
    ),
    _kept(
        ERASURE,
        "rights",
        "always",
        by_person(ERASURE),
        link="person_id asked_by",
        behaviour="asked_at due_at done_at",
        secret="marks",
        blank={},
        stays="asked_at due_at done_at",
        because="a restored backup would bring back what was erased",
    ),
    _kept(
        DRAFT,
        "coordinating",
        "always",
        by_person(DRAFT),
        technical="source base",
        link="programme_id lesson language person_id",
        behaviour="saved_at",
        blank={},
        stays="saved_at",
        because="lessons are the organisation's; the author has no name any more",
    ),
    _kept(
        PICTURE,
        "coordinating",
        "always",
        by_person(PICTURE),
        technical="digest width height media_type",
        link="programme_id name person_id",
        behaviour="added_at",
        blank={},
        stays="added_at",
        because="lessons are the organisation's; the author has no name any more",
    ),
    _kept(
        VERSION,
        "coordinating",
        "always",
        by_person(VERSION),
        technical="digest content",
        link="id programme_id number person_id",
        behaviour="published_at",
        blank={},
        stays="published_at",
        because="lessons are the organisation's; the author has no name any more",
    ),
    _kept(
        ORGANISATION,
        "roster",
        "always",
        technical="id name country zone language sector above_id level own opens closes cap",
        contact="contact",
        stays="contact",
        because="it is the organisation's public contact, which it sets itself",
    ),
)
REGISTRY: Final = (
    *_ROSTER,
    *_STUDIES,
    *_MESSAGES,
    *_PROOFS,
    *map(_nothing, (ANNOUNCEMENT, COUNT, FORGETTING, GAP, INSTANCE, MEDIA, HANDLE, PROGRAMME, SEARCH, SENDER)),
)
