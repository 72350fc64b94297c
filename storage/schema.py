"""Every table of the store, gathered for migrations and for tests."""

from typing import Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    activity,
    addresses,
    announcements,
    answers,
    certificates,
    drafts,
    enrolments,
    inbox,
    instance,
    invitations,
    media,
    organisations,
    outbox,
    people,
    programmes,
    schedules,
    senders,
    sessions,
    steps,
    studies,
    webchat,
)

NOUNS: Final = (
    activity,
    addresses,
    announcements,
    answers,
    certificates,
    drafts,
    enrolments,
    inbox,
    instance,
    invitations,
    media,
    organisations,
    outbox,
    people,
    programmes,
    schedules,
    senders,
    sessions,
    steps,
    studies,
    webchat,
)
METADATA: Final[MetaData] = SQLModel.metadata
