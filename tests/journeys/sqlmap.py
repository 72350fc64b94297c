"""sqlmap at level 3, run at some spots of one request."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from tests.journeys.asked import Spot, Target, typed
from tests.storage.stores import Kind

SECONDS: Final = int(os.environ.get("ZINUTE_SQLMAP_SECONDS", "300"))  # for each run; none comes near it
DIALECTS: Final[Mapping[Kind, str]] = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
FOUND: Final = re.compile(r"^(?:Parameter: .+|sqlmap identified .+)$", re.MULTILINE)
TESTED: Final = re.compile(r"testing for SQL injection on (?:.+ )?parameter '([^']+)'")
NOTHING: Final = "do not appear to be injectable"
HERE: Final = str(Path(sys.executable).with_name("sqlmap"))
FIXED: Final = (
    *(
        "--level=3",
        "--batch",
        "--flush-session",
        "--ignore-code=*",
        "--ignore-redirects",
        "--drop-set-cookie",
    ),
    *("--disable-coloring", "--skip-waf", "--time-sec=2", "--timeout=20", "--retries=1"),
    *(f"--time-limit={SECONDS}", "--answers=quit=N,follow=N,skip=N,URL encode=N"),
)


@dataclass(frozen=True)
class Verdict:
    """What it says: the spots that it `tested`, what it `found`, and whether it came to its end."""

    tested: tuple[str, ...]
    found: tuple[str, ...]
    whole: bool
    said: str


def groups(spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
    """What can be looked at in one run: what has a star, or what has a name."""
    starred = tuple(each for each in spots if _starred(each))
    return [each for each in (starred, tuple(each for each in spots if not _starred(each))) if each]


@dataclass(frozen=True)
class Attack:
    """On the console at `base`, whose store is of this kind; it keeps what it learns in `folder`."""

    base: str
    kind: Kind
    folder: Path

    async def at(self, target: Target, spots: Sequence[Spot], who: Mapping[str, str]) -> Verdict:
        """Let it look at these spots of the request, of one of `groups`."""
        for spot in spots:
            usual = target.parts.get(spot.name, "") if spot.place == "path" else target.given[spot]
            target = target.saying(spot, (usual or "1") + ("*" if _starred(spot) else ""))
        folder = self.folder / f"{target.name}-{target.method}-{spots[0].name}"
        said = await _run(
            folder,
            *(HERE, *FIXED, f"--dbms={DIALECTS[self.kind]}", "--output-dir", str(folder)),
            *_request(self.base, target, who),
            *(() if _starred(spots[0]) else ("-p", ",".join(each.name for each in spots))),
        )
        tested = tuple(dict.fromkeys(TESTED.findall(said)))
        return Verdict(tested, tuple(FOUND.findall(said)), NOTHING in said, said)


async def _run(folder: Path, *command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"NO_PROXY": "*", "HOME": str(folder)},
    )
    try:
        return (await process.communicate())[0].decode(errors="replace")
    finally:
        if process.returncode is None:
            process.kill()


def _starred(spot: Spot) -> bool:
    """Parts of an address, of JSON and headers that it does not know by name have a star where it may write."""
    return spot.place in ("path", "json") or spot.name in (
        "Accept-Language",
        "Authorization",
        "Idempotency-Key",
    )


def _request(base: str, target: Target, who: Mapping[str, str]) -> list[str]:
    asked, form, fields = (target.of("query"), target.of("form"), target.of("json"))
    headers, cookies = dict(who), target.of("cookie")
    cookie = headers.pop("Cookie", "")
    if cookies:
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    for name, value in target.of("header").items():
        headers[name] = f"Bearer {value}" if name == "Authorization" else value
    if fields:
        headers["Content-Type"] = "application/json"
    data = json.dumps(typed(fields)) if fields else urlencode(form) or "x=1"
    return [
        *(
            "-u",
            base + target.address() + (f"?{urlencode(asked)}" if asked else ""),
            "--method",
            target.method,
        ),
        *(("--data", data) if target.method != "GET" else ()),
        *("--headers", "\n".join(f"{name}: {value}" for name, value in headers.items())),
        *(("--cookie", cookie) if cookie else ()),
    ]
