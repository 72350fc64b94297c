"""What goes along with an announcement: its form beside a draft, and the file for whoever was told of it."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import compose
from actions.compose import Changed
from actions.enclose import Brought, Change, Unfit, enclose, judged
from console.audience_words import first_words
from console.auth import Reader, for_coordinators, for_right
from console.entrance import Tries, counted, form_of
from console.lists import number
from console.pages.composing import HERE, draft
from console.site import Site, language_name
from domain.bucket import PICTURE
from domain.enclosed import MOST_ALT, MOST_FILE, MOST_LABEL, MOST_LINK, MOST_LINKS, Enclosed, Link
from domain.language import LANGUAGES, Language
from lessons.drawing import draw_apart
from lessons.shelf import MOST_PICTURE_BYTES, Drawn, UnusableError
from storage import media
from storage.announcements import Announced
from storage.database import Connection
from storage.errors import NotFound

PATH: Final = re.compile(re.escape(HERE) + r"/\d+/with")
LARGEST_BODY: Final = 48 * 1024 * 1024  # so that most files that are too large are told so, beside the form
_KEPT: Final = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "attachment",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why what was brought cannot be sent: the sentence, and what is in it; about the `field`."""

    field: str
    key: str
    most: int = 0
    minutes: int = 0


def routes(site: Site) -> list[Route]:
    """The form, and the picture for those who see the announcement."""
    return [
        Route(HERE + "/{id}/with", for_right(site, "act", show), name="enclosing"),
        Route(HERE + "/{id}/with", for_right(site, "act", keep), methods=["POST"], name="enclose"),
        Route(HERE + "/{id}/picture", for_coordinators(site, picture), name="announcement_picture"),
    ]


def public(site: Site) -> list[Route]:
    """The file: whoever has its address was told it, as nobody can guess the digest in it."""

    async def file(request: Request) -> Response:
        """`GET /file/DIGEST/NAME`"""
        try:
            data = await site.database.read(partial(media.data, digest=request.path_params["digest"]))
        except NotFound as error:
            raise HTTPException(HTTPStatus.NOT_FOUND) from error
        return Response(data, media_type="application/pdf", headers=_KEPT)

    return [Route("/file/{digest:digest}/{name}", file, name="announced_file")]


async def picture(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/picture`"""
    which = number(request.path_params["id"])

    def look(tx: Connection) -> tuple[bytes, str]:
        shown = compose.one(tx, reader.scope, which).enclosed.picture
        if shown is None:
            raise NotFound
        return media.data(tx, shown.digest), shown.media_type

    try:
        data, kind = await site.database.read(look)
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return Response(data, media_type=kind, headers={**_KEPT, "Cache-Control": "private, no-cache"})


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/announcements/ID/with`: 404 for what is no draft."""
    which = number(request.path_params["id"])
    found = await site.database.read(lambda tx: draft(tx, reader, which))
    return _page(site, request, reader, found, found.enclosed)


async def keep(site: Site, request: Request, reader: Reader) -> Response:
    """`POST /console/announcements/ID/with`: the draft has this along from now on."""
    which = number(request.path_params["id"])
    found = await site.database.read(lambda tx: draft(tx, reader, which))
    try:
        form = await form_of(request)
        written = enclosed_of(form, found.enclosed)
        change, wrong = await _brought(site, reader, form, Change(written))
    finally:
        await request.close()
    if wrong:
        return _page(site, request, reader, found, written, wrong=wrong, seen=str(form.get("seen", "")))
    try:
        await site.database.write(
            lambda tx: enclose(tx, reader.scope, which, change, seen=str(form.get("seen", "")))
        )
    except Changed:
        found = await site.database.read(lambda tx: draft(tx, reader, which))
        return _page(site, request, reader, found, written, wrong=[Wrong("", "changed")])
    except NotFound as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    return RedirectResponse(f"{HERE}/{which}", HTTPStatus.SEE_OTHER)


def enclosed_of(form: FormData, before: Enclosed) -> Enclosed:
    """What a form says; a picture or a file that is there stays, unless it is to go."""
    links = (
        Link(line_of(form, f"link-{each}", MOST_LINK), said_of(form, f"label-{each}", MOST_LABEL))
        for each in range(1, MOST_LINKS + 1)
    )
    shown = None if "no-picture" in form else before.picture
    return replace(
        before,
        picture=shown,
        alts=said_of(form, "alt", MOST_ALT) if "no-picture" not in form else {},
        file=None if "no-file" in form else before.file,
        links=tuple(each for each in links if each.url or each.labels),
    )


def said_of(form: FormData, name: str, most: int) -> dict[Language, str]:
    """The words of a form in each language that has some."""
    said = {each: line_of(form, f"{name}-{each}", most) for each in LANGUAGES}
    return {language: words for language, words in said.items() if words}


def line_of(form: FormData, name: str, most: int) -> str:
    """One line of a form."""
    return " ".join(str(form.get(name, "")).split())[:most]


async def _brought(
    site: Site, reader: Reader, form: FormData, change: Change
) -> tuple[Change, Sequence[Wrong]]:
    """The change with what was uploaded, and what is wrong with that."""
    uploads = {name: form.get(name) for name in ("picture", "file")}
    brought = {name: each for name, each in uploads.items() if isinstance(each, UploadFile) and each.filename}
    if not brought:
        return change, ()
    tries = Tries(site.now(), ((PICTURE, str(reader.person.id)),))
    if wait := await counted(site, tries):
        name = next(iter(brought))
        return change, [Wrong(name, "many", PICTURE.most, -(-wait // timedelta(minutes=1)))]
    wrong = list[Wrong]()
    if upload := brought.get("picture"):
        try:
            change = replace(change, picture=await _drawn(site, upload))
        except UnusableError as unusable:
            wrong.append(Wrong("picture", f"picture.{unusable.rule}"))
    if upload := brought.get("file"):
        try:
            change = replace(change, file=await _read(upload))
        except Unfit as unfit:
            wrong.append(Wrong("file", f"file.{unfit.rule}", MOST_FILE // 1024 // 1024))
    return change, wrong


async def _drawn(site: Site, upload: UploadFile) -> Drawn:
    async with site.drawing:
        data = await upload.read(MOST_PICTURE_BYTES + 1)
        return await asyncio.to_thread(draw_apart, data, upload.filename or "")


async def _read(upload: UploadFile) -> Brought:
    return judged(upload.filename or "", await upload.read(MOST_FILE + 1))


def _page(
    site: Site,
    request: Request,
    reader: Reader,
    found: Announced,
    enclosed: Enclosed,
    *,
    wrong: Sequence[Wrong] = (),
    seen: str = "",
) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return site.render(
        request,
        "enclosing.html",
        reader.language,
        status=HTTPStatus.CONFLICT if any(each.key == "changed" for each in wrong) else status,
        here=f"{HERE}/{found.id}",
        reader=reader,
        enclosed=enclosed,
        links=[*enclosed.links, *[Link("")] * (MOST_LINKS - len(enclosed.links))],
        first=first_words(found.texts, reader.language),
        spoken=[each for each in LANGUAGES if found.texts.get(each)],
        wrong=wrong,
        seen=seen or compose.mark(found),
        called=partial(language_name, reader.language),
        most={"alt": MOST_ALT, "label": MOST_LABEL, "link": MOST_LINK, "file": MOST_FILE // 1024 // 1024},
    )
