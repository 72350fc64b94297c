"""A lesson in one language as its author changes it: shown, saved as a draft, discarded, and looked at meanwhile."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import author
from actions.author import Desk, Loaded
from console.auth import LESSONS, Reader, for_authors
from console.desks import beside_of
from console.editor import WHERE, Outcome, Written, crossed, editor, found, page, words, written_in
from console.entrance import form_of
from console.sight import sight
from console.site import Site
from lessons import editing
from lessons.editing import Key
from lessons.source import MOST_BYTES

DONE: Final = ("saved", "dropped", "copied")
_LARGE: Final = Outcome(
    "editor.done.large", {"most": MOST_BYTES // 1024}, status=HTTPStatus.UNPROCESSABLE_ENTITY
)


def routes(site: Site) -> list[Route]:
    """The editor, what is written in it, and its previews alone."""
    return [
        Route(WHERE, for_authors(site, show), name="edit"),
        Route(WHERE, for_authors(site, act), methods=["POST"], name="write"),
        Route(WHERE + "/preview", for_authors(site, look), methods=["POST"], name="preview"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/lessons/SLUG/LESSON/LANGUAGE`: the draft, or else what is published."""
    desk, key = await found(site, request, reader)
    published = await asyncio.to_thread(editing.written, desk.programme, key, beside_of(site, desk))
    draft, done = desk.drafts.get(key), request.query_params.get("done", "")
    source = draft.source if draft else published
    if source is None:
        return page(site, request, reader, desk, {"closed": True})
    done = done if done in DONE else "late" if draft and desk.late(draft) else ""
    told = Outcome(f"editor.done.{done}" if done else "", good=done in DONE)
    written = Written(source, Loaded(desk.stands(key), desk.base(key)), (key[1],))
    return await editor(site, request, reader, desk, written=written, told=told)


async def act(site: Site, request: Request, reader: Reader) -> Response:
    """`POST` to the same address: look, save or discard, as `do` says; what was written is always shown again."""
    desk, key = await found(site, request, reader, kept=True)
    form = await form_of(request)
    if not desk.has(key[0]):
        return await _let_go(site, reader, desk, key)
    written, do = written_in(form, key), form.get("do")
    if do not in ("save", "discard"):
        return await editor(site, request, reader, desk, written=written)
    if do == "save" and len(written.source.encode()) > MOST_BYTES:
        return await editor(site, request, reader, desk, written=written, told=_LARGE)
    published = await asyncio.to_thread(editing.written, desk.programme, key, beside_of(site, desk))
    text = editing.text_of(desk.programme, key)
    source = None if do == "discard" or (text and written.source == published) else written.source
    save = partial(
        author.save,
        scope=reader.scope,
        slug=desk.programme.slug,
        key=key,
        source=source,
        loaded=written.loaded,
        now=site.now(),
    )
    done = await site.database.write(save)
    if done == "changed":
        return await crossed(site, request, reader, written)
    return RedirectResponse(f"{request.url.path}?{urlencode({'done': done})}", HTTPStatus.SEE_OTHER)


async def look(site: Site, request: Request, reader: Reader) -> Response:
    """`POST .../preview`: the part of the page that changes while somebody writes."""
    desk, key = await found(site, request, reader)
    written, beside = written_in(await form_of(request), key), beside_of(site, desk)

    def made() -> Response:
        seen = sight(site.previews, desk, beside, key, written.source, shown=written.shown)
        values = words(site, reader, key) | {"sight": seen}
        return site.render(request, "editor_sight.html", reader.language, reader=reader, **values)

    return await asyncio.to_thread(made)


async def _let_go(site: Site, reader: Reader, desk: Desk, key: Key) -> Response:
    """A draft of a lesson that there is no more can only be discarded."""
    slug, loaded = desk.programme.slug, Loaded(desk.stands(key), "")
    drop = partial(
        author.save, scope=reader.scope, slug=slug, key=key, source=None, loaded=loaded, now=site.now()
    )
    done = await site.database.write(drop)
    return RedirectResponse(f"{LESSONS}/{slug}?{urlencode({'done': done})}", HTTPStatus.SEE_OTHER)
