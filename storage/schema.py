"""Every table of the store, gathered for migrations and for tests."""

from typing import Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    activity,
    addresses,
    announcements,
    answers,
    enrolments,
    forgetting,
    inbox,
    instance,
    invitations,
    media,
    memories,
    organisations,
    outbox,
    people,
    programmes,
    reviews,
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
    enrolments,
    forgetting,
    inbox,
    instance,
    invitations,
    media,
    memories,
    organisations,
    outbox,
    people,
    programmes,
    reviews,
    schedules,
    senders,
    sessions,
    steps,
    studies,
    webchat,
)
METADATA: Final[MetaData] = SQLModel.metadata
