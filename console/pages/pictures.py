"""Pictures of a lesson: uploaded beside its text, written into it, taken away, and shown to authors."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions import picture
from actions.author import Desk
from actions.picture import known
from console.addresses import DIGEST
from console.auth import LESSONS, Reader, for_authors
from console.desks import desk_of, drawer
from console.editor import WHERE, Outcome, Written, editor, found, written_in
from console.entrance import Tries, counted
from console.site import Site
from domain.bucket import PICTURE
from domain.fitting import MOST_PICTURES
from lessons.drawing import draw_apart
from lessons.editing import Key
from lessons.pictured import TO_DESCRIBE
from lessons.shelf import MOST_PICTURE_BYTES, UnusableError
from lessons.write import reference
from storage import media
from storage.errors import NotFound

PATH: Final = re.compile(re.escape(LESSONS) + r"/[^/]+/[^/]+/[^/]+/pictures")
LARGEST_BODY: Final = (
    32 * 1024 * 1024
)  # so that most pictures that are too large are told so, beside the text
_PARTS: Final = re.compile(rf"{DIGEST}(\.{DIGEST}){{1,{MOST_PICTURES - 1}}}")
_KINDS: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_ALWAYS: Final = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_REFUSED: Final = HTTPStatus.UNPROCESSABLE_ENTITY


def routes(site: Site) -> list[Route]:
    """What is done with pictures beside a text, and the pictures themselves."""
    return [
        Route(WHERE + "/pictures", for_authors(site, act), methods=["POST"], name="bring"),
        Route("/console/pictures/{digest:digest}", for_authors(site, show), name="picture"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:  # noqa: ARG001
    """`GET /console/pictures/DIGEST?of=DIGEST.DIGEST`: its bytes, which never change.

    `of`: one that is not kept yet is drawn together of these.
    """
    digest, parts = request.path_params["digest"], request.query_params.get("of", "")
    try:
        data = await site.database.read(partial(media.data, digest=digest))
    except NotFound as error:
        data = await _drawn(site, digest, parts)
        if not data:
            raise HTTPException(HTTPStatus.NOT_FOUND) from error
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), None)
    return Response(data, media_type=kind or "application/octet-stream", headers=_ALWAYS)


async def _drawn(site: Site, digest: str, parts: str) -> bytes:
    """The bytes of pictures drawn together; none where that is another picture, or cannot be drawn."""
    if not _PARTS.fullmatch(parts):
        return b""
    try:
        drawn = await asyncio.to_thread(drawer(site), tuple(parts.split(".")))
    except LookupError:
        return b""
    return drawn.data if drawn.picture.digest == digest else b""


async def act(site: Site, request: Request, reader: Reader) -> Response:
    """`POST .../pictures` with the editor's form: `insert` a picture by its name, `remove` it, or upload the `picture`.

    Nothing of the text is saved by that; it is shown again as it was written.
    """
    _, key = await found(site, request, reader)
    async with request.form(max_files=1) as form:
        written, insert, remove = written_in(form, key), form.get("insert"), form.get("remove")
        if isinstance(insert, str):
            written, told = _inserted(written, await desk_of(site, request, reader), key, insert)
        elif isinstance(remove, str):
            told = await _take_away(site, request, reader, remove)
        else:
            told = await _bring(site, request, reader, form)
    return await editor(
        site, request, reader, await desk_of(site, request, reader), written=written, told=told
    )


def _inserted(written: Written, desk: Desk, key: Key, name: str) -> tuple[Written, Outcome]:
    """The text with the picture at its end: only a script knows where its author stands in it."""
    if name not in known(desk):
        return written, Outcome(shelf=True)
    more = reference(TO_DESCRIBE[key[1]], name)
    source = f"{written.source.rstrip()}\n\n{more}\n"
    return replace(written, source=source), _told("inserted", name=name)


async def _take_away(site: Site, request: Request, reader: Reader, name: str) -> Outcome:
    drop = partial(
        picture.take_away, scope=reader.scope, slug=request.path_params["slug"], name=name.replace("\0", "")
    )
    done = await site.database.write(drop)
    return _told(done, HTTPStatus.OK if done == "removed" else HTTPStatus.CONFLICT, name=name)


async def _bring(site: Site, request: Request, reader: Reader, form: FormData) -> Outcome:
    upload = form.get("picture")
    if not isinstance(upload, UploadFile) or not upload.size:
        return _told("none", _REFUSED)
    tries = Tries(site.now(), ((PICTURE, str(reader.person.id)),))
    if wait := await counted(site, tries):
        minutes = -(-wait // timedelta(minutes=1))
        return _told("many", HTTPStatus.TOO_MANY_REQUESTS, most=PICTURE.most, minutes=minutes)
    try:
        async with site.drawing:
            data = await upload.read(MOST_PICTURE_BYTES + 1)
            drawn = await asyncio.to_thread(draw_apart, data, upload.filename or "")
    except UnusableError as unusable:
        return _told(unusable.rule, _REFUSED)
    bring = partial(
        picture.bring, scope=reader.scope, slug=request.path_params["slug"], drawn=drawn, now=site.now()
    )
    kept = await site.database.write(bring)
    return _told("brought", name=kept.name) if kept else _told("full", _REFUSED, most=picture.MOST)


def _told(what: str, status: int = HTTPStatus.OK, **params: str | int) -> Outcome:
    return Outcome(f"editor.picture.{what}", params, status, good=status == HTTPStatus.OK, shelf=True)
