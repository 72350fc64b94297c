"""A lesson in one language as its author changes it: the source, what is wrong, and what messengers will show."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import author
from actions.author import Desk, Loaded
from console.auth import LESSONS, Reader, for_authors
from console.differences import Row, differences
from console.marking import marked_up
from console.pages.lessons import desk_of, moments_of, sources
from console.previews import Message, Previews
from console.site import Site, language_name
from domain.language import LANGUAGES, Language
from domain.problem import Problem
from domain.programme import Programme
from lessons import editing
from lessons.editing import Key
from lessons.source import MOST_BYTES

WHERE: Final = LESSONS + "/{slug}/{lesson}/{language}"
DONE: Final = ("saved", "dropped")


@dataclass(frozen=True, slots=True)
class Column:
    """A lesson in one messenger and language; without messages, its text cannot be read."""

    messenger: str
    language: Language
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Sight:
    """What becomes of a source: what is wrong, what messengers show, what it changes (None: too much to compare)."""

    problems: Sequence[Problem]
    elsewhere: Sequence[Problem]
    columns: Sequence[Column]
    rows: Sequence[Row] | None


@dataclass(frozen=True, slots=True)
class Written:
    """What the form says."""

    source: str
    loaded: Loaded
    shown: tuple[Language, ...]


def routes(site: Site) -> list[Route]:
    """The editor, what is written in it, and its previews alone."""
    return [
        Route(WHERE, for_authors(site, show), name="edit"),
        Route(WHERE, for_authors(site, act), methods=["POST"], name="write"),
        Route(WHERE + "/preview", for_authors(site, look), methods=["POST"], name="preview"),
    ]


async def show(site: Site, request: Request, reader: Reader) -> Response:
    """`GET /console/lessons/SLUG/LESSON/LANGUAGE`: the draft, or else what is published."""
    desk, key = await _found(site, request, reader)
    published = await asyncio.to_thread(editing.written, desk.programme, key)
    draft, done = desk.drafts.get(key), request.query_params.get("done", "")
    source = draft.source if draft else published
    if source is None:
        return _page(site, request, reader, desk, key, closed=True)
    written = Written(source, Loaded(desk.stands(key), desk.base(key)), (key[1],))
    done = done if done in DONE else "late" if draft and desk.late(draft) else ""
    return await _editor(site, request, reader, desk, written=written, done=done)


async def act(site: Site, request: Request, reader: Reader) -> Response:
    """`POST` to the same address: look, save or discard, as `do` says; what was written is always shown again."""
    desk, key = await _found(site, request, reader, kept=True)
    form = await request.form()
    if not desk.has(key[0]):
        return await _let_go(site, reader, desk, key)
    written, do = _written(form, key), form.get("do")
    if do not in ("save", "discard"):
        return await _editor(site, request, reader, desk, written=written)
    if do == "save" and len(written.source.encode()) > MOST_BYTES:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return await _editor(site, request, reader, desk, written=written, done="large", status=status)
    published = await asyncio.to_thread(editing.written, desk.programme, key)
    text = editing.text_of(desk.programme, key)
    source = None if do == "discard" or (text and written.source == published) else written.source
    put = partial(
        author.save,
        scope=reader.scope,
        slug=desk.programme.slug,
        key=key,
        source=source,
        loaded=written.loaded,
        now=site.now(),
    )
    done = await site.database.write(put)
    if done == "changed":
        return await _crossed(site, request, reader, written)
    return RedirectResponse(f"{request.url.path}?{urlencode({'done': done})}", HTTPStatus.SEE_OTHER)


async def look(site: Site, request: Request, reader: Reader) -> Response:
    """`POST .../preview`: the part of the page that changes while somebody writes."""
    desk, key = await _found(site, request, reader)
    written = _written(await request.form(), key)

    def made() -> Response:
        sight = _sight(site.previews, desk, key, written)
        values = _words(site, reader, key) | {"sight": sight}
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


async def _crossed(site: Site, request: Request, reader: Reader, written: Written) -> Response:
    """Somebody else changed the lesson meanwhile: the author's text, and what differs from the other one."""
    desk, key = await _found(site, request, reader)
    now = replace(written, loaded=Loaded(desk.stands(key), desk.base(key)))
    status = HTTPStatus.CONFLICT
    return await _editor(site, request, reader, desk, written=now, done="changed", status=status)


async def _editor(
    site: Site,
    request: Request,
    reader: Reader,
    desk: Desk,
    *,
    written: Written,
    done: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    key = _key(request)

    def made() -> Response:
        sight = _sight(site.previews, desk, key, written, crossed=done == "changed")
        values = {"sight": sight, "written": written, "done": done}
        return _page(site, request, reader, desk, key, status=status, **values)

    return await asyncio.to_thread(made)


def _page(
    site: Site,
    request: Request,
    reader: Reader,
    desk: Desk,
    key: Key,
    /,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> Response:
    lesson = next(each for each in desk.programme.lessons if each.slug == key[0])
    values = {
        "here": request.url.path,
        "programme": desk.programme,
        "lesson": lesson,
        "key": key,
        "draft": desk.drafts.get(key),
        "drafted": {language for slug, language in desk.drafts if slug == key[0]},
        "moments": moments_of(site, reader),
        "most": MOST_BYTES // 1024,
        "closed": False,
    }
    known = _words(site, reader, key) | values | more
    return site.render(request, "editor.html", reader.language, status=status, reader=reader, **known)


def _words(site: Site, reader: Reader, key: Key) -> dict[str, Any]:
    reveal = {each: site.say(each, "editor.reveal") for each in LANGUAGES}
    return {
        "key": key,
        "named": {each: language_name(reader.language, each) for each in LANGUAGES},
        "marked": lambda text, language: marked_up(text, reveal[language]),
        "messenger": lambda name: site.say(reader.language, f"message.messenger.{name}"),
    }


def _sight(
    previews: Previews | None, desk: Desk, key: Key, written: Written, *, crossed: bool = False
) -> Sight:
    """What the source is to become; `crossed`: compare it with the draft that stands there."""
    texts = sources(desk) | {key: written.source}
    made = editing.edited(desk.programme, texts)
    told = editing.seen(made, {key[0]})
    name = f"{key[0]}.{key[1]}.md"
    drawn = _columns(
        previews, desk.programme, key[0], {each: texts.get((key[0], each)) for each in written.shown}
    )
    draft = desk.drafts.get(key)
    before = draft.source if crossed and draft else _published(desk.programme, key)
    return Sight(
        [each for each in told if each.file == name],
        [each for each in told if each.file != name and each.severity == "error"],
        drawn,
        differences(before, written.source),
    )


def _published(programme: Programme, key: Key) -> str:
    return editing.written(programme, key) or "" if editing.text_of(programme, key) else ""


def _columns(
    previews: Previews | None, programme: Programme, slug: str, texts: Mapping[Language, str | None]
) -> list[Column]:
    """A lesson in these languages in every messenger; where a source is given, it is read."""
    if previews is None:
        return []
    number = next(at for at, lesson in enumerate(programme.lessons) if lesson.slug == slug)
    columns = []
    for language, source in texts.items():
        alone = _alone(programme, number, (slug, language), source)
        for messenger in previews.messengers:
            told = list(previews.show(alone, number, language, messenger)) if alone else []
            columns.append(Column(messenger, language, told))
    return columns


def _alone(programme: Programme, number: int, key: Key, source: str | None) -> Programme | None:
    """The programme with this text as the only one of its lesson; None when it cannot be read, or is not there."""
    parsed = editing.read(programme, key, source).text if source is not None else None
    text = parsed if source is not None else editing.text_of(programme, key)
    if text is None:
        return None
    lessons = list(programme.lessons)
    lessons[number] = replace(lessons[number], texts=(text,))
    return replace(programme, lessons=tuple(lessons))


async def _found(site: Site, request: Request, reader: Reader, *, kept: bool = False) -> tuple[Desk, Key]:
    """The desk and the text that the address names; 404 where there is none (`kept`: and no draft of it either)."""
    key, desk = _key(request), await desk_of(site, request, reader)
    there = desk.has(key[0]) or (kept and key in desk.drafts)
    if key[1] not in LANGUAGES or not there:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return desk, key


def _key(request: Request) -> Key:
    return request.path_params["lesson"], request.path_params["language"]


def _written(form: FormData, key: Key) -> Written:
    said = {name: str(form.get(name, "")) for name in ("source", "stood", "base")}
    source = said["source"].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    asked = form.getlist("shown")
    shown = tuple(each for each in LANGUAGES if each == key[1] or each in asked)
    return Written(source, Loaded(said["stood"], said["base"]), shown)
