"""Every table of the store, gathered for migrations and for tests."""

from typing import Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    activity,
    addresses,
    announcements,
    answers,
    assignments,
    audit,
    certificates,
    codes,
    doorsteps,
    drafts,
    enrolments,
    erasures,
    forgetting,
    imports,
    inbox,
    instance,
    invitations,
    join_links,
    media,
    memories,
    organisations,
    outbox,
    people,
    pictures,
    programmes,
    reached,
    replies,
    reviews,
    schedules,
    search,
    senders,
    sessions,
    sittings,
    steps,
    studies,
    tries,
    webchat,
)

NOUNS: Final = (
    activity,
    addresses,
    announcements,
    answers,
    assignments,
    audit,
    certificates,
    codes,
    doorsteps,
    drafts,
    enrolments,
    erasures,
    forgetting,
    imports,
    inbox,
    instance,
    invitations,
    join_links,
    media,
    memories,
    organisations,
    outbox,
    people,
    pictures,
    programmes,
    reached,
    replies,
    reviews,
    schedules,
    search,
    senders,
    sessions,
    sittings,
    steps,
    studies,
    tries,
    webchat,
)
METADATA: Final[MetaData] = SQLModel.metadata


def described(name: str | None, kind: str, _parents: object) -> bool:
    """Whether METADATA has what is called so: the index of words is each store's own (Alembic's `include_name`)."""
    return kind != "table" or name is None or not name.startswith(search.WORDS)
