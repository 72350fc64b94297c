"""Importing a roster: a file is brought, what it would do is shown, then it is done, or taken back."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.import_roster import WRITTEN, Choice, NotImported, Preview, carry_out, preview, undo
from console import lists
from console.auth import Reader, for_right
from console.entrance import Tries, counted, form_of, slow_down
from console.lists import number
from console.moments import Moments
from console.pages.learners import ROWS
from console.proof import freshly
from console.roster_words import RosterWords, placed, places_of
from console.seen import see_list
from console.site import Site
from domain.bucket import UPLOAD
from domain.roster import NoRoster, Sheet, read
from domain.roster_cells import Problem
from domain.roster_plan import KINDS, Fate, Known
from domain.tree import Place
from lessons.formats.bank import Unreadable
from lessons.formats.roster import MOST_BYTES, Cut, cut_apart
from storage import imports, organisations, roster
from storage.database import Connection
from storage.imports import Import, Left

HERE: Final = "/console/people/import"
UNDO: Final = "/undo"
PATH: Final = re.compile(re.escape(HERE))
LARGEST_BODY: Final = 32 * 1024 * 1024  # so that most files that are too large are told so
SHOWN: Final = (*KINDS[:-1], "absent", KINDS[-1])
_REFUSED: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """Which rows of a preview are looked at."""

    place = HERE
    choices: ClassVar = {"kind": SHOWN}
    start = "page"
    kind: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Settled:
    """An import that was carried out, with what was not taken back of it, and what those people are called and on whose
    roster they are."""

    found: Import
    left: list[Left]
    names: dict[int, str]
    places: dict[int, int]


def routes(site: Site) -> list[Route]:
    """The page with the form and the list, the page of an import, and what is done with it after a fresh proof."""
    one = HERE + "/{number}"
    acting, back = (
        freshly(each, lambda request: request.url.path.removesuffix(UNDO)) for each in (act, take_back)
    )
    return [
        Route(HERE, for_right(site, "act", start), name="imports"),
        Route(HERE, for_right(site, "act", bring), methods=["POST"], name="bring_roster"),
        Route(one, for_right(site, "act", show), name="import"),
        Route(one, for_right(site, "act", acting), methods=["POST"], name="carry_out"),
        Route(one + UNDO, for_right(site, "act", back), methods=["POST"], name="undo"),
    ]


async def start(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/people/import`"""
    return await _form(site, request, reader)


async def bring(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/people/import`: the `file` is read and kept, and its page shows what it would do."""
    async with request.form(max_files=1) as form:
        upload, place = form.get("file"), placed(form.get("place"))
        name = (upload.filename or "") if isinstance(upload, UploadFile) else ""
        data = await upload.read(MOST_BYTES + 1) if isinstance(upload, UploadFile) else b""
    if not data and not name:
        return await _form(site, request, reader, Problem("none"))
    tries = Tries(site.now(), ((UPLOAD, str(reader.person.id)),))
    if wait := await counted(site, tries):
        return slow_down(site, request, reader.language, wait, about="people.slow")
    try:
        async with site.drawing:  # one file after the other
            cut, sheet = await asyncio.to_thread(_read, name, data, reader)
        keep = partial(_keep, reader=reader, place=place, name=name, cut=cut, sheet=sheet, now=site.now())
        kept = await site.database.write(keep)
    except Unreadable as unreadable:
        return await _form(site, request, reader, Problem(unreadable.rule))
    except NoRoster as none:
        return await _form(site, request, reader, none.problem)
    return RedirectResponse(f"{HERE}/{kept}", HTTPStatus.SEE_OTHER)


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/people/import/NUMBER`: what it would do now, or what was done."""
    return await _page(site, request, reader)


async def act(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/people/import/NUMBER`: do what was shown."""
    form = await form_of(request)
    choice = Choice(str(form.get("sign", "")), "partly" in form, "absent_left" in form)
    which = number(request.path_params["number"])
    try:
        await site.database.write(lambda tx: carry_out(tx, which, reader.scope, choice, site.now()))
    except NotImported as refused:
        return await _page(site, request, reader, refused.rule)
    return RedirectResponse(f"{HERE}/{which}?done", HTTPStatus.SEE_OTHER)


async def take_back(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/people/import/NUMBER/undo`"""
    which = number(request.path_params["number"])
    try:
        await site.database.write(lambda tx: undo(tx, which, reader.scope, site.now()))
    except NotImported as refused:
        return await _page(site, request, reader, refused.rule)
    return RedirectResponse(f"{HERE}/{which}", HTTPStatus.SEE_OTHER)


def _read(name: str, data: bytes, reader: Reader) -> tuple[Cut, Sheet]:
    cut = cut_apart(name, data, reader.person.organisation.language)
    return cut, read(cut.lines)


def _keep(
    tx: Connection, *, reader: Reader, place: int | None, name: str, cut: Cut, sheet: Sheet, now: Any
) -> int:
    chosen = place if place in reader.scope.organisations else None
    return imports.add(
        tx,
        by=reader.person.id,
        organisation=chosen,
        file=name.replace("\0", "")[-100:],
        read_as=cut.encoding,
        sheet=sheet,
        at=now,
    )


async def _form(site: Site, request: Request, reader: Reader, problem: Problem | None = None) -> Response:
    def look(tx: Connection) -> tuple[list[Import], list[tuple[Place, int]]]:
        return imports.newest(tx, reader.scope), places_of(organisations.places(tx), reader.scope)

    newest, places = await site.database.read(look)
    return site.render(
        request,
        "roster_import.html",
        reader.language,
        status=_REFUSED if problem else HTTPStatus.OK,
        reader=reader,
        here=HERE,
        imports=newest,
        places=places,
        problem=problem,
        written=WRITTEN,
        moments=_moments(site, reader),
    )


async def _page(site: Site, request: Request, reader: Reader, refused: str = "") -> Response:
    which, now = number(request.path_params["number"]), site.now()

    def look(tx: Connection) -> Settled | tuple[Import, Preview] | None:
        found = imports.get(tx, reader.scope, which)
        if found is None:
            return None
        sheet = imports.sheet(tx, which) if found.state == "seen" else None
        if sheet is not None:
            return found, preview(tx, sheet, found.organisation, reader.scope, now)
        left = imports.kept(tx, which)
        who = {each.person for each in left}
        return Settled(found, left, roster.names(tx, who), roster.places(tx, who))

    try:
        seen = await site.database.read(look)
    except NotImported as gone:  # the organisation is not theirs any more
        raise HTTPException(HTTPStatus.NOT_FOUND) from gone
    if seen is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    values: dict[str, Any] = {
        "reader": reader,
        "refused": refused,
        "moments": _moments(site, reader),
        "now": now,
    }
    there: Iterable[tuple[int, int | None]]
    if isinstance(seen, Settled):
        there = seen.places.items()
        values |= {"settled": seen, "done": "done" in request.query_params, "here": f"{HERE}/{which}"}
        template = "roster_done.html"
    else:
        values |= _shown(site, request, reader, *seen)
        there = _seen(values["rows"])
        template = "roster_preview.html"
    await see_list(site, reader.person.id, "roster", there)
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return site.render(request, template, reader.language, status=status, **values)


def _shown(site: Site, request: Request, reader: Reader, found: Import, seen: Preview) -> dict[str, Any]:
    """What the page of a preview is made of: a page of the rows of one fate."""
    view = View.of(request)
    counts = {**seen.plan.counts, "absent": len(seen.plan.absent)}
    kind = view.kind or next((each for each in SHOWN if counts[each]), SHOWN[0])
    rows: list[Fate | Known] = (
        list(seen.plan.absent)
        if kind == "absent"
        else [each for each in seen.plan.fates if each.kind == kind]
    )
    first = min((view.page - 1) * ROWS, max(0, len(rows) - 1) // ROWS * ROWS)
    return {
        "found": found,
        "seen": seen,
        "here": f"{HERE}/{found.id}",
        "counts": counts,
        "kinds": [each for each in SHOWN if counts[each]],
        "kind": kind,
        "rows": [(each, _there(seen, each)) for each in rows[first : first + ROWS]],
        "first": first,
        "total": len(rows),
        "page": first // ROWS + 1,
        "more": first + ROWS < len(rows),
        "unused": ", ".join(heading for heading, column in seen.sheet.headings if not column),
        "left_out": counts["error"] + counts["doubt"],
        "something": any(counts[each] for each in WRITTEN),
        "words": RosterWords(site, reader.language, seen.places),
    }


def _there(seen: Preview, row: Fate | Known) -> Known | None:
    """Whom a row leads to; of whoever has its address elsewhere it says nothing."""
    if isinstance(row, Known):
        return row
    if row.person is None or row.kind in ("joins", "asked"):
        return None
    return seen.known.get((row.person, row.employment))


def _seen(rows: Sequence[tuple[Fate | Known, Known | None]]) -> list[tuple[int, int | None]]:
    """Who is told on a page of a preview: those whom the rows lead to, and those whom a problem names."""
    named = (each.shown for each, _ in rows if isinstance(each, Fate))
    told = (*(there for _, there in rows), *named)
    return [*dict.fromkeys((each.id, each.place) for each in told if each)]


def _moments(site: Site, reader: Reader) -> Moments:
    return Moments(site, reader.language, reader.person.organisation.zone, site.now())
