"""Keep whom an announcement is for under a name, to use it again."""

from typing import Final

from actions import compose
from domain.organisation import Scope
from storage import segments
from storage.database import Connection
from storage.errors import NotFound
from storage.progress import LARGEST_ID

MOST_NAME: Final = 60


def keep(tx: Connection, scope: Scope, which: int, name: str) -> bool:
    """The rule of this announcement has this name at its place from now on; False for no name. Raises NotFound."""
    composed = compose.composed_of(compose.one(tx, scope, which))
    called = " ".join(name.split())[:MOST_NAME]
    if composed.place not in scope.at("act"):
        raise NotFound
    if called:
        segments.put(tx, composed.place, called, composed.rule)
    return bool(called)


def drop(tx: Connection, scope: Scope, which: int) -> None:
    """It is not kept any more; raises NotFound."""
    mine = {each.id for each in segments.of_scope(tx, scope) if each.place in scope.at("act")}
    if not 0 < which <= LARGEST_ID or which not in mine:
        raise NotFound
    segments.drop(tx, scope, which)
