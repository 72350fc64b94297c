"""What has been kept for long enough: found beside the writer, along the ids, and forgotten a few rows at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, String, and_, delete, exists, func, literal, or_, select, update

from domain.mailbox import MAIL
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.answers import ANSWER
from storage.certificates import CERTIFICATE
from storage.codes import MAILED_CODE
from storage.doorsteps import DOORSTEP
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION
from storage.memories import MEMORY
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from storage.people import PERSON
from storage.replies import REPLY
from storage.sittings import SITTING
from storage.steps import STEP
from storage.studies import LESSON_BEFORE, LESSON_DONE
from storage.webchat import ENTRY

YEAR: Final = timedelta(days=365)
MOST_STUDIES: Final = 200


def spoken(tx: Connection, *, before: datetime, after: int, most: int) -> list[int]:
    """Messages that ended before then and still have their words."""
    old = OUTBOX.c.ended_at < before, OUTBOX.c.body != "", OUTBOX.c.id > after
    return _ids(tx, select(OUTBOX.c.id).where(*old).order_by(OUTBOX.c.id).limit(most))


def silence(tx: Connection, which: Sequence[int]) -> int:
    """Forget what these messages said."""
    return tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(which)).values(body="")).rowcount


def chatted(tx: Connection, *, before: datetime, after: int, most: int) -> list[int]:
    """Entries of chats in the browser that are older."""
    old = ENTRY.c.at < before, ENTRY.c.seq > after
    return _ids(tx, select(ENTRY.c.seq).where(*old).order_by(ENTRY.c.seq).limit(most))


def unchat(tx: Connection, which: Sequence[int]) -> int:
    """Forget these entries."""
    return tx.execute(delete(ENTRY).where(ENTRY.c.seq.in_(which))).rowcount


def unused(tx: Connection, *, before: datetime, after: int, most: int) -> list[int]:
    """Invitations that nobody used, and that ended before then."""
    old = INVITATION.c.used_at.is_(None), INVITATION.c.expires_at < before, INVITATION.c.id > after
    return _ids(tx, select(INVITATION.c.id).where(*old).order_by(INVITATION.c.id).limit(most))


def uninvite(tx: Connection, which: Sequence[int]) -> int:
    """Forget these invitations; whoever shows the code is told that there is none."""
    tx.execute(update(ADDRESS).where(ADDRESS.c.invitation_id.in_(which)).values(invitation_id=None))
    return tx.execute(delete(INVITATION).where(INVITATION.c.id.in_(which))).rowcount


def strangers(tx: Connection, *, before: datetime, after: int, most: int) -> list[int]:
    """Places where nobody joined or is on the way in, and of which nothing was heard since then."""
    told = exists().where(OUTBOX.c.address_id == ADDRESS.c.id, OUTBOX.c.created_at >= before)
    nobodys = ADDRESS.c.person_id.is_(None), ADDRESS.c.channel != MAIL, ADDRESS.c.created_at < before
    known = ADDRESS.c.key.not_like("erased:%")
    comes = exists().where(DOORSTEP.c.address_id == ADDRESS.c.id)
    rows = select(ADDRESS.c.id).where(*nobodys, known, ADDRESS.c.id > after, ~told, ~comes)
    return _ids(tx, rows.order_by(ADDRESS.c.id).limit(most))


def unknow(tx: Connection, which: Sequence[int]) -> int:
    """Forget who these places were, as far as they are nobody's still; they are others when somebody writes from there
    again."""
    blank = {"key": literal("erased:").concat(ADDRESS.c.id.cast(String)), "invitation_id": None}
    these = update(ADDRESS).where(ADDRESS.c.id.in_(which), ADDRESS.c.person_id.is_(None))
    return tx.execute(these.values(**blank, language="", offers="[]", reachable=False)).rowcount


def rested(tx: Connection, now: datetime) -> list[int]:
    """Studies in which nothing was done for as many years as their organisation keeps them."""
    years = select(ORGANISATION.c.keep).distinct()
    due = or_(
        *(
            and_(ORGANISATION.c.keep == keep, ENROLMENT.c.touched_at < now - keep * YEAR)
            for keep in tx.execute(years).scalars()
        ),
        literal(value=False),
    )
    rows = select(ENROLMENT.c.id).join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
    rows = rows.join(ORGANISATION, ORGANISATION.c.id == PERSON.c.organisation_id)
    certified = exists().where(CERTIFICATE.c.enrolment_id == ENROLMENT.c.id)
    anything = exists().where(STEP.c.enrolment_id == ENROLMENT.c.id)
    named = PERSON.c.erased_at.is_(None)
    return _ids(
        tx, rows.where(due, named, or_(~certified, anything)).order_by(ENROLMENT.c.id).limit(MOST_STUDIES)
    )


def unlearn(tx: Connection, study: int) -> int:
    """Forget what was done in a study, and the study itself unless a certificate hangs on it."""
    row = tx.execute(
        select(ENROLMENT.c.person_id, ENROLMENT.c.touched_at).where(ENROLMENT.c.id == study)
    ).one()
    tx.execute(delete(ACTIVITY).where(ACTIVITY.c.person_id == row.person_id, ACTIVITY.c.at <= row.touched_at))
    undo(tx, study)
    return 1


def undo(tx: Connection, study: int) -> None:
    """The same, but for the timeline."""
    row = tx.execute(select(ENROLMENT).where(ENROLMENT.c.id == study)).one()
    answers = select(ANSWER.c.id).where(ANSWER.c.enrolment_id == study)
    steps = select(STEP.c.key).where(STEP.c.enrolment_id == study)
    theirs: list[Any] = [
        delete(REPLY).where(REPLY.c.answer_id.in_(answers)),
        delete(MAILED_CODE).where(MAILED_CODE.c.step.in_(steps)),
        *(
            delete(table).where(table.c.enrolment_id == study)
            for table in (ANSWER, STEP, SITTING, LESSON_DONE, LESSON_BEFORE)
        ),
        delete(MEMORY).where(MEMORY.c.person_id == row.person_id, MEMORY.c.programme_id == row.programme_id),
    ]
    for statement in theirs:
        tx.execute(statement)
    certified = select(func.count()).where(CERTIFICATE.c.enrolment_id == study)
    if not tx.execute(certified).scalar_one():
        tx.execute(delete(ENROLMENT).where(ENROLMENT.c.id == study))


def _ids(tx: Connection, rows: Any) -> list[int]:
    return list(tx.execute(rows).scalars())
