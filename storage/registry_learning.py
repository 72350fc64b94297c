"""The registry's part on what people do: their studies, and the messages to and from them (registry.py)."""

from typing import Final

from sqlalchemy import case, exists, func, select

from storage.answers import ANSWER
from storage.codes import MAILED_CODE
from storage.confirmations import CONFIRMATION
from storage.enrolments import ENROLMENT
from storage.inbox import INBOX
from storage.memories import MEMORY
from storage.outbox import ATTEMPT, OUTBOX
from storage.personal import (
    SHIFTED,
    by_answer,
    by_enrolment,
    by_person,
    by_web_chat,
    kept,
    numbered,
    their_message,
    their_update,
)
from storage.replies import REPLY
from storage.reviews import REVIEW
from storage.schedules import SCHEDULE
from storage.sittings import SITTING
from storage.steps import STEP
from storage.studies import LESSON_BEFORE, LESSON_DONE
from storage.votes import VOTE
from storage.webchat import CHAT, ENTRY

_UNANSWERED: Final = ~exists().where(ANSWER.c.step_key == STEP.c.key)
_STATISTICS: Final = "which answers a question gets is known without knowing who gave them"

STUDIES: Final = (
    kept(
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
    kept(
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
    kept(
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
    kept(
        REPLY,
        "learning",
        "learning",
        by_answer(REPLY),
        link="answer_id person_id",
        content="words",
        behaviour="replied_at",
    ),
    kept(
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
    kept(
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
    kept(
        SITTING,
        "learning",
        "learning",
        by_enrolment(SITTING),
        link="enrolment_id lesson number version_id",
        behaviour="asked worths started_at ends_at finished_at reached whole passed excused",
        gone=SITTING.c.finished_at.is_(None),
        blank={"started_at": SHIFTED, "ends_at": SHIFTED, "finished_at": SHIFTED},
        stays="asked worths reached whole passed excused",
        because=_STATISTICS,
    ),
    kept(
        MAILED_CODE,
        "joining",
        "day",
        by_person(MAILED_CODE),
        technical="id",
        link="person_id step",
        behaviour="sent_at wrong",
        key="seed",
    ),
    kept(
        MEMORY,
        "learning",
        "learning",
        by_person(MEMORY),
        link="person_id programme_id question version_id lesson card",
        behaviour="stability difficulty reviewed_on due streak answers state",
    ),
    kept(
        REVIEW,
        "learning",
        "learning",
        by_person(REVIEW),
        link="person_id",
        behaviour="due_at day asked silence",
    ),
    kept(
        SCHEDULE,
        "learning",
        "learning",
        by_person(SCHEDULE),
        technical="id",
        link="person_id item",
        behaviour="kind rung due_at said",
    ),
)
MESSAGES: Final = (
    kept(
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
    kept(
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
            "key": numbered(OUTBOX),
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
    kept(
        CONFIRMATION,
        "messages",
        "always",
        by_person(CONFIRMATION),
        link="announcement_id person_id",
        behaviour="at",
    ),
    kept(
        VOTE,
        "messages",
        "always",
        by_person(VOTE),
        link="announcement_id person_id",
        behaviour="choice at",
    ),
    kept(
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
    kept(CHAT, "messages", "chat", by_web_chat(CHAT), technical="head", contact="address"),
    kept(
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
