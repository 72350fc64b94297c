"""Every table of the store, gathered for migrations and for tests."""

from typing import Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    activity,
    addresses,
    announcements,
    answers,
    buckets,
    ceremonies,
    certificates,
    codes,
    drafts,
    enrolments,
    forgetting,
    inbox,
    instance,
    invitations,
    media,
    memories,
    organisations,
    outbox,
    passkeys,
    passwords,
    people,
    pictures,
    programmes,
    providers,
    replies,
    reviews,
    schedules,
    search,
    second_factors,
    senders,
    sessions,
    sittings,
    steps,
    studies,
    webchat,
)

NOUNS: Final = (
    activity,
    addresses,
    announcements,
    answers,
    buckets,
    ceremonies,
    certificates,
    codes,
    drafts,
    enrolments,
    forgetting,
    inbox,
    instance,
    invitations,
    media,
    memories,
    organisations,
    outbox,
    passkeys,
    passwords,
    people,
    pictures,
    programmes,
    providers,
    replies,
    reviews,
    schedules,
    search,
    second_factors,
    senders,
    sessions,
    sittings,
    steps,
    studies,
    webchat,
)
METADATA: Final[MetaData] = SQLModel.metadata


def described(name: str | None, kind: str, _parents: object) -> bool:
    """Whether METADATA has what is called so: the index of words is each store's own (Alembic's `include_name`)."""
    return kind != "table" or name is None or not name.startswith(search.WORDS)
