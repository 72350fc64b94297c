"""Every table of the store, gathered for migrations and for tests."""

from typing import Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    activity,
    addresses,
    enrolments,
    inbox,
    invitations,
    media,
    organisations,
    outbox,
    people,
    programmes,
    sessions,
    webchat,
)

NOUNS: Final = (
    activity,
    addresses,
    enrolments,
    inbox,
    invitations,
    media,
    organisations,
    outbox,
    people,
    programmes,
    sessions,
    webchat,
)
METADATA: Final[MetaData] = SQLModel.metadata
