"""What the doctor asks of others: messengers who we are and what time it is, our address for its certificate."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from bot.channel import ChannelError
from bot.channels.email.settings import read_settings as read_mail
from bot.channels.telegram.settings import read_settings as read_telegram
from domain.mailbox import MAIL
from zinute.finding import Finding
from zinute.redaction import redacted

PATIENCE: Final = 5.0  # seconds for each
APART: Final = timedelta(minutes=1)
SOON: Final = timedelta(days=14)
AGAIN: Final = "Correct the setting, then start the service again."


@dataclass(frozen=True, slots=True)
class Messenger:
    """Its settings are read (ChannelError names a wrong one), then it is asked; it may answer what time it is."""

    read: Callable[[], object]
    ask: Callable[[], Awaitable[datetime | None]]


async def _ask_telegram() -> datetime | None:
    from bot.channels.telegram.look import look

    return await look(read_telegram(), PATIENCE)


async def _ask_mail() -> None:
    from bot.channels.email.channel import look

    await look(read_mail(), PATIENCE)


MESSENGERS: Final[Mapping[str, Messenger]] = {
    "telegram": Messenger(read_telegram, _ask_telegram),
    MAIL: Messenger(read_mail, _ask_mail),
}


async def messenger(name: str, now: datetime, *, network: bool) -> AsyncIterator[Finding]:
    """Whether it is set up; with the network also whether it takes us, and whether its clock agrees with ours."""
    known = MESSENGERS.get(name)
    try:
        if known is not None:
            known.read()
    except ChannelError as error:
        yield Finding(name, well=False, says=redacted(str(error)), mend=AGAIN)
        return
    if known is None or not network:
        yield Finding(name, well=True, says="It is on, and its settings are complete.")
        return
    try:
        there = await known.ask()
    except ChannelError as error:
        mend = "Look at the setting and at the way there (network, firewall, DNS), then ask the doctor again."
        yield Finding(name, well=False, says=redacted(str(error)), mend=mend)
        return
    yield Finding(name, well=True, says="It is on, its settings are complete, and it takes us.")
    if there is not None and abs(there - now) > APART:
        says = f"The clock says {now:%Y-%m-%d %H:%M} UTC, and {name} {there:%Y-%m-%d %H:%M}."
        yield Finding("clock", well=False, says=says, mend="Set the machine's clock (NTP).")


async def certificate(address: str, now: datetime, trusted: ssl.SSLContext) -> Finding:
    """How long the certificate holds that whoever goes to our https address is shown."""
    name, parts = "certificate", urlsplit(address)
    mend = "Renew it, and see that the web server before Zinute shows the new one."
    try:
        async with asyncio.timeout(PATIENCE):
            _, way = await asyncio.open_connection(parts.hostname, parts.port or 443, ssl=trusted)
    except ssl.SSLCertVerificationError as error:
        return Finding(name, well=False, says=f"It is not accepted: {error.verify_message}.", mend=mend)
    except (OSError, TimeoutError, UnicodeError) as error:
        says = f"It cannot be looked at from here ({type(error).__name__})."
        return Finding(name, well=True, says=says)
    shown = way.get_extra_info("peercert")["notAfter"]
    way.transport.abort()
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown), UTC)
    says = f"It holds until {ends:%Y-%m-%d}, for {(ends - now).days} days."
    well = ends - now > SOON
    return Finding(name, well=well, says=says, mend="" if well else mend)
