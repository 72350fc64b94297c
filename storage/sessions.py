"""Sign-in links and sessions of the console: short-lived, and stored as hashes of their tokens only."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, text, update
from sqlmodel import Field, SQLModel

from domain.signing import How
from storage.table import EMPTY, core
from storage.wall import beyond

LINK_LASTS = timedelta(minutes=10)  # OWASP ASVS 5.0, 6.5.5
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
KEPT = timedelta(days=1)  # so that whoever opens a dead link is told what became of it


class SignInLinkRow(SQLModel, table=True):
    """`token_hash` is SHA-256 (hex) of a 256-bit token that signs one person in, once.

    `browser_hash` is that of the cookie of the browser that asked for it ("": any browser may use it), `code_hash` that
    of what is typed there in place of it. `how` it is sent; `number` is what has to be chosen there ("": nothing).
    """

    __tablename__ = "sign_in_link"
    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
    browser_hash: str = Field(sa_column_kwargs=EMPTY)
    how: str = Field(sa_column_kwargs={"server_default": text("'link'")})
    code_hash: str = Field(sa_column_kwargs=EMPTY)
    number: str = Field(sa_column_kwargs=EMPTY)


class SessionRow(SQLModel, table=True):
    """Someone who is signed in. `seen_at` slides with what they do, `expires_at` never moves.

    `proven_at`: when they last proved who they are. `how` they came in, and whether that took two factors (`strong`).
    `agent` is their browser, for the list of their own sessions ("Firefox, Windows").
    """

    __tablename__ = "session"
    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime = Field(index=True)
    proven_at: datetime
    how: str
    strong: bool
    agent: str


LINK, SESSION = core(SignInLinkRow), core(SessionRow)


@dataclass(frozen=True, slots=True)
class Link:
    """A sign-in link as it stands. `id` signs nobody in. `number` has to be chosen ("" for none)."""

    id: str
    person: int
    expires_at: datetime
    used_at: datetime | None
    how: How
    number: str
    browser_hash: str

    def is_for(self, browser: str) -> bool:
        """Whether the browser with this cookie may use it."""
        return self.browser_hash in ("", token_hash(browser))


@dataclass(frozen=True, slots=True)
class NewLink:
    """A sign-in link to be made. `token` is 256 random bits; `browser` the cookie of the only one in which it works
    ("": in any), `code` what may be typed there in its place ("": nothing)."""

    person: int
    token: str
    lasts: timedelta = LINK_LASTS
    how: How = "link"
    browser: str = ""
    code: str = ""
    number: str = ""


_LINKS = select(
    *(
        LINK.c[name]
        for name in ("token_hash", "person_id", "expires_at", "used_at", "how", "number", "browser_hash")
    )
)


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is alive. `id` tells it from the person's others, and signs nobody in."""

    person: int
    seen_at: datetime
    proven_at: datetime
    how: How = "link"
    strong: bool = False
    agent: str = ""
    created_at: datetime | None = None
    id: str = field(default="", compare=False)


COLUMNS = tuple(
    SESSION.c[name]
    for name in ("person_id", "seen_at", "proven_at", "how", "strong", "agent", "created_at", "token_hash")
)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_link(tx: Connection, new: NewLink, now: datetime) -> None:
    """A new sign-in link."""
    tx.execute(
        insert(LINK).values(
            token_hash=token_hash(new.token),
            person_id=new.person,
            created_at=now,
            expires_at=now + new.lasts,
            how=new.how,
            browser_hash=new.browser and token_hash(new.browser),
            code_hash=new.code and token_hash(new.code),
            number=new.number,
        )
    )


def link(tx: Connection, token: str) -> Link | None:
    """The sign-in link with this token, alive or not."""
    row = tx.execute(_LINKS.where(LINK.c.token_hash == token_hash(token))).one_or_none()
    return Link(*row) if row else None


def link_of_code(tx: Connection, browser: str, code: str) -> Link | None:
    """The link that this browser asked for and in place of which this may be typed."""
    mine = (LINK.c.browser_hash == token_hash(browser), LINK.c.code_hash == token_hash(code))
    row = tx.execute(_LINKS.where(*mine).order_by(LINK.c.expires_at.desc()).limit(1)).one_or_none()
    return Link(*row) if row else None


def spend_link(tx: Connection, link: Link, now: datetime) -> bool:
    """Use the link: True for exactly one caller while it lasts."""
    mine = (LINK.c.token_hash == link.id, LINK.c.used_at.is_(None), LINK.c.expires_at > now)
    return tx.execute(update(LINK).where(*mine).values(used_at=now)).rowcount == 1


def start(
    tx: Connection,
    *,
    person: int,
    token: str,
    now: datetime,
    how: How = "link",
    strong: bool = False,
    agent: str = "",
) -> None:
    """The person is signed in with this token from now on."""
    times = {"created_at": now, "seen_at": now, "proven_at": now, "expires_at": now + ABSOLUTE}
    row = insert(SESSION).values(token_hash=token_hash(token), person_id=person, **times)
    tx.execute(row.values(how=how, strong=strong, agent=agent))


def alive(tx: Connection, token: str, now: datetime) -> Session | None:
    """The session with this token, unless it was idle for IDLE or is older than ABSOLUTE."""
    rows = select(*COLUMNS).where(SESSION.c.token_hash == token_hash(token), *_lives(now))
    row = tx.execute(rows).one_or_none()
    return Session(*row) if row else None


def of_person(tx: Connection, person: int, now: datetime) -> list[Session]:
    """The person's sessions that are alive, the one that was used last first."""
    rows = select(*COLUMNS).where(SESSION.c.person_id == person, *_lives(now))
    return [Session(*row) for row in tx.execute(rows.order_by(SESSION.c.seen_at.desc()))]


def _lives(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return SESSION.c.seen_at > now - IDLE, SESSION.c.expires_at > now


def renew(tx: Connection, token: str, new_token: str, now: datetime, *, strong: bool = False) -> bool:
    """The session's person proved who they are: it goes on with a new token; False when there is none.

    `strong`: what they proved makes it two factors.
    """
    proven = update(SESSION).where(SESSION.c.token_hash == token_hash(token), *_lives(now))
    values = {"token_hash": token_hash(new_token), "proven_at": now, "seen_at": now}
    return tx.execute(proven.values(**values, **({"strong": True} if strong else {}))).rowcount == 1


def see(tx: Connection, token: str, now: datetime) -> None:
    """The session was used just now; a dead one stays dead."""
    mine = (SESSION.c.token_hash == token_hash(token), SESSION.c.seen_at > now - IDLE)
    tx.execute(update(SESSION).where(*mine).values(seen_at=now))


def end(tx: Connection, token: str) -> None:
    """Nobody is signed in with this token any more."""
    tx.execute(delete(SESSION).where(SESSION.c.token_hash == token_hash(token)))


def end_one(tx: Connection, person: int, which: str) -> None:
    """End this one (its `id`) of the person's sessions."""
    tx.execute(delete(SESSION).where(SESSION.c.person_id == person, SESSION.c.token_hash == which))


def end_all(tx: Connection, person: int, *, but: str = "") -> None:
    """End the person's sessions, but for the one with this token; their unused links are worth nothing any more."""
    with beyond(tx, "sign-in"):
        theirs = delete(SESSION).where(SESSION.c.person_id == person)
        tx.execute(theirs.where(SESSION.c.token_hash != token_hash(but)))
        tx.execute(delete(LINK).where(LINK.c.person_id == person, LINK.c.used_at.is_(None)))


def forget_dead(tx: Connection, now: datetime) -> int:
    """Delete sessions that ended and links that ended a while ago; how many rows."""
    ended = delete(SESSION).where(or_(SESSION.c.seen_at <= now - IDLE, SESSION.c.expires_at <= now))
    old = delete(LINK).where(LINK.c.expires_at <= now - KEPT)
    return tx.execute(ended).rowcount + tx.execute(old).rowcount
