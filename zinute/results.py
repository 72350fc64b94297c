"""`zinute results`: results of an organisation's people as a table, to standard output."""

from typing import BinaryIO

from actions.results import Shape, table, take
from domain.language import language_of
from domain.organisation import Scope
from storage import organisations, programmes
from storage.database import Connection
from storage.results import Wanted
from zinute.assemble import now, opened
from zinute.config import Settings
from zinute.errors import Stop
from zinute.operator import at_the_machine


async def give(
    settings: Settings, organisation: int, programme: str, language: str, *, shape: Shape, to: BinaryIO
) -> None:
    """Write the results of an organisation, and of all under it; it is kept in the audit log."""

    def begin(tx: Connection) -> tuple[Scope, Wanted]:
        houses = organisations.under(tx, [organisation])
        if not houses:
            raise Stop(f"There is no organisation {organisation}: 'zinute organisation list' shows them.")
        taught = programmes.by_slug(tx, programme) if programme else None
        if programme and taught is None:
            raise Stop(f"There is no programme '{programme}': publish it with 'zinute lessons publish DIR'.")
        top = organisations.find(tx, organisation)
        assert top, "it is under itself"
        spoken = language_of(language) if language else top.language
        if spoken is None:
            raise Stop(f"There is no language '{language}': use lt, pl, nb or en.")
        scope, wanted = at_the_machine(houses), Wanted(spoken, settings.base_url, houses, taught)
        take(tx, scope, wanted, now(), by=None)
        return scope, wanted

    async with opened(settings, there=True) as database:
        scope, wanted = await database.write(begin)
        async for part in table(database, scope, wanted, shape):
            to.write(part)
