"""Questions of lessons that groups get each week: how it is set, and what was posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    Index,
    String,
    UniqueConstraint,
    cast,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from domain.delivery import State as Fate
from domain.topic import Due, Rhythm
from domain.topic import Topic as Question
from storage.dialect import insert_new
from storage.groups import BOUND, GROUP
from storage.outbox import OUTBOX
from storage.table import core

State = Literal["running", "paused", "ended"]
_DUE, _OWED = text("state = 'running'"), text("answer_at IS NOT NULL")


class TopicRow(SQLModel, table=True):
    """A group gets a question of these `programmes` (their ids) each week, on a `weekday` (1 is Monday) at an `hour` of
    the place; running, paused or ended. The next one is that of the date `next_day`, due at `next_at`."""

    __tablename__ = "topic"
    __table_args__ = (Index("topic_due", "next_at", sqlite_where=_DUE, postgresql_where=_DUE),)
    id: int | None = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="chat_group.id", unique=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    programmes: str
    weekday: int
    hour: str
    state: str
    next_day: str
    next_at: datetime
    made_by_id: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime


class TopicPostRow(SQLModel, table=True):
    """What was posted for the date `day`: a question of a version, by its `name` in its programme. `quiz`: it shows its
    answer itself; else that follows at `answer_at`, which is empty once it has. No word on who answered it."""

    __tablename__ = "topic_post"
    __table_args__ = (
        UniqueConstraint("topic_id", "day"),
        Index("topic_post_owed", "answer_at", sqlite_where=_OWED, postgresql_where=_OWED),
    )
    id: int | None = Field(default=None, primary_key=True)
    topic_id: int = Field(foreign_key="topic.id")
    day: str
    programme_id: int
    version_id: int
    lesson: int
    card: int
    name: str
    quiz: bool
    posted_at: datetime
    answer_at: datetime | None = None


TOPIC, POST = core(TopicRow), core(TopicPostRow)


@dataclass(frozen=True, slots=True)
class Set:
    """How it is set for a group; the words as in the table."""

    id: int
    group: int
    organisation: int
    programmes: tuple[int, ...]
    rhythm: Rhythm
    state: State
    next: Due


@dataclass(frozen=True, slots=True)
class Post:
    """What was posted in a group of a topic, and what became of it ("": nothing is known any more)."""

    id: int
    topic: int
    day: date
    question: Question
    quiz: bool
    posted_at: datetime
    answer_at: datetime | None
    message: int = 0
    fate: Fate | Literal[""] = ""


def of_group(tx: Connection, group: int) -> Set | None:
    """How it is set for this group, if it was."""
    row = tx.execute(select(TOPIC).where(TOPIC.c.group_id == group)).one_or_none()
    return _set(row) if row else None


def get(tx: Connection, topic: int) -> Set:
    """That with this id."""
    return _set(tx.execute(select(TOPIC).where(TOPIC.c.id == topic)).one())


def running(tx: Connection, groups: Sequence[int]) -> dict[int, Set]:
    """Those of these groups that have not ended, by the group."""
    mine = (TOPIC.c.group_id.in_(groups), TOPIC.c.state != "ended")
    return {row.group_id: _set(row) for row in tx.execute(select(TOPIC).where(*mine))}


def put(
    tx: Connection,
    group: tuple[int, int],
    programmes: Sequence[int],
    rhythm: Rhythm,
    following: Due,
    *,
    by: int,
    at: datetime,
) -> None:
    """It is set so for a `group` (its id, and its place) from now on, and runs."""
    values = {"programmes": ",".join(map(str, programmes)), "made_by_id": by, "made_at": at}
    values |= {"weekday": rhythm.weekday, "hour": rhythm.hour.isoformat("minutes"), "state": "running"}
    values |= _next(following)
    if not insert_new(tx, TOPIC, group_id=group[0], organisation_id=group[1], **values):
        tx.execute(update(TOPIC).where(TOPIC.c.group_id == group[0]).values(**values))


def turn(tx: Connection, topic: int, before: Sequence[State], after: State) -> bool:
    """It goes from one of these states to another; False when it is in none of them."""
    mine = (TOPIC.c.id == topic, TOPIC.c.state.in_(before))
    return tx.execute(update(TOPIC).where(*mine).values(state=after)).rowcount == 1


def due(tx: Connection, now: datetime) -> list[int]:
    """Those whose next post is due, in groups that are bound, the longest due first."""
    rows = select(TOPIC.c.id).join(GROUP, GROUP.c.id == TOPIC.c.group_id)
    rows = rows.where(text("topic.state = 'running'"), TOPIC.c.next_at <= now, *BOUND)
    return list(tx.execute(rows.order_by(TOPIC.c.next_at, TOPIC.c.id)).scalars())


def plan(tx: Connection, topic: int, before: Due | None, following: Due) -> bool:
    """The next one is this from now on; False when it was not that of `before` any more."""
    mine = [TOPIC.c.id == topic]
    if before is not None:
        mine += [
            TOPIC.c.state == "running",
            TOPIC.c.next_day == before.day.isoformat(),
            TOPIC.c.next_at == before.at,
        ]
    return tx.execute(update(TOPIC).where(*mine).values(**_next(following))).rowcount == 1


def posted(tx: Connection, topic: int) -> list[tuple[int, str]]:
    """The programme and the name of each question that was posted, the first one first."""
    rows = select(POST.c.programme_id, POST.c.name).where(POST.c.topic_id == topic).order_by(POST.c.id)
    return [(row[0], row[1]) for row in tx.execute(rows)]


def last_day(tx: Connection, topic: int) -> date | None:
    """The date of the last one that was posted."""
    rows = select(POST.c.day).where(POST.c.topic_id == topic).order_by(POST.c.day.desc())
    found = tx.execute(rows.limit(1)).scalar_one_or_none()
    return date.fromisoformat(found) if found else None


def add(
    tx: Connection, topic: int, day: date, question: Question, *, at: datetime, answer_at: datetime | None
) -> None:
    """It was posted; its answer follows, where it is no quiz."""
    said: dict[str, Any] = {
        "programme_id": question.programme,
        "version_id": question.version,
        "lesson": question.lesson,
    }
    said |= {"card": question.card, "name": question.name, "quiz": answer_at is None}
    row = insert(POST).values(topic_id=topic, day=day.isoformat(), posted_at=at, answer_at=answer_at, **said)
    tx.execute(row)


def owed(tx: Connection, now: datetime) -> list[int]:
    """The posts whose answer is due."""
    rows = select(POST.c.id).where(POST.c.answer_at <= now)
    return list(tx.execute(rows.order_by(POST.c.answer_at, POST.c.id)).scalars())


def answer(tx: Connection, post: int, before: datetime, after: datetime | None) -> bool:
    """Its answer is due then (None: it has followed); False when it was not due at `before` any more."""
    mine = (POST.c.id == post, POST.c.answer_at == before)
    return tx.execute(update(POST).where(*mine).values(answer_at=after)).rowcount == 1


def post(tx: Connection, post: int) -> Post:
    """That with this id."""
    (found,) = _posts(tx, POST.c.id == post, 1)
    return found


def posts(tx: Connection, topic: int, most: int) -> list[Post]:
    """What was posted, the newest first."""
    return _posts(tx, POST.c.topic_id == topic, most)


def key_of(topic: int, day: date, *, answer: bool = False) -> str:
    """What names a post in the outbox, or its answer."""
    return f"topic:{topic}:{day.isoformat()}" + ":answer" * answer


def _posts(tx: Connection, mine: Any, most: int) -> list[Post]:
    key = literal("topic:") + cast(POST.c.topic_id, String) + literal(":") + POST.c.day
    joined = POST.outerjoin(OUTBOX, OUTBOX.c.key == key)
    rows = select(POST, OUTBOX.c.id.label("message"), OUTBOX.c.state).select_from(joined).where(mine)
    return [_post(row) for row in tx.execute(rows.order_by(POST.c.id.desc()).limit(most))]


def _post(row: Any) -> Post:
    question = Question(row.programme_id, row.version_id, row.lesson, row.card, row.name)
    return Post(
        row.id,
        row.topic_id,
        date.fromisoformat(row.day),
        question,
        row.quiz,
        row.posted_at,
        row.answer_at,
        row.message or 0,
        row.state or "",
    )


def _next(following: Due) -> dict[str, Any]:
    return {"next_day": following.day.isoformat(), "next_at": following.at}


def _set(row: Any) -> Set:
    return Set(
        row.id,
        row.group_id,
        row.organisation_id,
        tuple(map(int, row.programmes.split(","))),
        Rhythm(row.weekday, time.fromisoformat(row.hour)),
        row.state,
        Due(date.fromisoformat(row.next_day), row.next_at),
    )
