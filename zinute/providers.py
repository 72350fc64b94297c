"""Which providers organisations trust: checked before anybody is sent there."""

from console.reach import is_safe
from domain.audit import Deed
from storage import audit, organisations, providers
from storage.database import Connection
from zinute.assemble import now, opened
from zinute.config import Settings
from zinute.errors import Stop


async def put(
    settings: Settings, organisation: int, issuer: str, *, client: str, name: str, secret_file: str
) -> None:
    """The organisation trusts the provider; raises Stop for what cannot be."""
    if not is_safe(issuer):
        raise Stop(f"'{issuer}' is no issuer: write its address as the provider does, with https://.")

    def keep(tx: Connection) -> bool:
        known = organisations.find(tx, organisation) is not None
        if known:
            providers.put(tx, organisation, name, issuer, client=client, secret_file=secret_file)
            after = {"issuer": issuer, "client": client}
            audit.note(tx, Deed("provider.trusted", organisation, after=after), None, now())
        return known

    async with opened(settings, there=True) as database:
        if not await database.write(keep):
            raise Stop(f"There is no organisation {organisation}: 'zinute organisation list' shows them.")


async def take_away(settings: Settings, organisation: int, issuer: str) -> None:
    """The organisation does not trust it any more; raises Stop when it did not."""

    def end(tx: Connection) -> bool:
        trusted = providers.remove(tx, organisation, issuer)
        if trusted:
            deed = Deed("provider.removed", organisation, before={"issuer": issuer})
            audit.note(tx, deed, None, now())
        return trusted

    async with opened(settings, there=True) as database:
        if not await database.write(end):
            raise Stop(f"Organisation {organisation} has no provider {issuer}: copy it as it was given.")
