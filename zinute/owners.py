"""Whose the programmes are: shown, given to an organisation, given back to the whole installation."""

from collections.abc import Callable
from typing import Final

from actions.share import entrust
from domain.sharing import REACHES, Reach
from storage import organisations, programmes, sharing
from storage.database import Connection
from storage.sharing import Standing
from zinute.assemble import look_only, now, opened
from zinute.config import Settings
from zinute.errors import Stop

_FOR: Final[dict[Reach, str]] = {
    "draft": "a draft, for its authors only",
    "own": "for its own people",
    "everybody": "offered to every organisation",
}


async def shown(settings: Settings, slug: str = "") -> list[str]:
    """A line for each programme ("") or for one: whose it is and whom it is for."""

    def look(tx: Connection) -> list[str]:
        stand, newest = sharing.standings(tx), programmes.newest(tx)
        named = {programmes.version(tx, newest[each]).slug: each for each in newest}
        which = [_named(tx, slug)] if slug else [named[each] for each in sorted(named)]
        return [_line(programmes.version(tx, newest[each]).slug, stand[each]) for each in which]

    return await look_only(settings, look)


async def give(settings: Settings, slug: str, owner: int | None, reach: str) -> str:
    """It is theirs from now on (None: it stays whose it is), for those whom `reach` says ("": as before)."""
    if reach and reach not in REACHES:
        raise Stop(f"A programme is not for '{reach}': use {', '.join(REACHES)}.")

    def whose(tx: Connection, before: Standing) -> tuple[int, Reach]:
        theirs = before.owner if owner is None else owner
        if theirs is None:
            raise Stop(f"{slug} is common to all: name the organisation that is to own it as well.")
        if organisations.find(tx, theirs) is None:
            raise Stop(f"There is no organisation {theirs}: 'zinute organisation list' shows them.")
        return theirs, next((each for each in REACHES if each == reach), before.reach)

    return await _entrust(settings, slug, whose)


async def give_back(settings: Settings, slug: str) -> str:
    """It is common to all from now on."""
    return await _entrust(settings, slug, lambda _, __: (None, "everybody"))


async def _entrust(
    settings: Settings, slug: str, whose: Callable[[Connection, Standing], tuple[int | None, Reach]]
) -> str:
    def change(tx: Connection) -> str:
        programme = _named(tx, slug)
        programmes.lock(tx, programme)
        owner, reach = whose(tx, sharing.standings(tx, programme)[programme])
        entrust(tx, programme, owner=owner, reach=reach, who=None, now=now())
        return _line(slug, sharing.standings(tx, programme)[programme])

    async with opened(settings, there=True) as database:
        return await database.write(change)


def _named(tx: Connection, slug: str) -> int:
    found = programmes.by_slug(tx, slug)
    if found is None:
        raise Stop(f"There is no programme '{slug}': 'zinute lessons owner' lists them.")
    return found


def _line(slug: str, stand: Standing) -> str:
    if stand.owner is None:
        return f"{slug}: common to all"
    return f"{slug}: of {stand.by} ({stand.owner}), {_FOR[stand.reach]}"
