"""The second wall on PostgreSQL: who reads pages asks as a role that owns nothing, and sees the rows of its scope.

The first is in every query (storage/scoping.py). What the rules of this one are, is in wall_rules.py. SQLite has none.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, get_args

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from domain.organisation import Scope
from storage import wall_sql

T = TypeVar("T")
log = structlog.get_logger(__name__)
_ENTER: Final = text(
    "SELECT set_config('role', :role, true), set_config('zinute.organisations', :organisations, true), "
    "set_config('zinute.person', :person, true)"
)
_LEAVE: Final = text("SELECT set_config('role', 'none', true)")
_BACK: Final = text("SELECT set_config('role', :role, true)")
_HERE: Final = text("SELECT current_schema(), current_user")
_MAY_MAKE: Final = text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
_LACKS: Final = text(
    "SELECT wanted.name, r.oid IS NULL FROM unnest(CAST(:names AS text[])) AS wanted (name) "
    "LEFT JOIN pg_roles r ON r.rolname = wanted.name WHERE r.oid IS NULL OR NOT pg_has_role(r.oid, :kind)"
)
_STANDS: Final = text("SELECT obj_description(to_regprocedure('zinute_mine()'), 'pg_proc')")
_ALONE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('zinute.wall', 0))")
_NO_WALL: Final = nullcontext()
_BEHIND: Final = "wall"  # in a connection's `info`: the role by which this transaction asks

# What is asked of the whole store, while a reader asks for the rest of it, and why.
Beyond = Literal[
    "address",
    "asking",
    "audit",
    "closing",
    "copy",
    "domains",
    "employment",
    "gone",
    "holders",
    "home",
    "index",
    "learners",
    "limits",
    "lock",
    "managers",
    "messages",
    "newest",
    "owners",
    "picture",
    "places",
    "receivers",
    "removal",
    "seats",
    "sign-in",
    "slug",
    "timeline",
    "tree",
    "unbinding",
]
BEYOND: Final[Mapping[Beyond, str]] = {
    "address": "An e-mail address is one person's in the whole store, and it is asked whether it is free.",
    "asking": "Who asked to be let in, perhaps at home elsewhere, is told where they asked, which is nobody's by then.",
    "audit": "The log is one chain for all: the next row goes on from the last one, whosever that is.",
    "closing": "What hangs on a place that closes ends with it, and reaches above it and to people at home elsewhere.",
    "domains": "Whether an address of a roster is at another organisation's domain is said by all the places that are.",
    "employment": "Who joins an organisation may be at home in another, and goes on there when they leave this one.",
    "gone": "What was begun here for somebody who has gone elsewhere since ends, or waits, for them too.",
    "holders": "Who has a role at an organisation may be at home in another: the name and address of those are shown.",
    "home": "By which hours, zone and cap somebody learns is said by their main organisation, also to a further one.",
    "learners": "Whoever learned a programme that is for learners again is asked again, wherever they learned it.",
    "limits": "How often something was done is counted where nobody looks, and what is above says whose it counts as.",
    "lock": "Only what may be written can be locked; who works here may be at home elsewhere, an original is others'.",
    "copy": "The copy of somebody's own data has what is kept of their sign-in and their messengers too.",
    "index": "What lessons are found by is made anew for every programme that changed, whosever that is.",
    "managers": "Whether somebody still manages an organisation is also said by roles above it, and of other people.",
    "messages": "How many somebody has had on a day, and whose turn it is, is said by those of all organisations.",
    "newest": "Who came last before an assignment was made is said by everybody: others may move to its place later.",
    "owners": "Whoever learns or takes over a programme sees what its owner is called.",
    "picture": "Whether the bytes of a picture go with it depends on whether anybody else shows them.",
    "places": "Whether somebody writes for the whole installation is said by all the places that there are.",
    "receivers": "All receivers of webhooks were told up to one place, and the first of them, whosever, begins there.",
    "removal": "Somebody is deleted only if no table of the store knows anything of them, those of their sign-in too.",
    "seats": "Whether a seat is free, and who is next, is said by all who registered, wherever they work today.",
    "sign-in": "Sessions and links are no organisation's; they end with an address or a right.",
    "slug": "The name of a programme's folder is its alone in the whole store.",
    "timeline": "What is done for somebody who is at home elsewhere may be for the timeline there.",
    "tree": "What is set at a place is written for all under it too, and a domain is of one place in the whole store.",
    "unbinding": "What is undone goes out of sight in the same breath: the address becomes nobody's.",
}
assert set(BEYOND) == set(get_args(Beyond))


@dataclass(frozen=True, slots=True)
class Wall:
    """What the roles of this store are called, whoever sees some organisations, and whoever sees all."""

    reader: str
    overseer: str

    def behind(self, scope: Scope, unit: Callable[[Connection], T]) -> Callable[[Connection], T]:
        """The same unit, which sees and writes what is of the scope's organisations only."""
        role = self.overseer if scope.everywhere else self.reader
        mine = "" if scope.everywhere else ",".join(map(str, sorted(scope.organisations)))

        def asked(tx: Connection) -> T:
            tx.execute(_ENTER, {"role": role, "organisations": mine, "person": str(scope.person)})
            tx.info[_BEHIND] = role
            try:
                return unit(tx)
            finally:
                if not tx.invalidated:  # else it went with the connection
                    tx.info.pop(_BEHIND, None)

        return asked


def beyond(tx: Connection, _why: Beyond) -> AbstractContextManager[None]:
    """What is asked inside is asked of the whole store, by its owner; nothing of that is different for messengers."""
    return _beyond(tx) if tx.dialect.name == "postgresql" else _NO_WALL


@contextmanager
def _beyond(tx: Connection) -> Iterator[None]:
    role = tx.info.pop(_BEHIND, None)
    if role is None:
        yield
        return
    tx.execute(_LEAVE)
    try:
        yield
    except DBAPIError:
        raise  # the transaction is over
    except BaseException:
        _back(tx, role)
        raise
    _back(tx, role)


def _back(tx: Connection, role: str) -> None:
    tx.execute(_BACK, {"role": role})
    tx.info[_BEHIND] = role


def found(tx: Connection) -> Wall | None:
    """The wall of this store; None where there is none, or not the one of this version."""
    if tx.dialect.name != "postgresql":
        return None
    schema, wall = _place(tx)
    return wall if _stands(tx, schema, wall) and not _lacking(tx, wall) else None


def stand(tx: Connection) -> None:
    """Make it, if it does not stand; where the roles cannot be made, say so and go on without."""
    if tx.dialect.name != "postgresql":
        return
    schema, wall = _place(tx)
    lacking = _lacking(tx, wall)
    if lacking and not tx.execute(_MAY_MAKE).scalar_one():
        tx.exec_driver_sql(wall_sql.called(schema))
        log.warning("no row-level security: zinute doctor says what to do", roles=lacking)
        return
    if not lacking and _stands(tx, schema, wall):
        return
    tx.execute(_ALONE)  # another process may start at the same moment
    if lacking:
        tx.exec_driver_sql(wall_sql.roles(_names(tx, wall)))
    if lacking or not _stands(tx, schema, wall):
        tx.exec_driver_sql(wall_sql.raised(schema, _names(tx, wall)))


def fall(tx: Connection) -> None:
    """Take the rules away, as what they are about is going to change."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(wall_sql.fallen(_place(tx)[0]))


def wanting(tx: Connection) -> list[str]:
    """The statements that somebody who may make roles has to say, so that the wall can stand; none where it can."""
    if tx.dialect.name != "postgresql":
        return []
    _, wall = _place(tx)
    lacking, quote = _lacking(tx, wall), tx.dialect.identifier_preparer.quote
    user = quote(tx.execute(_HERE).one()[1])
    made = [f"CREATE ROLE {quote(name)} NOLOGIN;" for name, new in lacking.items() if new]
    return made + [f"GRANT {quote(name)} TO {user};" for name in lacking]


def _place(tx: Connection) -> tuple[str, Wall]:
    """The schema, and the roles: called by whose service they are for, as a server may have several services."""
    schema, user = tx.execute(_HERE).one()
    return tx.dialect.identifier_preparer.quote(schema), Wall(
        *(f"{user[:50]}_{role}" for role in wall_sql.ROLES)
    )


def _names(tx: Connection, wall: Wall) -> tuple[str, str]:
    quote = tx.dialect.identifier_preparer.quote
    return quote(wall.reader), quote(wall.overseer)


def _stands(tx: Connection, schema: str, wall: Wall) -> bool:
    return bool(tx.execute(_STANDS).scalar_one() == wall_sql.mark(schema, _names(tx, wall)))


def _lacking(tx: Connection, wall: Wall) -> dict[str, bool]:
    """The roles that this service cannot become, and whether they are not there."""
    version: Any = tx.dialect.server_version_info
    kind = (
        "SET" if version >= (16,) else "MEMBER"
    )  # since 16, who may grant a role need not be able to become it
    rows = tx.execute(_LACKS, {"names": [wall.reader, wall.overseer], "kind": kind})
    return {row[0]: row[1] for row in rows}
