"""Every table of the store, gathered for migrations and for tests."""

from typing import Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    activity,
    addresses,
    announcements,
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
    webchat,
)

NOUNS: Final = (
    activity,
    addresses,
    announcements,
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
    webchat,
)
METADATA: Final[MetaData] = SQLModel.metadata
