"""A straightforward answer handler: aiogram's Dispatcher and webhook, an SQLModel session over aiosqlite per update."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import process_time
from typing import Any

from aiogram import BaseMiddleware, Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, TelegramObject
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.bench.child import obey
from tests.bench.press import FIRST, PATH, SECRET

router = Router()


class Learner(SQLModel, table=True):
    """Somebody who learns."""

    id: int | None = Field(default=None, primary_key=True)
    telegram_id: int = Field(unique=True)
    name: str


class Enrolment(SQLModel, table=True):
    """Where a learner stands."""

    id: int | None = Field(default=None, primary_key=True)
    learner_id: int = Field(index=True)
    lesson: int
    card: int
    updated_at: datetime


class Answer(SQLModel, table=True):
    """What was chosen."""

    id: int | None = Field(default=None, primary_key=True)
    step_key: str = Field(unique=True)
    enrolment_id: int = Field(index=True)
    lesson: int
    card: int
    question: str
    chosen: str
    correct: bool
    answered_at: datetime


class Outbox(SQLModel, table=True):
    """What is to be said."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    learner_id: int
    body: str
    state: str
    created_at: datetime


class SessionOfUpdate(BaseMiddleware):
    """A session for each update."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        update: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        async with self.sessions() as session:
            return await handler(update, data | {"session": session})


@router.callback_query(F.data.contains(":"))
async def on_answer(query: CallbackQuery, session: AsyncSession) -> None:
    """Record the answer, move on, and say whether it was right."""
    step, _, chosen = (query.data or "").partition(":")
    learner = (await session.exec(select(Learner).where(Learner.telegram_id == query.from_user.id))).one()
    enrolment = (await session.exec(select(Enrolment).where(Enrolment.learner_id == learner.id))).one()
    assert learner.id is not None
    assert enrolment.id is not None
    now, correct = datetime.now(UTC), chosen == "1"
    answer = Answer(
        step_key=step,
        enrolment_id=enrolment.id,
        lesson=enrolment.lesson,
        card=enrolment.card,
        question="who",
        chosen=chosen,
        correct=correct,
        answered_at=now,
    )
    session.add(answer)
    enrolment.card, enrolment.updated_at = enrolment.card + 1, now
    session.add(enrolment)
    text = "Right." if correct else "Wrong."
    session.add(Outbox(key=f"reply:{step}", learner_id=learner.id, body=text, state="ready", created_at=now))
    await session.commit()
    await query.answer()


async def fill(sessions: async_sessionmaker[AsyncSession], learners: int) -> None:
    """So many learners, each enrolled."""
    now = datetime.now(UTC)
    async with sessions() as session:
        session.add_all(Learner(id=n, telegram_id=FIRST + n, name=f"Learner {n}") for n in range(learners))
        session.add_all(
            Enrolment(id=n, learner_id=n, lesson=0, card=0, updated_at=now) for n in range(learners)
        )
        await session.commit()


def connect(file: str) -> AsyncEngine:
    """An SQLite store, in WAL with full synchronisation."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", connect_args={"timeout": 60})

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine


async def main(file: str, learners: str, api: str) -> None:
    """Serve the webhook for so many learners; presses are answered at `api`."""
    engine = connect(file)
    sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await fill(sessions, int(learners))
    bot = Bot("42:token", session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()
    router.callback_query.middleware(SessionOfUpdate(sessions))
    dispatcher.include_router(router)
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=SECRET)
    handler.register(app, PATH)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def port() -> Any:
        return runner.addresses[0][1]

    async def cpu() -> Any:
        return process_time()

    await obey({"port": port, "cpu": cpu})
    await runner.cleanup()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
