"""`zinute doctor`: what is set, whether it can work, what is wrong and how to mend it. It only looks.

Secrets are never shown: a value is either harmless by its name, or masked whole.
"""

import json
import os
import shutil
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.channels.email.settings import Settings as Mail
from bot.channels.telegram.settings import Settings as Telegram
from domain.mailbox import MAIL
from storage import instance, oversight, programmes, statements, wall
from storage.database import Connection
from storage.wire import is_readable
from zinute.assemble import look_only
from zinute.code_key import SIZE
from zinute.config import Settings, channel_names
from zinute.doctor_asks import certificate, messenger
from zinute.errors import Stop
from zinute.finding import Finding
from zinute.lrs import place
from zinute.redaction import redacted

ROOM: Final = 1_000_000_000  # bytes
AHEAD: Final = timedelta(minutes=1)
MASK: Final = "••••••••"
OPEN: Final = frozenset(
    {
        *(
            f"ZINUTE_{name.upper()}"
            for name in Settings.model_fields
            if name not in ("metrics_token", "database", "xapi_key", "xapi_secret")
        ),
        *(f"ZINUTE_TELEGRAM_{name.upper()}" for name in ("api", "mode", "webhook_url", "rate")),
        *(f"ZINUTE_TELEGRAM_{name.upper()}" for name in ("token_file", "webhook_secret_file")),
        *(f"ZINUTE_{name.upper()}" for name in ("smtp_url_file", "mail_from", "mail_rate")),
    }
)
SECRET: Final = (
    frozenset(
        {
            "ZINUTE_METRICS_TOKEN",
            "ZINUTE_DATABASE",
            "ZINUTE_XAPI_KEY",
            "ZINUTE_XAPI_SECRET",
            *(f"ZINUTE_TELEGRAM_{name.upper()}" for name in Telegram.model_fields),
            *(f"ZINUTE_{name.upper()}" for name in Mail.model_fields),
        }
    )
    - OPEN
)


def shown(environment: Mapping[str, str]) -> dict[str, str]:
    """Our settings as they may be read by others; a secret is masked, and so is what is not known."""
    ours = sorted(name for name in environment if name.startswith("ZINUTE_") and environment[name])
    return {name: redacted(environment[name]) if name in OPEN else MASK for name in ours}


async def examine(
    settings: Settings, environment: Mapping[str, str], now: datetime, *, network: bool
) -> list[Finding]:
    """Everything that can be looked at from here; with `network` also what others answer."""
    return [
        *_names(environment),
        *[each async for each in _from_others(settings, now, network=network)],
        *await _store(settings, now),
        *_wire(settings),
        *_disk(settings),
        *_keys(settings),
        _address(settings),
        *await _record_store(settings),
    ]


def lines(settings: Mapping[str, str], findings: list[Finding]) -> Iterator[str]:
    """What to read."""
    for name, value in settings.items():
        yield f"{name}={value}"
    for each in findings:
        yield f"{'ok   ' if each.well else 'WRONG'} {each.name}: {each.says}"
        if each.mend:
            yield f"      {each.mend}"


def as_json(settings: Mapping[str, str], findings: list[Finding]) -> str:
    """The same for machines."""
    well = all(each.well for each in findings)
    told = {"well": well, "settings": settings, "findings": [asdict(each) for each in findings]}
    return json.dumps(told, ensure_ascii=False)


def _names(environment: Mapping[str, str]) -> Iterator[Finding]:
    unknown = [name for name in shown(environment) if name not in OPEN | SECRET]
    if unknown:
        yield Finding(
            "settings", well=False, says=f"Nobody reads {', '.join(unknown)}.", mend="Check the spelling."
        )
    else:
        yield Finding("settings", well=True, says="Every setting that is given is known.")


async def _from_others(settings: Settings, now: datetime, *, network: bool) -> AsyncIterator[Finding]:
    for name in channel_names():
        async for each in messenger(name, now, network=network):
            yield each
    if network and settings.address.startswith("https://"):
        yield await certificate(settings.address, now, ssl.create_default_context())


async def _store(settings: Settings, now: datetime) -> list[Finding]:
    """Everything that is wrong with it."""

    def look(tx: Connection) -> tuple[datetime | None, datetime | None, list[str], list[str]]:
        return instance.held_at(tx), oversight.newest(tx), programmes.wanting_codes(tx), wall.wanting(tx)

    try:
        held, newest, wanting, unwalled = await look_only(settings, look)
    except Stop as stop:
        mend = "`zinute migrate` makes it, or brings it to this version, while no service runs on it."
        return [Finding("store", well=False, says=redacted(str(stop)), mend=mend)]
    wrong = []
    if held:
        says = "It is a restored backup or a copy, and sends nothing."
        mend = "Decide with `zinute restored send` or `zinute restored drop`."
        wrong.append(Finding("store", well=False, says=says, mend=mend))
    if newest and newest > now + AHEAD:
        says = f"The store has rows of {newest:%Y-%m-%d %H:%M} UTC, and the clock says {now:%Y-%m-%d %H:%M}."
        wrong.append(Finding("clock", well=False, says=says, mend="Set the machine's clock (NTP)."))
    if wanting and MAIL not in channel_names():
        says = f"Tests of {', '.join(wanting)} begin with a code by e-mail, and no mail is sent."
        mend = "Set ZINUTE_SMTP_URL and ZINUTE_MAIL_FROM."
        wrong.append(Finding("mail", well=False, says=says, mend=mend))
    if unwalled:
        says = "PostgreSQL does not keep organisations apart by row-level security: only the queries do."
        mend = f"Say as a superuser `{' '.join(unwalled)}`, then start the service again."
        wrong.append(Finding("row-level security", well=False, says=says, mend=mend))
    well = "It can be read, has this version's schema, and the clock agrees with it."
    return wrong or [Finding("store", well=True, says=well)]


def _wire(settings: Settings) -> Iterator[Finding]:
    if is_readable(settings.database_url):
        says = "Whoever is on the network between here and the database can read what goes there."
        mend = "Write `ssl=verify-full` into ZINUTE_DATABASE, if that network is not Zinute's alone."
        yield Finding("network", well=False, says=says, mend=mend)


def _disk(settings: Settings) -> Iterator[Finding]:
    for name, folder in (("data", settings.data), ("state", settings.state)):
        there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
        free = shutil.disk_usage(there).free
        if not os.access(there, os.W_OK):
            mend = f"Let the service write {there}, or choose another folder."
            yield Finding(name, well=False, says=f"{folder} cannot be written.", mend=mend)
        elif free < ROOM:
            says = f"{free // 1_000_000} MB are free for {folder}."
            yield Finding(name, well=False, says=says, mend="Make room: at least 1 GB.")
        else:
            yield Finding(name, well=True, says=f"{folder} can be written; {free // ROOM} GB are free.")


def _keys(settings: Settings) -> Iterator[Finding]:
    yield _key("key of codes", settings.code_key or settings.state / "code-key", SIZE)
    yield _key("key of certificates", settings.badge_key or settings.data / "badge-key.pem", None)


def _key(name: str, file: Path, size: int | None) -> Finding:
    if not file.exists():
        return Finding(name, well=True, says=f"There is none yet: {file} is made when it is needed.")
    if file.stat().st_mode & 0o077:
        says, mend = f"{file} can be read by others.", f"Run `chmod 600 {file}`."
    elif not os.access(file, os.R_OK) or (size is not None and file.stat().st_size != size):
        says, mend = (
            f"{file} cannot be used.",
            "Put it back from where it was kept; without it a new one is made.",
        )
    else:
        return Finding(
            name, well=True, says=f"{file} is there, for its owner only. Keep a copy of it elsewhere."
        )
    return Finding(name, well=False, says=says, mend=mend)


def _address(settings: Settings) -> Finding:
    if not settings.address:
        here = settings.host == "127.0.0.1"
        mend = "" if here else "Set ZINUTE_PUBLIC_URL: messengers give no links without it."
        return Finding("address", well=here, says="Only this machine knows where it is.", mend=mend)
    if settings.address.startswith("http://"):
        mend = "Put a web server with TLS before it, and set ZINUTE_PUBLIC_URL to its https address."
        return Finding(
            "address", well=False, says=f"{redacted(settings.address)} is not encrypted.", mend=mend
        )
    return Finding("address", well=True, says=f"Everybody reaches it at {redacted(settings.address)}.")


async def _record_store(settings: Settings) -> list[Finding]:
    """Whether statements go to the learning record store, if there is one."""
    if not settings.xapi_url:
        return []
    name = "learning record store"
    try:
        place(settings)
        told = await look_only(settings, statements.told)
    except Stop as stop:
        mend = "Correct the settings ZINUTE_XAPI_..., then start the service again."
        return [Finding(name, well=False, says=redacted(str(stop)), mend=mend)]
    says = f"{told.sent} statements were sent, {told.waiting} wait."
    if told.failure:
        mend = "See whether that store runs and takes the key; they are sent as soon as it does."
        return [Finding(name, well=False, says=f"{says} It could not be told: {told.failure}.", mend=mend)]
    if told.refused:
        mend = "Table `statement` says why, in `refused`; they are forgotten after 30 days."
        return [Finding(name, well=False, says=f"{says} It refused {told.refused}.", mend=mend)]
    return [Finding(name, well=True, says=says)]
