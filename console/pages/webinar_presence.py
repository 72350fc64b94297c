"""Who was at a webinar, by a report of its meeting: a file is brought, each of its rows is shown, then it is taken."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import Any, ClassVar, Final, TypeVar

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import organise, take_report
from actions.take_report import Reported
from console import lists
from console.auth import Reader, for_right
from console.entrance import Tries, counted, form_of, slow_down
from console.lists import number
from console.moments import Moments
from console.numbers import Numbers
from console.pages.learners import ROWS
from console.seen import see_list
from console.site import Site
from domain.bucket import UPLOAD
from domain.meeting_report import NoReport, read
from domain.planning import is_zone
from domain.recognising import FATES, Guest, Known, alike
from domain.webinar import Webinar
from lessons.formats.bank import Unreadable
from lessons.formats.presence import cut_apart
from lessons.formats.source import MOST_BYTES
from storage import presence
from storage.database import Connection
from storage.errors import NotFound
from storage.presence import Brought, Report

T = TypeVar("T")
WEBINARS: Final = "/console/webinars"
HERE: Final = WEBINARS + "/{id}/presence"
PATH: Final = re.compile(r"/console/webinars/\d+/presence")
LARGEST_BODY: Final = 32 * 1024 * 1024  # so that most files that are too large are told so
MOST_DECIDED: Final = 50  # on one page
_LATER: Final = ""


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """Which rows of a report are looked at."""

    place = ""
    choices: ClassVar = {"fate": FATES}
    start = "page"
    fate: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows that are written alike, by the line of the first, and who of those who registered they may be."""

    line: int
    called: str
    rows: int
    perhaps: Sequence[Guest]


def routes(site: Site) -> list[Route]:
    """All of it is for those who act at the webinar's place."""
    one = HERE + "/{report}"
    return [
        Route(HERE, for_right(site, "act", start), name="presence"),
        Route(HERE, for_right(site, "act", bring), methods=["POST"], name="bring_presence"),
        Route(one, for_right(site, "act", show), name="report_of_presence"),
        Route(one, for_right(site, "act", take), methods=["POST"], name="take_presence"),
    ]


async def start(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/ID/presence`"""
    return await _form(site, request, reader)


async def bring(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/ID/presence`: the `file` is read and kept, and its page shows what it would do."""
    found, now = await _webinar(site, request, reader), site.now()
    async with request.form(max_files=1) as form:
        upload, zone = form.get("file"), str(form.get("zone") or found.zone).strip()
        name = (upload.filename or "") if isinstance(upload, UploadFile) else ""
        data = await upload.read(MOST_BYTES + 1) if isinstance(upload, UploadFile) else b""
    wrong = "early" if found.starts_at > now else "zone" if not is_zone(zone) else "none"
    if wrong != "none" or (not data and not name):
        return await _form(site, request, reader, wrong)
    tries = Tries(now, ((UPLOAD, str(reader.person.id)),))
    if wait := await counted(site, tries):
        return slow_down(site, request, reader.language, wait, about="people.slow")
    try:
        async with site.drawing:  # one file after the other
            brought = await asyncio.to_thread(_read, name, data, zone, found, reader)
    except Unreadable as unreadable:
        return await _form(site, request, reader, unreadable.rule)
    except NoReport as none:
        return await _form(site, request, reader, none.rule)
    unit = partial(take_report.bring, scope=reader.scope, webinar=found.id, brought=brought, now=now)
    kept, new = await site.database.write(unit)
    return _to(found.id, kept, "" if new else "?again")


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/webinars/ID/presence/REPORT`: what becomes of its rows."""
    which, report = (number(request.path_params[name]) for name in ("id", "report"))
    seen = await _found(site, partial(take_report.look, scope=reader.scope, webinar=which, report=report))
    shown = _shown(request, seen)
    named = {each.person for each in shown["rows"] if each.person}
    named |= {who.person for each in shown["doubts"] for who in each.perhaps}
    those = [(who, seen.guests[who].place) for who in sorted(named) if who in seen.guests]
    await see_list(site, reader.person.id, "webinar", those)
    return site.render(
        request,
        "presence_report.html",
        reader.language,
        reader=reader,
        seen=seen,
        here=f"{WEBINARS}/{which}/presence/{report}",
        again="again" in request.query_params,
        done="done" in request.query_params,
        numbers=Numbers(site, reader.language),
        moments=Moments(site, reader.language, seen.report.zone, site.now()),
        **shown,
    )


async def take(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/webinars/ID/presence/REPORT` with `who-LINE`, whose a row is (0: nobody's), and `absent`."""
    which, report = (number(request.path_params[name]) for name in ("id", "report"))
    form = await form_of(request)
    unit = partial(
        take_report.take,
        scope=reader.scope,
        webinar=which,
        report=report,
        decided=_decided(form),
        now=site.now(),
        absent="absent" in form,
    )
    try:
        await site.database.write(unit)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return _to(which, report, "?done")


def _decided(form: FormData) -> dict[int, int]:
    said = (
        (name.removeprefix("who-"), str(value)) for name, value in form.items() if name.startswith("who-")
    )
    return {number(line): number(who) for line, who in said if who != _LATER}


def _read(name: str, data: bytes, zone: str, webinar: Webinar, reader: Reader) -> Brought:
    cut = cut_apart(name, data, reader.person.organisation.language)
    digest = sha256(data).hexdigest()
    return Brought(
        name.replace("\0", "")[-100:], digest, cut.encoding, zone, read(cut.lines, zone, webinar.starts_at)
    )


def _shown(request: Request, seen: Reported) -> dict[str, Any]:
    """What the page of a report is made of: a page of the rows of one fate, and what has to be decided."""
    view, counts = View.of(request), seen.counts
    fate = view.fate or next((each for each in FATES if counts[each]), FATES[0])
    rows = [each for each in seen.rows if each.fate == fate]
    first = min((view.page - 1) * ROWS, max(0, len(rows) - 1) // ROWS * ROWS)
    doubts = _doubts(seen)
    return {
        "counts": counts,
        "fates": [each for each in FATES if counts[each]],
        "fate": fate,
        "rows": rows[first : first + ROWS],
        "first": first,
        "total": len(rows),
        "page": first // ROWS + 1,
        "more": first + ROWS < len(rows),
        "doubts": doubts[:MOST_DECIDED],
        "doubts_more": max(len(doubts) - MOST_DECIDED, 0),
    }


def _doubts(seen: Reported) -> list[Doubt]:
    groups = dict[tuple[str, str, str], list[Known]]()
    for each in seen.rows:
        if each.fate == "decide":
            groups.setdefault(alike(each.entry), []).append(each)
    return [
        Doubt(
            those[0].entry.line,
            ", ".join(filter(None, (those[0].entry.name, those[0].entry.email))),
            len(those),
            [seen.guests[who] for who in those[0].perhaps],
        )
        for those in groups.values()
    ]


async def _webinar(site: Site, request: Request, reader: Reader) -> Webinar:
    which = number(request.path_params["id"])
    return await _found(site, lambda tx: organise.seen(tx, reader.scope, which))


async def _found(site: Site, look: Callable[[Connection], T]) -> T:
    try:
        return await site.database.read(look)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error


def _to(which: int, report: int, said: str) -> Response:
    return RedirectResponse(f"{WEBINARS}/{which}/presence/{report}{said}", HTTPStatus.SEE_OTHER)


async def _form(site: Site, request: Request, reader: Reader, wrong: str = "") -> Response:
    found = await _webinar(site, request, reader)

    def look(tx: Connection) -> Sequence[Report]:
        return presence.of_webinar(tx, found.id)

    values: Mapping[str, Any] = {"webinar": found, "reports": await site.database.read(look), "wrong": wrong}
    return site.render(
        request,
        "presence.html",
        reader.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        reader=reader,
        moments=Moments(site, reader.language, found.zone, site.now()),
        **values,
    )
